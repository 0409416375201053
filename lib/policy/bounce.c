/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decides what a report of a mail means.
 */
#include "policy/bounce.h"

static const char *const names[BOUNCE_COUNT] = {
    [BOUNCE_NOTHING] = "nothing",     [BOUNCE_DELAYED] = "delayed",
    [BOUNCE_FAILED] = "failed",       [BOUNCE_GONE] = "gone",
    [BOUNCE_COMPLAINT] = "complaint",
};

const char *
bounce_name(enum bounce bounce)
{
    return names[bounce];
}

/* 5.1.x says that the address is wrong, but 5.1.7 and 5.1.8 that the sender's is; 5.2.1
 * that the mailbox is closed (RFC 3463, 3.2 and 3.3). */
static bool
is_dead(const struct mail_fate *fate)
{
    if (fate->class != 5) {
        return false;
    }
    return (fate->subject == 1 && fate->detail != 7 && fate->detail != 8) ||
           (fate->subject == 2 && fate->detail == 1);
}

static enum bounce
bounce_of_fate(const struct mail_fate *fate)
{
    switch (fate->action) {
    case MAIL_ACTION_FAILED:
        return is_dead(fate) ? BOUNCE_GONE : BOUNCE_FAILED;
    case MAIL_ACTION_DELAYED:
        return BOUNCE_DELAYED;
    case MAIL_ACTION_DELIVERED:
    case MAIL_ACTION_RELAYED:
    case MAIL_ACTION_EXPANDED:
    case MAIL_ACTION_OTHER:
    case MAIL_ACTION_COUNT:
        break;
    }
    return BOUNCE_NOTHING;
}

static enum bounce
mildest_of(const struct mail_report *report)
{
    enum bounce mildest = BOUNCE_GONE;

    for (size_t i = 0; i < report->n_fates; i++) {
        enum bounce bounce = bounce_of_fate(&report->fates[i]);

        mildest = bounce < mildest ? bounce : mildest;
    }
    /* What was not read might be milder. */
    if (report->n_fates == MAIL_FATES_MAX && mildest == BOUNCE_GONE) {
        return BOUNCE_FAILED;
    }
    return report->n_fates == 0 ? BOUNCE_NOTHING : mildest;
}

enum bounce
bounce_of(const struct mail_report *report)
{
    switch (report->kind) {
    case MAIL_REPORT_DELIVERY:
        return mildest_of(report);
    case MAIL_REPORT_COMPLAINT:
        return report->is_unwanted ? BOUNCE_COMPLAINT : BOUNCE_NOTHING;
    case MAIL_REPORT_NONE:
    case MAIL_REPORT_KIND_COUNT:
        break;
    }
    return BOUNCE_NOTHING;
}
