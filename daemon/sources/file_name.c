/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules for names of spool files.
 */
#include "sources/file_name.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stddef.h>
#include <string.h>

static const char *const unfinished_endings[] = { "~", ".tmp", ".part", ".filepart",
                                                  ".crdownload" };

static bool
ends_with(const char *name, const char *ending)
{
    size_t len = strlen(name);
    size_t ending_len = strlen(ending);

    return len >= ending_len && strcmp(name + len - ending_len, ending) == 0;
}

bool
file_name_is_unfinished(const char *name)
{
    if (name[0] == '.') {
        return true;
    }
    for (size_t i = 0; i < ARRAY_COUNT(unfinished_endings); i++) {
        if (ends_with(name, unfinished_endings[i])) {
            return true;
        }
    }
    return false;
}

const char *
file_name_problem(const char *name)
{
    size_t len = strlen(name);

    if (len > FILE_NAME_MAX_BYTES) {
        return "the file's name is longer than 120 bytes";
    }
    if (!utf8_is_valid(name, len)) {
        return "the file's name is not valid UTF-8";
    }
    if (utf8_has_control(name, len, NULL)) {
        return "the file's name has a control character in it";
    }
    return NULL;
}

char *
file_name_escape(const char *name)
{
    return utf8_printable(name, strlen(name), FILE_NAME_MAX_BYTES);
}
