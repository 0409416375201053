/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A spool in a temporary folder, with the rest of the program played by a few lists and
 * the time by a number. Included by one test program each.
 */
#ifndef BUDKAVLE_TESTS_SOURCES_FIXTURE_H
#define BUDKAVLE_TESTS_SOURCES_FIXTURE_H

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/strings.h"
#include "sources/inbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char event_one[] =
    "{\"incident\":\"I-1\",\"kind\":\"power\",\"status\":\"confirmed\"}";
static const char event_two[] =
    "{\"incident\":\"I-2\",\"kind\":\"power\",\"status\":\"confirmed\"}";

struct fixture {
    char *base, *path;
    struct inbox *inbox;
    struct moment now;
    int64_t next_ms;
    /* What the ports saw, as words: "take a.json:I-1,I-2", "refused b.json" … */
    struct strings log;
    struct strings known; /* "name sha256", added by commits only */
    struct strings uncommitted;
    char *mark;              /* the file being parsed; NULL */
    struct strings deaths;   /* one entry for each death */
    struct strings survived; /* not committed yet */
    bool dead;               /* the process is gone: nothing after this happened */
    bool deaths_fail;
    enum status take_status;
    const char *no_room_for; /* files whose names begin so */
    void (*during_take)(struct fixture *fixture, const char *name);
};

static inline char *
path_of(const struct fixture *fixture, const char *relative)
{
    return string_format("%s/%s", fixture->path, relative);
}

static inline void
put(const struct fixture *fixture, const char *relative, const char *content)
{
    char *path = path_of(fixture, relative);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
    free(path);
}

static inline void
put_more(const struct fixture *fixture, const char *relative, const char *content)
{
    char *path = path_of(fixture, relative);
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
    free(path);
}

static inline void
set_modified(const struct fixture *fixture, const char *relative, int64_t seconds)
{
    char *path = path_of(fixture, relative);
    const struct timespec times[2] = { { .tv_sec = seconds }, { .tv_sec = seconds } };

    assert_int_equal(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
    free(path);
}

static inline bool
is_there(const struct fixture *fixture, const char *relative)
{
    struct stat info;
    char *path = path_of(fixture, relative);
    bool there = lstat(path, &info) == 0;

    free(path);
    return there;
}

/* The content of a file; caller frees. Fails the test when there is none. */
static inline char *
content_of(const struct fixture *fixture, const char *relative)
{
    char text[2048] = "";
    char *path = path_of(fixture, relative);
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    text[len] = '\0';
    assert_int_equal(fclose(file), 0);
    free(path);
    return string_copy(text);
}

static inline int
count_in(const struct fixture *fixture, const char *relative)
{
    char *path = path_of(fixture, relative);
    DIR *directory = opendir(path);
    int count = -2; /* . and .. */

    assert_non_null(directory);
    while (readdir(directory) != NULL) {
        count++;
    }
    closedir(directory);
    free(path);
    return count;
}

/* The strings of the log that begin with the word, joined by blanks; reset afterwards
 * by log_reset. Caller frees. */
static inline char *
logged(const struct fixture *fixture, const char *word)
{
    struct buffer out = { 0 };

    for (size_t i = 0; i < fixture->log.count; i++) {
        const char *entry = fixture->log.items[i];
        size_t len = strlen(word);

        if (strncmp(entry, word, len) == 0 && entry[len] == ' ') {
            buffer_addf(&out, "%s%s", out.len > 0 ? " " : "", entry + len + 1);
        }
    }
    return buffer_take(&out);
}

static inline void
expect_logged(struct fixture *fixture, const char *word, const char *expected)
{
    char *found = logged(fixture, word);

    assert_string_equal(found, expected);
    free(found);
}

static inline int64_t
on_deaths(void *context, const char *source, const char *name)
{
    struct fixture *fixture = context;
    int64_t deaths = 0;

    assert_string_equal(source, "oms");
    for (size_t i = 0; i < fixture->deaths.count; i++) {
        deaths += string_equal(fixture->deaths.items[i], name);
    }
    return fixture->deaths_fail ? DEATHS_UNKNOWN : deaths;
}

static inline void
on_parsing(void *context, const char *source, const char *name)
{
    struct fixture *fixture = context;

    assert_string_equal(source, "oms");
    if (name != NULL) {
        strings_take(&fixture->log, string_format("parse %s", name));
    }
    if (!fixture->dead) {
        string_replace(&fixture->mark, name);
    }
}

static inline void
list_drop(struct strings *list, const char *text)
{
    struct strings kept = { 0 };

    for (size_t i = 0; i < list->count; i++) {
        if (!string_equal(list->items[i], text)) {
            strings_add(&kept, list->items[i]);
        }
    }
    strings_clear(list);
    *list = kept;
}

static inline bool
on_known(void *context, const char *source, const char *name, const char *sha256)
{
    struct fixture *fixture = context;
    char *key = string_format("%s %s", name, sha256);
    bool known = strings_has(&fixture->known, key);

    (void)source;
    free(key);
    return known;
}

static inline enum status
on_take(void *context, const char *source, const char *name, const char *sha256,
        struct events *events, struct faults *faults)
{
    struct fixture *fixture = context;
    struct buffer line = { 0 };

    assert_string_equal(source, "oms");
    if (fixture->during_take != NULL) {
        fixture->during_take(fixture, name);
    }
    if (fixture->take_status == STATUS_CONFLICT) {
        faults_add(faults, 1, 0, "event_id", "was used before with other content");
    }
    if (fixture->take_status == STATUS_OK && fixture->no_room_for != NULL &&
        strncmp(name, fixture->no_room_for, strlen(fixture->no_room_for)) == 0) {
        strings_take(&fixture->log, string_format("full %s", name));
        return STATUS_FULL;
    }
    if (fixture->take_status != STATUS_OK) {
        return fixture->take_status;
    }
    buffer_addf(&line, "take %s:", name);
    for (size_t i = 0; i < events->count; i++) {
        buffer_addf(&line, "%s%s", i > 0 ? "," : "", events->items[i].incident);
    }
    strings_take(&fixture->log, buffer_take(&line));
    strings_take(&fixture->uncommitted, string_format("%s %s", name, sha256));
    return STATUS_OK;
}

static inline void
on_survived(void *context, const char *source, const char *name)
{
    struct fixture *fixture = context;

    (void)source;
    if (!fixture->dead) {
        strings_add(&fixture->survived, name);
    }
}

static inline void
on_refused(void *context, const char *source, const char *name,
           const struct faults *faults)
{
    struct fixture *fixture = context;

    (void)source;
    assert_true(faults->count > 0);
    strings_take(&fixture->log, string_format("refused %s", name));
}

static inline void
open_inbox(struct fixture *fixture)
{
    const struct spool_ports ports = { .context = fixture,
                                       .deaths = on_deaths,
                                       .parsing = on_parsing,
                                       .known = on_known,
                                       .take = on_take,
                                       .survived = on_survived,
                                       .refused = on_refused };
    const struct spool_settings settings = { .source = "oms",
                                             .path = fixture->path,
                                             .settle_ms = 2000,
                                             .keep_ms = INT64_C(90) * 86400 * 1000 };
    struct error error = { 0 };

    fixture->inbox = inbox_new(&settings, &ports);
    if (inbox_open(fixture->inbox, fixture->now, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
}

/* The process ends here and starts again; a mark that stands is a death. */
static inline void
restart(struct fixture *fixture)
{
    inbox_free(fixture->inbox);
    if (fixture->mark != NULL) {
        strings_add(&fixture->deaths, fixture->mark);
    }
    string_replace(&fixture->mark, NULL);
    strings_clear(&fixture->uncommitted);
    strings_clear(&fixture->survived);
    fixture->dead = false;
    open_inbox(fixture);
}

static inline void
commit(struct fixture *fixture, enum status status)
{
    for (size_t i = 0; status == STATUS_OK && i < fixture->uncommitted.count; i++) {
        strings_add(&fixture->known, fixture->uncommitted.items[i]);
    }
    for (size_t i = 0; status == STATUS_OK && i < fixture->survived.count; i++) {
        list_drop(&fixture->deaths, fixture->survived.items[i]);
    }
    strings_clear(&fixture->survived);
    strings_clear(&fixture->uncommitted);
    inbox_committed(fixture->inbox, status, fixture->now);
}

/* Looks until nothing is due at this moment. */
static inline void
settle_down(struct fixture *fixture)
{
    for (int i = 0; i < 1000; i++) {
        if (inbox_look(fixture->inbox, fixture->now, &fixture->next_ms)) {
            commit(fixture, STATUS_OK);
        } else if (fixture->next_ms > fixture->now.mono_ms) {
            return;
        }
    }
    fail_msg("the inbox never comes to rest");
}

/* Hints for every folder, as inotify would give them, and time goes on. */
static inline void
after(struct fixture *fixture, int64_t ms)
{
    fixture->now.mono_ms += ms;
    fixture->now.wall_ms += ms;
    for (int i = FOLDER_NEW; i <= FOLDER_DONE; i++) {
        inbox_hint(fixture->inbox, (enum folder)i);
    }
    settle_down(fixture);
}

static inline const char *
trouble_of(const struct fixture *fixture)
{
    static struct spool_state state;

    inbox_state(fixture->inbox, &state);
    return state.trouble == NULL ? "" : state.trouble;
}

static inline int
set_up(void **state)
{
    char template[] = "/tmp/budkavle-spool-XXXXXX";
    struct fixture *fixture = memory_alloc(sizeof(*fixture));

    assert_non_null(mkdtemp(template));
    fixture->base = string_copy(template);
    fixture->path = string_format("%s/spool/oms", template);
    fixture->now.mono_ms = 1000000;
    fixture->now.wall_ms = (int64_t)1795439100 * 1000;
    open_inbox(fixture);
    settle_down(fixture);
    *state = fixture;
    return 0;
}

static inline void
remove_tree(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            char *inner = string_format("%s/%s", path, entry->d_name);

            if (unlink(inner) < 0) {
                remove_tree(inner);
            }
            free(inner);
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
    (void)rmdir(path);
}

static inline int
tear_down(void **state)
{
    struct fixture *fixture = *state;

    inbox_free(fixture->inbox);
    remove_tree(fixture->base);
    strings_clear(&fixture->log);
    strings_clear(&fixture->known);
    strings_clear(&fixture->uncommitted);
    strings_clear(&fixture->deaths);
    strings_clear(&fixture->survived);
    free(fixture->mark);
    free(fixture->base);
    free(fixture->path);
    free(fixture);
    return 0;
}

#endif
