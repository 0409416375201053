/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any bytes as an alert of CAP 1.2: it is taken as one event or there are faults, and
 * what is taken is an event of the event format, which says the same when it is read
 * from its canonical form.
 */
#include "fuzz.h"

#include "base/memory.h"
#include "codec/event_json.h"
#include "codec/shape.h"

#include <stdlib.h>
#include <string.h>

#define RECEIVED INT64_C(1795439100000)

/* Not the JSON parsers: they have a target of their own. */
static bool
is_xml(const uint8_t *data, size_t size)
{
    return events_look_like_xml((const char *)data, size);
}

static void
check_event(const struct event *event)
{
    struct events again = { 0 };
    struct faults faults = { 0 };

    FUZZ_CHECK(facts_has(&event->facts, FIELD_STATUS));
    FUZZ_CHECK(facts_has(&event->facts, FIELD_MODE));
    for (size_t i = 0; i < event->references.count; i++)
        FUZZ_CHECK(event->references.items[i][0] != '\0');
    if (strlen(event->body) > EVENT_MAX_BYTES)
        return;
    FUZZ_CHECK(events_parse(event->body, strlen(event->body), "fuzz", RECEIVED, &again,
                            &faults) == STATUS_OK);
    FUZZ_CHECK(again.count == 1);
    FUZZ_CHECK(strcmp(again.items[0].body, event->body) == 0);
    FUZZ_CHECK(strcmp(again.items[0].digest, event->digest) == 0);
    FUZZ_CHECK(again.items[0].named == event->named);
    for (int field = 0; field < FIELD_COUNT; field++)
        FUZZ_CHECK(facts_field_equal(&again.items[0].facts, &event->facts,
                                     (enum event_field)field));
    events_clear(&again);
    faults_clear(&faults);
}

static void
check_faults(const struct faults *faults)
{
    struct buffer text = { 0 };

    FUZZ_CHECK(faults->count > 0);
    for (size_t i = 0; i < faults->count; i++)
        FUZZ_CHECK(faults->items[i].problem[0] != '\0');
    faults_format(faults, &text);
    buffer_clear(&text);
    json_decref(faults_shape(faults));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct events events = { 0 };
    struct faults faults = { 0 };
    enum status status;

    if (!is_xml(data, size))
        return 0;
    status = events_parse((const char *)data, size, "fuzz", RECEIVED, &events, &faults);
    if (status == STATUS_OK) {
        FUZZ_CHECK(events.count == 1 && faults.count == 0);
        check_event(&events.items[0]);
    } else {
        FUZZ_CHECK(status == STATUS_INVALID || status == STATUS_LIMIT ||
                   status == STATUS_REFUSED);
        FUZZ_CHECK(events.count == 0);
        check_faults(&faults);
    }
    events_clear(&events);
    faults_clear(&faults);
    return 0;
}
