/* SPDX-License-Identifier: EUPL-1.2 */
/* What a story expects: of answers, of what left, of states and alarms. */
#include "steps.h"

#include "base/memory.h"
#include "outbound/rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* expect result RESULT [messages N] */
static bool
expect_result(struct story *story, char *rest)
{
    const char *want = story_word(&rest);
    const struct submit_results *results = &story->world.results;
    const struct submit_result *last;
    const char *got;

    if (results->count == 0) {
        return story_failed(story, "no event was accepted");
    }
    last = &results->items[results->count - 1];
    got = name_of(&result_names, (int)last->result);
    if (strcmp(want, got) != 0) {
        return story_failed(story, "the result is %s, not %s", got, want);
    }
    if (strcmp(story_word(&rest), "messages") == 0 &&
        story_number(rest) != last->messages) {
        return story_failed(story, "%lld messages, not %s", (long long)last->messages,
                            rest);
    }
    return true;
}

static bool
expect_why(struct story *story, char *rest)
{
    const struct submit_results *results = &story->world.results;
    const char *why = results->count > 0 ? results->items[0].why : NULL;
    const char *want = story_word(&rest);

    if (why == NULL || strstr(why, want) == NULL) {
        return story_failed(story, "why is \"%s\"", why != NULL ? why : "");
    }
    return true;
}

/* expect warning "words": of the last event. */
static bool
expect_warning(struct story *story, char *rest)
{
    const struct submit_results *results = &story->world.results;
    const char *warning = results->count > 0 ? results->items[0].warning : NULL;
    const char *want = story_word(&rest);

    return warning != NULL && strstr(warning, want) != NULL
               ? true
               : story_failed(story, "the warning is \"%s\"",
                              warning != NULL ? warning : "");
}

/* A member of the web hook's data, or of its incident, as text. */
static char *
member_text(const json_t *data, const char *name)
{
    const json_t *value = json_object_get(data, name);

    if (value == NULL) {
        value = json_object_get(json_object_get(data, "incident"), name);
    }
    if (value == NULL) {
        value = json_object_get(json_object_get(data, "alarm"), name);
    }
    return json_is_string(value) ? string_copy(json_string_value(value))
           : value != NULL       ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT)
                                 : string_copy("(absent)");
}

static bool
compare_members(struct story *story, const json_t *data, char *rest)
{
    for (;;) {
        const char *name = story_word(&rest);
        const char *want = story_word(&rest);
        char *got;
        bool same;

        if (name[0] == '\0') {
            return true;
        }
        got = member_text(data, name);
        same = strcmp(got, want) == 0;
        if (!same) {
            story_failed(story, "%s is %s, not %s", name, got, want);
        }
        free(got);
        if (!same) {
            return false;
        }
    }
}

/* expect request CHANNEL [member value]...: the next request that left there. */
static bool
expect_request(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    struct tapped *tapped = world_unseen(&story->world, channel);
    json_t *body;
    bool good;

    if (tapped == NULL) {
        return story_failed(story, "nothing (more) left on %s", channel);
    }
    tapped->seen = true;
    if (rest[strspn(rest, " ")] == '\0') {
        return true;
    }
    body = json_loadb(tapped->request.body.data, tapped->request.body.len, 0, NULL);
    good = compare_members(story, json_object_get(body, "data"), rest);
    json_decref(body);
    return good;
}

/* expect none CHANNEL: nothing left that no step has looked at. */
static bool
expect_none(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);

    return world_unseen(&story->world, channel) == NULL
               ? true
               : story_failed(story, "something left on %s", channel);
}

/* The request that the last `expect request` was about. */
static const struct tapped *
last_seen(struct world *world, const char *channel)
{
    for (size_t i = world->n_tapped; i > 0; i--) {
        const struct tapped *tapped = &world->tapped[i - 1];

        if (tapped->seen && strcmp(tapped->channel, channel) == 0) {
            return tapped;
        }
    }
    return NULL;
}

/* expect text CHANNEL "words": in the short or long text of one of the languages. */
static bool
expect_text(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *want = story_word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);
    const char *language;
    json_t *body, *texts, *text;
    bool found = false;

    if (tapped == NULL) {
        return story_failed(story, "no request of %s was looked at", channel);
    }
    body = json_loadb(tapped->request.body.data, tapped->request.body.len, 0, NULL);
    texts = json_object_get(json_object_get(body, "data"), "texts");
    json_object_foreach(texts, language, text)
    {
        const char *s = json_string_value(json_object_get(text, "short"));
        const char *l = json_string_value(json_object_get(text, "long"));

        found = found || (s != NULL && strstr(s, want) != NULL) ||
                (l != NULL && strstr(l, want) != NULL);
    }
    if (!found) {
        char *dump = json_dumps(texts, JSON_INDENT(1));

        story_failed(story, "no text says \"%s\": %s", want, dump);
        free(dump);
    }
    json_decref(body);
    return found;
}

static bool
same_words(const void *data, size_t len, const char *want)
{
    return memmem(data, len, want, strlen(want)) != NULL;
}

/* In its body, or in one of its files. */
static bool
says(const struct request *request, const char *want)
{
    bool found = request->body.len > 0 &&
                 same_words(request->body.data, request->body.len, want);

    for (size_t i = 0; i < request->n_files && !found; i++) {
        const struct buffer *content = &request->files[i].content;

        found = content->len > 0 && same_words(content->data, content->len, want);
    }
    return found;
}

/* expect body CHANNEL "words": anywhere in the request's body. */
static bool
expect_body(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *want = story_word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);

    if (tapped == NULL) {
        return story_failed(story, "no request of %s was looked at", channel);
    }
    return says(&tapped->request, want)
               ? true
               : story_failed(story, "the body does not say \"%s\":\n%s", want,
                              tapped->request.body.data);
}

/* expect no body CHANNEL "words" */
static bool
expect_no_body(struct story *story, char *rest)
{
    const char *channel;
    const char *want;
    const struct tapped *tapped;

    if (strcmp(story_word(&rest), "body") != 0) {
        return story_failed(story, "only `expect no body` is known");
    }
    channel = story_word(&rest);
    want = story_word(&rest);
    tapped = last_seen(&story->world, channel);
    if (tapped == NULL) {
        return story_failed(story, "no request of %s was looked at", channel);
    }
    return says(&tapped->request, want)
               ? story_failed(story, "the body says \"%s\"", want)
               : true;
}

/* expect last CHANNEL: everything that left there is looked at, the newest last. */
static bool
expect_last(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    struct tapped *tapped = world_unseen(&story->world, channel);
    bool found = tapped != NULL;

    for (; tapped != NULL; tapped = world_unseen(&story->world, channel)) {
        tapped->seen = true;
    }
    return found ? true : story_failed(story, "nothing (more) left on %s", channel);
}

/* expect files CHANNEL "part of a name" N: so many such files were ever written there. */
static bool
expect_files(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *part = story_word(&rest);
    const struct world *world = &story->world;
    int64_t n = 0;

    for (size_t i = 0; i < world->n_tapped; i++) {
        const struct request *request = &world->tapped[i].request;

        for (size_t j = 0;
             strcmp(world->tapped[i].channel, channel) == 0 && j < request->n_files;
             j++) {
            n += strstr(request->files[j].name, part) != NULL;
        }
    }
    return n == story_number(rest)
               ? true
               : story_failed(story, "%lld files, not %s", (long long)n, rest);
}

/* expect to CHANNEL ADDRESS: the recipient of the request last looked at. */
static bool
expect_to(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *want = story_word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);

    return tapped != NULL && string_equal(tapped->request.rcpt_to, want)
               ? true
               : story_failed(story, "it goes to %s",
                              tapped != NULL ? tapped->request.rcpt_to : "nobody");
}

/* expect asked CHANNEL METHOD "words": the method, and words in the address. */
static bool
expect_asked(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *method = story_word(&rest);
    const char *want = story_word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);

    if (tapped == NULL) {
        return story_failed(story, "no request of %s was looked at", channel);
    }
    return string_equal(tapped->request.method, method) &&
                   strstr(tapped->request.url, want) != NULL
               ? true
               : story_failed(story, "it is %s %s", tapped->request.method,
                              tapped->request.url);
}

/* expect deliveries CHANNEL STATE N */
static bool
expect_deliveries(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    int state = name_find(&delivery_state_names, story_word(&rest));
    struct channel_counts counts;

    store_outbound_counts(story->world.store, channel, &counts);
    if (state < 0 || counts.states[state] != story_number(rest)) {
        return story_failed(story, "%lld deliveries, not %s",
                            state < 0 ? -1LL : (long long)counts.states[state], rest);
    }
    return true;
}

/* expect incident NUMBER STATUS|waiting [messages N] */
static bool
expect_incident(struct story *story, char *rest)
{
    const char *given = story_word(&rest);
    const char *want = story_word(&rest);
    struct incident_row row = { 0 };
    bool good = true;
    const char *got;

    if (!store_incident_find(story->world.store, "oms", given, &row)) {
        return story_failed(story, "there is no incident %s", given);
    }
    got = row.exists ? name_of(&status_names, (int)row.status) : "waiting";
    if (strcmp(got, want) != 0) {
        good = story_failed(story, "%s is %s, not %s", given, got, want);
    } else if (strcmp(story_word(&rest), "messages") == 0 &&
               row.sequence != story_number(rest)) {
        good =
            story_failed(story, "%lld messages, not %s", (long long)row.sequence, rest);
    }
    incident_row_clear(&row);
    return good;
}

/* expect channel NAME up|down|paused */
static bool
expect_channel(struct story *story, char *rest)
{
    const char *name = story_word(&rest);
    const char *want = story_word(&rest);
    struct daemon_report report = { 0 };
    bool good = false;

    pipeline_report(story->world.pipeline, &report, story->world.now_ms);
    for (size_t i = 0; i < report.n_channels; i++) {
        const struct channel_report *channel = &report.channels[i];

        good = good ||
               (strcmp(channel->name, name) == 0 &&
                strcmp(name_of(&channel_state_names, (int)channel->state), want) == 0);
    }
    daemon_report_clear(&report);
    return good ? true : story_failed(story, "%s is not %s", name, want);
}

/* expect alarm KIND SUBJECT [times N]: it is going on. */
static bool
expect_alarm(struct story *story, char *rest)
{
    int kind = name_find(&alarm_kind_names, story_word(&rest));
    const char *subject = story_word(&rest);
    bool counted = strcmp(story_word(&rest), "times") == 0;
    struct daemon_report report = { 0 };
    int64_t times = -1;

    pipeline_report(story->world.pipeline, &report, story->world.now_ms);
    for (size_t i = 0; i < report.alarms.count; i++) {
        const struct alarm *alarm = &report.alarms.items[i];

        if ((int)alarm->kind == kind && strcmp(alarm->subject, subject) == 0) {
            times = alarm->times;
        }
    }
    daemon_report_clear(&report);
    if (times < 0) {
        return story_failed(story, "there is no such alarm about \"%s\"", subject);
    }
    return !counted || times == story_number(rest)
               ? true
               : story_failed(story, "it was told %lld times", (long long)times);
}

/* expect calm: no alarm is going on. */
static bool
expect_calm(struct story *story, char *rest)
{
    struct daemon_report report = { 0 };
    bool good;

    (void)rest;
    pipeline_report(story->world.pipeline, &report, story->world.now_ms);
    good = report.alarms.count == 0;
    if (!good) {
        story_failed(story, "there is an alarm: %s about \"%s\"",
                     name_of(&alarm_kind_names, (int)report.alarms.items[0].kind),
                     report.alarms.items[0].subject);
    }
    daemon_report_clear(&report);
    return good;
}

bool
step_expect(struct story *story, char *rest)
{
    static const struct step steps[] = {
        { "result", expect_result },
        { "why", expect_why },
        { "request", expect_request },
        { "none", expect_none },
        { "text", expect_text },
        { "body", expect_body },
        { "no", expect_no_body },
        { "last", expect_last },
        { "to", expect_to },
        { "asked", expect_asked },
        { "deliveries", expect_deliveries },
        { "files", expect_files },
        { "warning", expect_warning },
        { "incident", expect_incident },
        { "channel", expect_channel },
        { "alarm", expect_alarm },
        { "held", expect_held },
        { "calm", expect_calm },
        { "timeline", expect_timeline },
    };

    return story_run_one_of(story, steps, ARRAY_COUNT(steps), rest);
}
