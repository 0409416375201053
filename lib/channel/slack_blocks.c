/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Builds Slack's blocks.
 */
#include "channel/slack_blocks.h"

#include "base/memory.h"

#include <stdlib.h>

enum {
    /* Slack's limits, in characters. */
    SECTION_MOST = 3000,
    HEADER_MOST = 150,
    FIELD_MOST = 2000,
    FIELDS_IN_A_SECTION = 10,
};

static const struct length_rule characters = { .unit = LENGTH_UTF16 };

static void
write_section(const struct chat_part *part, struct buffer *out)
{
    chat_escape(&chat_slack, part->rich.text, out);
}

const struct chat_form slack_form = {
    .rule = { .unit = LENGTH_UTF16, .most = SECTION_MOST },
    .is_for_each = true,
    .write = write_section,
};

/* Takes what is in text. */
static json_t *
text_object(const char *type, struct buffer *text)
{
    bool is_plain = type[0] == 'p';
    json_t *object = json_object();
    json_object_set_new(object, "type", json_string(type));
    json_object_set_new(object, "text", json_string(text->data));
    /* Nothing is made of a text but what stands in it: no names of people and rooms, no
     * pictures for words between colons. */
    json_object_set_new(object, is_plain ? "emoji" : "verbatim",
                        json_boolean(!is_plain));
    buffer_clear(text);
    return object;
}

static void
add_block(json_t *blocks, const char *type, const char *member, json_t *content_take)
{
    json_t *block = json_object();
    json_object_set_new(block, "type", json_string(type));
    json_object_set_new(block, member, content_take);
    json_array_append_new(blocks, block);
}

static void
add_markdown(json_t *blocks, struct buffer *text)
{
    add_block(blocks, "section", "text", text_object("mrkdwn", text));
}

/* A heading is never cut: what is too long for one stands out in a section. */
static void
add_title(json_t *blocks, const char *title)
{
    struct buffer text = { 0 };
    chat_escape(&chat_slack_text, title, &text);
    if (length_units(&characters, text.data) <= HEADER_MOST) {
        add_block(blocks, "header", "text", text_object("plain_text", &text));
        return;
    }
    buffer_reset(&text);
    chat_bold(&chat_slack, title, &text);
    add_markdown(blocks, &text);
}

static json_t *
field_of(const struct fact_row *row)
{
    struct buffer text = { 0 };
    char *value = fact_row_text(row);
    chat_bold(&chat_slack, row->label, &text);
    buffer_add_char(&text, '\n');
    chat_escape(&chat_slack, value, &text);
    free(value);
    if (length_units(&characters, text.data) > FIELD_MOST) {
        buffer_clear(&text);
        return NULL;
    }
    return text_object("mrkdwn", &text);
}

static void
add_facts(json_t *blocks, const struct fact_rows *facts)
{
    json_t *fields = json_array();
    for (size_t i = 0; i < facts->count; i++) {
        json_t *field = field_of(&facts->items[i]);
        if (field != NULL)
            json_array_append_new(fields, field);
        if (json_array_size(fields) == FIELDS_IN_A_SECTION || i + 1 == facts->count) {
            if (json_array_size(fields) > 0)
                add_block(blocks, "section", "fields", json_incref(fields));
            json_decref(fields);
            fields = json_array();
        }
    }
    json_decref(fields);
}

static void
add_part(json_t *blocks, const struct chat_part *part)
{
    const struct rich *rich = &part->rich;
    struct buffer text = { 0 };
    if (rich->banner != NULL) {
        chat_bold(&chat_slack, rich->banner, &text);
        add_markdown(blocks, &text);
    }
    add_title(blocks, rich->title);
    write_section(part, &text);
    add_markdown(blocks, &text);
    add_facts(blocks, &rich->facts);
    if (rich_lacks_url(rich)) {
        chat_escape(&chat_slack, rich->url, &text);
        add_markdown(blocks, &text);
    }
}

/* Bare words: notifications show no markup. */
static void
add_fallback(const struct chat_part *part, struct buffer *out)
{
    const struct rich *rich = &part->rich;
    if (out->len > 0)
        buffer_add(out, "\n\n");
    if (rich->banner != NULL) {
        chat_escape(&chat_slack_text, rich->banner, out);
        buffer_add_char(out, '\n');
    }
    chat_escape(&chat_slack_text, rich->title, out);
    buffer_add_char(out, '\n');
    chat_escape(&chat_slack_text, rich->text, out);
}

json_t *
slack_body(const struct chat_parts *parts)
{
    json_t *body = json_object();
    json_t *blocks = json_array();
    struct buffer fallback = { 0 };
    for (size_t i = 0; i < parts->count; i++) {
        if (i > 0)
            json_array_append_new(blocks, json_pack("{s:s}", "type", "divider"));
        add_part(blocks, &parts->items[i]);
        add_fallback(&parts->items[i], &fallback);
    }
    json_object_set_new(body, "text", json_string(fallback.data));
    json_object_set_new(body, "blocks", blocks);
    json_object_set_new(body, "parse", json_string("none"));
    json_object_set_new(body, "link_names", json_false());
    buffer_clear(&fallback);
    return body;
}
