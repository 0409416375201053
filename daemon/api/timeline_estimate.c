/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The history of an estimate, as it was received: each event of a timeline that names
 * one says what it was before, what it is now, on what it rests and why it changed.
 */
#include "api/answers.h"
#include "codec/shape.h"

#include "base/timestamp.h"

/* The time in the member "at" of an estimate, or in the estimate that is only a time. */
static int64_t
time_of(const json_t *etr)
{
    const char *text =
        json_string_value(json_is_object(etr) ? json_object_get(etr, "at") : etr);
    int64_t at_ms;

    return text != NULL && timestamp_parse(text, &at_ms) ? at_ms : TIME_NONE;
}

static void
copy_member(const json_t *from, const char *key, json_t *to)
{
    json_t *value = json_object_get(from, key);

    if (json_is_string(value) || json_is_object(value)) {
        json_object_set(to, key, value);
    }
}

void
timeline_estimate(const char *body, int64_t *before_ms, json_t *shape)
{
    json_t *event = body == NULL ? NULL : json_loads(body, 0, NULL);
    const json_t *etr = json_object_get(event, "etr");
    int64_t at_ms = time_of(etr);
    json_t *estimate;

    /* A body that was removed, or that says nothing of it. */
    if (etr == NULL || (at_ms == TIME_NONE && !json_is_null(etr))) {
        json_decref(event);
        return;
    }
    estimate = json_object();
    if (at_ms != TIME_NONE) {
        json_object_set_new(estimate, "at", time_shape(at_ms));
    }
    if (*before_ms != TIME_NONE) {
        json_object_set_new(estimate, "before", time_shape(*before_ms));
    }
    copy_member(etr, "basis", estimate);
    copy_member(etr, "reason", estimate);
    json_object_set_new(shape, "etr", estimate);
    *before_ms = at_ms;
    json_decref(event);
}
