/* SPDX-License-Identifier: EUPL-1.2 */
/* Base64url by way of base64. */
#include "base/base64url.h"

#include "base/digest.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void
translate(char *text, const char *from, const char *to)
{
    for (char *at = text; *at != '\0'; at++) {
        const char *found = strchr(from, *at);

        if (found != NULL) {
            *at = to[found - from];
        }
    }
}

char *
base64url_encode(const void *data, size_t len)
{
    char *text = base64_encode(data, len);

    translate(text, "+/", "-_");
    text[strcspn(text, "=")] = '\0';
    return text;
}

bool
base64url_decode(const char *text, unsigned char **data, size_t *len)
{
    size_t digits = strcspn(text, "=");
    size_t padding = strspn(text + digits, "=");
    size_t wanted = (4 - digits % 4) % 4;
    char *plain;
    bool valid;

    if (text[digits + padding] != '\0' || (padding != 0 && padding != wanted) ||
        wanted == 3 || strpbrk(text, "+/") != NULL) {
        return false;
    }
    plain = string_format("%.*s%.*s", (int)digits, text, (int)wanted, "==");
    translate(plain, "-_", "+/");
    valid = base64_decode(plain, data, len);
    string_wipe(&plain);
    return valid;
}
