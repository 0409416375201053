/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The text of a message in Telegram's HTML.
 */
#ifndef BUDKAVLE_CHANNEL_TELEGRAM_TEXT_H
#define BUDKAVLE_CHANNEL_TELEGRAM_TEXT_H

#include "channel/delivery_text.h"

/* The text in the channel's languages, of each the sentence that its title has in bold.
 * Markup does not count against the rule. Caller frees; NULL: see the sentence. */
char *telegram_text(const struct delivery_input *input, const struct length_rule *rule,
                    enum delivery_text_form form, struct error *error);

#endif
