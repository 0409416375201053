/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When an estimate that moved is news. Each channel has its own tolerance, and is asked
 * about the estimate that it was given last, so that small steps add up.
 */
#ifndef BUDKAVLE_POLICY_ESTIMATE_H
#define BUDKAVLE_POLICY_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

/* As a tolerance: however little it moved, and even if it did not, it is news. */
#define ESTIMATE_IS_NEWS (-1)

/* By more than the tolerance, to either side. */
bool estimate_moved(int64_t told_ms, int64_t now_ms, int64_t tolerance_ms);

#endif
