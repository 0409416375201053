/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Twelve hours without power give most customers a right to compensation (Ellagen
 * 10:10). When that moment comes, those who are still without are told of it, once.
 */
#ifndef BUDKAVLE_POLICY_RIGHTS_H
#define BUDKAVLE_POLICY_RIGHTS_H

#include "model/incident.h"

#define RIGHTS_AFTER_MS (12 * HOURS_MS)

/*
 * The moment at which it is due: twelve hours after started_at, else after it was
 * confirmed. TIME_NEVER: never, or it was said. Power only, and only while somebody is
 * known to be without; not planned work, which the law excepts as long as it takes no
 * longer than it has to.
 */
int64_t rights_due_at(const struct incident *incident);

#endif
