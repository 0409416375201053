/* SPDX-License-Identifier: EUPL-1.2 */
/* The steps of a story. */
#include "steps.h"

#include "base/memory.h"
#include "outbound/rows.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool failed(const struct story *story, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
failed(const struct story *story, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%d: ", story->file, story->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return false;
}

/* The next word, cut off the text; "" at the end. Quotes hold words together. */
static char *
word(char **text)
{
    char *start = *text + strspn(*text, " ");
    char end = ' ';
    char *stop;

    if (*start == '"') {
        start++;
        end = '"';
    }
    stop = strchr(start, end);
    if (stop == NULL) {
        *text = start + strlen(start);
        return start;
    }
    *stop = '\0';
    *text = stop + 1;
    return start;
}

static int64_t
number(const char *text)
{
    return strtoll(text, NULL, 10);
}

/* --- Time and events -------------------------------------------------------------- */

static bool
step_at(struct story *story, char *rest)
{
    int64_t offset;
    char *text = rest + strspn(rest, " +");

    if (!duration_parse(text, &offset)) {
        return failed(story, "\"%s\" is not a duration", text);
    }
    world_advance(&story->world, story->begin_ms + offset + story->world.ahead_ms);
    return true;
}

/* clock +DURATION, clock -DURATION: somebody sets the wall clock; no time passes. */
static bool
step_clock(struct story *story, char *rest)
{
    const char *text = word(&rest);
    int64_t step;

    if ((text[0] != '+' && text[0] != '-') || !duration_parse(text + 1, &step)) {
        return failed(story, "\"%s\" is not + or - and a duration", text);
    }
    world_set_clock(&story->world, text[0] == '-' ? -step : step);
    return true;
}

static bool
submit_as(struct story *story, const char *source, const char *json)
{
    struct buffer why = { 0 };
    bool good = world_submit(&story->world, source, json) == STATUS_OK;

    if (!good) {
        faults_format(&story->world.faults, &why);
        failed(story, "the event was refused: %s", why.data);
        buffer_clear(&why);
    }
    return good;
}

static bool
step_event(struct story *story, char *rest)
{
    return submit_as(story, "oms", rest);
}

static bool
step_event_from(struct story *story, char *rest)
{
    const char *source = word(&rest);

    return submit_as(story, source, rest);
}

/* refuse FIELD {json}: it must be refused, and the refusal names the field. */
static bool
step_refuse(struct story *story, char *rest)
{
    const char *field = word(&rest);

    if (world_submit(&story->world, "oms", rest) == STATUS_OK) {
        return failed(story, "the event was accepted");
    }
    for (size_t i = 0; i < story->world.faults.count; i++) {
        if (strcmp(story->world.faults.items[i].field, field) == 0) {
            return true;
        }
    }
    return failed(story, "no fault names %s; the first is %s: %s", field,
                  story->world.faults.items[0].field,
                  story->world.faults.items[0].problem);
}

/* --- The disk --------------------------------------------------------------------- */

/* room PRIORITY: from now on only what is at least so urgent is taken. */
static bool
step_room(struct story *story, char *rest)
{
    int least = name_find(&priority_names, word(&rest));

    if (least < 0) {
        return failed(story, "the room is for urgent, normal or bulk");
    }
    pipeline_set_least(story->world.pipeline, (enum priority)least);
    return true;
}

/* no-room {json}: the event must be turned away until there is room. */
static bool
step_no_room(struct story *story, char *rest)
{
    enum status status = world_submit(&story->world, "oms", rest);

    return status == STATUS_FULL
               ? true
               : failed(story, "the event was %s",
                        status == STATUS_OK ? "accepted" : "refused for good");
}

/* disk full, disk free */
static bool
step_disk(struct story *story, char *rest)
{
    story->world.disk_is_full = strcmp(word(&rest), "full") == 0;
    world_settle(&story->world);
    return true;
}

static bool
step_crash(struct story *story, char *rest)
{
    (void)rest;
    world_crash(&story->world);
    return true;
}

static bool
step_reload(struct story *story, char *rest)
{
    buffer_add(&story->config, rest);
    buffer_add_char(&story->config, '\n');
    if (!world_reload(&story->world, story->config.data)) {
        return failed(story, "the configuration was refused");
    }
    return true;
}

/* --- The peers -------------------------------------------------------------------- */

static bool
step_reply(struct story *story, char *rest)
{
    const char *channel = word(&rest);

    if (!world_reply(&story->world, channel, rest)) {
        return failed(story, "nothing is under way on %s", channel);
    }
    world_settle(&story->world);
    return true;
}

static bool
step_answer(struct story *story, char *rest)
{
    const char *channel = word(&rest);

    world_habit(&story->world, channel, rest);
    world_settle(&story->world);
    return true;
}

/* list ADDRESS...: writes list.txt in the story's folder, one address a line. */
static bool
step_list(struct story *story, char *rest)
{
    char *path = string_format("%s/list.txt", story->world.folder);
    FILE *file = fopen(path, "we");
    bool good = file != NULL;

    for (const char *one = word(&rest); good && one[0] != '\0'; one = word(&rest)) {
        good = fprintf(file, "%s\n", one) > 0;
    }
    good = file != NULL && fclose(file) == 0 && good;
    free(path);
    return good ? true : failed(story, "the list cannot be written");
}

/* --- Operators -------------------------------------------------------------------- */

static bool
step_pause(struct story *story, char *rest)
{
    struct error error = { 0 };

    if (pipeline_pause(story->world.pipeline, word(&rest), true, 0, story->world.now_ms,
                       &error) != STATUS_OK) {
        return failed(story, "%s", error.text);
    }
    world_settle(&story->world);
    return true;
}

static bool
step_resume(struct story *story, char *rest)
{
    struct error error = { 0 };

    if (pipeline_pause(story->world.pipeline, word(&rest), false, 0,
                       story->world.now_ms, &error) != STATUS_OK) {
        return failed(story, "%s", error.text);
    }
    world_settle(&story->world);
    return true;
}

/* retry CHANNEL STATE, cancel CHANNEL STATE */
static bool
operate(struct story *story, char *rest, bool cancel)
{
    struct outbound_selector which = { .channel = word(&rest) };
    struct error error = { 0 };
    int64_t count = 0;
    enum status status;

    which.state = name_find(&delivery_state_names, word(&rest));
    status = cancel
                 ? pipeline_cancel(story->world.pipeline, &which, "the story says so",
                                   0, story->world.now_ms, &count, &error)
                 : pipeline_retry(story->world.pipeline, &which, 0, story->world.now_ms,
                                  &count, &error);
    world_settle(&story->world);
    if (status != STATUS_OK || count == 0) {
        return failed(story, "nothing was picked: %s", error.text);
    }
    return true;
}

static bool
step_retry(struct story *story, char *rest)
{
    return operate(story, rest, false);
}

static bool
step_cancel(struct story *story, char *rest)
{
    return operate(story, rest, true);
}

/* trouble KIND SUBJECT "cause": what watches a disk, a spool … says; "" for the daemon
 * itself; without a cause it is well. */
static bool
step_trouble(struct story *story, char *rest)
{
    const char *name = word(&rest);
    int kind = name_find(&alarm_kind_names, name);
    const char *subject = word(&rest);
    const char *cause = word(&rest);

    if (kind < 0) {
        return failed(story, "there is no kind of alarm \"%s\"", name);
    }
    pipeline_trouble(story->world.pipeline, (enum alarm_kind)kind, subject,
                     cause[0] != '\0' ? cause : NULL);
    world_settle(&story->world);
    return true;
}

/* --- Expectations ----------------------------------------------------------------- */

/* expect result RESULT [messages N] */
static bool
expect_result(struct story *story, char *rest)
{
    const char *want = word(&rest);
    const struct submit_results *results = &story->world.results;
    const struct submit_result *last;
    const char *got;

    if (results->count == 0) {
        return failed(story, "no event was accepted");
    }
    last = &results->items[results->count - 1];
    got = name_of(&result_names, (int)last->result);
    if (strcmp(want, got) != 0) {
        return failed(story, "the result is %s, not %s", got, want);
    }
    if (strcmp(word(&rest), "messages") == 0 && number(rest) != last->messages) {
        return failed(story, "%lld messages, not %s", (long long)last->messages, rest);
    }
    return true;
}

static bool
expect_why(struct story *story, char *rest)
{
    const struct submit_results *results = &story->world.results;
    const char *why = results->count > 0 ? results->items[0].why : NULL;
    const char *want = word(&rest);

    if (why == NULL || strstr(why, want) == NULL) {
        return failed(story, "why is \"%s\"", why != NULL ? why : "");
    }
    return true;
}

/* expect warning "words": of the last event. */
static bool
expect_warning(struct story *story, char *rest)
{
    const struct submit_results *results = &story->world.results;
    const char *warning = results->count > 0 ? results->items[0].warning : NULL;
    const char *want = word(&rest);

    return warning != NULL && strstr(warning, want) != NULL
               ? true
               : failed(story, "the warning is \"%s\"", warning != NULL ? warning : "");
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
        const char *name = word(&rest);
        const char *want = word(&rest);
        char *got;
        bool same;

        if (name[0] == '\0') {
            return true;
        }
        got = member_text(data, name);
        same = strcmp(got, want) == 0;
        if (!same) {
            failed(story, "%s is %s, not %s", name, got, want);
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
    const char *channel = word(&rest);
    struct tapped *tapped = world_unseen(&story->world, channel);
    json_t *body;
    bool good;

    if (tapped == NULL) {
        return failed(story, "nothing (more) left on %s", channel);
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
    const char *channel = word(&rest);

    return world_unseen(&story->world, channel) == NULL
               ? true
               : failed(story, "something left on %s", channel);
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
    const char *channel = word(&rest);
    const char *want = word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);
    const char *language;
    json_t *body, *texts, *text;
    bool found = false;

    if (tapped == NULL) {
        return failed(story, "no request of %s was looked at", channel);
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

        failed(story, "no text says \"%s\": %s", want, dump);
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

/* expect body CHANNEL "words": anywhere in the request's body. */
static bool
expect_body(struct story *story, char *rest)
{
    const char *channel = word(&rest);
    const char *want = word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);

    if (tapped == NULL) {
        return failed(story, "no request of %s was looked at", channel);
    }
    return same_words(tapped->request.body.data, tapped->request.body.len, want)
               ? true
               : failed(story, "the body does not say \"%s\":\n%s", want,
                        tapped->request.body.data);
}

/* expect no body CHANNEL "words" */
static bool
expect_no_body(struct story *story, char *rest)
{
    const char *channel;
    const char *want;
    const struct tapped *tapped;

    if (strcmp(word(&rest), "body") != 0) {
        return failed(story, "only `expect no body` is known");
    }
    channel = word(&rest);
    want = word(&rest);
    tapped = last_seen(&story->world, channel);
    if (tapped == NULL) {
        return failed(story, "no request of %s was looked at", channel);
    }
    return same_words(tapped->request.body.data, tapped->request.body.len, want)
               ? failed(story, "the body says \"%s\"", want)
               : true;
}

/* expect last CHANNEL: everything that left there is looked at, the newest last. */
static bool
expect_last(struct story *story, char *rest)
{
    const char *channel = word(&rest);
    struct tapped *tapped = world_unseen(&story->world, channel);
    bool found = tapped != NULL;

    for (; tapped != NULL; tapped = world_unseen(&story->world, channel)) {
        tapped->seen = true;
    }
    return found ? true : failed(story, "nothing (more) left on %s", channel);
}

/* expect files CHANNEL "part of a name" N: so many such files were ever written there. */
static bool
expect_files(struct story *story, char *rest)
{
    const char *channel = word(&rest);
    const char *part = word(&rest);
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
    return n == number(rest) ? true
                             : failed(story, "%lld files, not %s", (long long)n, rest);
}

/* expect to CHANNEL ADDRESS: the recipient of the request last looked at. */
static bool
expect_to(struct story *story, char *rest)
{
    const char *channel = word(&rest);
    const char *want = word(&rest);
    const struct tapped *tapped = last_seen(&story->world, channel);

    return tapped != NULL && string_equal(tapped->request.rcpt_to, want)
               ? true
               : failed(story, "it goes to %s",
                        tapped != NULL ? tapped->request.rcpt_to : "nobody");
}

/* expect deliveries CHANNEL STATE N */
static bool
expect_deliveries(struct story *story, char *rest)
{
    const char *channel = word(&rest);
    int state = name_find(&delivery_state_names, word(&rest));
    struct channel_counts counts;

    store_outbound_counts(story->world.store, channel, &counts);
    if (state < 0 || counts.states[state] != number(rest)) {
        return failed(story, "%lld deliveries, not %s",
                      state < 0 ? -1LL : (long long)counts.states[state], rest);
    }
    return true;
}

/* expect incident NUMBER STATUS|waiting [messages N] */
static bool
expect_incident(struct story *story, char *rest)
{
    const char *given = word(&rest);
    const char *want = word(&rest);
    struct incident_row row = { 0 };
    bool good = true;
    const char *got;

    if (!store_incident_find(story->world.store, "oms", given, &row)) {
        return failed(story, "there is no incident %s", given);
    }
    got = row.exists ? name_of(&status_names, (int)row.status) : "waiting";
    if (strcmp(got, want) != 0) {
        good = failed(story, "%s is %s, not %s", given, got, want);
    } else if (strcmp(word(&rest), "messages") == 0 && row.sequence != number(rest)) {
        good = failed(story, "%lld messages, not %s", (long long)row.sequence, rest);
    }
    incident_row_clear(&row);
    return good;
}

/* expect channel NAME up|down|paused */
static bool
expect_channel(struct story *story, char *rest)
{
    const char *name = word(&rest);
    const char *want = word(&rest);
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
    return good ? true : failed(story, "%s is not %s", name, want);
}

/* expect alarm KIND SUBJECT [times N]: it is going on. */
static bool
expect_alarm(struct story *story, char *rest)
{
    int kind = name_find(&alarm_kind_names, word(&rest));
    const char *subject = word(&rest);
    bool counted = strcmp(word(&rest), "times") == 0;
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
        return failed(story, "there is no such alarm about \"%s\"", subject);
    }
    return !counted || times == number(rest)
               ? true
               : failed(story, "it was told %lld times", (long long)times);
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
        failed(story, "there is an alarm: %s about \"%s\"",
               name_of(&alarm_kind_names, (int)report.alarms.items[0].kind),
               report.alarms.items[0].subject);
    }
    daemon_report_clear(&report);
    return good;
}

struct step {
    const char *name;
    bool (*run)(struct story *story, char *rest);
};

static bool
run_of(struct story *story, const struct step *steps, size_t n, char *text)
{
    const char *name = word(&text);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(steps[i].name, name) == 0) {
            return steps[i].run(story, text);
        }
    }
    return failed(story, "there is no step \"%s\"", name);
}

static bool
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
        { "deliveries", expect_deliveries },
        { "files", expect_files },
        { "warning", expect_warning },
        { "incident", expect_incident },
        { "channel", expect_channel },
        { "alarm", expect_alarm },
        { "calm", expect_calm },
    };

    return run_of(story, steps, ARRAY_COUNT(steps), rest);
}

bool
step_run(struct story *story, char *text)
{
    static const struct step steps[] = {
        { "at", step_at },           { "clock", step_clock }, /* the wall clock alone */
        { "event", step_event },     { "event-from", step_event_from },
        { "refuse", step_refuse },   { "crash", step_crash },
        { "room", step_room },       { "no-room", step_no_room },
        { "disk", step_disk },       { "reload", step_reload },
        { "reply", step_reply },     { "answer", step_answer },
        { "pause", step_pause },     { "resume", step_resume },
        { "retry", step_retry },     { "cancel", step_cancel },
        { "trouble", step_trouble }, { "list", step_list },
        { "expect", step_expect },
    };

    return run_of(story, steps, ARRAY_COUNT(steps), text);
}
