/* SPDX-License-Identifier: EUPL-1.2 */
/* Renaming a database and its WAL. */
#include "store/aside.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "store/filesystem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool
is_taken(const char *path, const char *ending)
{
    char *name = string_format("%s%s", path, ending);
    char *wal = string_format("%s-wal", name);
    bool taken = filesystem_exists(name) || filesystem_exists(wal);

    free(wal);
    free(name);
    return taken;
}

void
aside_choose(const char *path, const char *kind, int64_t now_ms,
             char ending[ASIDE_ENDING_SIZE])
{
    time_t seconds = (time_t)(now_ms / SECONDS_MS);
    struct tm parts = { 0 };
    char stamp[32];
    int n = 1;

    (void)gmtime_r(&seconds, &parts);
    (void)strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &parts);
    (void)snprintf(ending, ASIDE_ENDING_SIZE, ".%s-%s", kind, stamp);
    while (is_taken(path, ending)) {
        (void)snprintf(ending, ASIDE_ENDING_SIZE, ".%s-%s-%d", kind, stamp, ++n);
    }
}

bool
aside_is_ending(const char *text, const char *kind)
{
    size_t len = strlen(text);
    size_t kind_len = strlen(kind);

    return len < ASIDE_ENDING_SIZE && text[0] == '.' &&
           strncmp(text + 1, kind, kind_len) == 0 && text[1 + kind_len] == '-' &&
           strspn(text + 2 + kind_len, "0123456789TZ-") == len - 2 - kind_len;
}

/* The WAL first: without it the database would open as an older one. */
bool
aside_move(const char *path, const char *ending)
{
    static const char *const parts[] = { "-wal", "" };
    bool done = true;

    for (size_t i = 0; i < ARRAY_COUNT(parts) && done; i++) {
        char *from = string_format("%s%s", path, parts[i]);
        char *to = string_format("%s%s%s", path, ending, parts[i]);

        done = !filesystem_exists(from) || filesystem_rename_new(from, to);
        free(from);
        free(to);
    }
    return done && filesystem_sync_folder_of(path);
}
