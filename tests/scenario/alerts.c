/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keeps the files that leave on the channel "alerts" in the folder SCENARIO_ALERTS, for
 * checks from outside: a story is played for what it makes the daemon say, and not held
 * to what it expects of channels.
 */
#include "alerts.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *
alerts_folder(void)
{
    return getenv("SCENARIO_ALERTS");
}

/* What was published stays as it is: another content under the same name is kept under
 * a name that the check stumbles over. Feeds change. */
static bool
is_other(const char *path, const struct buffer *content)
{
    FILE *file = fopen(path, "re");
    char *before;
    size_t n;
    bool is_other;

    if (file == NULL) {
        return false;
    }
    before = memory_alloc(content->len + 2);
    n = fread(before, 1, content->len + 1, file);
    is_other = n != content->len || memcmp(before, content->data, n) != 0;
    free(before);
    fclose(file);
    return is_other;
}

static void
write_file(const char *path, const struct buffer *content)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fwrite(content->data, 1, content->len, file) != content->len ||
        fclose(file) != 0) {
        fprintf(stderr, "%s cannot be written\n", path);
        exit(2);
    }
}

static bool
is_alert(const struct request_file *file)
{
    return strncmp(file->name, "alert/", 6) == 0;
}

static void
keep(const char *folder, const struct request_file *file)
{
    char *path = string_format("%s/%s", folder, file->name);

    if (is_alert(file) && is_other(path, &file->content)) {
        char *changed = string_format("%s.changed", path);

        write_file(changed, &file->content);
        free(changed);
    } else {
        write_file(path, &file->content);
    }
    free(path);
}

/* In a folder named as the channel's own, among those of the other channels. */
void
alerts_keep(const struct request *request)
{
    const char *slash = strrchr(request->directory, '/');
    char *folder = string_format("%s%s", alerts_folder(), slash == NULL ? "/" : slash);
    char *inner = string_format("%s/alert", folder);

    for (size_t i = 0; i < request->n_files; i++) {
        const struct request_file *file = &request->files[i];

        if (is_alert(file) || strncmp(file->name, "cap.", 4) == 0) {
            (void)mkdir(folder, 0700);
            (void)mkdir(inner, 0700);
            keep(folder, file);
        }
    }
    free(inner);
    free(folder);
}
