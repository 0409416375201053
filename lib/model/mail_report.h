/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a mail server or a mailbox provider reports of a mail that was sent before: plain
 * data. It names no recipient; whom it is about is told by the address it came to.
 */
#ifndef BUDKAVLE_MODEL_MAIL_REPORT_H
#define BUDKAVLE_MODEL_MAIL_REPORT_H

#include <stdbool.h>
#include <stddef.h>

enum mail_report_kind {
    MAIL_REPORT_NONE,      /* an answer, a holiday reply, anything else */
    MAIL_REPORT_DELIVERY,  /* RFC 3464: what became of it */
    MAIL_REPORT_COMPLAINT, /* RFC 5965: its reader calls it unwanted */
    MAIL_REPORT_KIND_COUNT
};

/* RFC 3464, 2.3.3. */
enum mail_action {
    MAIL_ACTION_FAILED,
    MAIL_ACTION_DELAYED,
    MAIL_ACTION_DELIVERED,
    MAIL_ACTION_RELAYED,
    MAIL_ACTION_EXPANDED,
    MAIL_ACTION_OTHER, /* none that is known */
    MAIL_ACTION_COUNT
};

/* What became of it for one recipient; all -1: the status cannot be read. */
struct mail_fate {
    enum mail_action action;
    int class, subject, detail; /* RFC 3463: 5.1.1 */
};

enum {
    MAIL_FATES_MAX = 16,        /* our mails have one recipient each */
    MAIL_ADDRESS_SIZE = 320 + 1 /* RFC 3696: the longest there is */
};

/* Valid when zeroed. */
struct mail_report {
    enum mail_report_kind kind;
    bool is_automatic; /* no person wrote it (RFC 3834) */
    struct mail_fate fates[MAIL_FATES_MAX];
    size_t n_fates; /* MAIL_FATES_MAX: there may be more */
    /* Of a complaint: */
    bool is_unwanted;                      /* that is what it says */
    char original_from[MAIL_ADDRESS_SIZE]; /* the envelope's sender then; "" */
};

#endif
