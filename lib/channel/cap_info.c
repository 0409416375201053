/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One <info>: what the incident is in the words of CAP, and what people read of it in
 * one language. Tables say which words follow from the state of the incident.
 */
#include "channel/cap.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "model/danger.h"
#include "text/compose.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADLINE_MAX = 139 /* characters; more is not shown everywhere */
};

struct judgement {
    enum cap_response response;
    enum cap_urgency urgency;
    enum cap_certainty certainty;
};

static const struct judgement by_status[INCIDENT_STATUS_COUNT] = {
    [INCIDENT_PLANNED] = { CAP_PREPARE, CAP_FUTURE, CAP_LIKELY },
    [INCIDENT_SUSPECTED] = { CAP_MONITOR, CAP_IMMEDIATE, CAP_POSSIBLE },
    [INCIDENT_CONFIRMED] = { CAP_MONITOR, CAP_IMMEDIATE, CAP_OBSERVED },
    [INCIDENT_PARTLY_RESTORED] = { CAP_MONITOR, CAP_IMMEDIATE, CAP_OBSERVED },
    [INCIDENT_RESTORED] = { CAP_ALL_CLEAR, CAP_PAST, CAP_OBSERVED },
    [INCIDENT_CANCELLED] = { CAP_ALL_CLEAR, CAP_PAST, CAP_UNLIKELY },
};

/* Responsive action "within the next hour" is expected (OASIS CAP 1.2, 3.2.2). */
static enum cap_urgency
urgency_of_plan(const struct facts *facts, int64_t now_ms)
{
    if (!facts_has(facts, FIELD_PLANNED) || facts->planned.from_ms > now_ms + HOURS_MS)
        return CAP_FUTURE;
    return facts->planned.from_ms > now_ms ? CAP_EXPECTED : CAP_IMMEDIATE;
}

static struct judgement
judge(const struct message *message)
{
    const struct facts *facts = &message->facts;
    struct judgement judgement = by_status[facts->status];

    if (facts->status == INCIDENT_PLANNED) {
        judgement.urgency = urgency_of_plan(facts, message->written_at_ms);
        if (judgement.urgency == CAP_IMMEDIATE)
            judgement.certainty = CAP_OBSERVED;
    }
    /* It went on as a part of another one, which is told there; here nothing is left. */
    if (message->notice == NOTICE_MERGED)
        judgement = (struct judgement){ CAP_NO_RESPONSE, CAP_PAST, CAP_OBSERVED };
    /* Water that is not fit to drink stays so when it runs again. */
    if (danger_in_force(facts, message->written_at_ms) != 0)
        judgement = (struct judgement){ CAP_AVOID, CAP_IMMEDIATE, CAP_OBSERVED };
    return judgement;
}

static bool
is_over(const struct facts *facts)
{
    return facts->status == INCIDENT_RESTORED || facts->status == INCIDENT_CANCELLED;
}

static void
write_headline(const char *title, struct buffer *out)
{
    size_t n = 0, offset = 0, len = strlen(title), cut = len;
    char *text;

    while (offset < len) {
        if (n++ == HEADLINE_MAX - 1)
            cut = offset;
        (void)utf8_next(title, len, &offset);
    }
    if (n <= HEADLINE_MAX)
        cut = len;
    text = string_format("%.*s%s", (int)cut, title, cut < len ? "…" : "");
    cap_element(out, "headline", text);
    free(text);
}

static void
write_texts(const struct cap_story *story, const struct catalogue *catalogue,
            struct buffer *out)
{
    const struct message *message = &story->messages[0];
    /* As it was written: the file is not written again. The link has its own element. */
    const struct compose_context context = {
        .organisation = story->organisation,
        .contact = story->contact,
        .now_ms = message->written_at_ms,
    };
    struct text_set texts = { 0 };

    text_compose(catalogue, message, &context, &texts);
    write_headline(texts.title, out);
    cap_element(out, "description", texts.long_text);
    free(texts.language);
    free(texts.title);
    free(texts.short_text);
    free(texts.long_text);
}

static void
write_instruction(const struct message *message, const struct catalogue *catalogue,
                  struct buffer *out)
{
    struct strings sentences = { 0 };
    struct buffer text = { 0 };

    if (facts_has(&message->facts, FIELD_ADVICE) &&
        (!is_over(&message->facts) ||
         danger_in_force(&message->facts, message->written_at_ms) != 0))
        text_advice(catalogue, &message->facts.advice, &sentences);
    for (size_t i = 0; i < sentences.count; i++)
        buffer_addf(&text, "%s%s", i > 0 ? " " : "", sentences.items[i]);
    cap_element(out, "instruction", text.data);
    strings_clear(&sentences);
    buffer_clear(&text);
}

static void
write_web(const struct cap_story *story, const struct catalogue *catalogue,
          bool is_first, struct buffer *out)
{
    char *url;

    if (story->page_url == NULL)
        return;
    url = string_format("%s/%s%sincident/%s.html", story->page_url,
                        is_first ? "" : catalogue_language(catalogue),
                        is_first ? "" : "/", story->messages[0].incident_id);
    cap_element(out, "web", url);
    free(url);
}

static void
write_times(const struct cap_story *story, struct buffer *out)
{
    const struct message *message = &story->messages[0];
    const struct facts *facts = &message->facts;
    int64_t sent_ms = cap_sent_ms(story->messages, story->n_messages);

    cap_element_time(out, "effective", sent_ms);
    if (facts_has(facts, FIELD_PLANNED))
        cap_element_time(out, "onset", facts->planned.from_ms);
    else if (facts_has(facts, FIELD_STARTED_AT))
        cap_element_time(out, "onset", facts->started_at_ms);
    cap_element_time(out, "expires", cap_expires_ms(story->channel, message, sent_ms));
}

void
cap_write_info(const struct cap_story *story, const struct catalogue *catalogue,
               bool is_first, const char *areas, struct buffer *out)
{
    const struct message *message = &story->messages[0];
    const struct facts *facts = &message->facts;
    struct judgement judgement = judge(message);
    enum severity severity =
        facts_has(facts, FIELD_SEVERITY) ? facts->severity : SEVERITY_UNKNOWN;

    buffer_add(out, "<info>\n");
    cap_element(out, "language", catalogue_language(catalogue));
    cap_element(out, "category", cap_option(story->channel, "category", "Infra"));
    cap_element(out, "event",
                catalogue_value(catalogue, "kind", &kind_names, (int)facts->kind));
    cap_element(out, "responseType",
                name_of(&cap_response_names, (int)judgement.response));
    cap_element(out, "urgency", name_of(&cap_urgency_names, (int)judgement.urgency));
    cap_element(out, "severity", name_of(&cap_severity_names, (int)severity));
    cap_element(out, "certainty",
                name_of(&cap_certainty_names, (int)judgement.certainty));
    cap_element_value(out, "eventCode", CAP_OWN_PREFIX "kind",
                      name_of(&kind_names, (int)facts->kind));
    write_times(story, out);
    cap_element(out, "senderName",
                cap_option(story->channel, "sender_name", story->organisation));
    write_texts(story, catalogue, out);
    write_instruction(message, catalogue, out);
    write_web(story, catalogue, is_first, out);
    cap_element(out, "contact", story->contact);
    cap_write_parameters(story, catalogue_language(catalogue), out);
    buffer_add(out, areas);
    buffer_add(out, "</info>\n");
}
