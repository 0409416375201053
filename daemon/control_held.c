/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person, as the socket shows and releases it. */
#include "daemon.h"

#include "base/memory.h"
#include "codec/shape.h"
#include "policy/hold.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* The name of the account in /etc/passwd, read there and nowhere else: the daemon asks
 * nobody over a socket. */
static void
set_name(json_t *person, int64_t uid)
{
    FILE *file = fopen("/etc/passwd", "re");
    struct passwd *row = NULL;

    while (file != NULL && (row = fgetpwent(file)) != NULL) {
        if ((int64_t)row->pw_uid == uid) {
            json_object_set_new(person, "name", json_string(row->pw_name));
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static json_t *
people_shape(const struct held *held)
{
    json_t *people = json_array();

    for (size_t i = 0; i < held->n_uids; i++) {
        json_t *person = json_object();

        json_object_set_new(person, "uid", json_integer(held->uids[i]));
        set_name(person, held->uids[i]);
        json_array_append_new(people, person);
    }
    return people;
}

static json_t *
rules_shape(unsigned rules)
{
    static const struct {
        enum hold_rule rule;
        const char *name;
    } names[] = {
        { HOLD_RULE_DANGER, "danger" },
        { HOLD_RULE_FREE_TEXT, "free_text" },
        { HOLD_RULE_RECIPIENTS, "recipients" },
        { HOLD_RULE_UNREAD, "list_unread" },
    };
    json_t *list = json_array();

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if ((rules & names[i].rule) != 0) {
            json_array_append_new(list, json_string(names[i].name));
        }
    }
    return list;
}

static json_t *
channels_shape(const struct held *held, const json_t *texts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < held->n_channels; i++) {
        const struct held_channel *channel = &held->channels[i];
        json_t *row = json_object();
        json_t *own = texts_shape(&channel->texts);

        json_object_set_new(row, "name", json_string(channel->name));
        json_object_set_new(row, "driver", json_string(channel->driver));
        if (channel->persons > 0 && !channel->is_unread) {
            json_object_set_new(row, "recipients", json_integer(channel->persons));
        }
        if (!json_equal(own, texts)) {
            json_object_set(row, "texts", own);
        }
        json_decref(own);
        json_array_append_new(list, row);
    }
    return list;
}

static int64_t
count_persons(const struct held *held)
{
    int64_t n = 0;

    for (size_t i = 0; i < held->n_channels; i++) {
        n += held->channels[i].persons;
    }
    return n;
}

static void
add_held(void *context, const struct held *held)
{
    const struct message *message = held->message;
    json_t *row = json_object();
    json_t *texts = texts_shape(&held->channels[0].texts);

    json_object_set_new(row, "id", json_string(message->id));
    json_object_set_new(row, "incident", json_string(message->incident));
    json_object_set_new(row, "incident_id", json_string(message->incident_id));
    json_object_set_new(row, "source", json_string(message->source));
    json_object_set_new(row, "notice",
                        json_string(name_of(&notice_names, (int)message->notice)));
    json_object_set_new(row, "sequence", json_integer(message->sequence));
    json_object_set_new(row, "since", time_shape(held->since_ms));
    json_object_set_new(row, "rules", rules_shape(held->rules));
    json_object_set_new(row, "submitted_by", people_shape(held));
    json_object_set_new(row, "recipients", json_integer(count_persons(held)));
    json_object_set_new(row, "channels", channels_shape(held, texts));
    json_object_set_new(row, "texts", texts);
    json_object_set_new(row, "sha256", json_string(held->sha256));
    json_array_append_new(context, row);
}

json_t *
control_held(void *context)
{
    struct daemon *daemon = context;
    json_t *list = json_array();
    json_t *answer = json_object();

    pipeline_held(daemon->pipeline, clock_wall_ms(), add_held, list);
    json_object_set_new(answer, "held", list);
    return answer;
}

enum status
control_release(void *context, const char *id, uid_t uid, char sha256[SHA256_HEX_SIZE],
                int64_t *count, struct error *error)
{
    struct daemon *daemon = context;

    return pipeline_release(daemon->pipeline, id, (int64_t)uid, clock_wall_ms(), sha256,
                            count, error);
}
