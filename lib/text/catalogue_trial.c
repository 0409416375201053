/* SPDX-License-Identifier: EUPL-1.2 */
/* Trying a catalogue out, and finding the line that a fault of a text comes from. */
#include "text/catalogue_trial.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "text/script.h"
#include "text/trial_message.h"
#include "text/values.h"

#include <stdlib.h>
#include <string.h>

enum {
    LONG_NAMED = 4 /* places in the long text */
};

struct trying {
    const struct catalogue *catalogue;
    struct compose_context context;
    struct trial_findings *findings;
    void (*each)(void *each_context, const struct trial *trial);
    void *each_context;
};

struct compose_context
trial_context(void)
{
    return (struct compose_context){ .organisation = "Storvik El",
                                     .contact = "Tel 020-00 00 00",
                                     .page_url = "https://example.se" };
}

/* What the rules find in one sentence by itself. */
static bool
sentence_has(const struct trying *trying, const struct sentence *sentence,
             const struct slot_values *values, const char *problem)
{
    struct plain_findings found = { 0 };
    struct buffer text = { 0 };
    bool has = false;

    sentence_write(sentence, trying->catalogue, values, &text);
    plain_check(
        &(const struct plain_subject){ .catalogue = trying->catalogue,
                                       .text = text.data != NULL ? text.data : "",
                                       .page_url = trying->context.page_url },
        &found);
    for (size_t i = 0; i < found.count && !has; i++) {
        has = strcmp(found.items[i].problem, problem) == 0;
    }
    plain_findings_clear(&found);
    buffer_clear(&text);
    return has;
}

/* The line of the sentence that has the fault, else that of the notice. */
static size_t
line_of(const struct trying *trying, const struct message *message, const char *problem)
{
    const struct script *script = catalogue_script(trying->catalogue, message->notice);
    const struct value_style style = { .max_named = LONG_NAMED };
    struct slot_values values = { 0 };
    size_t line = 0;

    slot_values_fill(trying->catalogue, message, &trying->context, style, &values);
    for (size_t i = 0; i < script->body.count && line == 0; i++) {
        const struct sentence *sentence = &script->body.items[i];

        if (sentence_applies(sentence, &values) &&
            sentence_has(trying, sentence, &values, problem)) {
            line = sentence->line;
        }
    }
    slot_values_clear(&values);
    return line > 0 ? line : script->line;
}

static bool
is_known(const struct trial_findings *findings, enum notice notice, const char *problem)
{
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->items[i].notice == notice &&
            strcmp(findings->items[i].problem, problem) == 0) {
            return true;
        }
    }
    return false;
}

static void
add_finding(struct trying *trying, const struct message *message,
            const struct plain_finding *found, const char *text)
{
    struct trial_findings *findings = trying->findings;
    struct buffer place = { 0 };

    if (is_known(findings, message->notice, found->problem)) {
        return;
    }
    catalogue_add_place(trying->catalogue, line_of(trying, message, found->problem),
                        &place);
    findings->items =
        memory_resize(findings->items, findings->count + 1, sizeof(*findings->items));
    findings->items[findings->count++] = (struct trial_finding){
        .place = buffer_take(&place),
        .notice = message->notice,
        .rule = found->rule,
        .problem = string_copy(found->problem),
        .text = string_copy(text),
    };
}

static void
finding_clear(struct trial_finding *finding)
{
    free(finding->place);
    free(finding->problem);
    free(finding->text);
}

/* A line of a block is in many notices; what is wrong there is told once. Returns how
 * many of the rest stop a text. */
static size_t
keep_first(struct trial_findings *findings)
{
    size_t kept = 0, stopping = 0;

    for (size_t i = 0; i < findings->count; i++) {
        struct trial_finding *finding = &findings->items[i];
        bool again = false;

        for (size_t j = 0; j < kept && !again; j++) {
            again = strcmp(findings->items[j].place, finding->place) == 0 &&
                    strcmp(findings->items[j].problem, finding->problem) == 0;
        }
        if (again) {
            finding_clear(finding);
        } else {
            stopping += plain_stops(finding->rule) ? 1 : 0;
            findings->items[kept++] = *finding;
        }
    }
    findings->count = kept;
    return stopping;
}

static void
judge(struct trying *trying, const struct message *message, const char *text,
      bool short_form)
{
    struct plain_findings found = { 0 };
    const struct plain_subject subject = { .catalogue = trying->catalogue,
                                           .text = text,
                                           .organisation = trying->context.organisation,
                                           .page_url = trying->context.page_url,
                                           .message = message,
                                           .short_form = short_form };

    plain_check(&subject, &found);
    for (size_t i = 0; i < found.count; i++) {
        add_finding(trying, message, &found.items[i], text);
    }
    plain_findings_clear(&found);
}

static void
show(const struct trying *trying, const struct message *message, const char *sample,
     const struct text_set *text)
{
    const struct trial trial = { .message = message, .sample = sample, .text = text };

    if (trying->each != NULL) {
        trying->each(trying->each_context, &trial);
    }
}

static void
try_message(struct trying *trying, struct message *message, const char *sample)
{
    struct texts texts = { .items = memory_array(1, sizeof(struct text_set)),
                           .count = 1 };

    text_compose(trying->catalogue, message, &trying->context, &texts.items[0]);
    show(trying, message, sample, &texts.items[0]);
    if (!notice_is_alarm(message->notice)) {
        judge(trying, message, texts.items[0].short_text, true);
        judge(trying, message, texts.items[0].long_text, false);
    }
    texts_clear(&texts);
    message_clear(message);
}

static void
try_notice(struct trying *trying, enum notice notice)
{
    /* One more than there are kinds: water that must not be drunk. */
    for (int kind = 0; kind <= KIND_COUNT; kind++) {
        bool unsafe = kind == KIND_COUNT;

        for (int sample = 0; sample < TRIAL_SAMPLE_COUNT; sample++) {
            struct message message;

            trial_message(trying->catalogue, notice,
                          unsafe ? KIND_WATER : (enum incident_kind)kind, unsafe,
                          (enum trial_sample)sample, &message);
            try_message(trying, &message, trial_sample_name((enum trial_sample)sample));
        }
    }
}

static void
try_alarm(struct trying *trying, enum notice notice)
{
    for (int kind = 0; kind < ALARM_KIND_COUNT; kind++) {
        int64_t now_ms = trying->context.now_ms;
        struct message message = { .notice = notice,
                                   .written_at_ms = now_ms,
                                   .next_word_at_ms = TIME_NONE,
                                   .alarm = { .kind = (enum alarm_kind)kind,
                                              .subject = string_copy("bus"),
                                              .cause = string_copy("401 Unauthorized"),
                                              .raised_at_ms = now_ms - HOURS_MS,
                                              .told_at_ms = now_ms,
                                              .times = 2,
                                              .counted = 12,
                                              .waiting = 34 } };

        try_message(trying, &message, name_of(&alarm_kind_names, kind));
    }
}

size_t
catalogue_try(const struct catalogue *catalogue, const struct compose_context *context,
              struct trial_findings *findings,
              void (*each)(void *each_context, const struct trial *trial),
              void *each_context)
{
    struct trying trying = { .catalogue = catalogue,
                             .context = *context,
                             .findings = findings,
                             .each = each,
                             .each_context = each_context };

    trying.context.now_ms = trial_now_ms();
    for (int notice = NOTICE_NONE + 1; notice < NOTICE_COUNT; notice++) {
        if (notice_is_alarm((enum notice)notice)) {
            try_alarm(&trying, (enum notice)notice);
        } else {
            try_notice(&trying, (enum notice)notice);
        }
    }
    return keep_first(findings);
}

char *
trial_sentence(const struct trial_finding *finding)
{
    return string_format("%s%s: %s (notice %s: \"%s\")", finding->place,
                         plain_code(finding->rule), finding->problem,
                         name_of(&notice_names, (int)finding->notice), finding->text);
}

void
trial_findings_clear(struct trial_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        finding_clear(&findings->items[i]);
    }
    free(findings->items);
    *findings = (struct trial_findings){ 0 };
}
