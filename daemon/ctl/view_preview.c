/* SPDX-License-Identifier: EUPL-1.2 */
/* What each channel would say, as a person reads it. */
#include "ctl/view.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
indent_text(const char *text)
{
    const char *line = text;

    while (line != NULL && *line != '\0') {
        const char *end = strchr(line, '\n');
        size_t len = end != NULL ? (size_t)(end - line) : strlen(line);
        char *printable = utf8_printable(line, len, 4000);

        printf("    %s\n", printable);
        free(printable);
        line = end != NULL ? end + 1 : NULL;
    }
}

static void
view_findings(const json_t *findings)
{
    const json_t *row;
    size_t i;

    json_array_foreach(findings, i, row)
    {
        printf("  %s: %s\n", text_of(row, "rule"), text_of(row, "problem"));
    }
}

void
view_previews(const json_t *previews)
{
    const json_t *row;
    size_t i;

    json_array_foreach(previews, i, row)
    {
        if (json_object_get(row, "channel") == NULL) {
            printf("%s: nobody hears of it: %s\n", text_of(row, "incident"),
                   text_of(row, "why"));
            continue;
        }
        printf("%s on %s (%s), %s, notice %s\n", text_of(row, "incident"),
               text_of(row, "channel"), text_of(row, "driver"),
               text_of(row, "language"), text_of(row, "notice"));
        printf("  title: %s\n", text_of(row, "title"));
        printf("  short: %lld of 160 GSM-7 characters, 1 part\n",
               number_of(row, "short_length"));
        indent_text(text_of(row, "short"));
        printf("  long: %lld characters\n", number_of(row, "long_length"));
        indent_text(text_of(row, "long"));
        view_findings(json_object_get(row, "findings"));
    }
}
