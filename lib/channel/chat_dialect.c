/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The dialects, one row each, and the writing that they share.
 */
#include "channel/chat_dialect.h"

#include "channel/mention.h"
#include "text/links.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define SLACK_REFERENCES                                                               \
    {                                                                                  \
        { "&", "&amp;" }, { "<", "&lt;" }, { ">", "&gt;" },                            \
    }

const struct chat_dialect chat_slack = {
    .bold = "*",
    .escaped = "",
    .line_start = "",
    .replaced = SLACK_REFERENCES,
    .link_begin = "<",
    .link_end = ">",
};

const struct chat_dialect chat_slack_text = {
    .bold = "",
    .escaped = "",
    .line_start = "",
    .replaced = SLACK_REFERENCES,
    .link_begin = "",
    .link_end = "",
};

/* Backslashes are shown by some of its programs: what would be a link is taken apart
 * instead, and nothing else of Markdown there hides or leads anywhere. */
const struct chat_dialect chat_teams = {
    .bold = "",
    .escaped = "",
    .line_start = "",
    .replaced = { { "](", "] (" }, { "<", "\uFF1C" } },
    .link_begin = "",
    .link_end = "",
};

/* An address in angle brackets gets no preview. */
const struct chat_dialect chat_discord = {
    .bold = "**",
    .escaped = "\\*_~`|<[]",
    .line_start = "#>-+",
    .link_begin = "<",
    .link_end = ">",
};

const struct chat_dialect chat_mattermost = {
    .bold = "**",
    .escaped = "\\*_~`|<[]#",
    .line_start = ">-+",
    .link_begin = "",
    .link_end = "",
};

/* Its parser knows a backslash before few characters only. */
const struct chat_dialect chat_rocketchat = {
    .bold = "*",
    .escaped = "*_~`#",
    .line_start = "",
    .replaced = { { "](", "] (" },
                  { "<", "\uFF1C" },
                  { "|", "\uFF5C" },
                  { ">", "\uFF1E" } },
    .link_begin = "",
    .link_end = "",
};

/* What stands for the beginning of text; NULL: itself. */
static const struct chat_replaced *
find_replaced(const struct chat_dialect *dialect, const char *text)
{
    for (size_t i = 0; i < CHAT_REPLACED_MOST; i++) {
        const struct chat_replaced *row = &dialect->replaced[i];
        if (row->from == NULL)
            break;
        if (strncmp(text, row->from, strlen(row->from)) == 0)
            return row;
    }
    return NULL;
}

static bool
needs_backslash(const struct chat_dialect *dialect, const char *text, size_t at)
{
    return strchr(dialect->escaped, text[at]) != NULL ||
           ((at == 0 || text[at - 1] == '\n') &&
            strchr(dialect->line_start, text[at]) != NULL);
}

/* One character of the text; how many bytes of it were written. */
static size_t
escape_one(const struct chat_dialect *dialect, const char *text, size_t at,
           struct buffer *out)
{
    const struct chat_replaced *replaced = find_replaced(dialect, text + at);
    if (replaced != NULL) {
        buffer_add(out, replaced->to);
        return strlen(replaced->from);
    }
    if (mention_begins(text, at)) {
        buffer_add(out, MENTION_HARMLESS);
        return 1;
    }
    if (needs_backslash(dialect, text, at))
        buffer_add_char(out, '\\');
    buffer_add_char(out, text[at]);
    return 1;
}

/* Nothing in it could end the link or be read as something else. */
static bool
is_plain_link(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x80 || (!isalnum(c) && strchr("-._~:/?#&=%+,;", c) == NULL))
            return false;
    }
    return true;
}

/* In a link only what stands for a character itself is written in another way. */
static void
write_link(const struct chat_dialect *dialect, const char *text, size_t len,
           struct buffer *out)
{
    buffer_add(out, dialect->link_begin);
    for (size_t i = 0; i < len; i++) {
        const struct chat_replaced *replaced = find_replaced(dialect, text + i);
        if (replaced != NULL)
            buffer_add(out, replaced->to);
        else
            buffer_add_char(out, text[i]);
    }
    buffer_add(out, dialect->link_end);
}

void
chat_escape(const struct chat_dialect *dialect, const char *text, struct buffer *out)
{
    struct link link;
    size_t at = 0;
    bool has_link = link_find(text, 0, false, &link);
    while (text[at] != '\0') {
        if (has_link && at >= link.at) {
            if (is_plain_link(text + link.at, link.len)) {
                write_link(dialect, text + link.at, link.len, out);
                at = link.at + link.len;
            }
            has_link = link_find(text, link.at + link.len, false, &link);
            continue;
        }
        at += escape_one(dialect, text, at, out);
    }
}

void
chat_bold(const struct chat_dialect *dialect, const char *text, struct buffer *out)
{
    buffer_add(out, dialect->bold);
    chat_escape(dialect, text, out);
    buffer_add(out, dialect->bold);
}
