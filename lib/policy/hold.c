/* SPDX-License-Identifier: EUPL-1.2 */
/* What takes two persons before it is said. */
#include "policy/hold.h"

#include "base/memory.h"
#include "model/danger.h"

#include <string.h>

/* Is it advice that concerns life and health? */
static bool
is_dangerous(const char *advice)
{
    return name_find(&danger_names, advice) >= 0;
}

static const struct strings no_advice = { 0 };

static const struct strings *
advice_of(const struct facts *facts)
{
    return facts_has(facts, FIELD_ADVICE) ? &facts->advice : &no_advice;
}

bool
hold_withholds(const struct withheld *withheld)
{
    return withheld->note || withheld->advice.count > 0;
}

void
hold_copy(struct withheld *to, const struct withheld *from)
{
    to->note = from->note;
    to->asked = from->asked;
    strings_copy(&to->advice, &from->advice);
}

void
hold_end(struct withheld *withheld)
{
    withheld->note = false;
    withheld->asked = false;
    strings_clear(&withheld->advice);
}

unsigned
hold_rules_of(const struct withheld *withheld)
{
    return (withheld->advice.count > 0 ? (unsigned)HOLD_RULE_DANGER : 0U) |
           (withheld->note ? (unsigned)HOLD_RULE_FREE_TEXT : 0U);
}

static bool
is_for_staff(const struct facts *facts)
{
    return facts_has(facts, FIELD_AUDIENCE) && facts->audience == AUDIENCE_STAFF;
}

static bool
take_in_note(const struct hold_rules *rules, const struct facts *before,
             struct incident *incident)
{
    if (!facts_has(&incident->facts, FIELD_NOTE)) {
        incident->withheld.note = false;
        return false;
    }
    if (facts_field_equal(before, &incident->facts, FIELD_NOTE))
        return false;
    /* A retraction takes one person, and so does what it says. */
    incident->withheld.note = rules->in_force && rules->note &&
                              !strings_has(rules->free_text, incident->source) &&
                              !(facts_has(&incident->facts, FIELD_STATUS) &&
                                incident->facts.status == INCIDENT_CANCELLED);
    return incident->withheld.note; /* other words than those that wait are new too */
}

static bool
take_in_advice(const struct hold_rules *rules, const struct facts *before,
               struct incident *incident)
{
    const struct strings *now = advice_of(&incident->facts);
    struct strings kept = { 0 };
    bool is_new = false;

    for (size_t i = 0; i < now->count; i++) {
        const char *key = now->items[i];
        bool waits = strings_has(&incident->withheld.advice, key);
        bool comes = rules->in_force && rules->danger && is_dangerous(key) &&
                     !strings_has(advice_of(before), key);

        if ((waits || comes) && !strings_has(&kept, key))
            strings_add(&kept, key);
        is_new = is_new || (comes && !waits);
    }
    strings_clear(&incident->withheld.advice);
    incident->withheld.advice = kept;
    return is_new;
}

bool
hold_take_in(const struct hold_rules *rules, const struct facts *before,
             struct incident *incident)
{
    static const struct facts nothing = { 0 };
    bool note, advice;

    if (is_for_staff(&incident->facts)) {
        hold_end(&incident->withheld);
        return false;
    }
    /* What staff were told, nobody has released for the public. */
    if (is_for_staff(before))
        before = &nothing;
    note = take_in_note(rules, before, incident);
    advice = take_in_advice(rules, before, incident);
    if (note || advice)
        incident->withheld.asked = false;
    return note || advice;
}

void
hold_leave_out(struct facts *facts, const struct withheld *withheld)
{
    static const struct facts nothing = { 0 };
    struct strings kept = { 0 };

    if (withheld->note)
        facts_copy_field(facts, &nothing, FIELD_NOTE);
    if (withheld->advice.count == 0 || !facts_has(facts, FIELD_ADVICE))
        return;
    for (size_t i = 0; i < facts->advice.count; i++) {
        if (!strings_has(&withheld->advice, facts->advice.items[i]))
            strings_add(&kept, facts->advice.items[i]);
    }
    strings_clear(&facts->advice);
    facts->advice = kept;
    if (kept.count == 0)
        facts_copy_field(facts, &nothing, FIELD_ADVICE);
}

unsigned
hold_rule_of_list(const struct hold_rules *rules, enum notice notice, int64_t persons)
{
    if (!rules->in_force || notice_takes_back(notice) || notice == NOTICE_CORRECTION ||
        notice == NOTICE_LAPSED)
        return 0;
    if (persons < 0)
        return HOLD_RULE_UNREAD;
    return persons > rules->recipients ? HOLD_RULE_RECIPIENTS : 0;
}

void
hold_rules_format(unsigned rules, struct buffer *out)
{
    static const struct {
        enum hold_rule rule;
        const char *name;
    } names[] = {
        { HOLD_RULE_DANGER, "danger" },
        { HOLD_RULE_FREE_TEXT, "free text" },
        { HOLD_RULE_RECIPIENTS, "many recipients" },
        { HOLD_RULE_UNREAD, "a list that is still being read" },
    };
    const char *separator = "";

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if ((rules & names[i].rule) != 0) {
            buffer_addf(out, "%s%s", separator, names[i].name);
            separator = ", ";
        }
    }
}

bool
hold_same_words(const struct facts *a, const struct facts *b)
{
    for (int field = 0; field < FIELD_COUNT; field++) {
        /* Never in a text. */
        if (field != FIELD_PREMISES &&
            !facts_field_equal(a, b, (enum event_field)field))
            return false;
    }
    return true;
}
