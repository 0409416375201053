/* SPDX-License-Identifier: EUPL-1.2 */
/* What people take back or set right over the socket, and what came of it as JSON. */
#include "daemon.h"

#include "base/memory.h"

static json_t *
wrong_shape(uint32_t wrong)
{
    json_t *names = json_array();

    for (int field = 0; field < FIELD_COUNT; field++) {
        if ((wrong & FIELD_BIT(field)) != 0) {
            json_array_append_new(names, json_string(name_of(&field_names, field)));
        }
    }
    return names;
}

static json_t *
channels_shape(const struct amended *amended)
{
    json_t *channels = json_array();

    for (size_t i = 0; i < amended->n_channels; i++) {
        const struct amended_channel *channel = &amended->channels[i];

        json_array_append_new(channels,
                              json_pack("{s:s, s:I, s:I}", "channel", channel->name,
                                        "heard", (json_int_t)channel->heard, "waiting",
                                        (json_int_t)channel->waiting));
    }
    return channels;
}

static json_t *
amended_shape(const struct amended *amended, const char *incident_id)
{
    json_t *answer = json_object();

    json_object_set_new(answer, "incident", json_string(incident_id));
    json_object_set_new(answer, "event_id", json_string(amended->event_id));
    json_object_set_new(answer, "result",
                        json_string(name_of(&result_names, (int)amended->result)));
    json_object_set_new(answer, "messages", json_integer(amended->messages));
    if (amended->notice != NOTICE_NONE) {
        json_object_set_new(answer, "notice",
                            json_string(name_of(&notice_names, (int)amended->notice)));
        json_object_set_new(answer, "sequence", json_integer(amended->sequence));
    }
    json_object_set_new(answer, "wrong", wrong_shape(amended->wrong));
    json_object_set_new(answer, "channels", channels_shape(amended));
    if (amended->why != NULL) {
        json_object_set_new(answer, "why", json_string(amended->why));
    }
    return answer;
}

enum status
amend_incident(void *context, const struct api_amendment *asked, json_t **answer,
               struct faults *faults)
{
    struct daemon *daemon = context;
    const struct amendment amendment = { .incident_id = asked->incident_id,
                                         .patch = asked->patch,
                                         .reason = asked->reason,
                                         .uid = (int64_t)asked->uid,
                                         .check = asked->check };
    struct amended amended = { 0 };
    json_t *previews = asked->check ? json_array() : NULL;
    enum status status = pipeline_amend(daemon->pipeline, &amendment, clock_wall_ms(),
                                        asked->check ? control_add_preview : NULL,
                                        previews, &amended, faults);

    if (status == STATUS_OK) {
        *answer = amended_shape(&amended, asked->incident_id);
        if (previews != NULL) {
            json_object_set(*answer, "previews", previews);
        }
    }
    json_decref(previews);
    amended_clear(&amended);
    return status;
}
