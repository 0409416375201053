/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Looks an answer up in a vendor's table.
 */
#include "channel/reply_rule.h"

#include "base/buffer.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "channel/http_outcome.h"
#include "channel/http_wait.h"
#include "channel/json_reply.h"
#include "channel/outcome.h"
#include "channel/phone.h"

#include <stdlib.h>
#include <string.h>

static bool
says(const struct reply_rule *rule, const char *words)
{
    return rule->says == NULL ||
           (words != NULL && strcasestr(words, rule->says) != NULL);
}

/* is_no: a 2xx answer whose ok_member says no. */
static const struct reply_rule *
find_rule(const struct reply_table *table, int64_t code, const char *words, bool is_no)
{
    bool is_2xx = code / 100 == 2;
    for (size_t i = 0; i < table->n_rules; i++) {
        const struct reply_rule *rule = &table->rules[i];
        bool is_meant = rule->code == code || (rule->code == 0 && (!is_2xx || is_no));
        if (is_meant && is_2xx && !is_no && rule->says == NULL)
            continue;
        if (is_meant && says(rule, words))
            return rule;
    }
    return NULL;
}

static enum outcome_kind
kind_of(const struct reply_rule *rule, bool one_of_several)
{
    if (rule->kind == OUTCOME_UNDELIVERABLE && !one_of_several)
        return OUTCOME_REFUSED;
    return rule->kind;
}

/* The vendor's words leave room for ours. */
enum {
    WORDS_MAX_BYTES = 80,
};

static void
add_words(struct buffer *out, const char *words, bool has_hint)
{
    char *cut = utf8_printable(words, strlen(words),
                               has_hint ? WORDS_MAX_BYTES : OUTCOME_DETAIL_BYTES);
    buffer_addf(out, ": %s", cut);
    free(cut);
}

static void
describe(const struct reply_rule *rule, int64_t code, const char *words,
         struct buffer *out)
{
    const char *name = http_code_name(code);
    buffer_addf(out, "%lld", (long long)code);
    if (name != NULL)
        buffer_addf(out, " %s", name);
    if (words != NULL)
        add_words(out, words, rule->hint != NULL);
    if (rule->hint != NULL)
        buffer_addf(out, "; %s", rule->hint);
}

/* A 2xx answer with a body that says no. */
static bool
is_refusal(const struct reply_table *table, const struct reply *reply)
{
    if (table->ok_member == NULL || reply->code / 100 != 2)
        return false;
    json_t *body = json_reply(reply);
    const json_t *ok = json_at(body, table->ok_member);
    bool is_no =
        json_is_false(ok) || (json_is_integer(ok) && json_integer_value(ok) == 0);
    json_decref(body);
    return is_no;
}

static char *
words_of(const struct reply_table *table, const struct reply *reply)
{
    char *words = table->read_words != NULL ? table->read_words(reply)
                  : table->words != NULL    ? json_reply_text_at(reply, table->words)
                                            : http_reply_words(reply);
    char *hidden = words == NULL ? NULL : phone_hide(words);
    free(words);
    return hidden;
}

static char *
remote_id_of(const struct reply_table *table, const struct reply *reply)
{
    char *id = table->read_remote_id != NULL ? table->read_remote_id(reply)
               : table->remote_id != NULL ? json_reply_text_at(reply, table->remote_id)
                                          : NULL;
    if (id != NULL && table->is_remote_id != NULL && !table->is_remote_id(id)) {
        free(id);
        return NULL;
    }
    return id;
}

static int64_t
wait_of(const struct reply_table *table, const struct reply *reply, int64_t now_ms)
{
    int64_t wait_ms = -1;
    for (size_t i = 0; i < table->n_waits && wait_ms < 0; i++) {
        const struct wait_rule *wait = &table->waits[i];
        switch (wait->form) {
        case WAIT_HEADER_MOMENT:
            wait_ms = http_reset_wait(reply, wait->name, now_ms);
            break;
        case WAIT_HEADER_SECONDS:
            wait_ms = http_seconds_wait(reply, wait->name);
            break;
        case WAIT_BODY_SECONDS:
            wait_ms = json_wait(reply, wait->name, SECONDS_MS);
            break;
        case WAIT_BODY_MILLISECONDS:
            wait_ms = json_wait(reply, wait->name, 1);
            break;
        }
    }
    return wait_ms;
}

void
reply_table_outcome(const struct reply_table *table, const struct reply *reply,
                    bool one_of_several, int64_t now_ms, struct outcome *outcome)
{
    http_outcome(reply, now_ms, outcome);
    if (reply->result != REPLY_ANSWERED)
        return;
    bool is_no = is_refusal(table, reply);
    char *words = words_of(table, reply);
    const struct reply_rule *rule = find_rule(table, reply->code, words, is_no);
    if (rule != NULL || is_no || reply->code / 100 != 2) {
        const struct reply_rule plain = { .kind =
                                              is_no ? OUTCOME_REFUSED : outcome->kind };
        struct buffer detail = { 0 };
        int64_t retry_after_ms = outcome->retry_after_ms;
        rule = rule == NULL ? &plain : rule;
        describe(rule, reply->code, words, &detail);
        outcome_set(outcome, kind_of(rule, one_of_several), "%s", detail.data);
        outcome->retry_after_ms = retry_after_ms;
        buffer_clear(&detail);
    }
    if (outcome->kind == OUTCOME_DELIVERED)
        outcome->remote_id = remote_id_of(table, reply); /* http_outcome left none */
    if (outcome->kind == OUTCOME_RETRY && outcome->retry_after_ms < 0)
        outcome->retry_after_ms = wait_of(table, reply, now_ms);
    free(words);
}
