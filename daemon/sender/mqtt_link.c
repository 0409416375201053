/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From requests to publications. What the broker has confirmed is delivered; what it was
 * given and has not is unknown when the connection ends; what waited for a connection has
 * certainly not left.
 */
#include "sender/mqtt_link.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/address_guard.h"
#include "sender/mqtt_client.h"
#include "sender/resolve.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEFAULT_LIMIT_MS = 30000, /* when the request names none */
    BACK_OFF_FIRST_MS = 1000,
    BACK_OFF_CAP_MS = 60000,
    FIRST_REASON_OF_REFUSAL = 128,
    /* An end is one message to the listeners and one that clears what is retained. */
    PUBLICATIONS_MOST = 2
};

struct mqtt_job {
    struct mqtt_job *next;
    struct mqtt_link *link;
    struct request request;
    struct loop_timer *limit;
    int64_t start_ms;
    int messages[PUBLICATIONS_MOST]; /* numbers; 0: confirmed, or there is none */
    size_t n_published;              /* 0: it waits for the connection */
    int refusal;                     /* of the first that the broker refused */
};

struct mqtt_link {
    struct loop *loop;
    void (*on_reply)(void *context, const struct reply *reply);
    void *context;
    struct mqtt_way way;
    bool stands;
    struct mqtt_job *jobs; /* in order */
    struct resolve *resolve;
    struct addrinfo *found, *next_address;
    struct mqtt_client *client;
    bool is_up;
    struct loop_timer *again; /* connects, after a while */
    int64_t back_off_ms;
    char *trouble; /* that was logged last */
};

static void connect_link(struct mqtt_link *link);

/* --- Jobs -------------------------------------------------------------------------- */

static void
free_job(struct mqtt_job *job)
{
    loop_timer_free(job->limit);
    request_clear(&job->request);
    free(job);
}

/* Of a job that is in no list any more. */
static void
conclude_job(struct mqtt_job *job, enum reply_result result, int64_t code,
             const char *detail)
{
    struct mqtt_link *link = job->link;
    struct reply reply = { .id = job->request.id,
                           .result = result,
                           .code = code,
                           .duration_ms = clock_mono_ms() - job->start_ms };
    if (detail != NULL) {
        reply.detail = string_copy(detail);
    }
    link->on_reply(link->context, &reply);
    reply_clear(&reply);
    free_job(job);
}

static void
answer_job(struct mqtt_job *job, enum reply_result result, int64_t code,
           const char *detail)
{
    struct mqtt_job **place = &job->link->jobs;
    while (*place != job) {
        place = &(*place)->next;
    }
    *place = job->next;
    conclude_job(job, result, code, detail);
}

/* What was published is in doubt, whatever ended the connection. */
static void
answer_all(struct mqtt_link *link, const struct mqtt_end *end)
{
    struct mqtt_job *job = link->jobs;
    link->jobs = NULL;
    while (job != NULL) {
        struct mqtt_job *next = job->next;
        if (job->n_published > 0) {
            conclude_job(job, REPLY_UNKNOWN, 0, end->detail);
        } else if (end->result == REPLY_UNKNOWN) {
            conclude_job(job, REPLY_NOT_SENT, 0, end->detail);
        } else {
            conclude_job(job, end->result, end->code, end->detail);
        }
        job = next;
    }
}

static bool
publish_one(struct mqtt_job *job, const struct buffer *payload, bool is_retained)
{
    struct mqtt_end end = { 0 };
    int message = 0;
    if (mqtt_client_publish(job->link->client, job->request.topic, payload, is_retained,
                            &message, &end)) {
        job->messages[job->n_published++] = message;
        return true;
    }
    answer_job(job, job->n_published > 0 ? REPLY_UNKNOWN : end.result, end.code,
               end.detail);
    free(end.detail);
    return false;
}

static void
publish_job(struct mqtt_job *job)
{
    static const struct buffer nothing;
    const enum mqtt_action action = job->request.mqtt_action;
    if (publish_one(job, &job->request.body, action == MQTT_RETAIN) &&
        action == MQTT_END) {
        (void)publish_one(job, &nothing, true);
    }
}

static void
publish_waiting(struct mqtt_link *link)
{
    struct mqtt_job *next;
    for (struct mqtt_job *job = link->jobs; job != NULL; job = next) {
        next = job->next;
        if (job->n_published == 0) {
            publish_job(job);
        }
    }
}

static bool
is_confirmed(const struct mqtt_job *job)
{
    for (size_t i = 0; i < job->n_published; i++) {
        if (job->messages[i] != 0) {
            return false;
        }
    }
    return job->n_published > 0;
}

/* The job's number of that message becomes 0; false: it has none. */
static bool
confirm(struct mqtt_job *job, int message, int reason)
{
    for (size_t i = 0; i < job->n_published; i++) {
        if (job->messages[i] == message) {
            job->messages[i] = 0;
            if (reason >= FIRST_REASON_OF_REFUSAL && job->refusal == 0) {
                job->refusal = reason;
            }
            return true;
        }
    }
    return false;
}

static void
on_acknowledged(void *context, int message, int reason)
{
    const struct mqtt_link *link = context;
    struct mqtt_job *job = link->jobs;
    while (job != NULL && !confirm(job, message, reason)) {
        job = job->next;
    }
    if (job != NULL && is_confirmed(job)) {
        answer_job(job, REPLY_ANSWERED,
                   job->refusal == 0 ? MQTT_CODE_DONE : MQTT_CODE_PUBACK + job->refusal,
                   NULL);
    }
}

/* --- The connection ---------------------------------------------------------------- */

static void
drop_connection(struct mqtt_link *link)
{
    resolve_free(link->resolve);
    link->resolve = NULL;
    if (link->found != NULL) {
        freeaddrinfo(link->found);
    }
    link->found = link->next_address = NULL;
    mqtt_client_free(link->client);
    link->client = NULL;
    link->is_up = false;
}

static void
tell_trouble(struct mqtt_link *link, const char *trouble)
{
    if (trouble != NULL && !string_equal(trouble, link->trouble)) {
        log_warning("sender: channel %s: %s", link->way.request.channel, trouble);
    } else if (trouble == NULL && link->trouble != NULL) {
        log_info("sender: channel %s: connected to %s:%d", link->way.request.channel,
                 link->way.host, link->way.port);
    }
    string_replace(&link->trouble, trouble);
}

/* No connection, or none any more. */
static void
end_connection(struct mqtt_link *link, const struct mqtt_end *end)
{
    struct mqtt_end copy = { end->result, end->code,
                             string_copy(end->detail == NULL ? "" : end->detail) };
    drop_connection(link);
    if (link->jobs == NULL) {
        tell_trouble(link, copy.detail); /* else the replies do */
    }
    link->back_off_ms =
        link->back_off_ms == 0 ? BACK_OFF_FIRST_MS : link->back_off_ms * 2;
    if (link->back_off_ms > BACK_OFF_CAP_MS) {
        link->back_off_ms = BACK_OFF_CAP_MS;
    }
    if (link->stands) {
        loop_timer_set(link->again, link->back_off_ms);
    }
    answer_all(link, &copy);
    free(copy.detail);
}

static void
on_again(void *context)
{
    connect_link(context);
}

static void
on_up(void *context)
{
    struct mqtt_link *link = context;
    link->is_up = true;
    link->back_off_ms = 0;
    tell_trouble(link, NULL);
    publish_waiting(link);
}

static void try_next_address(struct mqtt_link *link);

static void
on_end(void *context, const struct mqtt_end *end)
{
    struct mqtt_link *link = context;
    if (!link->is_up && end->result == REPLY_NOT_SENT && link->next_address != NULL) {
        mqtt_client_free(link->client);
        link->client = NULL;
        try_next_address(link);
        return;
    }
    end_connection(link, end);
}

static void
try_next_address(struct mqtt_link *link)
{
    const struct mqtt_client_owner owner = { on_up, on_acknowledged, on_end, link };
    struct addrinfo *address = link->next_address;
    while (address != NULL && !link->way.request.allow_private &&
           address_is_guarded(address->ai_addr)) {
        address = address->ai_next;
    }
    if (address == NULL) {
        struct mqtt_end end = {
            REPLY_FORBIDDEN, 0,
            string_format("the address of %s is private or local; reaching it needs "
                          "allow_private = true",
                          link->way.host)
        };
        end_connection(link, &end);
        free(end.detail);
        return;
    }
    link->next_address = address->ai_next;
    link->client = mqtt_client_new(link->loop, &link->way, address->ai_addr, &owner);
}

static void
on_resolved(void *context, struct addrinfo *found_take, const char *reason)
{
    struct mqtt_link *link = context;
    resolve_free(link->resolve);
    link->resolve = NULL;
    if (found_take == NULL) {
        struct mqtt_end end = { REPLY_NOT_SENT, 0,
                                string_format("no such host: %s (%s)", link->way.host,
                                              reason) };
        end_connection(link, &end);
        free(end.detail);
        return;
    }
    link->found = link->next_address = found_take;
    try_next_address(link);
}

/* Unless it is connecting or connected already. */
static void
connect_link(struct mqtt_link *link)
{
    if (link->resolve == NULL && link->client == NULL && link->way.host != NULL) {
        loop_timer_stop(link->again);
        link->resolve = resolve_start(link->loop, link->way.host, link->way.port,
                                      on_resolved, link);
    }
}

/* --- The way ----------------------------------------------------------------------- */

/* What is on its way by the old one is in doubt. */
static void
change_way(struct mqtt_link *link, const struct request *request)
{
    const struct mqtt_end moved = { REPLY_UNKNOWN, 0,
                                    (char[]){ "the channel's configuration changed" } };
    if (mqtt_way_is(&link->way, request)) {
        return;
    }
    if (link->client != NULL) {
        mqtt_client_leave(link->client);
    }
    drop_connection(link);
    answer_all(link, &moved);
    link->back_off_ms = 0;
    mqtt_way_set(&link->way, request);
}

/* --- Requests ---------------------------------------------------------------------- */

static void
on_limit(void *context)
{
    struct mqtt_job *job = context;
    struct mqtt_link *link = job->link;
    const struct mqtt_end late = { REPLY_UNKNOWN, 0,
                                   (char[]){ "the broker did not confirm in time" } };
    if (job->n_published == 0) {
        answer_job(job, REPLY_NOT_SENT, 0, "no connection to the broker in time");
        return;
    }
    end_connection(link, &late); /* a broker that says nothing is asked anew */
}

static void
add_job(struct mqtt_link *link, struct request *request_take)
{
    struct mqtt_job *job = memory_alloc(sizeof(*job));
    struct mqtt_job **place = &link->jobs;
    job->link = link;
    job->request = *request_take;
    *request_take = (struct request){ 0 };
    job->start_ms = clock_mono_ms();
    job->limit = loop_timer_new(link->loop, on_limit, job);
    loop_timer_set(job->limit, job->request.timeout_ms > 0 ? job->request.timeout_ms
                                                           : DEFAULT_LIMIT_MS);
    while (*place != NULL) {
        place = &(*place)->next;
    }
    *place = job;
    if (link->way.host == NULL || job->request.topic == NULL) {
        answer_job(job, REPLY_BAD_REQUEST, 0, "the broker or the topic is not named");
    } else if (link->way.request.ca_file != NULL && link->way.request.ca_pem == NULL) {
        answer_job(job, REPLY_CERTIFICATE, 0,
                   "the certificate authorities of ca_file could not be read when the "
                   "configuration was loaded; reload it when they can");
    } else if (link->is_up) {
        publish_job(job);
    }
}

void
mqtt_link_take(struct mqtt_link *link, struct request *request_take)
{
    change_way(link, request_take);
    if (request_take->mqtt_action == MQTT_STAND) {
        const struct reply reply = { .id = request_take->id, .code = MQTT_CODE_DONE };
        link->stands = true;
        link->on_reply(link->context, &reply);
        request_clear(request_take);
    } else {
        add_job(link, request_take);
    }
    if (link->stands || link->jobs != NULL) {
        connect_link(link);
    }
}

struct mqtt_link *
mqtt_link_new(struct loop *loop,
              void (*on_reply)(void *context, const struct reply *reply), void *context)
{
    struct mqtt_link *link = memory_alloc(sizeof(*link));
    link->loop = loop;
    link->on_reply = on_reply;
    link->context = context;
    link->again = loop_timer_new(loop, on_again, link);
    return link;
}

void
mqtt_link_free(struct mqtt_link *link)
{
    if (link->client != NULL) {
        mqtt_client_leave(link->client);
    }
    drop_connection(link);
    while (link->jobs != NULL) {
        struct mqtt_job *job = link->jobs;
        link->jobs = job->next;
        free_job(job);
    }
    loop_timer_free(link->again);
    mqtt_way_clear(&link->way);
    free(link->trouble);
    free(link);
}
