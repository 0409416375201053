/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message as JSON for programs, the same on every channel that machines read.
 */
#include "channel/notice_body.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/json_post.h"
#include "channel/shown.h"
#include "codec/shape.h"
#include "codec/summary_record.h"

static void
write_texts(const struct delivery_input *input, struct texts *texts)
{
    /* Written as on the day itself, and never marked late: every attempt must carry
     * the same bytes, and timestamp says when it was written. */
    struct compose_context context = delivery_context(input);
    context.now_ms = input->message->written_at_ms;
    context.late = false;
    texts_compose(input->catalogues, input->n_catalogues, input->message, &context,
                  texts);
}

static json_t *
texts_of(const struct delivery_input *input)
{
    struct texts texts = { 0 };
    write_texts(input, &texts);
    json_t *shape = texts_shape(&texts);
    texts_clear(&texts);
    return shape;
}

/* What the message is about: an incident, or the daemon's own trouble. */
static void
put_matter(const struct delivery_input *input, json_t *data)
{
    const struct message *message = input->message;
    if (notice_is_alarm(message->notice)) {
        json_t *alarm = alarm_shape(&message->alarm);
        json_object_set_new(alarm, "over",
                            json_boolean(message->notice == NOTICE_ALARM_OVER));
        if (message->alarm.kind == ALARM_UNDELIVERABLE)
            json_object_set_new(alarm, "count", json_integer(message->alarm.counted));
        json_object_set_new(data, "alarm", alarm);
        return;
    }
    if (notice_is_summary(message->notice)) {
        if (input->page_url != NULL)
            json_object_set_new(data, "url", json_string(input->page_url));
        json_object_set_new(data, "summary", summary_shape(message));
        return;
    }
    if (input->page_url != NULL)
        json_object_set_new(
            data, "url",
            json_sprintf("%s/incident/%s.html", input->page_url, message->incident_id));
    json_object_set_new(data, "incident", message_incident_shape(message));
}

const char *
notice_type(const struct delivery_input *input)
{
    if (input->is_test)
        return "channel.test";
    if (notice_is_summary(input->message->notice))
        return "incident.summary";
    return notice_is_alarm(input->message->notice) ? "daemon.alarm" : "incident.notice";
}

/* The receiver keeps count by sequence: what it was not given is named by its own. */
static json_t *
covers_of(const struct delivery_input *input)
{
    json_t *covers = json_array();
    for (size_t i = 0; i < input->missed->count; i++)
        json_array_append_new(covers, json_integer(input->missed->sequences[i]));
    *input->n_carried = input->missed->count;
    return covers;
}

json_t *
notice_data(const struct delivery_input *input)
{
    const struct message *message = input->message;
    json_t *data = json_object();
    json_object_set_new(data, "message", json_string(message->id));
    json_object_set_new(data, "notice",
                        json_string(name_of(&notice_names, (int)message->notice)));
    json_object_set_new(data, "sequence", json_integer(message->sequence));
    json_object_set_new(data, "previous", json_integer(input->previous));
    if (input->missed != NULL)
        json_object_set_new(data, "covers", covers_of(input));
    put_matter(input, data);
    if (message->notice == NOTICE_CORRECTION || notice_takes_back(message->notice))
        json_object_set_new(data, "correction", correction_shape(&message->correction));
    json_object_set_new(data, "texts", texts_of(input));
    return data;
}

json_t *
notice_body(const struct delivery_input *input)
{
    char written_at[TIMESTAMP_SIZE];
    json_t *body = json_object();
    json_object_set_new(body, "type", json_string(notice_type(input)));
    json_object_set_new(body, "timestamp",
                        json_string(timestamp_format_seconds(
                            input->message->written_at_ms, written_at)));
    json_object_set_new(body, "data", notice_data(input));
    return body;
}

void
notice_body_show(const struct delivery_input *input, struct shown *shown)
{
    static const struct length_rule one_text_message = { .unit = LENGTH_GSM7,
                                                         .most = 1 };
    struct texts texts = { 0 };
    write_texts(input, &texts);
    for (size_t i = 0; i < texts.count; i++) {
        const struct text_set *set = &texts.items[i];
        shown_add(shown, "title", set->language, string_copy(set->title), NULL);
        shown_add(shown, "short", set->language, string_copy(set->short_text),
                  &one_text_message);
        shown_add(shown, "long", set->language, string_copy(set->long_text), NULL);
    }
    texts_clear(&texts);
}

bool
notice_goes_on(const struct message *message)
{
    if (notice_is_alarm(message->notice))
        return message->notice != NOTICE_ALARM_OVER;
    if (notice_is_summary(message->notice))
        return message->notice != NOTICE_STORM_OVER;
    return message->facts.status != INCIDENT_RESTORED &&
           message->facts.status != INCIDENT_CANCELLED &&
           message->merged_into_id[0] == '\0';
}

void
notice_write(json_t *value_take, struct buffer *out)
{
    json_bytes(value_take, out);
    json_decref(value_take);
}
