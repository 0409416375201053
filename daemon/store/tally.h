/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Incidents and messages, counted in a table as they change. For the files of this
 * folder.
 */
#ifndef BUDKAVLE_STORE_TALLY_H
#define BUDKAVLE_STORE_TALLY_H

/* ?1 kind, ?2 key, ?3 change. */
#define TALLY_ADD_SQL                                                                  \
    "INSERT INTO tally (kind, key, n) VALUES (?1, ?2, ?3) "                            \
    "ON CONFLICT (kind, key) DO UPDATE SET n = n + excluded.n"
#define TALLY_INCIDENT "incident"
#define TALLY_MESSAGE "message"

enum {
    TALLY_NONE = -2,   /* of the daemon's own rows: they are not counted */
    TALLY_WAITING = -1 /* key of incidents that do not exist yet */
};

#endif
