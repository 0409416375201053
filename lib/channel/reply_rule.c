/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Looks an answer up in a vendor's table.
 */
#include "channel/reply_rule.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "channel/http_outcome.h"
#include "channel/outcome.h"
#include "channel/phone.h"

#include <stdlib.h>
#include <string.h>

static const struct reply_rule *
find_rule(const struct reply_rule *rules, size_t n_rules, int64_t code,
          const char *words)
{
    for (size_t i = 0; i < n_rules; i++) {
        if ((rules[i].code == 0 || rules[i].code == code) &&
            (rules[i].says == NULL ||
             (words != NULL && strcasestr(words, rules[i].says) != NULL)))
            return &rules[i];
    }
    return NULL;
}

static enum outcome_kind
kind_of(const struct reply_rule *rule, const struct reply_view *view)
{
    if (rule->kind == OUTCOME_UNDELIVERABLE && !view->one_of_several)
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

void
reply_rule_outcome(const struct reply_rule *rules, size_t n_rules,
                   struct reply_view *view, int64_t now_ms, struct outcome *outcome)
{
    const struct reply *reply = view->reply;
    char *words = view->words == NULL ? NULL : phone_hide(view->words);
    http_outcome(reply, now_ms, outcome);
    if (reply->result == REPLY_ANSWERED && reply->code / 100 != 2) {
        const struct reply_rule *rule = find_rule(rules, n_rules, reply->code, words);
        const struct reply_rule plain = { .kind = outcome->kind };
        struct buffer detail = { 0 };
        int64_t retry_after_ms = outcome->retry_after_ms;
        describe(rule == NULL ? &plain : rule, reply->code, words, &detail);
        outcome_set(outcome, rule == NULL ? plain.kind : kind_of(rule, view), "%s",
                    detail.data);
        outcome->retry_after_ms = retry_after_ms;
        buffer_clear(&detail);
    }
    free(words);
    free(view->words);
    view->words = NULL;
}
