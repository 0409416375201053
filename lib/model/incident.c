/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * An incident as plain data.
 */
#include "model/incident.h"

#include <stdlib.h>

void
incident_clear(struct incident *incident)
{
    free(incident->source);
    free(incident->incident);
    facts_clear(&incident->facts);
    strings_clear(&incident->withheld.advice);
    *incident = (struct incident){ 0 };
}

bool
incident_is_merged(const struct incident *incident)
{
    return facts_has(&incident->facts, FIELD_MERGE_INTO);
}
