/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The journal's native protocol: https://systemd.io/JOURNAL_NATIVE_PROTOCOL. Seen by
 * service_log_init and its tests only.
 */
#ifndef BUDKAVLE_SERVICE_JOURNAL_H
#define BUDKAVLE_SERVICE_JOURNAL_H

#include "base/buffer.h"
#include "base/log.h"

#include <stdbool.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* True when JOURNAL_STREAM ("device:inode") names what stderr is. */
bool journal_is_stderr(void);

/* Sends log lines to the journal at this socket from now on. False when there is none;
 * lines stay where they went before. */
bool journal_open(const char *socket_path);
void journal_close(void); /* lines go to stderr again */

/* One entry in the form of the protocol. */
void journal_entry(struct buffer *out, enum log_level level, enum log_kind kind,
                   const char *message, const struct log_field *fields,
                   size_t n_fields);

#endif
