/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a report of a mail means for its recipient: left out from now on, or only counted.
 */
#ifndef BUDKAVLE_POLICY_BOUNCE_H
#define BUDKAVLE_POLICY_BOUNCE_H

#include "model/mail_report.h"

enum bounce {
    BOUNCE_NOTHING,   /* it reports no failure */
    BOUNCE_DELAYED,   /* it is still on its way */
    BOUNCE_FAILED,    /* not delivered; another mail may be */
    BOUNCE_GONE,      /* there is no such mailbox (any more) */
    BOUNCE_COMPLAINT, /* its reader wants no more */
    BOUNCE_COUNT
};

/* Of several fates the mildest: an address that stands for several persons is not gone
 * when one of them is. */
enum bounce bounce_of(const struct mail_report *report);

/* "delayed", "failed" …: what is counted and logged. */
const char *bounce_name(enum bounce bounce);

#endif
