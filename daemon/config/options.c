/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of options. */
#include "config/options.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <string.h>

#define YEAR_MS (366 * DAYS_MS)

static const struct option_spec root_options[] = {
    { .name = "organisation",
      .type = OPTION_STRING,
      .required = true,
      .doc = "Who speaks: the name that every text begins with." },
    { .name = "languages",
      .type = OPTION_STRINGS,
      .default_text = "{ \"sv\", \"en\" }",
      .doc = "The languages that texts are written in, as RFC 5646 names them; the "
             "first is the default. There are catalogues for sv, nb and en; any other "
             "is a file in catalogue_dir." },
    { .name = "catalogue_dir",
      .type = OPTION_STRING,
      .default_text = "catalogues",
      .doc = "The folder of catalogue files, relative to the configuration's own: "
             "LANGUAGE.catalogue is used instead of the built-in catalogue, and "
             "LANGUAGE.local.catalogue changes single phrases and notices of it. The "
             "default need not exist. Files are read at the start and at a reload; a "
             "fault in one is a fault of the configuration." },
    { .name = "timezone",
      .type = OPTION_STRING,
      .default_text = "Europe/Stockholm",
      .doc = "The time zone of clock times in texts, as the system names it." },
    { .name = "state_dir",
      .type = OPTION_PATH,
      .default_text = "/var/lib/budkavle",
      .doc = "The folder of the database; one daemon for each." },
    { .name = "disk_low",
      .type = OPTION_SIZE,
      .default_text = "1G",
      .doc = "With less free space on the disk of state_dir, planned work and minor "
             "news are not taken." },
    { .name = "disk_critical",
      .type = OPTION_SIZE,
      .default_text = "256M",
      .doc = "With less, only what is urgent is taken." },
    { .name = "disk_reserve",
      .type = OPTION_SIZE,
      .default_text = "64M",
      .doc = "How much is set aside beside the database, and given up when the disk "
             "is full, for what is urgent and for what becomes of deliveries; 0: "
             "nothing." },
    { .name = "page_url",
      .type = OPTION_STRING,
      .doc = "The public address of the page; texts link to it." },
    { .name = "contact",
      .type = OPTION_STRING,
      .doc =
          "What is said where no reply can be read, such as \"Ring 020-00 00 00\"." },
    { .name = "next_word",
      .type = OPTION_DURATION,
      .default_text = "1h",
      .min = SECONDS_MS,
      .max = 30 * DAYS_MS,
      .doc = "How often an open incident is spoken of at the least." },
    { .name = "rights_12h",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc = "Whether those who have been without power for twelve hours are told of "
             "their right to compensation, once an incident." },
    { .name = "keep",
      .type = OPTION_DURATION,
      .default_text = "90d",
      .min = SECONDS_MS,
      .max = 10 * YEAR_MS - 8 * DAYS_MS,
      .doc =
          "How long an incident is kept after its end, with everything about it; one "
          "with a delivery that is unfinished or parked is kept until that is dealt "
          "with. An event of an unknown incident, of a time of which incidents "
          "were removed, is refused." },
    { .name = "keep_events",
      .type = OPTION_DURATION,
      .default_text = "30d",
      .min = SECONDS_MS,
      .max = 10 * YEAR_MS - 8 * DAYS_MS,
      .doc = "How long the text of received events is kept after the end of their "
             "incident; a repeat is known as long as keep says. At most keep." },
    { .name = "keep_deliveries",
      .type = OPTION_DURATION,
      .min = SECONDS_MS,
      .max = 10 * YEAR_MS - 8 * DAYS_MS,
      .doc = "How long the record of each delivery is kept after the end of its "
             "incident; their numbers are kept as long as keep says. At most keep, and "
             "without it keep." },
};

static const struct option_spec socket_options[] = {
    { .name = "path",
      .type = OPTION_PATH,
      .default_text = "/run/budkavle/budkavle.sock",
      .doc = "Where the socket stands, unless systemd hands one over." },
    { .name = "mode",
      .type = OPTION_MODE,
      .default_text = "0660",
      .doc = "The socket's file mode." },
    { .name = "group",
      .type = OPTION_STRING,
      .doc = "The socket's group; everybody in a role's group belongs to it." },
    { .name = "source",
      .type = OPTION_STRING,
      .default_text = "socket",
      .doc = "The source of events that come this way." },
    { .name = "max_per_uid",
      .type = OPTION_INTEGER,
      .default_text = "16",
      .min = 1,
      .max = 4096,
      .doc = "How many connections one user may hold." },
    { .name = "max",
      .type = OPTION_INTEGER,
      .default_text = "128",
      .min = 1,
      .max = 16384,
      .doc = "How many connections there may be." },
    { .name = "cap_kind",
      .type = OPTION_CHOICE,
      .default_text = "other",
      .choices = "power|water|sewage|heating|gas|telecom|transport|other",
      .doc = "The kind of incident of CAP alerts whose event no word names." },
    { .name = "cap_kinds",
      .type = OPTION_STRINGS,
      .doc =
          "What the events of CAP alerts are: words \"EVENT=KIND\", by the event's name "
          "or code." },
};

static const struct option_spec alarm_options[] = {
    { .name = "channels",
      .type = OPTION_STRINGS,
      .doc =
          "The channels that the daemon's own trouble is told to; not one that shows "
          "everything, such as a page." },
    { .name = "repeat",
      .type = OPTION_DURATION,
      .default_text = "15min",
      .min = SECONDS_MS,
      .max = 30 * DAYS_MS,
      .doc = "How often an alarm is repeated until the trouble is gone." },
    { .name = "promise_warning",
      .type = OPTION_DURATION,
      .default_text = "10min",
      .max = DAYS_MS,
      .doc =
          "How long before a promised word or an estimate passes staff are warned; at "
          "most a third of the time from the promise to its moment." },
};

static const struct option_spec storm_options[] = {
    { .name = "channels",
      .type = OPTION_STRINGS,
      .doc = "The channels that get one running summary when incidents come by the "
             "hundred; without it every live channel that people read and that "
             "catches up. A channel that shows everything needs none." },
    { .name = "messages",
      .type = OPTION_RATE,
      .default_text = "12/1h",
      .doc = "The most that each of them is given in any span of that length; only "
             "what is urgent does not wait for it." },
    { .name = "every",
      .type = OPTION_DURATION,
      .default_text = "10min",
      .min = MINUTES_MS,
      .max = DAYS_MS,
      .doc = "How often a summary comes during a storm. What messages leaves beside "
             "the summaries is for the notices of single incidents; more of those than "
             "that is a storm." },
    { .name = "large",
      .type = OPTION_INTEGER,
      .default_text = "500",
      .min = 1,
      .max = INT64_C(1000000000),
      .doc = "An incident with so many customers is named in a summary, or has notices "
             "of its own during a storm." },
    { .name = "least_incidents",
      .type = OPTION_INTEGER,
      .default_text = "3",
      .min = 1,
      .max = 1000000,
      .doc = "With fewer different incidents it is no storm, however much there is to "
             "say of them." },
    { .name = "quiet",
      .type = OPTION_DURATION,
      .default_text = "30min",
      .min = MINUTES_MS,
      .max = DAYS_MS,
      .doc = "A storm is over when for so long there was less to say than half of what "
             "there is room for." },
};

static const struct option_spec access_options[] = {
    { .name = "submit",
      .type = OPTION_STRINGS,
      .doc = "Who may send events: \"group:NAME\" or \"user:NAME\"." },
    { .name = "read",
      .type = OPTION_STRINGS,
      .doc = "Who may read incidents, messages and the state." },
    { .name = "operate",
      .type = OPTION_STRINGS,
      .doc = "Who may retry, cancel, pause, correct and reload." },
    { .name = "approve",
      .type = OPTION_STRINGS,
      .doc = "Who may release what is held for a second person." },
    { .name = "report",
      .type = OPTION_STRINGS,
      .doc =
          "Who passes on what comes back, and may do nothing else: reports of gateways "
          "and mail servers, and readers who leave a list; the user of the web server "
          "that stands before the socket, and of the mail server." },
};

static const struct option_spec approve_options[] = {
    { .name = "danger",
      .type = OPTION_BOOL,
      .default_text = "true",
      .doc = "Whether dangerous advice (boil_water, do_not_drink) waits for a second "
             "person." },
    { .name = "recipients",
      .type = OPTION_INTEGER,
      .default_text = "10000",
      .max = INT64_C(1000000000),
      .doc = "A message to more persons than this on one channel waits there." },
    { .name = "free_text",
      .type = OPTION_STRINGS,
      .doc = "The sources whose own words (note) go out without a second person: names "
             "of spools, or the socket's source." },
    { .name = "alarm_after",
      .type = OPTION_DURATION,
      .default_text = "5min",
      .min = SECONDS_MS,
      .max = 30 * DAYS_MS,
      .doc = "When it is an alarm that nobody has answered." },
};

static const struct option_spec spool_options[] = {
    { .name = "path",
      .type = OPTION_PATH,
      .required = true,
      .doc = "The folder; new/, drop/, done/ and rejected/ are made inside." },
    { .name = "settle",
      .type = OPTION_DURATION,
      .default_text = "2s",
      .max = HOURS_MS,
      .doc = "How long a file in drop/ must have rested before it is taken." },
    { .name = "keep",
      .type = OPTION_DURATION,
      .min = SECONDS_MS,
      .max = 10 * YEAR_MS - 8 * DAYS_MS,
      .doc = "How long files stay in done/ and rejected/; without it the general "
             "keep." },
    { .name = "cap_kind",
      .type = OPTION_CHOICE,
      .default_text = "other",
      .choices = "power|water|sewage|heating|gas|telecom|transport|other",
      .doc = "The kind of incident of CAP alerts whose event no word names." },
    { .name = "cap_kinds",
      .type = OPTION_STRINGS,
      .doc =
          "What the events of CAP alerts are: words \"EVENT=KIND\", by the event's name "
          "or code." },
};

static const struct option_spec channel_options[] = {
    { .name = "driver",
      .type = OPTION_STRING,
      .required = true,
      .doc = "What kind of channel this is." },
    { .name = "rate",
      .type = OPTION_RATE,
      .doc =
          "At most so many requests, such as \"300/5min\", in any span of that length; "
          "without it the driver's, most of which have none." },
    { .name = "concurrency",
      .type = OPTION_INTEGER,
      .min = 1,
      .max = 256,
      .doc = "How many requests may be under way; without it the driver's." },
    { .name = "timeout",
      .type = OPTION_DURATION,
      .default_text = "30s",
      .min = 100,
      .max = HOURS_MS,
      .doc = "How long one request may take." },
    { .name = "backlog",
      .type = OPTION_CHOICE,
      .choices = "each|catch_up",
      .doc = "What happens with several messages of one incident that waited: every "
             "one is sent, or one that carries what was missed; without it the "
             "driver's." },
    { .name = "on_unknown",
      .type = OPTION_CHOICE,
      .choices = "resend|park",
      .default_text = "resend",
      .doc = "What happens when nobody knows whether a message arrived." },
    { .name = "retry_floor",
      .type = OPTION_DURATION,
      .min = 10,
      .max = DAYS_MS,
      .doc = "The shortest pause before another attempt; without it by priority." },
    { .name = "retry_cap",
      .type = OPTION_DURATION,
      .min = 10,
      .max = DAYS_MS,
      .doc = "The longest pause before another attempt; without it by priority." },
    { .name = "hold_down",
      .type = OPTION_DURATION,
      .max = DAYS_MS,
      .doc = "How long a message rests, in case a newer one replaces it; without it "
             "the driver's." },
    { .name = "short_interruption",
      .type = OPTION_DURATION,
      .default_text = "0s",
      .max = DAYS_MS,
      .doc = "Incidents that end within this time are not told here; a message waits "
             "as long." },
    { .name = "etr_tolerance",
      .type = OPTION_DURATION,
      .max = DAYS_MS,
      .doc = "An estimate that moved by no more since the one told here is no news; "
             "without it the driver's." },
    { .name = "proxy",
      .type = OPTION_STRING,
      .doc = "The proxy that requests go through, as a URL." },
    { .name = "ca_file",
      .type = OPTION_FILE_LIST,
      .doc = "Certificates to trust instead of the system's, as PEM. Read when the "
             "configuration is loaded." },
    { .name = "reply_to",
      .type = OPTION_STRING,
      .doc = "Where answers are read; only with it do texts ask for one." },
    { .name = "allow_private",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc = "Whether private, loopback and link-local addresses may be reached." },
    { .name = "allow_http",
      .type = OPTION_BOOL,
      .default_text = "false",
      .doc = "Whether plain http may be used." },
    { .name = "live",
      .type = OPTION_BOOL,
      .default_text = "true",
      .doc = "False: the channel takes exercises and tests, and nothing else." },
};

static const struct option_spec route_options[] = {
    { .name = "channels",
      .type = OPTION_STRINGS,
      .required = true,
      .doc = "Who hears what meets every condition below." },
    { .name = "kinds",
      .type = OPTION_STRINGS,
      .doc = "Only these kinds; like every list here, an empty one matches nothing." },
    { .name = "statuses", .type = OPTION_STRINGS, .doc = "Only these statuses." },
    { .name = "severities",
      .type = OPTION_STRINGS,
      .doc = "Only these severities; one that is not known is \"unknown\"." },
    { .name = "min_customers",
      .type = OPTION_INTEGER,
      .default_text = "0",
      .max = INT64_C(1000000000),
      .doc = "Only when at least so many customers are known to be affected." },
    { .name = "places",
      .type = OPTION_STRINGS,
      .doc = "Only these places, by name or code; a place that is not known never "
             "matches." },
    { .name = "sources",
      .type = OPTION_STRINGS,
      .doc = "Only events from these spools, or from the socket's source." },
    { .name = "audience",
      .type = OPTION_CHOICE,
      .choices = "public|staff",
      .default_text = "public",
      .doc = "For whom the incident is meant." },
};

const struct section_spec section_specs[] = {
    { "", false, "Outside of sections", root_options, ARRAY_COUNT(root_options) },
    { "socket", false, "The socket that events and questions come by", socket_options,
      ARRAY_COUNT(socket_options) },
    { "alarm", false, "Where the daemon's own trouble is told", alarm_options,
      ARRAY_COUNT(alarm_options) },
    { "storm", false,
      "One running summary when incidents come by the hundred; without this section "
      "every notice is said by itself",
      storm_options, ARRAY_COUNT(storm_options) },
    { "access", false,
      "Who may do what; root and the daemon's own user may all, others only what "
      "stands here",
      access_options, ARRAY_COUNT(access_options) },
    { "approve", false,
      "What waits for a second person; in force when access names who may approve",
      approve_options, ARRAY_COUNT(approve_options) },
    { "spool", true, "A folder that events are put in; its title is their source",
      spool_options, ARRAY_COUNT(spool_options) },
    { "channel", true, "A way out", channel_options, ARRAY_COUNT(channel_options) },
    { "route", true, "Who hears what; without conditions everything public",
      route_options, ARRAY_COUNT(route_options) },
};
const size_t n_section_specs = ARRAY_COUNT(section_specs);

const struct section_spec *
section_spec_find(const char *name)
{
    for (size_t i = 0; i < n_section_specs; i++) {
        if (strcmp(section_specs[i].name, name) == 0) {
            return &section_specs[i];
        }
    }
    return NULL;
}

const struct option_spec *
option_spec_find(const struct option_spec *options, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

const struct driver_options *
driver_options_find(const struct driver_options *drivers, size_t n_drivers,
                    const char *name)
{
    for (size_t i = 0; i < n_drivers; i++) {
        if (name != NULL && strcmp(drivers[i].driver, name) == 0) {
            return &drivers[i];
        }
    }
    return NULL;
}

const struct option_spec *
channel_option_find(const struct driver_options *drivers, size_t n_drivers,
                    const char *driver, const char *name, bool *is_common)
{
    const struct option_spec *spec =
        option_spec_find(channel_options, ARRAY_COUNT(channel_options), name);

    *is_common = spec != NULL;
    for (size_t i = 0; i < n_drivers && spec == NULL; i++) {
        if (driver == NULL || strcmp(drivers[i].driver, driver) == 0) {
            spec = option_spec_find(drivers[i].options, drivers[i].n_options, name);
        }
    }
    return spec;
}
