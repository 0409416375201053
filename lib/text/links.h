/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Web addresses in a text, for channels that count each as so many characters whatever
 * it is long, and for those that write an address in a way of their own.
 */
#ifndef BUDKAVLE_TEXT_LINKS_H
#define BUDKAVLE_TEXT_LINKS_H

#include <stdbool.h>
#include <stddef.h>

struct link {
    size_t at, len;
    bool bare; /* a host without http:// or https:// in front */
};

/* The first web address at or behind `from`; with `bare` also "drift.example.se/x".
 * What ends a sentence behind it is not part of it. False when there is none. */
bool link_find(const char *text, size_t from, bool bare, struct link *link);

#endif
