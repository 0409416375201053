/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of the store on their way into an answer: as values of the model, as pages of a
 * list, and what is said when they cannot be read. Internal to api/.
 */
#ifndef BUDKAVLE_API_ROWS_H
#define BUDKAVLE_API_ROWS_H

#include "model/message.h"
#include "store/incidents.h"
#include "store/outbound.h"

#include <jansson.h>

struct call;

/* Columns and record together. A record that is damaged is logged, and the value then
 * holds what stands in the columns, so that a list still shows that there is one. */
void rows_incident(const struct incident_row *row, struct incident *incident);
void rows_message(const struct message_row *row, struct message *message);

/* A JSON string whatever the bytes are; NULL for NULL. */
json_t *rows_text(const char *text);

/* Collects one page of a list. Ask the store for one row more than the limit. */
struct page {
    json_t *rows;
    int64_t limit;
    int64_t last; /* key of the last row in it */
    bool more;    /* there are rows behind it */
};
void answer_page_begin(struct page *page, int64_t limit);
/* False, and `more`, when the page is full: the row at hand belongs to the next one. */
bool page_has_room(struct page *page);
void answer_page_add(struct page *page, int64_t key, json_t *row); /* steals */
/* Puts the rows under the name and the cursor (or null) under "next". */
void answer_page_end(struct page *page, const char *name, json_t *answer);

/* The incident with the daemon's id. False after 404 (or 503) was answered. */
bool rows_find_incident(struct call *call, const char *id, struct incident_row *row);

/* 200 with what was read (stolen), or 503 when the store failed meanwhile: half a list
 * must not look like a whole one. */
void answer_read(struct call *call, json_t *body);

#endif
