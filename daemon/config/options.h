/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The table of every option of the configuration except the drivers' own: the grammar,
 * the checks, the defaults, the printed configuration and the manual are made from it.
 */
#ifndef BUDKAVLE_CONFIG_OPTIONS_H
#define BUDKAVLE_CONFIG_OPTIONS_H

#include "config/config.h"

struct section_spec {
    const char *name; /* "" for what stands outside of sections */
    bool titled;      /* channel "title" { … }, any number of them */
    const char *doc;
    const struct option_spec *options;
    size_t n_options;
};

/* All sections in the order of the manual; the first is "". */
extern const struct section_spec section_specs[];
extern const size_t n_section_specs;

/* NULL: there is no such section, or no such option in it. */
const struct section_spec *section_spec_find(const char *name);
const struct option_spec *option_spec_find(const struct option_spec *options, size_t n,
                                           const char *name);

/* The option of a channel: a common one, else one of the driver's. driver may be NULL:
 * then of any driver. *is_common tells which. NULL: there is none. */
const struct option_spec *channel_option_find(const struct driver_options *drivers,
                                              size_t n_drivers, const char *driver,
                                              const char *name, bool *is_common);

const struct driver_options *driver_options_find(const struct driver_options *drivers,
                                                 size_t n_drivers, const char *name);

/* A value of an option, read by its type. */
struct option_value {
    int64_t number; /* INTEGER, DURATION in ms, SIZE, MODE, BOOL 0 or 1, CHOICE index */
    struct rate rate;
};

/* False when the text is none for this option: *error says why and what would be. */
bool option_parse(const struct option_spec *spec, const char *text,
                  struct option_value *value, struct error *error);

/* The default as values; none when there is no default. */
void option_default(const struct option_spec *spec, struct strings *values);

/* The position of text among "a|b|c", or -1. */
int choice_find(const char *choices, const char *text);

#endif
