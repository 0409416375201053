/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What systemd and the journal are told, by their datagram protocols (sd_notify(3),
 * systemd.journal-fields(7)), and what systemd hands over (sd_listen_fds(3),
 * credentials). Each does nothing where there is no systemd.
 */
#ifndef BUDKAVLE_SERVICE_SERVICE_H
#define BUDKAVLE_SERVICE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

/* Reads NOTIFY_SOCKET and WATCHDOG_USEC, and takes them out of the environment. */
void service_init(void);

void service_ready(const char *status_line);
void service_status(const char *status_line); /* sends only when it changed */
void service_reloading(int64_t mono_us);
void service_stopping(void);
void service_extend_timeout(int64_t more_ms);

/* How often the watchdog is to be fed; 0: never. */
int64_t service_watchdog_ms(void);
void service_watchdog_feed(void);

/* The listening Unix socket that systemd handed over, or -1. Others are closed. */
int service_listen_fd(void);

/* Sends log lines to the journal with their fields when stderr is the journal's
 * (JOURNAL_STREAM); else leaves them on stderr. */
void service_log_init(void);

#endif
