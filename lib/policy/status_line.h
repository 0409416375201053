/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Is all well? One line that says so, for systemctl status and for people.
 */
#ifndef BUDKAVLE_POLICY_STATUS_LINE_H
#define BUDKAVLE_POLICY_STATUS_LINE_H

#include "model/report.h"

#include <stdint.h>

/*
 * Fills in report->line and report->ok from the rest of it. All is well when every
 * channel is up, nothing is parked, nothing has waited for five minutes, and there are
 * no notes.
 */
void status_line(struct daemon_report *report, int64_t now_ms);

#endif
