/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One mail to one recipient as a blocking libcurl transfer, and what its end means.
 */
#ifndef BUDKAVLE_SENDER_SMTP_EXCHANGE_H
#define BUDKAVLE_SENDER_SMTP_EXCHANGE_H

#include "sender/transfer.h"

/* Sends the mail of request with easy, which keeps its connection for the next one, and
 * fills in the zeroed reply. */
void smtp_exchange(CURL *easy, const struct request *request, struct reply *reply);

#endif
