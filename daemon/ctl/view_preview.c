/* SPDX-License-Identifier: EUPL-1.2 */
/* What each channel would say, as a person reads it. */
#include "ctl/view.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "ctl/table.h"
#include "ctl/word_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char indent[] = "    ";
enum {
    MAX_LINE_BYTES = 100000
};

/* Prints text, line by line below each other; *at_start: nothing stands on the line. */
static void
print_part(const char *text, bool *at_start)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *printable = utf8_printable(text, len, MAX_LINE_BYTES);

        printf("%s%s", *at_start && len > 0 ? indent : "", printable);
        *at_start = *at_start && len == 0;
        free(printable);
        text += len;
        if (*text == '\n') {
            putchar('\n');
            *at_start = true;
            text++;
        }
    }
}

static void
print_whole(const char *text)
{
    bool at_start = true;

    print_part(text, &at_start);
    if (!at_start) {
        putchar('\n');
    }
}

/* Removed and added words in colours, or where there are none in [-…-] and {+…+}. Lines
 * end where they do in the new text. */
static void
print_change(const struct word_diff *diff, size_t at, bool colour, bool *at_start)
{
    const struct word_change *change = &diff->items[at];
    bool is_replaced = change->kind == WORDS_REMOVED && at + 1 < diff->count &&
                       diff->items[at + 1].kind == WORDS_ADDED;
    static const struct {
        const char *open, *close, *colour;
    } marks[] = {
        [WORDS_KEPT] = { "", "", "" },
        [WORDS_REMOVED] = { "[-", "-]", "\033[31;9m" },
        [WORDS_ADDED] = { "{+", "+}", "\033[32m" },
    };
    size_t len = strlen(change->text);
    char *words;

    while (len > 0 && strchr(" \n", change->text[len - 1]) != NULL) {
        len--;
    }
    words = string_copy_n(change->text, len);
    if (change->kind != WORDS_KEPT) {
        fputs(*at_start ? indent : "", stdout);
        *at_start = false;
        fputs(colour ? marks[change->kind].colour : marks[change->kind].open, stdout);
    }
    print_part(words, at_start);
    if (change->kind != WORDS_KEPT) {
        fputs(colour ? "\033[0m" : marks[change->kind].close, stdout);
    }
    print_part(is_replaced ? " " : change->text + len, at_start);
    free(words);
}

static void
print_diff(const char *before, const char *after)
{
    struct word_diff diff = { 0 };
    bool colour = has_colour();
    bool at_start = true;

    word_diff(before, after, &diff);
    for (size_t i = 0; i < diff.count; i++) {
        print_change(&diff, i, colour, &at_start);
    }
    if (!at_start) {
        putchar('\n');
    }
    word_diff_clear(&diff);
}

/* The same part in the same language of what was said before; NULL: there was none. */
static const json_t *
text_before(const json_t *row, const json_t *text)
{
    const json_t *other;
    size_t i;

    json_array_foreach(json_object_get(row, "before"), i, other)
    {
        if (strcmp(text_of(other, "part"), text_of(text, "part")) == 0 &&
            strcmp(text_of(other, "language"), text_of(text, "language")) == 0) {
            return other;
        }
    }
    return NULL;
}

static void
view_text(const json_t *row, const json_t *text, bool diff)
{
    const json_t *before = diff ? text_before(row, text) : NULL;
    const json_t *sentence;
    size_t i;

    printf("  %s [%s]: %s%s\n", text_of(text, "part"), text_of(text, "language"),
           text_of(text, "length"),
           before != NULL && strcmp(text_of(before, "text"), text_of(text, "text")) == 0
               ? ", as before"
               : "");
    if (before != NULL) {
        print_diff(text_of(before, "text"), text_of(text, "text"));
    } else {
        print_whole(text_of(text, "text"));
    }
    json_array_foreach(json_object_get(text, "left_out"), i, sentence)
    {
        char *printable = utf8_printable(json_string_value(sentence),
                                         json_string_length(sentence), MAX_LINE_BYTES);

        printf("  %s%s\n", i == 0 ? "left out: " : "          ", printable);
        free(printable);
    }
}

/* Two channels say the same, and were told the same before. */
static bool
says_the_same(const json_t *a, const json_t *b, bool diff)
{
    static const char *const members[] = { "incident", "sequence", "texts", "findings",
                                           "before" };

    for (size_t i = 0; i < ARRAY_COUNT(members) - (diff ? 0 : 1); i++) {
        const json_t *left = json_object_get(a, members[i]);
        const json_t *right = json_object_get(b, members[i]);

        if (left != right && !json_equal(left, right)) {
            return false;
        }
    }
    return true;
}

static bool
has_channel(const json_t *row)
{
    return json_object_get(row, "channel") != NULL;
}

static bool
was_shown(const json_t *previews, size_t at, bool diff)
{
    for (size_t i = 0; i < at; i++) {
        const json_t *row = json_array_get(previews, i);

        if (has_channel(row) &&
            says_the_same(row, json_array_get(previews, at), diff)) {
            return true;
        }
    }
    return false;
}

/* "INC-1, notice first, on mail (email) and staff (email)" */
static void
view_heading(const json_t *previews, size_t at, bool diff)
{
    const json_t *row = json_array_get(previews, at);

    printf("%s, notice %s, on %s (%s)", text_of(row, "incident"),
           text_of(row, "notice"), text_of(row, "channel"), text_of(row, "driver"));
    for (size_t i = at + 1; i < json_array_size(previews); i++) {
        const json_t *other = json_array_get(previews, i);

        if (has_channel(other) && says_the_same(row, other, diff)) {
            printf(", %s (%s)", text_of(other, "channel"), text_of(other, "driver"));
        }
    }
    putchar('\n');
    if (diff && json_object_get(row, "before") == NULL) {
        puts("  nothing was delivered there before");
    } else if (diff) {
        printf("  compared with what was written %s\n", text_of(row, "before_at"));
    }
}

static void
view_preview(const json_t *previews, size_t at, bool diff)
{
    const json_t *row = json_array_get(previews, at);
    const json_t *item;
    size_t i;

    view_heading(previews, at, diff);
    json_array_foreach(json_object_get(row, "texts"), i, item)
    {
        view_text(row, item, diff);
    }
    json_array_foreach(json_object_get(row, "findings"), i, item)
    {
        printf("  %s [%s]: %s\n", text_of(item, "rule"), text_of(item, "language"),
               text_of(item, "problem"));
    }
}

void
view_previews(const json_t *answer, bool diff)
{
    const json_t *previews = json_object_get(answer, "previews");
    const json_t *row;
    size_t i;

    json_array_foreach(previews, i, row)
    {
        if (!has_channel(row)) {
            printf("%s: nobody hears of it: %s\n", text_of(row, "incident"),
                   text_of(row, "why"));
        } else if (!was_shown(previews, i, diff)) {
            view_preview(previews, i, diff);
        }
    }
    if (json_object_get(answer, "refused") != NULL) {
        printf("%s\n", text_of(answer, "refused"));
    }
}
