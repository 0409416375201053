/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page behind the link with which a reader leaves a list, in every language. Opening
 * it changes nothing, for scanners open links; its button does.
 */
#ifndef BUDKAVLE_CHANNEL_LEAVE_PAGE_H
#define BUDKAVLE_CHANNEL_LEAVE_PAGE_H

#include "text/catalogue.h"

enum leave_page {
    LEAVE_PAGE_ASK,     /* with the button */
    LEAVE_PAGE_DONE,    /* the reader gets no more */
    LEAVE_PAGE_UNKNOWN, /* the link is not one of ours, or too old */
    LEAVE_PAGE_COUNT
};

/* A whole HTML page; caller frees. contact may be NULL. */
char *leave_page(enum leave_page page, struct catalogue *const *catalogues,
                 size_t n_catalogues, const char *organisation, const char *contact);

#endif
