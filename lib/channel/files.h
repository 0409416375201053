/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What drivers share whose messages are files in a folder that a web server hands out.
 */
#ifndef BUDKAVLE_CHANNEL_FILES_H
#define BUDKAVLE_CHANNEL_FILES_H

#include "base/status.h"
#include "model/channel.h"
#include "model/request.h"

/* A new file of the request, whose name is taken; the pointer is good until the next. */
struct buffer *files_add(struct request *request, char *name_taken);

/* The option "directory" is a folder of its own. For a driver's check. */
enum status files_check(const struct channel *channel, struct error *error);

/* What the sender's answer means. For a driver's classify. */
void files_classify(const struct channel *channel, const struct reply *reply,
                    bool has_recipient, int64_t now_ms, struct outcome *outcome);

/*
 * A name for a feed or an entry of one: a UUID of version 8 (RFC 9562, 5.8) made of a
 * digest, so it is permanent and the same after every restart, also when the feed moves
 * or has no address.
 */
enum {
    FILES_URN_SIZE = 48
};
void files_urn(const char *what, const char *name, const char *language,
               char out[FILES_URN_SIZE]);

#endif
