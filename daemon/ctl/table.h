/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables and times for a person at a terminal. Outside text is made printable here.
 */
#ifndef BUDKAVLE_CTL_TABLE_H
#define BUDKAVLE_CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table;

/* headers: n column names. */
struct table *table_new(const char *const *headers, size_t n);
void table_add(struct table *table, const char *const *cells); /* NULL cell: empty */
/* Columns as wide as their widest cell; `nothing` when there is no row. Frees. */
void table_print(struct table *table, const char *nothing);

enum {
    SHORT_TIME_SIZE = 24
};
/* "2026-11-23 15:05" in the reader's own zone from RFC 3339; "" for NULL or garbage. */
const char *short_time(const char *timestamp, char out[SHORT_TIME_SIZE]);

/* True when stdout is a terminal and NO_COLOR is not set. */
bool has_colour(void);
/* The text between the codes for a good (true) or bad state, when there is colour. */
void print_state(bool good, const char *text);

#endif
