/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Catalogue files: their text is read while the configuration is, and is a part of it.
 * What a text means is the business of others.
 */
#include "config/loading.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char whole_ending[] = ".catalogue";
static const char local_ending[] = ".local.catalogue";

/* NULL: there is no such file, or it cannot be read, which is a fault. */
static char *
read_file(struct loading *loading, const struct section *root, const char *path)
{
    const struct config_copy *given = loading->source.given;
    struct error error = { 0 };
    char *text;

    if (given != NULL) {
        text = string_copy(copy_find(given, path));
        if (text != NULL) {
            copy_add(&loading->config->copy, path, string_copy(text));
        }
        return text;
    }
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return NULL;
    }
    text = text_file_read(path, &error);
    if (text == NULL) {
        loading_fault(loading, root, "catalogue_dir", "%s", error.text);
    } else {
        copy_add(&loading->config->copy, path, string_copy(text));
    }
    return text;
}

static void
read_language(struct loading *loading, const struct section *root, const char *language)
{
    struct config *config = loading->config;
    struct catalogue_config file = {
        .language = string_copy(language),
        .path = string_format("%s/%s%s", config->catalogue_dir, language, whole_ending),
        .local_path =
            string_format("%s/%s%s", config->catalogue_dir, language, local_ending),
    };

    file.text = read_file(loading, root, file.path);
    file.local_text = read_file(loading, root, file.local_path);
    config->catalogues = memory_resize(config->catalogues, config->n_catalogues + 1,
                                       sizeof(*config->catalogues));
    config->catalogues[config->n_catalogues++] = file;
}

static bool
is_used(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->languages.count; i++) {
        size_t len = strlen(config->languages.items[i]);

        if (strncmp(name, config->languages.items[i], len) == 0 &&
            (strcmp(name + len, whole_ending) == 0 ||
             strcmp(name + len, local_ending) == 0)) {
            return true;
        }
    }
    return false;
}

/* What an editor leaves behind. */
static bool
is_left_over(const char *name)
{
    size_t len = strlen(name);

    return name[0] == '.' || name[0] == '#' || (len > 0 && name[len - 1] == '~');
}

/* A misspelt name would leave an officer's words unsaid without a word. */
static void
warn_of_others(struct loading *loading, const struct section *root)
{
    const struct config *config = loading->config;
    DIR *folder = opendir(config->catalogue_dir);
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (!is_left_over(entry->d_name) && !is_used(config, entry->d_name)) {
            loading_warning(loading, root, "catalogue_dir",
                            "%s/%s is not used; files here are LANGUAGE%s or "
                            "LANGUAGE%s, of a language that languages names",
                            config->catalogue_dir, entry->d_name, whole_ending,
                            local_ending);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
}

void
build_catalogues(struct loading *loading, const struct section *root)
{
    struct config *config = loading->config;
    char *given = loading_text(loading, "", root, "catalogue_dir");
    struct stat info;
    bool is_folder;

    config->catalogue_dir = file_resolve(given, loading->folder, false);
    free(given);
    is_folder = loading->source.given != NULL ||
                (stat(config->catalogue_dir, &info) == 0 && S_ISDIR(info.st_mode));
    if (!is_folder && section_find(root, "catalogue_dir") != NULL) {
        loading_fault(loading, root, "catalogue_dir",
                      "%s is not a folder that can be read; make it, or leave the "
                      "option out: the built-in catalogues are used then",
                      config->catalogue_dir);
    }
    if (!is_folder) {
        return;
    }
    for (size_t i = 0; i < config->languages.count; i++) {
        read_language(loading, root, config->languages.items[i]);
    }
    if (loading->source.given == NULL) {
        warn_of_others(loading, root);
    }
}

void
catalogue_config_clear(struct catalogue_config *file)
{
    free(file->language);
    free(file->path);
    free(file->text);
    free(file->local_path);
    free(file->local_text);
    *file = (struct catalogue_config){ 0 };
}
