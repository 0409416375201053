/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From what was written to the value: what the steps of loading share. Every value is
 * checked once (check.c); what builds a part takes the default where a value is wrong,
 * and the fault that check.c found ends the load afterwards.
 */
#ifndef BUDKAVLE_CONFIG_LOADING_H
#define BUDKAVLE_CONFIG_LOADING_H

#include "config/source.h"

struct loading {
    struct source source;
    struct drivers drivers;
    struct config *config;
    struct faults *faults;
    char *folder; /* of the main file, absolute */
};

/* A fault or a warning at an option of the section; at the section when the option is
 * not given or NULL. */
void loading_fault(struct loading *loading, const struct section *section,
                   const char *option, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void loading_warning(struct loading *loading, const struct section *section,
                     const char *option, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether any fault of the section is known. */
bool loading_has_fault(const struct loading *loading, const struct section *section);

/* The option's row in the table. For a channel the driver decides. */
const struct option_spec *loading_spec(const struct loading *loading,
                                       const struct section *section, const char *name);

/* The values as given, else the default; none when there is neither. section may be
 * NULL, then name is one of section_name's options. */
void loading_values(const struct loading *loading, const char *section_name,
                    const struct section *section, const char *name,
                    struct strings *values);

/* The same, read by type. absent is for an option without value or default, and for a
 * wrong value without a default. */
char *loading_text(const struct loading *loading, const char *section_name,
                   const struct section *section, const char *name);
int64_t loading_number(const struct loading *loading, const char *section_name,
                       const struct section *section, const char *name, int64_t absent);

/* check.c: the types, ranges and numbers of all values, and what is required. */
void loading_check(struct loading *loading);

/*
 * A fault of the section's option "channels" for each name that is no channel, and for
 * each channel that shows everything instead of taking single messages; `why` says in half
 * a sentence what is wrong with that.
 */
void loading_message_channels(struct loading *loading, const struct section *section,
                              const struct strings *channels, const char *why);

/* The parts of the value. */
void build_general(struct loading *loading);
void build_catalogues(struct loading *loading, const struct section *root);
/* What the CAP alerts of the section are: cap_kind, cap_kinds. */
void build_cap_kinds(struct loading *loading, const char *section_name,
                     const struct section *section, struct cap_kinds *kinds);
void build_approve(struct loading *loading); /* after spools and access */
void build_storm(struct loading *loading);   /* after the channels */
void build_access(struct loading *loading, const struct section *section);
void build_spool(struct loading *loading, const struct section *section);
void build_channel(struct loading *loading, const struct section *section);
void build_route(struct loading *loading, const struct section *section);

/* Faults for options that must be given and are not. */
void check_required(struct loading *loading, const struct section *section,
                    const struct option_spec *options, size_t n);

/* lookup.c: what only the system knows. */
bool zone_exists(const char *zone, struct error *error);
bool account_find(const char *name, bool is_group, uint32_t *id);
/* The file that a relative name means: systemd's credentials folder (secrets only),
 * else the configuration's. Caller frees. */
char *file_resolve(const char *name, const char *folder, bool is_secret);
/* A text file that is no secret, whole; NULL after the sentence. */
char *text_file_read(const char *path, struct error *error);
/* The file's content without outer white space. *is_open: others may read it. */
enum status secret_read(const char *path, char **secret, bool *is_open,
                        struct error *error);

#endif
