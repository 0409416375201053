/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the mails that come back: reports of delivery (RFC 3462, RFC 3464) and complaints
 * (RFC 5965). A reader of header fields and of the parts of one multipart, and of nothing
 * else of a mail. It takes any bytes, LF and CRLF alike, and keeps to what it was given.
 */
#ifndef BUDKAVLE_CODEC_MAIL_REPORT_H
#define BUDKAVLE_CODEC_MAIL_REPORT_H

#include "model/mail_report.h"

enum {
    /* Enough for the report; what follows it, the mail itself, may be cut off. */
    MAIL_REPORT_MAX_BYTES = 256 * 1024
};

/* A whole mail, header first. What is no report is MAIL_REPORT_NONE. */
void mail_report_read(const char *mail, size_t len, struct mail_report *report);

/* The content of a part message/delivery-status alone. */
void mail_report_read_status(const char *content, size_t len,
                             struct mail_report *report);

#endif
