/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a person sets right, as an event: a patch of the fields of one incident, checked
 * by the same gate as every event. It has no names of its own for anything, so a name
 * that is misspelt is a fault here.
 */
#ifndef BUDKAVLE_CODEC_AMENDMENT_H
#define BUDKAVLE_CODEC_AMENDMENT_H

#include "base/status.h"
#include "model/fault.h"
#include "model/incident.h"

/* What the patch does not say. */
struct amendment_identity {
    const char *source, *incident, *event_id;
    struct stamp order; /* where it stands among the events; receipt is not used */
};

/*
 * Adds the event to *events. patch: a JSON object of fields; NULL: the incident never was.
 * STATUS_REFUSED with faults: no object, a field that cannot be corrected, or a value
 * that no event may have.
 */
enum status amendment_parse(const char *patch,
                            const struct amendment_identity *identity, int64_t now_ms,
                            struct events *events, struct faults *faults);

#endif
