/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands that only look. */
#include "base/memory.h"
#include "base/quantity.h"
#include "base/timestamp.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/view.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- status, channels ------------------------------------------------------------- */

static const char *
hint_for(const json_t *channel)
{
    const char *state = text_of(channel, "state");

    if (strcmp(state, "paused") == 0) {
        return "when it is mended";
    }
    return strcmp(state, "down") == 0 ? "to try at once" : NULL;
}

/* What to type about the channels that are not well. */
static void
print_hints(const json_t *status)
{
    const json_t *channels = json_object_get(status, "channels");
    const json_t *channel;
    size_t i;

    json_array_foreach(channels, i, channel)
    {
        const char *hint = hint_for(channel);
        bool paused = strcmp(text_of(channel, "state"), "paused") == 0;

        if (hint != NULL) {
            printf("  budkavle channel %s %s   # %s\n", paused ? "resume" : "retry",
                   text_of(channel, "name"), hint);
        }
    }
    if (number_of(status, "parked") > 0) {
        puts("  budkavle queue --state parked   # what needs a person, and why");
    }
}

/* What to type about an alarm, besides what the channels' states say. */
static void
print_alarm_hint(const json_t *alarm)
{
    static const struct {
        const char *kind, *type, *why;
    } hints[] = {
        { "redirects", "budkavle reload",
          "when its url is right in the configuration" },
        { "undeliverable", "budkavle queue --state undeliverable", "who got nothing" },
        { "crashes", "journalctl -u budkavled", "why it ended" },
        { "list", "budkavle reload", "when the file is mended" },
        { "reports", "budkavle queue --failed", "what did not arrive, and why" },
        { "promise_near", "budkavle incidents", "and send what is known of them" },
        { "lapsed", "budkavle incidents", "and send what is known of them" },
    };

    for (size_t i = 0; i < ARRAY_COUNT(hints); i++) {
        if (strcmp(hints[i].kind, text_of(alarm, "kind")) == 0) {
            printf("  %s   # %s\n", hints[i].type, hints[i].why);
        }
    }
}

static void
print_alarms(const json_t *status)
{
    const json_t *alarm;
    size_t i;

    json_array_foreach(json_object_get(status, "alarms"), i, alarm)
    {
        char since[SHORT_TIME_SIZE];
        const char *subject = text_of(alarm, "subject");
        const char *cause = text_of(alarm, "cause");

        printf("- alarm: %s%s%s since %s, told %lld times%s%s\n",
               text_of(alarm, "kind"), subject[0] != '\0' ? " " : "", subject,
               short_time(text_of(alarm, "since"), since), number_of(alarm, "times"),
               cause[0] != '\0' ? ": " : "", cause);
        print_alarm_hint(alarm);
    }
}

int
command_status(struct session *session, int argc, char **argv)
{
    const json_t *note;
    json_t *status;
    size_t i;
    int exit_code;

    if (argc > 1) {
        return usage_fault(session, "one argument too many:", argv[1]);
    }
    exit_code = session_get(session, "/v1/status", &status);
    if (exit_code == CTL_OK && !session->json) {
        bool good = json_is_true(json_object_get(status, "ok"));

        print_state(good, text_of(status, "line"));
        json_array_foreach(json_object_get(status, "notes"), i, note)
        {
            printf("- %s\n", json_string_value(note));
        }
        print_alarms(status);
        if (!good) {
            view_channels(json_object_get(status, "channels"));
            print_hints(status);
        }
    }
    json_decref(status);
    return exit_code;
}

int
command_channels(struct session *session, int argc, char **argv)
{
    json_t *answer;
    int exit_code;

    if (argc > 1) {
        return usage_fault(session, "one argument too many:", argv[1]);
    }
    exit_code = session_get(session, "/v1/channels", &answer);
    if (exit_code == CTL_OK && !session->json) {
        view_channels(json_object_get(answer, "channels"));
    }
    json_decref(answer);
    return exit_code;
}

/* --- incidents, show -------------------------------------------------------------- */

int
command_incidents(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "open", no_argument, NULL, 'o' },
        { "waiting", no_argument, NULL, 'w' },
        { NULL, 0, NULL, 0 },
    };
    struct buffer path = { 0 };
    int option, exit_code;

    buffer_add(&path, "/v1/incidents");
    while ((option = getopt_long(argc, argv, "ow", options, NULL)) != -1) {
        if (option == '?') {
            buffer_clear(&path);
            return usage_fault(session, "unknown option", NULL);
        }
        query_add(&path, option == 'o' ? "open" : "waiting", "1");
    }
    exit_code = view_pages(session, path.data, "incidents", view_incidents);
    buffer_clear(&path);
    return exit_code;
}

int
command_show(struct session *session, int argc, char **argv)
{
    struct buffer path = { 0 };
    json_t *incident = NULL;
    json_t *timeline = NULL;
    bool json = session->json;
    int exit_code;
    char *id;

    if (argc != 2) {
        return usage_fault(session, "give one incident", NULL);
    }
    id = session_incident_id(session, argv[1], &exit_code);
    if (id == NULL) {
        return exit_code;
    }
    buffer_add(&path, "/v1/incidents/");
    path_add(&path, id);
    session->json = false;
    exit_code = session_get(session, path.data, &incident);
    if (exit_code == CTL_OK) {
        buffer_add(&path, "/timeline");
        exit_code = session_get(session, path.data, &timeline);
    }
    session->json = json;
    if (exit_code == CTL_OK && json) {
        json_object_set(incident, "timeline", json_object_get(timeline, "timeline"));
        json_dumpf(incident, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
    } else if (exit_code == CTL_OK) {
        view_incident(incident);
        view_timeline(json_object_get(timeline, "timeline"));
    }
    json_decref(incident);
    json_decref(timeline);
    buffer_clear(&path);
    free(id);
    return exit_code;
}

/* --- queue, audit ----------------------------------------------------------------- */

int
command_queue(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "channel", required_argument, NULL, 'c' },
        { "state", required_argument, NULL, 's' },
        { "failed", no_argument, NULL, 'f' },
        { "all", no_argument, NULL, 'a' },
        { NULL, 0, NULL, 0 },
    };
    struct buffer path = { 0 };
    bool all = false;
    int option, exit_code;

    buffer_add(&path, "/v1/deliveries");
    while ((option = getopt_long(argc, argv, "c:s:fa", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            query_add(&path, "channel", optarg);
            break;
        case 's':
            query_add(&path, "state", optarg);
            all = true;
            break;
        case 'f':
            query_add(&path, "report", "failed");
            all = true;
            break;
        case 'a':
            all = true;
            break;
        default:
            buffer_clear(&path);
            return usage_fault(session, "unknown option", NULL);
        }
    }
    if (!all) {
        query_add(&path, "unfinished", "1");
    }
    exit_code = view_pages(session, path.data, "deliveries", view_deliveries);
    buffer_clear(&path);
    return exit_code;
}

int
command_audit(struct session *session, int argc, char **argv)
{
    struct buffer path = { 0 };
    json_t *audit;
    int exit_code = CTL_OK;
    char *id = NULL;

    if (argc > 2) {
        return usage_fault(session, "give one incident, or none for all", NULL);
    }
    buffer_add(&path, "/v1/audit");
    if (argc == 2) {
        id = session_incident_id(session, argv[1], &exit_code);
        if (id == NULL) {
            buffer_clear(&path);
            return exit_code;
        }
        query_add(&path, "incident", id);
    }
    exit_code = session_get(session, path.data, &audit);
    if (exit_code == CTL_OK) {
        if (!session->json) {
            view_audit(audit);
        }
        exit_code =
            json_is_true(json_object_get(audit, "complete")) ? CTL_OK : CTL_FAILED;
    }
    json_decref(audit);
    buffer_clear(&path);
    free(id);
    return exit_code;
}

/* --- watch ------------------------------------------------------------------------ */

static int
print_news(void *context, const char *name, const char *data)
{
    const struct session *session = context;
    json_t *news;

    if (session->json) {
        printf("{\"event\":\"%s\",\"data\":%s}\n", name, data);
    } else {
        news = json_loads(data, 0, NULL);
        view_news(name, news);
        json_decref(news);
    }
    fflush(stdout);
    return !ferror(stdout);
}

int
command_watch(struct session *session, int argc, char **argv)
{
    struct budkavle_answer none = { 0 };
    enum budkavle_result result;

    if (argc > 1) {
        return usage_fault(session, "one argument too many:", argv[1]);
    }
    result = budkavle_stream(session->client, print_news, session);
    return result == BUDKAVLE_OK ? CTL_OK : session_explain(session, result, &none, 0);
}
