/* SPDX-License-Identifier: EUPL-1.2 */
/* Storm mode: the rate that must hold, and the channels that it is for. */
#include "config/loading.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <stdlib.h>

static void
check_channels(struct loading *loading, const struct section *section)
{
    const struct strings *channels = &loading->config->storm.channels;

    if (channels->count == 0 && section_find(section, "channels") != NULL) {
        loading_fault(loading, section, "channels",
                      "is empty; leave it out for every channel that people read");
    }
    loading_message_channels(loading, section, channels,
                             "shows every incident and needs no summary");
}

static void
build_rate(struct loading *loading, const struct section *section)
{
    struct storm_config *storm = &loading->config->storm;
    char *text = loading_text(loading, "storm", section, "messages");
    int64_t n_summaries;

    if (text == NULL || !rate_parse(text, &storm->messages) ||
        storm->messages.count == 0) {
        storm->messages = (struct rate){ 12, HOURS_MS };
    }
    free(text);
    n_summaries = (storm->messages.period_ms + storm->every_ms - 1) / storm->every_ms;
    if (storm->messages.count <= n_summaries) {
        loading_fault(loading, section, "messages",
                      "leaves no room beside the summaries: %lld of them come in that "
                      "time (every); give at least %lld messages, or summaries less "
                      "often",
                      (long long)n_summaries, (long long)n_summaries + 1);
    }
}

void
build_storm(struct loading *loading)
{
    const struct section *section = source_find(&loading->source, "storm");
    struct storm_config *storm = &loading->config->storm;

    if (section == NULL) {
        return;
    }
    storm->is_on = true;
    storm->every_ms =
        loading_number(loading, "storm", section, "every", 10 * MINUTES_MS);
    storm->quiet_ms =
        loading_number(loading, "storm", section, "quiet", 30 * MINUTES_MS);
    storm->large = loading_number(loading, "storm", section, "large", 500);
    storm->least_incidents =
        loading_number(loading, "storm", section, "least_incidents", 3);
    build_rate(loading, section);
    loading_values(loading, "storm", section, "channels", &storm->channels);
    check_channels(loading, section);
}
