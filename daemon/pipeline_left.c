/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients who leave a list, or come back to it, by the word of a person. */
#include "pipeline_internal.h"

#include "base/memory.h"
#include "store/left.h"

#include <stdlib.h>

enum status
pipeline_leave(struct pipeline *pipeline, const char *channel, const char *recipient,
               enum left_reason reason, int64_t uid, int64_t now_ms, int64_t *number,
               struct error *error)
{
    struct departure departure = { .channel = channel, .reason = reason, .uid = uid };
    char *known = NULL;
    enum status status =
        outbound_recipient(pipeline->outbound, channel, recipient, &known, error);

    if (status == STATUS_OK) {
        departure.recipient = known;
        store_begin(pipeline->store);
        *number = store_left_add(pipeline->store, &departure, now_ms);
        free(known);
    }
    return status;
}

enum status
pipeline_return(struct pipeline *pipeline, const char *channel, const char *recipient,
                const char *reason, int64_t uid, int64_t now_ms, struct error *error)
{
    char *known = NULL;
    enum status status =
        outbound_recipient(pipeline->outbound, channel, recipient, &known, error);

    if (status != STATUS_OK) {
        return status;
    }
    store_begin(pipeline->store);
    if (!store_left_take_back(pipeline->store, channel, known, reason, uid, now_ms)) {
        status = error_set(error, STATUS_NOT_FOUND,
                           "this recipient has not left channel \"%s\"; budkavle "
                           "channel left %s lists those who have, written as here",
                           channel, channel);
    }
    free(known);
    return status;
}
