/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The side of a sender that carries out many requests at once: an event loop, the
 * requests as they come from the core, and the replies as they become known.
 */
#ifndef BUDKAVLE_SENDER_SERVE_LOOP_H
#define BUDKAVLE_SENDER_SERVE_LOOP_H

#include "loop/loop.h"
#include "model/request.h"

struct serve_loop;

/* on_request is given each request whole and takes its contents; on_turn (NULL: none) is
 * called when all that came together were given. fd is made non-blocking. NULL when that
 * fails. */
struct serve_loop *serve_loop_new(struct loop *loop, int fd,
                                  void (*on_request)(void *context,
                                                     struct request *request_take),
                                  void (*on_turn)(void *context), void *context);
void serve_loop_free(struct serve_loop *serve);

/* Writes the reply soon, together with others of this round. Borrows it. */
void serve_loop_answer(struct serve_loop *serve, const struct reply *reply);

/* 0 unless the core wrote what is no request: then the loop was stopped. */
int serve_loop_exit_code(const struct serve_loop *serve);

#endif
