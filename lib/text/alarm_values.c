/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fills in the values of the slots from an alarm.
 */
#include "text/alarm_values.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "text/fill.h"
#include "text/local_time.h"
#include "text/shorten.h"

#include <stdlib.h>

static void
set_words(struct slot_values *values, enum slot slot, const char *words,
          size_t max_septets)
{
    char *line = single_line(words);

    slot_values_set(values, slot, line == NULL ? NULL : shorten(line, max_septets));
    free(line);
}

/* "alarm.KIND.form" with the subject and the number filled in; NULL without a phrase. */
static char *
phrase_of(const struct catalogue *catalogue, const struct alarm *alarm,
          const char *form)
{
    char *subject = single_line(alarm->subject);
    char *number = catalogue_number(catalogue, alarm->counted);
    const struct fill fills[] = { { "subject", subject == NULL ? "" : subject },
                                  { "n", number } };
    char *key = string_format("alarm.%s.%s",
                              name_of(&alarm_kind_names, (int)alarm->kind), form);
    const char *phrase = catalogue_phrase(catalogue, key);
    char *text = phrase == NULL ? NULL : fill_phrase(phrase, fills, ARRAY_COUNT(fills));

    free(key);
    free(number);
    free(subject);
    return text;
}

static void
fill_times(const struct catalogue *catalogue, const struct message *message,
           const struct compose_context *context, struct value_style style,
           struct slot_values *values)
{
    const struct local_style times = { context->now_ms, style.short_names };

    slot_values_set(values, SLOT_WRITTEN,
                    local_time_at_styled(catalogue, message->written_at_ms, times));
    slot_values_set(values, SLOT_START,
                    local_time_styled(catalogue, message->alarm.raised_at_ms, times));
    slot_values_set(values, SLOT_FLAG_LATE, style.say_written ? string_copy("") : NULL);
}

void
alarm_values_fill(const struct catalogue *catalogue, const struct message *message,
                  const struct compose_context *context, struct value_style style,
                  struct slot_values *values)
{
    const struct alarm *alarm = &message->alarm;

    set_words(values, SLOT_ORG, context->organisation, style.org_septets);
    slot_values_set(values, SLOT_TROUBLE, phrase_of(catalogue, alarm, "there"));
    slot_values_set(values, SLOT_TROUBLE_OVER, phrase_of(catalogue, alarm, "over"));
    slot_values_set(values, SLOT_MEANING, phrase_of(catalogue, alarm, "meaning"));
    slot_values_set(values, SLOT_REMEDY, phrase_of(catalogue, alarm, "do"));
    set_words(values, SLOT_CAUSE, alarm->cause, style.text_septets);
    if (alarm->waiting > 0) {
        slot_values_set(values, SLOT_WAITING,
                        catalogue_plural(catalogue, "alarm.waiting", alarm->waiting));
    }
    slot_values_set(values, SLOT_FLAG_AGAIN, alarm->times > 1 ? string_copy("") : NULL);
    fill_times(catalogue, message, context, style, values);
}
