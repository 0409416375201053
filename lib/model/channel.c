/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A channel and a route as configured.
 */
#include "model/channel.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct setting *
setting_find(const struct channel *channel, const char *name)
{
    for (size_t i = 0; i < channel->n_settings; i++) {
        if (strcmp(channel->settings[i].spec->name, name) == 0) {
            return &channel->settings[i];
        }
    }
    return NULL;
}

const char *
channel_setting(const struct channel *channel, const char *name)
{
    const struct setting *setting = setting_find(channel, name);

    return setting != NULL && setting->values.count > 0 ? setting->values.items[0]
                                                        : NULL;
}

const struct strings *
channel_setting_list(const struct channel *channel, const char *name)
{
    const struct setting *setting = setting_find(channel, name);

    return setting != NULL ? &setting->values : NULL;
}

const char *
channel_secret(const struct channel *channel, const char *name)
{
    const struct setting *setting = setting_find(channel, name);

    return setting != NULL ? setting->secret : NULL;
}

/* With its zero, so that two texts are never taken for one. */
static void
digest_text(struct sha256 *state, const char *text)
{
    if (text != NULL) {
        sha256_add(state, text, strlen(text) + 1);
    }
}

void
channel_digest(const struct channel *channel, char out[SHA256_HEX_SIZE])
{
    struct sha256 *state = sha256_new();

    digest_text(state, channel->driver);
    for (size_t i = 0; i < channel->n_settings; i++) {
        const struct setting *setting = &channel->settings[i];

        digest_text(state, setting->spec->name);
        for (size_t j = 0; j < setting->values.count; j++) {
            digest_text(state, setting->values.items[j]);
        }
        digest_text(state, ""); /* the end of the values */
        digest_text(state, setting->secret);
    }
    sha256_finish(state, out);
}

static void
setting_clear(struct setting *setting)
{
    strings_clear(&setting->values);
    string_wipe(&setting->secret);
}

void
channel_clear(struct channel *channel)
{
    free(channel->name);
    free(channel->driver);
    free(channel->proxy);
    free(channel->ca_file);
    free(channel->ca_pem);
    free(channel->reply_to);
    for (size_t i = 0; i < channel->n_settings; i++) {
        setting_clear(&channel->settings[i]);
    }
    free(channel->settings);
    *channel = (struct channel){ 0 };
}

void
route_clear(struct route *route)
{
    free(route->name);
    strings_clear(&route->places);
    strings_clear(&route->sources);
    strings_clear(&route->channels);
    *route = (struct route){ 0 };
}
