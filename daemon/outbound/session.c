/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a channel remembers between deliveries. It may be a secret, so it stays in memory
 * and is wiped when it goes; whoever lacks it after a restart makes a new one.
 */
#include "outbound/lane.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void
lane_session_forget(struct lane *lane)
{
    string_wipe(&lane->session);
}

void
lane_session_configure(struct lane *lane)
{
    char options[SHA256_HEX_SIZE];

    channel_digest(lane->channel, options);
    if (strcmp(options, lane->session_options) != 0) {
        lane_session_forget(lane);
        memcpy(lane->session_options, options, sizeof(options));
    }
}

void
lane_session_take(struct lane *lane, const char *options, char **session)
{
    if (*session == NULL) {
        return;
    }
    if (strcmp(options, lane->session_options) != 0) {
        string_wipe(session);
        return;
    }
    lane_session_forget(lane);
    if (**session != '\0') {
        lane->session = *session;
        *session = NULL;
    }
    string_wipe(session);
}
