/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit log: its rows as they are hashed, and the acts that the socket adds. */
#include "store/log.h"

#include "api/instance.h"
#include "api/rows.h"
#include "base/memory.h"
#include "codec/shape.h"

#include <stdio.h>

static json_t *
end_shape(const struct log_end *end)
{
    return json_pack("{s:I, s:s}", "row", (json_int_t)end->row, "hash", end->hash);
}

static void
set_text(json_t *shape, const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        json_object_set_new(shape, key, rows_text(value));
    }
}

static json_t *
act_shape(const struct act *act)
{
    json_t *shape = json_object();

    json_object_set_new(shape, "row", json_integer(act->row));
    json_object_set_new(shape, "at", time_shape(act->at_ms));
    json_object_set_new(shape, "uid", json_integer(act->uid));
    set_text(shape, "action", act->action);
    set_text(shape, "incident", act->incident_id);
    if (act->delivery != 0) {
        json_object_set_new(shape, "delivery", json_integer(act->delivery));
    }
    set_text(shape, "channel", act->channel);
    set_text(shape, "reason", act->reason);
    set_text(shape, "previous", act->previous);
    set_text(shape, "hash", act->hash);
    return shape;
}

static bool
on_act(void *context, const struct act *act)
{
    struct page *page = context;

    if (!page_has_room(page)) {
        return false;
    }
    answer_page_add(page, act->row, act_shape(act));
    return true;
}

void
handle_log(struct call *call)
{
    struct log_filter filter = { .incident_id = call_query(call, "incident") };
    struct log_end anchor, head;
    json_t *answer = json_object();
    struct page page;
    int64_t limit;

    /* An incident that is removed has its acts here still, so it need not be known. */
    if (!call_page(call, &filter.after, &limit)) {
        json_decref(answer);
        return;
    }
    filter.limit = limit + 1;
    answer_page_begin(&page, limit);
    store_log_list(call_store(call), &filter, on_act, &page);
    answer_page_end(&page, "log", answer);
    store_log_anchor(call_store(call), &anchor);
    store_log_head(call_store(call), &head);
    json_object_set_new(answer, "anchor", end_shape(&anchor));
    json_object_set_new(answer, "head", end_shape(&head));
    answer_read(call, answer);
}

void
api_act(struct api *api, uid_t uid, const char *action, const char *incident_id,
        const char *channel, const char *reason)
{
    struct act act = { .uid = (int64_t)uid,
                       .action = string_copy(action),
                       .channel = string_copy(channel),
                       .reason = string_copy(reason) };

    if (incident_id != NULL) {
        (void)snprintf(act.incident_id, sizeof(act.incident_id), "%s", incident_id);
    }
    if (api->ports.act != NULL) {
        api->ports.act(api->ports.context, &act);
        turn_join(api->turn, NULL, NULL);
    }
    act_clear(&act);
}
