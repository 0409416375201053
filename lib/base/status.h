/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Status and error values. A function that can fail because of what lies outside the
 * program returns an enum status; the sentence that explains the failure is written
 * once, by the lowest level that knows, into the caller's struct error.
 * Out of memory and impossible states are not errors: see memory.h.
 */
#ifndef BUDKAVLE_BASE_STATUS_H
#define BUDKAVLE_BASE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_INVALID,   /* input that breaks a rule; the sender can mend it */
    STATUS_NOT_FOUND, /* what was named does not exist */
    STATUS_CONFLICT,  /* the same name with other content */
    STATUS_REFUSED,   /* well-formed and not allowed */
    STATUS_LIMIT,     /* larger or more than is taken */
    STATUS_BUSY,      /* held by somebody else; try later */
    STATUS_FULL,      /* no room; try later */
    STATUS_IO,        /* the system failed a call */
    STATUS_COUNT
};

enum {
    ERROR_TEXT_SIZE = 512
};

/* One sentence: what, where and what would be right. Valid when zeroed. */
struct error {
    char text[ERROR_TEXT_SIZE];
};

/*
 * Writes the sentence (cut at a character boundary if too long) and returns status, so
 * that a failing function can end with `return error_set(error, STATUS_INVALID, …)`.
 * error may be NULL.
 */
enum status error_set(struct error *error, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the sentence that is already there. */
void error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
