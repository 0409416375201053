/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes a delivery as one text in Markdown.
 */
#include "channel/chat_markdown.h"

#include "channel/story.h"

#include <stdlib.h>

struct chat_form
chat_form_of(const struct chat_form *form, const struct channel *channel)
{
    const char *most = channel_setting(channel, "max_characters");
    struct chat_form own = *form;
    if (most != NULL)
        own.rule.most = strtoll(most, NULL, 10);
    return own;
}

char *
chat_delivery_text(const struct chat_form *form, const struct delivery_input *input,
                   struct error *error)
{
    const struct chat_form own = chat_form_of(form, input->channel);
    struct chat_parts parts = { 0 };
    char *text = NULL;
    if (chat_parts_fill(&own, input,
                        input->step->number == STORY_EDIT ? DELIVERY_TEXT_BARE
                                                          : DELIVERY_TEXT_WHOLE,
                        &parts, error) == STATUS_OK)
        text = chat_parts_text(&own, &parts);
    chat_parts_clear(&parts);
    return text;
}
