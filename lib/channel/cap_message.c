/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The envelope of an alert: what kind of message it is, and what it refers to. Elements
 * stand in the order of the specification.
 */
#include "channel/cap.h"

#include "base/memory.h"
#include "channel/markup.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

enum {
    NEXT_WORD_SLACK_MS = 60 * 60 * 1000 /* for a next word that comes late */
};

void
cap_element(struct buffer *out, const char *name, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    markup_element(out, name, text);
    buffer_add_char(out, '\n');
}

void
cap_element_time(struct buffer *out, const char *name, int64_t time_ms)
{
    char stamp[TIMESTAMP_SIZE];

    cap_element(out, name, local_timestamp(time_ms, stamp));
}

void
cap_element_value(struct buffer *out, const char *block, const char *name,
                  const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    buffer_addf(out, "<%s>\n", block);
    cap_element(out, "valueName", name);
    cap_element(out, "value", value);
    buffer_addf(out, "</%s>\n", block);
}

static int64_t
whole_seconds(int64_t time_ms)
{
    return time_ms - time_ms % SECONDS_MS;
}

int64_t
cap_sent_ms(const struct message *messages, size_t n_messages)
{
    int64_t sent_ms = messages[0].written_at_ms;

    for (size_t i = 1; i < n_messages; i++) {
        if (messages[i].written_at_ms > sent_ms)
            sent_ms = messages[i].written_at_ms;
    }
    return whole_seconds(sent_ms);
}

int64_t
cap_expires_ms(const struct channel *channel, const struct message *message,
               int64_t sent_ms)
{
    int64_t lasts_ms = 0, expires_ms, word_ms = message->next_word_at_ms;

    if (!duration_parse(cap_option(channel, "expires", "6h"), &lasts_ms))
        lasts_ms = 6 * HOURS_MS;
    expires_ms = sent_ms + lasts_ms;
    if (word_ms != TIME_NONE && word_ms != TIME_NEVER &&
        word_ms + NEXT_WORD_SLACK_MS > expires_ms)
        expires_ms = word_ms + NEXT_WORD_SLACK_MS;
    return whole_seconds(expires_ms);
}

/* How many messages before it are of the same story: what was taken back is over, and
 * what comes then begins anew. */
static size_t
count_earlier(const struct cap_story *story)
{
    size_t n = 0;

    while (1 + n < story->n_messages &&
           !notice_takes_back(story->messages[1 + n].notice))
        n++;
    return n;
}

enum cap_message
cap_type(const struct cap_story *story)
{
    if (count_earlier(story) == 0)
        return CAP_ALERT;
    return notice_takes_back(story->messages[0].notice) ? CAP_CANCEL : CAP_UPDATE;
}

static void
add_reference(const struct cap_story *story, size_t i, struct buffer *out)
{
    char stamp[TIMESTAMP_SIZE];
    int64_t sent_ms = cap_sent_ms(&story->messages[i], story->n_messages - i);

    buffer_addf(out, "%s%s,%s,%s", out->len > 0 ? " " : "",
                cap_option(story->channel, "sender", ""), story->messages[i].id,
                local_timestamp(sent_ms, stamp));
}

/* All that have not expired; when all have, the newest, so that the story hangs
 * together. */
void
cap_write_references(const struct cap_story *story, struct buffer *out)
{
    int64_t sent_ms = cap_sent_ms(story->messages, story->n_messages);
    size_t n = count_earlier(story);
    struct buffer text = { 0 };

    for (size_t i = n; i > 0; i--) {
        int64_t earlier_ms = cap_sent_ms(&story->messages[i], story->n_messages - i);

        if (cap_expires_ms(story->channel, &story->messages[i], earlier_ms) > sent_ms)
            add_reference(story, i, &text);
    }
    if (n > 0 && text.len == 0)
        add_reference(story, 1, &text);
    cap_element(out, "references", text.data);
    buffer_clear(&text);
}

static enum event_mode
mode_of(const struct facts *facts)
{
    return facts_has(facts, FIELD_MODE) ? facts->mode : MODE_ACTUAL;
}

static bool
is_for_staff(const struct facts *facts)
{
    return facts_has(facts, FIELD_AUDIENCE) && facts->audience == AUDIENCE_STAFF;
}

static void
write_scope(const struct cap_story *story, struct buffer *out)
{
    const struct channel *channel = story->channel;
    const char *scope = cap_option(channel, "scope", "Public");

    if (strcmp(scope, "Public") == 0 && is_for_staff(&story->messages[0].facts))
        scope = "Restricted";
    cap_element(out, "scope", scope);
    if (strcmp(scope, "Restricted") == 0)
        cap_element(out, "restriction", cap_option(channel, "restriction", "staff"));
    if (strcmp(scope, "Private") == 0)
        cap_element(out, "addresses", cap_option(channel, "addresses", "staff"));
}

static void
write_incidents(const struct cap_story *story, struct buffer *out)
{
    const struct message *message = &story->messages[0];
    const char *whole = message->merged_into_id[0] != '\0' ? message->merged_into_id
                                                           : story->merged_into_id;
    char *ids = string_format("%s%s%s", message->incident_id, whole == NULL ? "" : " ",
                              whole == NULL ? "" : whole);

    cap_element(out, "incidents", ids);
    free(ids);
}

static void
write_envelope(const struct cap_story *story, struct buffer *out)
{
    static const enum cap_status statuses[MODE_COUNT] = {
        [MODE_ACTUAL] = CAP_ACTUAL,
        [MODE_EXERCISE] = CAP_EXERCISE,
        [MODE_TEST] = CAP_TEST,
    };
    const struct message *message = &story->messages[0];
    const char *language = catalogue_language(story->catalogues[0]);

    cap_element(out, "identifier", message->id);
    cap_element(out, "sender", cap_option(story->channel, "sender", ""));
    cap_element_time(out, "sent", cap_sent_ms(story->messages, story->n_messages));
    cap_element(out, "status",
                name_of(&cap_status_names, (int)statuses[mode_of(&message->facts)]));
    cap_element(out, "msgType", name_of(&cap_message_names, (int)cap_type(story)));
    write_scope(story, out);
    cap_element(out, "note", localized_find(&message->correction.reason, language));
    cap_write_references(story, out);
    write_incidents(story, out);
}

void
cap_write(const struct cap_story *story, struct buffer *out)
{
    struct buffer areas = { 0 };

    buffer_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert");
    markup_attribute(out, "xmlns", CAP_NAMESPACE);
    buffer_add(out, ">\n");
    write_envelope(story, out);
    cap_write_areas(story->channel, &story->messages[0].facts, &areas);
    for (size_t i = 0; i < story->n_catalogues; i++)
        cap_write_info(story, story->catalogues[i], i == 0,
                       areas.data == NULL ? "" : areas.data, out);
    buffer_add(out, "</alert>\n");
    buffer_clear(&areas);
}
