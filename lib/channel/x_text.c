/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes the texts of posts on X.
 */
#include "channel/x_text.h"

#include "base/timestamp.h"
#include "channel/delivery_text.h"
#include "channel/shown.h"
#include "text/links.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINK_CHARACTERS = 23, /* whatever an address is long */
};

/* So long a message is news as it was written; later its text says when that was. */
#define SAME_TEXT_MS (HOURS_MS)

void
x_length(const struct channel *channel, struct length_rule *rule)
{
    const char *most = channel_setting(channel, "max_characters");
    *rule = (struct length_rule){
        .unit = LENGTH_WEIGHTED,
        .most = most == NULL ? X_CHARACTERS : strtoll(most, NULL, 10),
        .link = LINK_CHARACTERS,
    };
}

static bool
is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

void
x_address_nobody(char *text)
{
    char *out = text;
    for (const char *c = text; *c != '\0'; c++) {
        /* In the middle of a word it is an address of e-mail. */
        bool is_sign = *c == '@' && is_word(c[1]) && (c == text || !is_word(c[-1]));
        if (!is_sign)
            *out++ = *c;
    }
    *out = '\0';
}

/* Without links, neither the page nor an address to turn to is named. */
static struct delivery_input
text_input(const struct delivery_input *input)
{
    const char *links = channel_setting(input->channel, "links");
    struct delivery_input own = *input;
    struct link link;
    if (links != NULL && strcmp(links, "true") == 0)
        return own;
    own.page_url = NULL;
    if (own.contact != NULL && link_find(own.contact, 0, true, &link))
        own.contact = NULL;
    return own;
}

void
x_show(const struct delivery_input *input, struct shown *shown)
{
    const struct delivery_input own = text_input(input);
    struct length_rule rule;
    x_length(input->channel, &rule);
    delivery_text_show(&own, channel_setting_list(input->channel, "language"), &rule,
                       shown);
    for (size_t i = 0; i < shown->count; i++)
        x_address_nobody(shown->items[i].text);
}

/* What was missed is told once more; without that a text that may be there already is
 * written as it was then. */
static enum delivery_text_form
form_of(const struct delivery_input *input)
{
    return input->in_doubt && input->missed == NULL &&
                   input->now_ms - input->begun_at_ms < SAME_TEXT_MS
               ? DELIVERY_TEXT_BARE
               : DELIVERY_TEXT_WHOLE;
}

char *
x_text(const struct delivery_input *input, struct error *error)
{
    const struct delivery_input own = text_input(input);
    struct length_rule rule;
    x_length(input->channel, &rule);
    char *text = delivery_text(&own, channel_setting_list(input->channel, "language"),
                               &rule, form_of(input), error);
    if (text != NULL)
        x_address_nobody(text);
    return text;
}
