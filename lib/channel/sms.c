/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks, measures and writes text messages.
 */
#include "channel/sms.h"

#include "base/memory.h"
#include "channel/delivery_text.h"
#include "channel/phone.h"
#include "channel/recipients.h"

#include <stdlib.h>
#include <string.h>

enum status
sms_check(const struct channel *channel, struct error *error)
{
    const char *from = channel_setting(channel, "from");
    enum status status =
        from == NULL ? STATUS_OK : phone_sender_check("from", from, error);
    return status == STATUS_OK
               ? recipients_check(channel, phone_check, "+46701234567", error)
               : status;
}

void
sms_length(const struct channel *channel, struct length_rule *rule)
{
    const char *parts = channel_setting(channel, "parts");
    const char *ucs2 = channel_setting(channel, "ucs2");
    *rule = (struct length_rule){
        .unit = LENGTH_GSM7,
        .most = parts == NULL ? 1 : strtoll(parts, NULL, 10),
        .ucs2 = ucs2 != NULL && strcmp(ucs2, "true") == 0,
    };
}

static char *
text_of(const struct delivery_input *input, enum delivery_text_form form,
        struct error *error)
{
    struct length_rule rule;
    sms_length(input->channel, &rule);
    return delivery_text(input, channel_setting_list(input->channel, "language"), &rule,
                         form, error);
}

char *
sms_text(const struct delivery_input *input, struct error *error)
{
    if (input->recipient == NULL) {
        error_set(error, STATUS_INVALID, "the text message has no recipient");
        return NULL;
    }
    /* A line of to_file comes here unchecked. */
    if (phone_check(input->recipient, error) != STATUS_OK)
        return NULL;
    return text_of(input, DELIVERY_TEXT_WHOLE, error);
}

void
sms_show(const struct delivery_input *input, struct shown *shown)
{
    struct length_rule rule;
    sms_length(input->channel, &rule);
    delivery_text_show(input, channel_setting_list(input->channel, "language"), &rule,
                       shown);
}

bool
sms_is_said(const struct delivery_input *input, const char *text)
{
    static const enum delivery_text_form forms[] = { DELIVERY_TEXT_WHOLE,
                                                     DELIVERY_TEXT_BARE };
    bool is_said = false;
    for (size_t i = 0; i < ARRAY_COUNT(forms) && !is_said; i++) {
        char *ours = text_of(input, forms[i], NULL);
        is_said = ours != NULL && strncmp(text, ours, strlen(ours)) == 0;
        free(ours);
    }
    return is_said;
}
