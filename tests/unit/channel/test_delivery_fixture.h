/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the tests of drivers with single messages share: a channel whose options are
 * set as the configuration would, and one message to deliver.
 */
#ifndef BUDKAVLE_TEST_DELIVERY_FIXTURE_H
#define BUDKAVLE_TEST_DELIVERY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/drivers.h"
#include "text/local_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct post {
    const struct driver *driver;
    struct channel channel;
    struct message message;
    struct catalogue *catalogues[2];
    struct delivery_input input;
    struct missed missed;
    size_t n_carried;
    struct delivery_step step;
    struct request request;
    struct outcome outcome;
    struct error error;
};

static inline int64_t
moment(const char *text)
{
    int64_t time_ms = 0;
    assert_true(timestamp_parse(text, &time_ms));
    return time_ms;
}

/* Sets an option that the driver has; a secret's value is the file's content. */
static inline void
post_set(struct post *post, const char *name, const char *value)
{
    for (size_t i = 0; i < post->driver->n_options; i++) {
        if (strcmp(post->driver->options[i].name, name) != 0)
            continue;
        struct setting *setting = &post->channel.settings[i];
        strings_add(&setting->values, value);
        if (setting->spec->type == OPTION_FILE_SECRET)
            string_replace(&setting->secret, value);
        return;
    }
    fail_msg("the driver has no option %s", name);
}

static inline void
post_unset(struct post *post, const char *name)
{
    for (size_t i = 0; i < post->driver->n_options; i++) {
        if (strcmp(post->driver->options[i].name, name) == 0) {
            strings_clear(&post->channel.settings[i].values);
            free(post->channel.settings[i].secret);
            post->channel.settings[i].secret = NULL;
        }
    }
}

static inline void
post_init_message(struct message *message)
{
    struct facts *facts = &message->facts;
    message->row = 1;
    (void)snprintf(message->id, sizeof message->id, "m_abc234");
    (void)snprintf(message->incident_id, sizeof message->incident_id, "i_xyz567");
    message->sequence = 2;
    message->notice = NOTICE_FIRST;
    message->priority = PRIORITY_NORMAL;
    message->written_at_ms = moment("2026-11-23T13:05:01.250Z");
    message->source = string_copy("oms");
    message->incident = string_copy("OMS-77120");
    message->revision = -1;
    message->at_ms = message->updated_at_ms = message->written_at_ms;
    message->old_etr_at_ms = TIME_NONE;
    message->old_planned_from_ms = message->old_planned_to_ms = TIME_NONE;
    message->next_word_at_ms = moment("2026-11-23T14:05:00Z");
    facts->kind = KIND_POWER;
    facts->status = INCIDENT_CONFIRMED;
    facts->started_at_ms = moment("2026-11-23T12:48:00Z");
    facts->customers_affected = 1432;
    facts->places = memory_array(1, sizeof *facts->places);
    facts->n_places = 1;
    facts->places[0].name = string_copy("Täby kyrkby");
    facts->has = FIELD_BIT(FIELD_KIND) | FIELD_BIT(FIELD_STATUS) |
                 FIELD_BIT(FIELD_STARTED_AT) | FIELD_BIT(FIELD_CUSTOMERS_AFFECTED) |
                 FIELD_BIT(FIELD_PLACES);
}

static inline void
post_init(struct post *post, const char *driver)
{
    memset(post, 0, sizeof *post);
    assert_int_equal(STATUS_OK, local_zone_set("Europe/Stockholm", &post->error));
    post->driver = driver_find(driver);
    assert_non_null(post->driver);
    post->channel.name = string_copy("out");
    post->channel.driver = string_copy(driver);
    post->channel.live = true;
    post->channel.n_settings = post->driver->n_options;
    post->channel.settings =
        memory_array(post->channel.n_settings, sizeof *post->channel.settings);
    for (size_t i = 0; i < post->driver->n_options; i++)
        post->channel.settings[i].spec = &post->driver->options[i];
    post_init_message(&post->message);
    assert_int_equal(STATUS_OK,
                     catalogue_builtin("sv", &post->catalogues[0], &post->error));
    assert_int_equal(STATUS_OK,
                     catalogue_builtin("en", &post->catalogues[1], &post->error));
    post->input = (struct delivery_input){ .channel = &post->channel,
                                           .message = &post->message,
                                           .previous = 1,
                                           .previous_ids = "",
                                           .step = &post->step,
                                           .catalogues = post->catalogues,
                                           .n_catalogues = 2,
                                           .organisation = "Täby Nät",
                                           .contact = "Ring 020-00 00 00",
                                           .page_url = "https://drift.example.se",
                                           .now_ms = moment("2026-11-23T13:05:10Z") };
}

/* Two messages before this one, of an hour ago and half an hour ago, were missed. */
static inline void
post_miss(struct post *post)
{
    struct missed *missed = &post->missed;
    missed->count = missed->n_newest = 2;
    missed->sequences = memory_array(2, sizeof *missed->sequences);
    missed->newest = memory_array(2, sizeof *missed->newest);
    for (size_t i = 0; i < 2; i++) {
        missed->sequences[i] = (int64_t)i + 3;
        post_init_message(&missed->newest[i]);
        missed->newest[i].written_at_ms -= (2 - (int64_t)i) * 30 * MINUTES_MS;
    }
    missed->from_ms = missed->newest[0].written_at_ms;
    post->message.sequence = 5;
    post->input.missed = missed;
    post->input.n_carried = &post->n_carried;
}

static inline void
post_clear(struct post *post)
{
    missed_clear(&post->missed);
    free(post->step.note);
    message_clear(&post->message);
    catalogue_free(post->catalogues[0]);
    catalogue_free(post->catalogues[1]);
    channel_clear(&post->channel);
    request_clear(&post->request);
    outcome_clear(&post->outcome);
}

/* Composes anew; the request before is dropped. */
static inline void
post_compose(struct post *post)
{
    request_clear(&post->request);
    memset(&post->request, 0, sizeof post->request);
    assert_int_equal(STATUS_OK,
                     post->driver->compose(&post->input, &post->request, &post->error));
}

/* True when check refuses the channel with a sentence that has `words` in it. */
static inline bool
post_is_refused(struct post *post, const char *words)
{
    memset(&post->error, 0, sizeof post->error);
    return post->driver->check(&post->channel, &post->error) != STATUS_OK &&
           strstr(post->error.text, words) != NULL;
}

static inline bool
post_is_accepted(struct post *post)
{
    memset(&post->error, 0, sizeof post->error);
    bool is_accepted = post->driver->check(&post->channel, &post->error) == STATUS_OK;
    if (!is_accepted)
        print_error("%s\n", post->error.text);
    return is_accepted;
}

/* The first step; then the request of the step that it stands on. */
static inline void
post_begin(struct post *post)
{
    free(post->step.note);
    memset(&post->step, 0, sizeof post->step);
    post->input.begun_at_ms = post->message.written_at_ms;
    outcome_clear(&post->outcome);
    assert_true(
        post->driver->next_step(&post->input, NULL, &post->step, &post->outcome));
    post_compose(post);
}

/* A reply to what was composed last; true when another request follows, which is
 * composed. body may be NULL. */
static inline bool
post_answer(struct post *post, int64_t code, const char *body)
{
    struct reply reply = { .result = REPLY_ANSWERED, .code = code };
    if (body != NULL)
        buffer_add(&reply.body, body);
    driver_classify(post->driver, &post->channel, &reply, post->input.recipient != NULL,
                    post->input.now_ms, &post->outcome);
    bool follows =
        post->driver->next_step(&post->input, &reply, &post->step, &post->outcome);
    reply_clear(&reply);
    if (follows)
        post_compose(post);
    return follows;
}

/* The value of a header of the request; NULL. */
static inline const char *
post_header(const struct post *post, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < post->request.headers.count; i++) {
        const char *line = post->request.headers.items[i];
        if (strncmp(line, name, len) == 0 && strncmp(line + len, ": ", 2) == 0)
            return line + len + 2;
    }
    return NULL;
}

/* The value of a field of the form or the query, decoded; NULL. Caller frees. */
static inline char *
post_field(const char *form, const char *name)
{
    size_t len = strlen(name);
    while (form != NULL && (strncmp(form, name, len) != 0 || form[len] != '=')) {
        form = strchr(form, '&');
        form = form == NULL ? NULL : form + 1;
    }
    if (form == NULL)
        return NULL;
    struct buffer out = { 0 };
    for (form += len + 1; *form != '\0' && *form != '&'; form++) {
        char digits[3] = { 0 };
        if (*form == '%') {
            memcpy(digits, form + 1, 2);
            buffer_add_char(&out, (char)strtol(digits, NULL, 16));
            form += 2;
        } else {
            buffer_add_char(&out, *form == '+' ? ' ' : *form);
        }
    }
    return buffer_take(&out);
}

static inline void
post_assert_field(const struct post *post, const char *name, const char *wanted)
{
    char *value = post_field(post->request.body.data, name);
    if (value == NULL ? wanted != NULL : wanted == NULL || strcmp(value, wanted) != 0)
        fail_msg("%s is \"%s\"", name, value == NULL ? "(absent)" : value);
    free(value);
}

/* A table of answers and what they mean. */
struct post_row {
    int64_t code;
    const char *body, *header;
    bool has_recipient;
    enum outcome_kind kind;
    const char *says; /* in the detail */
    int64_t retry_after_ms;
};

static inline void
post_assert_rows(struct post *post, const struct post_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = rows[i].code };
        if (rows[i].body != NULL)
            buffer_add(&reply.body, rows[i].body);
        if (rows[i].header != NULL)
            strings_add(&reply.headers, rows[i].header);
        driver_classify(post->driver, &post->channel, &reply, rows[i].has_recipient,
                        post->input.now_ms, &post->outcome);
        const char *detail = post->outcome.detail == NULL ? "" : post->outcome.detail;
        if (post->outcome.kind != rows[i].kind ||
            strstr(detail, rows[i].says == NULL ? "" : rows[i].says) == NULL ||
            (rows[i].retry_after_ms != 0 &&
             post->outcome.retry_after_ms != rows[i].retry_after_ms))
            fail_msg("row %zu: %lld %s: kind %d, \"%s\", after %lld", i,
                     (long long)rows[i].code, rows[i].body, (int)post->outcome.kind,
                     detail, (long long)post->outcome.retry_after_ms);
        reply_clear(&reply);
    }
}

static inline const struct outcome *
post_classify(struct post *post, struct reply *reply, bool has_recipient)
{
    driver_classify(post->driver, &post->channel, reply, has_recipient,
                    post->input.now_ms, &post->outcome);
    reply_clear(reply);
    return &post->outcome;
}

#endif
