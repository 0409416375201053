/* SPDX-License-Identifier: EUPL-1.2 */
/* What changed between two texts, word by word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "ctl/word_diff.h"

#include <stdlib.h>
#include <string.h>

/* "a [-b-]{+c+} d"; caller frees. */
static char *
marked(const char *before, const char *after)
{
    struct word_diff diff = { 0 };
    struct buffer out = { 0 };

    word_diff(before, after, &diff);
    for (size_t i = 0; i < diff.count; i++) {
        static const char *const marks[] = {
            [WORDS_KEPT] = "%s", [WORDS_REMOVED] = "-%s-", [WORDS_ADDED] = "+%s+"
        };
        const char *mark = marks[diff.items[i].kind];
        char *text = diff.items[i].text;

        buffer_append(&out, mark, strcspn(mark, "%"));
        buffer_add(&out, text);
        buffer_add(&out, strchr(mark, 's') + 1);
    }
    buffer_add(&out, "");
    word_diff_clear(&diff);
    return buffer_take(&out);
}

static void
expect(const char *before, const char *after, const char *expected)
{
    char *text = marked(before, after);

    assert_string_equal(text, expected);
    free(text);
}

static void
words_that_changed_are_told(void **state)
{
    (void)state;
    expect("", "", "");
    expect("a b c", "a b c", "a b c");
    expect("", "a b", "+a b+");
    expect("a b", "", "-a b-");
    expect("Vi sa kl. 16.00. Slut", "Vi sa kl. 17.30. Slut",
           "Vi sa kl. -16.00. -+17.30. +Slut");
    expect("ett två tre", "ett tre", "ett -två -tre");
    expect("ett tre", "ett två tre", "ett +två +tre");
    expect("a x b y c", "a b c", "a -x -b -y -c");
    expect("rad ett\nrad två", "rad ett\n\nny rad två", "rad ett\n\n+ny +rad två");
}

/* Whatever is marked: without what was added it is the one, without what was removed
 * the other. */
static void
both_texts_can_be_read_from_it(void **state)
{
    static const char *const words[] = { "a ", "b ", "c ", "d\n" };
    uint32_t random = 12345;

    (void)state;
    for (int round = 0; round < 500; round++) {
        struct buffer texts[2] = { { 0 }, { 0 } }, read[2] = { { 0 }, { 0 } };
        struct word_diff diff = { 0 };

        for (int i = 0; i < 24; i++) {
            random = random * 1664525 + 1013904223;
            if ((random >> 24) % 4 != 0) {
                buffer_add(&texts[i % 2], words[(random >> 16) % 4]);
            }
        }
        buffer_add(&texts[0], "x");
        buffer_add(&texts[1], "x");
        word_diff(texts[0].data, texts[1].data, &diff);
        for (size_t i = 0; i < diff.count; i++) {
            if (diff.items[i].kind != WORDS_ADDED) {
                buffer_add(&read[0], diff.items[i].text);
            }
            if (diff.items[i].kind != WORDS_REMOVED) {
                buffer_add(&read[1], diff.items[i].text);
            }
        }
        assert_string_equal(read[1].data, texts[1].data);
        assert_int_equal(read[0].len, texts[0].len);
        for (int i = 0; i < 2; i++) {
            buffer_clear(&texts[i]);
            buffer_clear(&read[i]);
        }
        word_diff_clear(&diff);
    }
}

static void
enormous_texts_are_told_as_a_whole(void **state)
{
    struct buffer before = { 0 }, after = { 0 };
    struct word_diff diff = { 0 };

    (void)state;
    for (int i = 0; i < 5000; i++) {
        buffer_addf(&before, "a%d ", i);
        buffer_addf(&after, "b%d ", i);
    }
    word_diff(before.data, after.data, &diff);
    assert_int_equal(diff.count, 2);
    assert_int_equal(diff.items[0].kind, WORDS_REMOVED);
    assert_string_equal(diff.items[1].text, after.data);
    word_diff_clear(&diff);
    buffer_clear(&before);
    buffer_clear(&after);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_changed_are_told),
        cmocka_unit_test(both_texts_can_be_read_from_it),
        cmocka_unit_test(enormous_texts_are_told_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
