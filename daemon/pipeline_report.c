/* SPDX-License-Identifier: EUPL-1.2 */
/* Delivery reports: taken inside the turn's transaction, and counted. */
#include "pipeline_internal.h"

#include <string.h>

/* What a stranger calls a channel is no label. */
static bool
is_configured(const struct pipeline *pipeline, const char *channel)
{
    for (size_t i = 0; i < pipeline->config->n_channels; i++) {
        if (strcmp(pipeline->config->channels[i].name, channel) == 0) {
            return true;
        }
    }
    return false;
}

void
pipeline_count_report(struct pipeline *pipeline, const char *channel,
                      enum report_state state, enum status status)
{
    const char *result = "refused";

    if (status == STATUS_OK) {
        result =
            state == REPORT_NONE ? "unknown" : name_of(&report_state_names, (int)state);
    }
    if (is_configured(pipeline, channel)) {
        counters_add(&pipeline->metrics.reports, channel, result, 1);
    }
}

enum status
pipeline_take_report(struct pipeline *pipeline, const char *channel,
                     struct report_call *call, int64_t now_ms, struct error *error)
{
    enum report_state state;
    enum status status;

    store_begin(pipeline->store);
    status =
        outbound_take_report(pipeline->outbound, channel, call, now_ms, &state, error);
    pipeline_count_report(pipeline, channel, state, status);
    return status;
}
