/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the tests of the CAP driver share: the page's site with the channel's options,
 * and the alerts that a rendering writes.
 */
#ifndef BUDKAVLE_TEST_CAP_FIXTURE_H
#define BUDKAVLE_TEST_CAP_FIXTURE_H

#include "test_page_fixture.h"

struct cap_site {
    struct site site;
    int64_t due[64];
};

static inline const struct option_spec *
cap_spec(const char *name)
{
    for (size_t i = 0; i < driver_cap.n_options; i++) {
        if (strcmp(driver_cap.options[i].name, name) == 0)
            return &driver_cap.options[i];
    }
    fail_msg("there is no option %s", name);
    return NULL;
}

static inline void
cap_set(struct cap_site *cap, const char *name, const char *value)
{
    struct channel *channel = &cap->site.channel;

    channel->settings = memory_resize(channel->settings, channel->n_settings + 1,
                                      sizeof(struct setting));
    memset(&channel->settings[channel->n_settings], 0, sizeof(struct setting));
    channel->settings[channel->n_settings].spec = cap_spec(name);
    strings_add(&channel->settings[channel->n_settings++].values, value);
}

static inline void
cap_site_init(struct cap_site *cap)
{
    site_init(&cap->site);
    cap_set(cap, "sender", "drift@example.se");
}

/* The newest `n` words of the incident are concluded by the next rendering. */
static inline void
cap_due(struct cap_site *cap, const struct page_incident *item, size_t n)
{
    cap->site.input.due = cap->due;
    cap->site.input.n_due = n;
    for (size_t i = 0; i < n; i++)
        cap->due[n - 1 - i] = item->history[i].row;
}

static inline void
cap_render(struct cap_site *cap)
{
    struct error error = { { 0 } };

    request_clear(&cap->site.request);
    memset(&cap->site.request, 0, sizeof(cap->site.request));
    assert_int_equal(STATUS_OK,
                     driver_cap.render(&cap->site.input, &cap->site.request, &error));
}

/* The alert of the newest word but `back`. */
static inline const char *
alert_of(const struct cap_site *cap, const struct page_incident *item, size_t back)
{
    char *name = string_format("alert/%s.xml", item->history[back].id);
    const char *content = file(&cap->site, name);

    free(name);
    return content;
}

#endif
