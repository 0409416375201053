/* SPDX-License-Identifier: EUPL-1.2 */
/* The longest common run of words, by the usual table. */
#include "ctl/word_diff.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_CELLS = 4 * 1024 * 1024 /* of the table; beyond this it is not worth it */
};

struct word {
    const char *text;
    size_t len;   /* without the space behind it */
    size_t whole; /* with it */
};

struct words {
    struct word *items;
    size_t count;
};

static void
words_read(const char *text, struct words *words)
{
    while (*text != '\0') {
        struct word word = { .text = text };

        word.len = strcspn(text, " \n");
        word.whole = word.len + strspn(text + word.len, " \n");
        words->items = memory_grow(words->items, words->count, sizeof(*words->items));
        words->items[words->count++] = word;
        text += word.whole;
    }
}

static bool
is_same(const struct word *a, const struct word *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static void
add(struct word_diff *diff, enum word_change_kind kind, const struct word *word)
{
    struct word_change *last = diff->count > 0 ? &diff->items[diff->count - 1] : NULL;
    char *text;

    if (last != NULL && last->kind == kind) {
        text = string_format("%s%.*s", last->text, (int)word->whole, word->text);
        free(last->text);
        last->text = text;
        return;
    }
    diff->items = memory_grow(diff->items, diff->count, sizeof(*diff->items));
    diff->items[diff->count++] =
        (struct word_change){ .kind = kind,
                              .text = string_copy_n(word->text, word->whole) };
}

static void
add_all(struct word_diff *diff, enum word_change_kind kind, const struct word *words,
        size_t n)
{
    for (size_t i = 0; i < n; i++) {
        add(diff, kind, &words[i]);
    }
}

/* cell(i, j): how many words a[i..] and b[j..] have in common, in order. */
static uint32_t *
common_table(const struct word *a, size_t n, const struct word *b, size_t m)
{
    uint32_t *cells = memory_array((n + 1) * (m + 1), sizeof(*cells));

    for (size_t i = n; i-- > 0;) {
        for (size_t j = m; j-- > 0;) {
            uint32_t *cell = &cells[i * (m + 1) + j];
            uint32_t below = cells[(i + 1) * (m + 1) + j], right = cell[1];

            if (is_same(&a[i], &b[j])) {
                *cell = cells[(i + 1) * (m + 1) + j + 1] + 1;
            } else {
                *cell = below > right ? below : right;
            }
        }
    }
    return cells;
}

static void
diff_middle(const struct word *a, size_t n, const struct word *b, size_t m,
            struct word_diff *diff)
{
    uint32_t *cells;
    size_t i = 0, j = 0;

    if ((n + 1) * (m + 1) > MAX_CELLS) {
        add_all(diff, WORDS_REMOVED, a, n);
        add_all(diff, WORDS_ADDED, b, m);
        return;
    }
    cells = common_table(a, n, b, m);
    while (i < n && j < m) {
        if (is_same(&a[i], &b[j])) {
            add(diff, WORDS_KEPT, &b[j++]);
            i++;
        } else if (cells[(i + 1) * (m + 1) + j] >= cells[i * (m + 1) + j + 1]) {
            add(diff, WORDS_REMOVED, &a[i++]);
        } else {
            add(diff, WORDS_ADDED, &b[j++]);
        }
    }
    add_all(diff, WORDS_REMOVED, a + i, n - i);
    add_all(diff, WORDS_ADDED, b + j, m - j);
    free(cells);
}

void
word_diff(const char *before, const char *after, struct word_diff *diff)
{
    struct words a = { 0 }, b = { 0 };
    size_t head = 0, tail = 0;

    word_diff_clear(diff);
    words_read(before, &a);
    words_read(after, &b);
    while (head < a.count && head < b.count &&
           is_same(&a.items[head], &b.items[head])) {
        head++;
    }
    while (tail < a.count - head && tail < b.count - head &&
           is_same(&a.items[a.count - 1 - tail], &b.items[b.count - 1 - tail])) {
        tail++;
    }
    add_all(diff, WORDS_KEPT, b.items, head);
    diff_middle(a.items + head, a.count - head - tail, b.items + head,
                b.count - head - tail, diff);
    add_all(diff, WORDS_KEPT, b.items + b.count - tail, tail);
    free(a.items);
    free(b.items);
}

void
word_diff_clear(struct word_diff *diff)
{
    for (size_t i = 0; i < diff->count; i++) {
        free(diff->items[i].text);
    }
    free(diff->items);
    *diff = (struct word_diff){ 0 };
}
