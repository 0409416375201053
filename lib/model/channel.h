/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A channel and a route as they are configured: values, with defaults filled in.
 */
#ifndef BUDKAVLE_MODEL_CHANNEL_H
#define BUDKAVLE_MODEL_CHANNEL_H

#include "base/digest.h"
#include "base/quantity.h"
#include "base/strings.h"
#include "model/names.h"
#include "model/option.h"

/* A driver's own option as it was given. Secrets hold the file's content. */
struct setting {
    const struct option_spec *spec;
    struct strings values; /* one for a plain option */
    char *secret; /* OPTION_FILE_SECRET: the content without outer white space */
};

struct channel {
    char *name;
    char *driver;
    struct rate rate;
    int64_t concurrency; /* 0: the driver's default */
    int64_t timeout_ms;
    int backlog;                          /* enum backlog; -1: the driver's default */
    int on_unknown;                       /* enum on_unknown */
    int64_t retry_floor_ms, retry_cap_ms; /* 0: by priority, or the driver's own */
    int64_t hold_down_ms;                 /* -1: the driver's default */
    int64_t short_interruption_ms;
    int64_t etr_tolerance_ms;         /* -1: the driver's default */
    char *proxy, *ca_file, *reply_to; /* NULL: none */
    char *ca_pem;                     /* content of ca_file; NULL: none readable */
    bool allow_private, allow_http, live;
    struct setting *settings;
    size_t n_settings;
};

/* The value of a driver's option, or NULL. Borrowed. */
const char *channel_setting(const struct channel *channel, const char *name);
/* All its values; NULL when the option was not given. Borrowed. */
const struct strings *channel_setting_list(const struct channel *channel,
                                           const char *name);
const char *channel_secret(const struct channel *channel, const char *name);
/* Another text when the driver or one of its own options is another, secrets included. */
void channel_digest(const struct channel *channel, char out[SHA256_HEX_SIZE]);
void channel_clear(struct channel *channel);

/* Who hears. A condition that is present and empty matches nothing. */
struct route {
    char *name;
    bool has_kinds, has_statuses, has_severities, has_places, has_sources;
    uint32_t kinds, statuses, severities; /* sets of 1 << enum */
    int64_t min_customers;                /* 0: no condition */
    struct strings places;                /* names or codes */
    struct strings sources;
    enum audience audience;
    struct strings channels;
};
void route_clear(struct route *route);

#endif
