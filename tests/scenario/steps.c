/* SPDX-License-Identifier: EUPL-1.2 */
/* What a story does: time, events, operators, the disk; and the table of steps. */
#include "steps.h"

#include "base/memory.h"
#include "outbound/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
story_failed(const struct story *story, const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s:%d: ", story->file, story->line);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    return false;
}

char *
story_word(char **text)
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

int64_t
story_number(const char *text)
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
        return story_failed(story, "\"%s\" is not a duration", text);
    }
    world_advance(&story->world, story->begin_ms + offset + story->world.ahead_ms);
    return true;
}

/* clock +DURATION, clock -DURATION: somebody sets the wall clock; no time passes. */
static bool
step_clock(struct story *story, char *rest)
{
    const char *text = story_word(&rest);
    int64_t step;

    if ((text[0] != '+' && text[0] != '-') || !duration_parse(text + 1, &step)) {
        return story_failed(story, "\"%s\" is not + or - and a duration", text);
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
        story_failed(story, "the event was refused: %s", why.data);
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
    const char *source = story_word(&rest);

    return submit_as(story, source, rest);
}

/* refuse FIELD {json}: it must be refused, and the refusal names the field. */
static bool
step_refuse(struct story *story, char *rest)
{
    const char *field = story_word(&rest);

    if (world_submit(&story->world, "oms", rest) == STATUS_OK) {
        return story_failed(story, "the event was accepted");
    }
    for (size_t i = 0; i < story->world.faults.count; i++) {
        if (strcmp(story->world.faults.items[i].field, field) == 0) {
            return true;
        }
    }
    return story_failed(story, "no fault names %s; the first is %s: %s", field,
                        story->world.faults.items[0].field,
                        story->world.faults.items[0].problem);
}

/* --- The disk --------------------------------------------------------------------- */

/* room PRIORITY: from now on only what is at least so urgent is taken. */
static bool
step_room(struct story *story, char *rest)
{
    int least = name_find(&priority_names, story_word(&rest));

    if (least < 0) {
        return story_failed(story, "the room is for urgent, normal or bulk");
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
               : story_failed(story, "the event was %s",
                              status == STATUS_OK ? "accepted" : "refused for good");
}

/* disk full, disk free */
static bool
step_disk(struct story *story, char *rest)
{
    story->world.disk_is_full = strcmp(story_word(&rest), "full") == 0;
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
        return story_failed(story, "the configuration was refused");
    }
    return true;
}

/* Without what the story added before. */
static bool
step_reload_anew(struct story *story, char *rest)
{
    story->config.len = story->config_len;
    return step_reload(story, rest);
}

/* --- The peers -------------------------------------------------------------------- */

static bool
step_reply(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);

    if (!world_reply(&story->world, channel, rest)) {
        return story_failed(story, "nothing is under way on %s", channel);
    }
    world_settle(&story->world);
    return true;
}

static bool
step_answer(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);

    world_habit(&story->world, channel, rest);
    world_settle(&story->world);
    return true;
}

/* A file in the story's folder, one word a line. */
static bool
write_words(struct story *story, const char *name, char *rest)
{
    char *path = string_format("%s/%s", story->world.folder, name);
    FILE *file = fopen(path, "we");
    bool good = file != NULL;

    for (const char *one = story_word(&rest); good && one[0] != '\0';
         one = story_word(&rest)) {
        good = fprintf(file, "%s\n", one) > 0;
    }
    good = file != NULL && fclose(file) == 0 && good;
    free(path);
    return good ? true : story_failed(story, "%s cannot be written", name);
}

static bool
step_list(struct story *story, char *rest)
{
    return write_words(story, "list.txt", rest);
}

static bool
step_secret(struct story *story, char *rest)
{
    return write_words(story, "secret.txt", rest);
}

/* --- Operators -------------------------------------------------------------------- */

static bool
step_pause(struct story *story, char *rest)
{
    struct error error = { 0 };

    if (pipeline_pause(story->world.pipeline, story_word(&rest), true, 0,
                       story->world.now_ms, &error) != STATUS_OK) {
        return story_failed(story, "%s", error.text);
    }
    world_settle(&story->world);
    return true;
}

static bool
step_resume(struct story *story, char *rest)
{
    struct error error = { 0 };

    if (pipeline_pause(story->world.pipeline, story_word(&rest), false, 0,
                       story->world.now_ms, &error) != STATUS_OK) {
        return story_failed(story, "%s", error.text);
    }
    world_settle(&story->world);
    return true;
}

/* leave CHANNEL ADDRESS REASON */
static bool
step_leave(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *address = story_word(&rest);
    int reason = name_find(&left_reason_names, story_word(&rest));
    struct error error = { 0 };
    int64_t number = 0;

    if (reason < 0) {
        return story_failed(story, "the last word is gone or unsubscribed");
    }
    if (pipeline_leave(story->world.pipeline, channel, address,
                       (enum left_reason)reason, 0, story->world.now_ms, &number,
                       &error) != STATUS_OK) {
        return story_failed(story, "%s", error.text);
    }
    world_settle(&story->world);
    return true;
}

/* take-back CHANNEL ADDRESS */
static bool
step_take_back(struct story *story, char *rest)
{
    const char *channel = story_word(&rest);
    const char *address = story_word(&rest);
    struct error error = { 0 };

    if (pipeline_return(story->world.pipeline, channel, address, "the story says so", 0,
                        story->world.now_ms, &error) != STATUS_OK) {
        return story_failed(story, "%s", error.text);
    }
    world_settle(&story->world);
    return true;
}

/* retry CHANNEL STATE, cancel CHANNEL STATE */
static bool
operate(struct story *story, char *rest, bool cancel)
{
    struct outbound_selector which = { .channel = story_word(&rest) };
    struct error error = { 0 };
    int64_t count = 0;
    enum status status;

    which.state = name_find(&delivery_state_names, story_word(&rest));
    status = cancel
                 ? pipeline_cancel(story->world.pipeline, &which, "the story says so",
                                   0, story->world.now_ms, &count, &error)
                 : pipeline_retry(story->world.pipeline, &which, 0, story->world.now_ms,
                                  &count, &error);
    world_settle(&story->world);
    if (status != STATUS_OK || count == 0) {
        return story_failed(story, "nothing was picked: %s", error.text);
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
    const char *name = story_word(&rest);
    int kind = name_find(&alarm_kind_names, name);
    const char *subject = story_word(&rest);
    const char *cause = story_word(&rest);

    if (kind < 0) {
        return story_failed(story, "there is no kind of alarm \"%s\"", name);
    }
    pipeline_trouble(story->world.pipeline, (enum alarm_kind)kind, subject,
                     cause[0] != '\0' ? cause : NULL);
    world_settle(&story->world);
    return true;
}

bool
story_run_one_of(struct story *story, const struct step *steps, size_t n, char *text)
{
    const char *name = story_word(&text);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(steps[i].name, name) == 0) {
            return steps[i].run(story, text);
        }
    }
    return story_failed(story, "there is no step \"%s\"", name);
}

bool
step_run(struct story *story, char *text)
{
    static const struct step steps[] = {
        { "at", step_at },
        { "clock", step_clock }, /* the wall clock alone */
        { "event", step_event },
        { "event-from", step_event_from },
        { "event-by", step_event_by },
        { "read-held", step_read_held },
        { "release", step_release },
        { "refuse-release", step_refuse_release },
        { "refuse", step_refuse },
        { "crash", step_crash },
        { "room", step_room },
        { "no-room", step_no_room },
        { "disk", step_disk },
        { "reload", step_reload },
        { "reload-anew", step_reload_anew },
        { "reply", step_reply },
        { "answer", step_answer },
        { "pause", step_pause },
        { "resume", step_resume },
        { "retry", step_retry },
        { "cancel", step_cancel },
        { "trouble", step_trouble },
        { "list", step_list },
        { "leave", step_leave },
        { "take-back", step_take_back },
        { "secret", step_secret },
        { "correct", step_correct },
        { "correct-because", step_correct_because },
        { "no-correct", step_no_correct },
        { "retract", step_retract },
        { "no-retract", step_no_retract },
        { "expect", step_expect },
    };

    return story_run_one_of(story, steps, ARRAY_COUNT(steps), text);
}
