/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes messages for Matrix.
 */
#include "channel/matrix_event.h"

#include "channel/delivery_text.h"
#include "channel/rich.h"

#include <stdlib.h>

enum {
    /* An event has 65,536 bytes with what the servers add: sender, hashes, signatures. */
    CONTENT_MOST_BYTES = 48 * 1024,
    /* An edit has its text twice, and JSON may need more bytes for it. */
    TEXT_MOST_BYTES = 16 * 1000,
};

const struct length_rule matrix_room_of_text = { .unit = LENGTH_BYTES,
                                                 .most = TEXT_MOST_BYTES };

static const struct strings *
languages_of(const struct delivery_input *input)
{
    return channel_setting_list(input->channel, "languages");
}

/* NULL: a language is not configured. */
static json_t *
rich_content(const struct delivery_input *input, enum matrix_event_kind kind,
             struct error *error)
{
    struct buffer plain = { 0 }, html = { 0 };
    json_t *content = NULL;
    size_t n = delivery_language_count(languages_of(input));
    for (size_t i = 0; i < n; i++) {
        size_t language = delivery_language(input, languages_of(input), i, error);
        struct rich rich = { 0 };
        if (language == input->n_catalogues)
            goto out;
        rich_fill(input, language, &rich);
        if (kind == MATRIX_EVENT_ANSWER)
            fact_rows_clear(&rich.facts);
        buffer_add(&plain, i > 0 ? "\n" : "");
        rich_plain(&rich, &plain);
        rich_html(&rich, &html);
        rich_clear(&rich);
    }
    content = json_pack("{s:s, s:s, s:s, s:s, s:{}}", "msgtype", "m.notice", "body",
                        plain.data, "format", "org.matrix.custom.html",
                        "formatted_body", html.data, "m.mentions");
out:
    buffer_clear(&plain);
    buffer_clear(&html);
    return content;
}

/* As many sentences as have room. */
static json_t *
plain_content(const struct delivery_input *input, enum delivery_text_form form,
              struct error *error)
{
    char *text =
        delivery_text(input, languages_of(input), &matrix_room_of_text, form, error);
    json_t *content = text == NULL ? NULL
                                   : json_pack("{s:s, s:s, s:{}}", "msgtype",
                                               "m.notice", "body", text, "m.mentions");
    free(text);
    return content;
}

/* In place of the first message, and below it for programs that know no edits. Takes the
 * content. */
static json_t *
as_edit(json_t *content_take)
{
    const char *body = json_string_value(json_object_get(content_take, "body"));
    json_t *edit = json_pack("{s:s, s:o, s:{}, s:o}", "msgtype", "m.notice", "body",
                             json_sprintf("* %s", body), "m.mentions", "m.new_content",
                             content_take);
    return edit;
}

static bool
is_too_large(const json_t *content)
{
    return json_dumpb(content, NULL, 0, JSON_COMPACT) > CONTENT_MOST_BYTES;
}

static json_t *
whole_event(const struct delivery_input *input, enum matrix_event_kind kind,
            struct error *error)
{
    const bool is_edit = kind == MATRIX_EVENT_EDIT;
    json_t *content = rich_content(input, kind, error);
    if (content != NULL && is_edit)
        content = as_edit(content);
    if (content == NULL || !is_too_large(content)) {
        if (content != NULL && input->n_carried != NULL)
            *input->n_carried = input->missed == NULL ? 0 : input->missed->count;
        return content;
    }
    json_decref(content);
    content =
        plain_content(input, is_edit ? DELIVERY_TEXT_BARE : DELIVERY_TEXT_WHOLE, error);
    return content != NULL && is_edit ? as_edit(content) : content;
}

json_t *
matrix_event(const struct delivery_input *input, enum matrix_event_kind kind,
             struct error *error)
{
    if (kind != MATRIX_EVENT_EDIT)
        return whole_event(input, kind, error);
    /* What was missed, and how late it is, is said by the answer that follows. */
    struct delivery_input bare = *input;
    bare.missed = NULL;
    bare.n_carried = NULL;
    bare.late = false;
    return whole_event(&bare, kind, error);
}
