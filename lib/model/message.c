/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message and its texts as plain data.
 */
#include "model/message.h"

#include "base/memory.h"

#include <stdlib.h>

void
correction_clear(struct correction *correction)
{
    facts_clear(&correction->was);
    localized_clear(&correction->reason);
    *correction = (struct correction){ 0 };
}

void
message_clear(struct message *message)
{
    free(message->source);
    free(message->incident);
    facts_clear(&message->facts);
    correction_clear(&message->correction);
    alarm_clear(&message->alarm);
    summary_clear(&message->summary);
    *message = (struct message){ 0 };
}

void
missed_clear(struct missed *missed)
{
    for (size_t i = 0; i < missed->n_newest; i++) {
        message_clear(&missed->newest[i]);
    }
    free(missed->newest);
    free(missed->sequences);
    *missed = (struct missed){ 0 };
}

void
texts_clear(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++) {
        free(texts->items[i].language);
        free(texts->items[i].title);
        free(texts->items[i].short_text);
        free(texts->items[i].long_text);
    }
    free(texts->items);
    *texts = (struct texts){ 0 };
}

const struct text_set *
texts_find(const struct texts *texts, const char *language)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (string_equal(texts->items[i].language, language)) {
            return &texts->items[i];
        }
    }
    return NULL;
}
