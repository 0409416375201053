/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks the recipients that a channel names.
 */
#include "channel/recipients.h"

#include <strings.h>

static enum status
check_named(const struct strings *list, recipient_check *check, struct error *error)
{
    for (size_t i = 0; i < list->count; i++) {
        if (check(list->items[i], error) != STATUS_OK) {
            error_prefix(error, "to, number %zu", i + 1);
            return STATUS_INVALID;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcasecmp(list->items[i], list->items[j]) == 0)
                return error_set(error, STATUS_INVALID,
                                 "to names the same recipient twice, as number %zu and "
                                 "number %zu; once is enough",
                                 j + 1, i + 1);
        }
    }
    return STATUS_OK;
}

static enum status
check_test(const char *address, recipient_check *check, struct error *error)
{
    enum status status = address == NULL ? STATUS_OK : check(address, error);
    if (status != STATUS_OK)
        error_prefix(error, "test_to");
    return status;
}

enum status
recipients_check(const struct channel *channel, recipient_check *check,
                 const char *example, struct error *error)
{
    const struct strings *to = recipients_named(channel);
    bool has_to = to != NULL && to->count > 0;
    bool has_file = channel_setting(channel, "to_file") != NULL;
    if (!has_to && !has_file)
        return error_set(error, STATUS_INVALID,
                         "there is no recipient: to = { \"%s\" } or to_file = "
                         "\"list.txt\" is needed",
                         example);
    if (has_to && has_file)
        return error_set(
            error, STATUS_INVALID,
            "to and to_file are both given; put the addresses of to in the "
            "file, or leave to_file out");
    enum status status = has_to ? check_named(to, check, error) : STATUS_OK;
    return status == STATUS_OK
               ? check_test(channel_setting(channel, "test_to"), check, error)
               : status;
}

const struct strings *
recipients_named(const struct channel *channel)
{
    return channel_setting_list(channel, "to");
}

bool
recipients_are_several(const struct channel *channel, bool has_recipient)
{
    const struct strings *to = recipients_named(channel);
    bool is_alone = to != NULL && to->count == 1;
    return has_recipient && !is_alone;
}
