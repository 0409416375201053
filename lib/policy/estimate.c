/* SPDX-License-Identifier: EUPL-1.2 */
/* When an estimate that moved is news. */
#include "policy/estimate.h"

bool
estimate_moved(int64_t told_ms, int64_t now_ms, int64_t tolerance_ms)
{
    int64_t moved_ms = told_ms > now_ms ? told_ms - now_ms : now_ms - told_ms;

    return moved_ms > tolerance_ms;
}
