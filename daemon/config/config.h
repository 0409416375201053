/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The configuration: an immutable value made from /etc/budkavle/budkavle.conf and
 * conf.d/ (libConfuse syntax). Loading tells every fault with file and line. A reload
 * builds a new value and drops the old.
 */
#ifndef BUDKAVLE_CONFIG_CONFIG_H
#define BUDKAVLE_CONFIG_CONFIG_H

#include "base/buffer.h"
#include "base/status.h"
#include "base/strings.h"
#include "config/copy.h"
#include "model/cap.h"
#include "model/channel.h"
#include "model/fault.h"
#include "model/option.h"

#include <sys/types.h>

#define CONFIG_DEFAULT_PATH "/etc/budkavle/budkavle.conf"

struct socket_config {
    char *path;
    unsigned mode;
    char *group; /* NULL: as it comes */
    char *source;
    int64_t max_per_uid, max;
    struct cap_kinds cap_kinds; /* of alerts that come this way */
};

struct spool_config {
    char *name; /* is the source of its events */
    char *path;
    int64_t settle_ms;          /* default 2 s */
    int64_t keep_ms;            /* old files in done/ and rejected/; default 90 d */
    struct cap_kinds cap_kinds; /* of its alerts */
};

/* A person or group in a role; resolved when the configuration is loaded. */
struct principal {
    bool is_group;
    uint32_t id; /* uid or gid */
};
enum role {
    ROLE_SUBMIT,
    ROLE_READ,
    ROLE_OPERATE,
    ROLE_APPROVE,
    ROLE_REPORT,
    ROLE_COUNT
};
struct access {
    struct principal *principals[ROLE_COUNT];
    size_t n_principals[ROLE_COUNT];
    struct strings names[ROLE_COUNT]; /* as they were written, "group:NAME" */
};

/* The catalogue files of one language, as they were when the configuration was loaded. */
struct catalogue_config {
    char *language;
    char *path, *text;             /* a whole catalogue; text NULL: the built-in one */
    char *local_path, *local_text; /* changes to it; text NULL: none */
};
void catalogue_config_clear(struct catalogue_config *file);
/* What takes two persons; in force when somebody may approve. */
struct approve_config {
    bool danger;
    int64_t recipients;       /* persons of one list that do not */
    struct strings free_text; /* sources whose notes go out by themselves */
    int64_t alarm_after_ms;
};

/* One running summary instead of a thousand notices; policy/storm.h. */
struct storm_config {
    bool is_on;              /* there is such a section */
    struct strings channels; /* empty: those that people read */
    struct rate messages;
    int64_t every_ms, quiet_ms;
    int64_t large, least_incidents;
};

struct config {
    char *file; /* the main file */
    char *organisation;
    struct strings languages;
    char *catalogue_dir;                 /* absolute; it need not exist */
    struct catalogue_config *catalogues; /* of the languages; none without the folder */
    size_t n_catalogues;
    char *timezone;
    char *state_dir;
    int64_t disk_low, disk_critical, disk_reserve; /* bytes */
    char *page_url; /* without a slash at the end; NULL */
    char *contact;  /* NULL */
    int64_t next_word_ms;
    bool rights_12h; /* the right to compensation is told */
    int64_t keep_ms;
    int64_t keep_events_ms;     /* bodies of events; at most keep_ms */
    int64_t keep_deliveries_ms; /* records of deliveries; at most keep_ms */
    struct socket_config socket;
    struct strings alarm_channels;
    int64_t alarm_repeat_ms;
    int64_t alarm_promise_warning_ms;
    struct storm_config storm;
    struct access access;
    struct approve_config approve;
    struct spool_config *spools;
    size_t n_spools;
    struct channel *channels;
    size_t n_channels;
    struct route *routes;
    size_t n_routes;
    struct strings warnings; /* "file:line: sentence", to be logged */
    struct config_copy copy; /* the texts that it was made of */
};

/* The source of what the daemon says of itself: no spool and no socket has it. */
#define CONFIG_OWN_SOURCE "budkavle"

/* What the loader is told of a driver, so that it need not know drivers. */
struct driver_options {
    const char *driver;
    const struct option_spec *options;
    size_t n_options;
    /* May be NULL; called when everything else of the channel is right. */
    enum status (*check)(const struct channel *channel, struct error *error);
    bool shows_everything; /* it has no single messages: nothing for alarms */
    /* Common options that have no effect on it, ended by NULL; NULL: none. */
    const char *const *no_effect;
};

/*
 * Loads path and the .conf files of conf.d/ beside it, by name. On any fault *config is NULL and *faults has
 * every one (field: the option's path such as `channel "mail" relay`; line set; the
 * problem begins with the file's name when it is not the main file's).
 */
enum status config_load(const char *path, const struct driver_options *drivers,
                        size_t n_drivers, struct config **config,
                        struct faults *faults);
/* The same from a copy: only what the files name, such as secrets, is read from the disk. */
enum status config_load_copy(const struct config_copy *copy,
                             const struct driver_options *drivers, size_t n_drivers,
                             struct config **config, struct faults *faults);
void config_free(struct config *config);

/* stand_in.c: what an edited configuration says that does not load. The state folder, as
 * far as it can be read, else NULL. Caller frees. */
char *config_written_state_dir(const char *path, const struct driver_options *drivers,
                               size_t n_drivers);
/* Whether config may be in force in the place of what is written in path. STATUS_REFUSED
 * with the sentence when what is written means another store, or has, or may have,
 * another opinion of which channels are live: what was to be an exercise would reach the
 * public, or the other way round. */
enum status config_may_stand_in(const struct config *config, const char *path,
                                const struct driver_options *drivers, size_t n_drivers,
                                struct error *error);

/*
 * Who looks up users and groups by name; NULL: the system's own lists. For a process
 * that may not ask for them itself. False: there is none of that name.
 */
typedef bool account_lookup(const char *name, bool is_group, uint32_t *id);
void config_set_account_lookup(account_lookup *lookup);

/* The faults of a load of path, "FILE:LINE: option: problem" each, ended by LF. */
void config_faults_format(const char *path, const struct faults *faults,
                          struct buffer *out);

const struct channel *config_channel(const struct config *config, const char *name);

/* The effective configuration as text that loads to the same value; secrets as their
 * file names only. */
void config_format(const struct config *config, struct buffer *out);

/* Every option as rows of the manual (scdoc), made from the options tables. */
void config_manual(const struct driver_options *drivers, size_t n_drivers,
                   struct buffer *out);

#endif
