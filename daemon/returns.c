/* SPDX-License-Identifier: EUPL-1.2 */
/* What comes back of deliveries over the socket, and what came of it as JSON. */
#include "daemon.h"

static json_t *
returned_shape(const struct returned *returned)
{
    json_t *answer = json_object();

    json_object_set_new(
        answer, "result",
        json_string(returned->result == NULL ? "dropped" : returned->result));
    if (returned->channel != NULL) {
        json_object_set_new(answer, "channel", json_string(returned->channel));
        json_object_set_new(answer, "delivery", json_integer(returned->delivery));
    }
    if (returned->left > 0) {
        json_object_set_new(answer, "left", json_integer(returned->left));
    }
    if (returned->why != NULL) {
        json_object_set_new(answer, "why", json_string(returned->why));
    }
    return answer;
}

enum status
returns_unsubscribe(void *context, const char *token, uid_t uid, json_t **answer,
                    struct error *error)
{
    struct daemon *daemon = context;
    struct returned returned = { 0 };
    enum status status = pipeline_unsubscribe(daemon->pipeline, token, (int64_t)uid,
                                              clock_wall_ms(), &returned, error);

    if (status == STATUS_OK) {
        *answer = returned_shape(&returned);
    }
    returned_clear(&returned);
    return status;
}

json_t *
returns_bounce(void *context, const struct mail_report *report, const char *address,
               uid_t uid)
{
    struct daemon *daemon = context;
    struct returned returned = { 0 };
    json_t *answer;

    pipeline_bounce(daemon->pipeline, report, address, (int64_t)uid, clock_wall_ms(),
                    &returned);
    answer = returned_shape(&returned);
    returned_clear(&returned);
    return answer;
}

char *
returns_page(void *context, enum api_page page)
{
    static const enum leave_page pages[API_PAGE_COUNT] = {
        [API_PAGE_ASK] = LEAVE_PAGE_ASK,
        [API_PAGE_DONE] = LEAVE_PAGE_DONE,
        [API_PAGE_UNKNOWN] = LEAVE_PAGE_UNKNOWN,
    };
    const struct daemon *daemon = context;

    return pipeline_leave_page(daemon->pipeline, pages[page]);
}
