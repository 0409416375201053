/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Rows of the store to the values of the model and back: columns and record together.
 */
#ifndef BUDKAVLE_OUTBOUND_ROWS_H
#define BUDKAVLE_OUTBOUND_ROWS_H

#include "store/incidents.h"
#include "store/outbound.h"

/* STATUS_INVALID when the record is damaged; the sentence names the row. */
enum status incident_from_row(const struct incident_row *row, struct incident *incident,
                              struct error *error);
/* Saves the incident; fills in row and id of a new one. */
void incident_save(struct store *store, struct incident *incident);

enum status message_from_row(const struct message_row *row, struct message *message,
                             struct error *error);
/* Adds the message; fills in its row and id. */
void message_save(struct store *store, struct message *message);
/* False when there is none, or it is damaged (which is logged). */
bool message_load(struct store *store, int64_t key, struct message *message);

#endif
