/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What makes mails the mails of a list: its name, the way out of it for whoever reads
 * them (RFC 2369, RFC 8058), and the address that a mail which cannot be delivered comes
 * back to, one for each delivery.
 */
#ifndef BUDKAVLE_CHANNEL_EMAIL_LIST_H
#define BUDKAVLE_CHANNEL_EMAIL_LIST_H

#include "channel/driver.h"

/* Faults in list_id, unsubscribe_url, unsubscribe_mail, return_path, token_key_file. */
enum status email_list_check(const struct channel *channel, struct error *error);

/* List-Id and, on a list, List-Unsubscribe and List-Unsubscribe-Post. domain is the host
 * of the sender's address. */
void email_list_header(const struct delivery_input *input, const char *domain,
                       struct buffer *out);

/* The envelope's sender, where reports of failures go; caller frees. */
char *email_list_return_path(const struct delivery_input *input, const char *from);

#endif
