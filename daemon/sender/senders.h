/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The core's side of the sender processes: starts one on first use, hands it requests,
 * passes its replies on, and starts it again when it dies. What a dead sender had been
 * given is answered with REPLY_UNKNOWN; what it had not been given yet goes to the next.
 */
#ifndef BUDKAVLE_SENDER_SENDERS_H
#define BUDKAVLE_SENDER_SENDERS_H

#include "loop/loop.h"
#include "sender/launcher.h"
#include "sender/transport.h"

struct senders;

/* on_reply borrows the reply. n_smtp: how many SMTP processes at most (each carries one
 * mail at a time). */
struct senders *senders_new(struct loop *loop, struct launcher *launcher, size_t n_smtp,
                            void (*on_reply)(void *context, const struct reply *reply),
                            void *context);
/* Which folders senders are kept from, or write in (places.h, copied), from now on:
 * processes that were confined otherwise end when they have answered. */
void senders_confine(struct senders *senders, const struct strings *places);
/* Connections to be kept, one request for each (standing.h): these and no others, from
 * now on. Borrows the requests. */
void senders_stand(struct senders *senders, const struct request *requests, size_t n);
/* What the kernel could not refuse the newest sender that told, for a person; NULL when
 * it is confined. Borrowed until the next round of the loop. */
const char *senders_trouble(const struct senders *senders);
/* Another number of SMTP processes at most, from now on; those there are stay. */
void senders_resize(struct senders *senders, size_t n_smtp);
void senders_free(struct senders *senders);
struct transport senders_transport(struct senders *senders);

/* Requests handed over and not answered. */
size_t senders_busy(const struct senders *senders);

/* How long the answer that is missing longest is overdue, beyond its request's own
 * timeout; 0 when none is. A slow receiver never makes one overdue; a sender that hangs
 * does, whatever the others answer. */
int64_t senders_overdue_ms(const struct senders *senders);

#endif
