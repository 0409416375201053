/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Answers of the socket as a person reads them. Each takes the JSON that the socket
 * answers and prints it to stdout. Internal to ctl/.
 */
#ifndef BUDKAVLE_CTL_VIEW_H
#define BUDKAVLE_CTL_VIEW_H

#include "ctl/session.h"

void view_channels(const json_t *channels);
void view_incidents(const json_t *incidents);
void view_deliveries(const json_t *deliveries);
void view_incident(const json_t *incident);
void view_timeline(const json_t *timeline);
void view_audit(const json_t *audit);
/* The whole answer; diff: against what each channel was told last. */
void view_previews(const json_t *answer, bool diff);
void view_news(const char *name, const json_t *news);

/*
 * Reads all pages of a list (`path` with its query, member `key`) and shows them as one
 * list; with --json as one array of all rows. Returns an exit code.
 */
int view_pages(struct session *session, const char *path, const char *key,
               void (*view)(const json_t *rows));
/* The same from behind a cursor; NULL: from the beginning. */
int view_pages_after(struct session *session, const char *path, const char *after,
                     const char *key, void (*view)(const json_t *rows));

#endif
