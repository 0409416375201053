/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything the core does with what it reads, in a few milliseconds. */
#include "flipped_life.h"

#include "api/answers.h"
#include "base/memory.h"
#include "pipeline.h"
#include "policy/status_line.h"
#include "store/rescue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TURNS_MOST = 400,
    REQUESTS_MOST = 256,
    ROWS_ASKED = 1000
};

struct life {
    struct store *store;
    struct pipeline *pipeline;
    uint64_t ids[REQUESTS_MOST]; /* of requests that wait for an answer */
    size_t n_ids;
    uint64_t random;
    int64_t now_ms;
};

static int64_t
read_mono(void *context)
{
    const struct life *life = context;

    return life->now_ms;
}

static uint64_t
draw(void *context)
{
    struct life *life = context;

    life->random = life->random * UINT64_C(6364136223846793005) + 1;
    return life->random;
}

static void
on_request(void *context, struct request *request)
{
    struct life *life = context;

    if (life->n_ids < REQUESTS_MOST) {
        life->ids[life->n_ids++] = request->id;
    }
    request_clear(request);
}

/* --- Asking ----------------------------------------------------------------------- */

static void
drop(json_t *answer)
{
    char *text = json_dumps(answer, JSON_COMPACT);

    if (text == NULL) {
        fprintf(stderr, "an answer cannot be written as JSON\n");
        abort();
    }
    free(text);
    json_decref(answer);
}

static bool
ask_incident(void *context, const struct incident_row *row)
{
    struct store *store = context;

    drop(incident_answer(store, row));
    drop(timeline_answer(store, row->row));
    drop(audit_answer(store, row, 0, ROWS_ASKED));
    return true;
}

static void
ask_everything(struct life *life, int64_t now_ms)
{
    const struct incident_filter all = { .closed_since_ms = TIME_NONE, .limit = 1000 };
    const struct incident_filter open = {
        .open_only = true, .closed_since_ms = 0, .limit = 1000, .newest_first = true
    };
    const struct message_filter messages = { .state = -1, .limit = ROWS_ASKED };
    const struct outbound_filter rows = { .state = -1, .limit = ROWS_ASKED };
    struct daemon_report report = { 0 };
    struct buffer metrics = { 0 };

    pipeline_report(life->pipeline, &report, now_ms);
    status_line(&report, now_ms);
    drop(status_answer(&report, now_ms));
    drop(channels_answer(&report, now_ms));
    metrics_format(pipeline_metrics(life->pipeline), &report, life->store, now_ms,
                   &metrics);
    drop(incidents_answer(life->store, &all));
    drop(incidents_answer(life->store, &open));
    drop(messages_answer(life->store, &messages));
    drop(deliveries_answer(life->store, &rows, true));
    drop(audit_answer(life->store, NULL, 0, ROWS_ASKED));
    store_incidents_list(life->store, &all, ask_incident, life->store);
    buffer_clear(&metrics);
    daemon_report_clear(&report);
}

/* --- Living ----------------------------------------------------------------------- */

static void
answer_requests(struct life *life)
{
    while (life->n_ids > 0) {
        struct reply reply = { .id = life->ids[--life->n_ids],
                               .result = REPLY_ANSWERED,
                               .code = 204 };

        pipeline_on_reply(life->pipeline, &reply);
    }
}

static bool
turn(struct life *life, int64_t now_ms)
{
    struct error error = { 0 };

    answer_requests(life);
    if (pipeline_commit(life->pipeline, now_ms, true, &error) != STATUS_OK) {
        fprintf(stderr, "a life ended: %s\n", error.text);
        return false;
    }
    return true;
}

/* A day, or as many turns as it takes. */
static bool
live(struct life *life, int64_t now_ms)
{
    int64_t end_ms = now_ms + DAYS_MS;

    for (int i = 0; i < TURNS_MOST && now_ms < end_ms; i++) {
        life->now_ms = now_ms;
        int64_t next;

        if (!turn(life, now_ms)) {
            return false;
        }
        next = pipeline_next_wake(life->pipeline, now_ms);
        if (life->n_ids == 0) {
            now_ms = next > now_ms ? next : now_ms;
        }
    }
    return true;
}

static enum life_end
run(struct life *life, const struct config *config, int64_t now_ms)
{
    struct pipeline_ports ports = { .context = life,
                                    .transport = { life, on_request },
                                    .random = draw,
                                    .mono_ms = read_mono };
    struct error error = { 0 };
    enum life_end end = LIFE_WELL;
    char *why = store_safe_mode(life->store);

    store_begin(life->store);
    if (store_commit(life->store, &error) != STATUS_OK ||
        pipeline_new(life->store, config, &ports, now_ms, &life->pipeline, &error) !=
            STATUS_OK) {
        fprintf(stderr, "a life could not begin: %s\n", error.text);
        free(why);
        return LIFE_RESTARTS;
    }
    ask_everything(life, now_ms);
    if (!live(life, now_ms)) {
        end = LIFE_RESTARTS;
    } else if (why != NULL) {
        end = LIFE_SAFE_MODE;
    }
    free(why);
    return end;
}

enum life_end
flipped_life(const char *path, const struct config *config, int64_t now_ms)
{
    struct life life = { .now_ms = now_ms, .random = 1 };
    struct error error = { 0 };
    enum life_end end = LIFE_FAILED;

    switch (store_open_or_rescue(path, now_ms, &life.store, &error)) {
    case STATUS_OK:
        end = run(&life, config, now_ms);
        break;
    case STATUS_CONFLICT:
        end = LIFE_NEWER;
        break;
    case STATUS_INVALID:
        end = LIFE_STRANGER;
        break;
    case STATUS_IO:
    case STATUS_NOT_FOUND:
    case STATUS_REFUSED:
    case STATUS_LIMIT:
    case STATUS_BUSY:
    case STATUS_FULL:
    case STATUS_COUNT:
        fprintf(stderr, "%s\n", error.text);
        end = LIFE_FAILED;
        break;
    }
    pipeline_free(life.pipeline);
    store_close(life.store);
    return end;
}
