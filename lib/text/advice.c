/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Advice keys of an event, and the sentences for them.
 */
#include "text/advice.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "model/danger.h"
#include "text/compose.h"

#include <stdlib.h>
#include <string.h>

/* The sentence for the key. Keys come from outside and reach only whole entries. */
static const char *
advice_sentence(const struct catalogue *catalogue, const char *key, bool short_form)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    const char *sentence = NULL;
    char *phrase;

    if (key[strspn(key, allowed)] != '\0') {
        return NULL;
    }
    phrase = string_format("advice.%s.short", key);
    if (short_form) {
        sentence = catalogue_phrase(catalogue, phrase);
    }
    if (!sentence) {
        phrase[strlen(phrase) - strlen(".short")] = '\0';
        sentence = catalogue_phrase(catalogue, phrase);
    }
    free(phrase);
    return sentence;
}

static bool
is_said_first(const struct catalogue *catalogue, const char *key)
{
    const char *list = catalogue_phrase(catalogue, "advice_first");
    size_t len = strlen(key);

    while (*list != '\0') {
        size_t n = strcspn(list, " ");
        if (n == len && memcmp(list, key, len) == 0) {
            return true;
        }
        list += n + strspn(list + n, " ");
    }
    return false;
}

static char *
joined(const struct catalogue *catalogue, const struct facts *facts, bool said_first,
       bool short_form)
{
    struct buffer out = { 0 };
    size_t n = facts_has(facts, FIELD_ADVICE) ? facts->advice.count : 0;

    for (size_t i = 0; i < n; i++) {
        const char *key = facts->advice.items[i];
        const char *sentence = advice_sentence(catalogue, key, short_form);

        if (!sentence || is_said_first(catalogue, key) != said_first) {
            continue;
        }
        if (out.len > 0) {
            buffer_add_char(&out, ' ');
        }
        buffer_add(&out, sentence);
        if (short_form && !said_first) {
            break;
        }
    }
    return out.len > 0 ? buffer_take(&out) : NULL;
}

char *
advice_said_first(const struct catalogue *catalogue, const struct facts *facts,
                  bool short_form)
{
    return joined(catalogue, facts, true, short_form);
}

char *
advice_said_later(const struct catalogue *catalogue, const struct facts *facts,
                  bool short_form)
{
    return joined(catalogue, facts, false, short_form);
}

char *
advice_of_danger(const struct catalogue *catalogue, int64_t dangers, const char *form)
{
    for (int i = 0; i < DANGER_COUNT; i++) {
        if ((dangers & DANGER_BIT(i)) != 0) {
            char *key = string_format("advice.%s.%s", name_of(&danger_names, i), form);
            char *sentence = string_copy(catalogue_phrase(catalogue, key));

            free(key);
            return sentence;
        }
    }
    return NULL;
}

bool
advice_against_water(const struct facts *facts)
{
    return danger_named(facts) != 0;
}

char *
text_advice_first(const struct catalogue *catalogue, const struct facts *facts)
{
    return advice_said_first(catalogue, facts, true);
}

void
text_advice(const struct catalogue *catalogue, const struct strings *advice,
            struct strings *sentences)
{
    for (size_t i = 0; i < advice->count; i++) {
        const char *sentence = advice_sentence(catalogue, advice->items[i], false);
        if (sentence) {
            strings_add(sentences, sentence);
        }
    }
}
