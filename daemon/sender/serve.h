/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The insides of the sender processes, one function for each kind, and what those have
 * in common that carry out one request after the other.
 */
#ifndef BUDKAVLE_SENDER_SERVE_H
#define BUDKAVLE_SENDER_SERVE_H

#include "model/request.h"

#include <stdbool.h>

/* Each serves requests from fd until its end of file and returns the exit code. */
int sender_http_run(int fd);
int sender_smtp_run(int fd);
int sender_files_run(int fd);
int sender_mqtt_run(int fd);
int sender_exec_run(int fd);

/* Reads requests one by one from fd, a blocking one, and writes what handle makes of
 * each. handle fills in a zeroed reply; id and duration are set here. It returns false
 * when another process is to take the place of this one. */
int serve_one_by_one(int fd,
                     bool (*handle)(void *context, const struct request *request,
                                    struct reply *reply),
                     void *context);

#endif
