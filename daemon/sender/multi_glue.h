/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libcurl's multi interface on the event loop: many transfers at once, without
 * blocking, on kept connections.
 */
#ifndef BUDKAVLE_SENDER_MULTI_GLUE_H
#define BUDKAVLE_SENDER_MULTI_GLUE_H

#include "loop/loop.h"

#include <curl/curl.h>

struct multi_glue;

/* on_done is called from the loop, once for every handle that was added; the handle is
 * no longer in the multi then, and may be used again. */
struct multi_glue *multi_glue_new(struct loop *loop,
                                  void (*on_done)(void *context, CURL *easy,
                                                  CURLcode code),
                                  void *context);

/* Handles that are still inside must be cleaned up by their owner before. */
void multi_glue_free(struct multi_glue *glue);

/* Sets the options of easy that the glue needs, and starts it on the next round. */
void multi_glue_add(struct multi_glue *glue, CURL *easy);
void multi_glue_remove(struct multi_glue *glue, CURL *easy);

#endif
