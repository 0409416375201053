/* SPDX-License-Identifier: EUPL-1.2 */
/* What was written in all files together. */
#include "config/source.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_FILES = 256,
    MAX_VALUE_BYTES = 120
};

struct section *
source_add(struct source *source, const char *name, const char *title)
{
    struct section *section = NULL;

    source->sections = memory_resize(source->sections, source->n_sections + 1,
                                     sizeof(*source->sections));
    section = &source->sections[source->n_sections++];
    *section =
        (struct section){ .name = string_copy(name), .title = string_copy(title) };
    return section;
}

struct entry *
section_add(struct section *section, const char *name)
{
    struct entry *entry = NULL;

    section->entries = memory_resize(section->entries, section->n_entries + 1,
                                     sizeof(*section->entries));
    entry = &section->entries[section->n_entries++];
    *entry = (struct entry){ .name = string_copy(name) };
    return entry;
}

void
entry_set(struct entry *entry, const struct strings *values)
{
    strings_copy(&entry->values, values);
}

static void
section_clear(struct section *section)
{
    for (size_t i = 0; i < section->n_entries; i++) {
        free(section->entries[i].name);
        strings_clear(&section->entries[i].values);
    }
    free(section->entries);
    free(section->name);
    free(section->title);
}

void
source_clear(struct source *source)
{
    for (size_t i = 0; i < source->n_sections; i++) {
        section_clear(&source->sections[i]);
    }
    free(source->sections);
    strings_clear(&source->files);
    *source = (struct source){ 0 };
}

static struct section *
find_section(const struct source *source, const char *name, const char *title)
{
    for (size_t i = 0; i < source->n_sections; i++) {
        if (strcmp(source->sections[i].name, name) == 0 &&
            string_equal(source->sections[i].title, title)) {
            return &source->sections[i];
        }
    }
    return NULL;
}

const struct section *
source_find(const struct source *source, const char *name)
{
    return find_section(source, name, NULL);
}

static struct entry *
find_entry(const struct section *section, const char *name)
{
    for (size_t i = 0; section != NULL && i < section->n_entries; i++) {
        if (strcmp(section->entries[i].name, name) == 0) {
            return &section->entries[i];
        }
    }
    return NULL;
}

const struct entry *
section_find(const struct section *section, const char *name)
{
    return find_entry(section, name);
}

char *
section_path(const struct section *section, const char *option)
{
    struct buffer path = { 0 };

    buffer_add(&path, section->name);
    if (section->title != NULL) {
        char *title =
            utf8_printable(section->title, strlen(section->title), MAX_VALUE_BYTES);

        buffer_addf(&path, " \"%s\"", title);
        free(title);
    }
    if (option != NULL) {
        buffer_addf(&path, "%s%s", path.len > 0 ? " " : "", option);
    }
    return buffer_take(&path);
}

void
source_fault(struct faults *faults, const char *file, size_t line,
             const struct section *section, const char *option, const char *format, ...)
{
    char *path = section_path(section, option);
    struct buffer problem = { 0 };
    va_list arguments;

    if (file != NULL) {
        buffer_addf(&problem, "%s: ", file);
    }
    va_start(arguments, format);
    buffer_addv(&problem, format, arguments);
    va_end(arguments);
    faults_add(faults, 0, line, path, "%s", problem.data);
    buffer_clear(&problem);
    free(path);
}

/* Options of `from` replace those of `to`; within one file that is a fault. */
static void
merge_entries(struct section *to, struct section *from, const char *file,
              struct faults *faults)
{
    for (size_t i = 0; i < from->n_entries; i++) {
        struct entry *entry = find_entry(to, from->entries[i].name);

        if (entry == NULL) {
            entry = section_add(to, from->entries[i].name);
        } else if (string_equal(entry->file, file)) {
            source_fault(faults, file, from->entries[i].line, to, entry->name,
                         "is given twice, first on line %zu", entry->line);
        }
        entry->file = file;
        entry->line = from->entries[i].line;
        entry_set(entry, &from->entries[i].values);
    }
}

static void
merge_section(struct source *source, struct section *piece, const char *file,
              const char *main_file, struct faults *faults)
{
    struct section *known = find_section(source, piece->name, piece->title);

    if (known != NULL && piece->title != NULL) {
        source_fault(faults, file, piece->line, known, NULL,
                     "is given twice, first on line %zu of %s", known->line,
                     known->file == NULL ? main_file : known->file);
        return;
    }
    if (known == NULL) {
        known = source_add(source, piece->name, piece->title);
        known->file = file;
        known->line = piece->line;
    }
    merge_entries(known, piece, file, faults);
}

/* Where a fault stands when its file is not the main one. */
static void
move_faults(struct faults *to, const struct faults *from, const char *file)
{
    for (size_t i = 0; i < from->count; i++) {
        faults_add(to, 0, from->items[i].line, from->items[i].field, "%s%s%s",
                   file == NULL ? "" : file, file == NULL ? "" : ": ",
                   from->items[i].problem);
    }
}

/* Remembers what was read, also where it is at fault. False after the fault. */
static bool
read_text(struct source *source, const char *path, bool is_main, char **text,
          struct faults *faults)
{
    struct error error = { 0 };
    size_t line = 0;
    enum status status = STATUS_OK;

    if (source->given != NULL) {
        *text = string_copy(copy_find(source->given, path));
    } else {
        status = source_text(path, text, &line, &error);
    }
    if (source->record != NULL && *text != NULL) {
        copy_add(source->record, path, string_copy(*text));
    }
    if (status == STATUS_OK && *text == NULL) {
        status = error_set(&error, STATUS_NOT_FOUND, "is not in the copy");
    }
    if (status != STATUS_OK) {
        source->is_broken = true;
        faults_add(faults, 0, line, "", "%s%s%s", line > 0 && is_main ? "" : path,
                   line > 0 && is_main ? "" : ": ", error.text);
    }
    return status == STATUS_OK;
}

static void
load_file(struct source *source, const char *path, const char *main_file,
          const struct drivers *drivers, struct faults *faults)
{
    struct source piece = { 0 };
    struct faults found = { 0 };
    const char *file = strcmp(path, main_file) == 0 ? NULL : path;
    char *text = NULL;

    if (!read_text(source, path, file == NULL, &text, faults) &&
        (text == NULL || !source->salvage)) {
        string_wipe(&text);
        return;
    }
    if (file != NULL) {
        strings_add(&source->files, path);
        file = source->files.items[source->files.count - 1];
    }
    grammar_parse(text, drivers, &piece, &found);
    move_faults(faults, &found, file);
    source->is_broken = source->is_broken || piece.is_broken;
    for (size_t i = 0; i < piece.n_sections; i++) {
        merge_section(source, &piece.sections[i], file, main_file, faults);
    }
    faults_clear(&found);
    source_clear(&piece);
    string_wipe(&text);
}

static bool
is_conf_name(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

static int
is_conf(const struct dirent *file)
{
    return is_conf_name(file->d_name) ? 1 : 0;
}

/* By bytes, so that the order is the same in every locale. */
static int
compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* What lies in conf.d/ beside the main file. Caller frees. */
static char *
folder_beside(const char *main_file)
{
    const char *slash = strrchr(main_file, '/');

    return string_format("%.*sconf.d", slash == NULL ? 0 : (int)(slash + 1 - main_file),
                         main_file);
}

static void
list_folder(const char *folder, struct source *source, struct strings *paths,
            struct faults *faults)
{
    struct dirent **files = NULL;
    int n = scandir(folder, &files, is_conf, compare_names);

    if (n < 0 && errno != ENOENT) {
        source->is_broken = true;
        faults_add(faults, 0, 0, "", "%s: cannot be read: %s", folder, strerror(errno));
    }
    if (n > MAX_FILES) {
        faults_add(faults, 0, 0, "", "%s: has more than %d files", folder,
                   (int)MAX_FILES);
    }
    for (int i = 0; i < n; i++) {
        if (i < MAX_FILES) {
            strings_take(paths, string_format("%s/%s", folder, files[i]->d_name));
        }
        free(files[i]);
    }
    free(files);
}

/* The copy has them in their order. */
static void
list_given(const char *folder, const struct config_copy *given, struct strings *paths)
{
    size_t len = strlen(folder);

    for (size_t i = 0; i < given->n_texts; i++) {
        const char *path = given->texts[i].path;

        if (strncmp(path, folder, len) == 0 && path[len] == '/' &&
            strchr(path + len + 1, '/') == NULL && is_conf_name(path + len + 1)) {
            strings_add(paths, path);
        }
    }
}

static void
load_folder(struct source *source, const char *main_file, const struct drivers *drivers,
            struct faults *faults)
{
    char *folder = folder_beside(main_file);
    struct strings paths = { 0 };

    if (source->given != NULL) {
        list_given(folder, source->given, &paths);
    } else {
        list_folder(folder, source, &paths, faults);
    }
    for (size_t i = 0; i < paths.count; i++) {
        load_file(source, paths.items[i], main_file, drivers, faults);
    }
    strings_clear(&paths);
    free(folder);
}

void
source_load(struct source *source, const char *main_file, const struct drivers *drivers,
            struct faults *faults)
{
    source_add(source, "", NULL)->line = 0;
    load_file(source, main_file, main_file, drivers, faults);
    load_folder(source, main_file, drivers, faults);
}
