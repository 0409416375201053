/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which kind of incident the event of an alert is: as the configuration says, as our own
 * code says, else by words for outages in English and Swedish. A word must be about the
 * service, not about its matter: "water" alone would take a flood for it.
 */
#include "codec/cap_event.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Parts of an event's name in small letters; the first that is found decides. */
static const struct {
    const char *part;
    enum incident_kind kind;
} default_words[] = {
    { "power outage", KIND_POWER },
    { "power cut", KIND_POWER },
    { "power failure", KIND_POWER },
    { "power interruption", KIND_POWER },
    { "electricity", KIND_POWER },
    { "blackout", KIND_POWER },
    { "strömavbrott", KIND_POWER },
    { "elavbrott", KIND_POWER },
    { "drinking water", KIND_WATER },
    { "water outage", KIND_WATER },
    { "water supply", KIND_WATER },
    { "water main", KIND_WATER },
    { "boil water", KIND_WATER },
    { "dricksvatten", KIND_WATER },
    { "vattenavbrott", KIND_WATER },
    { "vattenläcka", KIND_WATER },
    { "vattenförsörjning", KIND_WATER },
    { "sewage", KIND_SEWAGE },
    { "sewer", KIND_SEWAGE },
    { "avlopp", KIND_SEWAGE },
    { "district heating", KIND_HEATING },
    { "heating outage", KIND_HEATING },
    { "fjärrvärme", KIND_HEATING },
    { "värmeavbrott", KIND_HEATING },
    { "gas outage", KIND_GAS },
    { "gas leak", KIND_GAS },
    { "gas supply", KIND_GAS },
    { "gasavbrott", KIND_GAS },
    { "gasläcka", KIND_GAS },
    { "telephone outage", KIND_TELECOM },
    { "internet outage", KIND_TELECOM },
    { "network outage", KIND_TELECOM },
    { "telecom", KIND_TELECOM },
    { "teleavbrott", KIND_TELECOM },
    { "telestörning", KIND_TELECOM },
    { "bredbandsavbrott", KIND_TELECOM },
    { "transport disruption", KIND_TRANSPORT },
    { "public transport", KIND_TRANSPORT },
    { "kollektivtrafik", KIND_TRANSPORT },
};

char *
cap_value(const struct cap_element *parent, const char *block, const char *name)
{
    const struct cap_element *element = cap_child(parent, block);

    for (; element != NULL; element = cap_next(element)) {
        char *found = cap_text(element, "valueName");
        bool is_it = string_equal(found, name);

        free(found);
        if (is_it)
            return cap_text(element, "value");
    }
    return NULL;
}

static bool
is_same_word(const char *text, const char *word, size_t len)
{
    char *one = utf8_casefold(text), *cut = string_copy_n(word, len);
    char *other = utf8_casefold(cut);
    bool is_same = strcmp(one, other) == 0;

    free(one);
    free(cut);
    free(other);
    return is_same;
}

/* By the event's name, or one of its codes. */
static int
configured(const struct cap_element *info, const struct cap_kinds *kinds,
           const char *text)
{
    for (size_t i = 0; i < kinds->words.count; i++) {
        const char *word = kinds->words.items[i];
        const struct cap_element *code = cap_child(info, "eventCode");
        enum incident_kind kind;
        size_t len;

        if (!cap_kinds_word(word, &len, &kind))
            continue;
        if (is_same_word(text, word, len))
            return (int)kind;
        for (; code != NULL; code = cap_next(code)) {
            char *value = cap_text(code, "value");
            bool is_it = value != NULL && is_same_word(value, word, len);

            free(value);
            if (is_it)
                return (int)kind;
        }
    }
    return -1;
}

static int
by_default_words(const char *text)
{
    char *folded = utf8_casefold(text);
    int kind = -1;

    for (size_t i = 0; kind < 0 && i < ARRAY_COUNT(default_words); i++) {
        if (strstr(folded, default_words[i].part) != NULL)
            kind = (int)default_words[i].kind;
    }
    free(folded);
    return kind;
}

enum incident_kind
cap_kind_of(const struct cap_element *info, const struct cap_kinds *kinds,
            bool *is_named)
{
    char *text = cap_text(info, "event");
    char *own = cap_value(info, "eventCode", CAP_OWN_PREFIX "kind");
    int kind = text == NULL ? -1 : configured(info, kinds, text);

    if (kind < 0)
        kind = name_find(&kind_names, own);
    if (kind < 0)
        kind = name_find(&kind_names, text);
    if (kind < 0 && text != NULL)
        kind = by_default_words(text);
    free(own);
    free(text);
    *is_named = kind >= 0;
    return kind >= 0 ? (enum incident_kind)kind : kinds->otherwise;
}
