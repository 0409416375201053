/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit log: who did what, and whether it is whole. The daemon is not taken at its
 * word: the command itself computes every hash. */
#include "base/memory.h"
#include "base/timestamp.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/view.h"
#include "model/act.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- log -------------------------------------------------------------------------- */

static void
view_log(const json_t *rows)
{
    static const char *const headers[] = {
        "ROW", "AT", "UID", "ACTION", "INCIDENT", "DELIVERY", "CHANNEL", "REASON"
    };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        char at[SHORT_TIME_SIZE];
        char number[24], uid[24], delivery[24] = "";
        const char *const cells[] = {
            number,
            short_time(text_of(row, "at"), at),
            number_of(row, "uid") == ACT_BY_DAEMON ? "daemon" : uid,
            text_of(row, "action"),
            text_of(row, "incident"),
            delivery,
            text_of(row, "channel"),
            text_of(row, "reason"),
        };

        (void)snprintf(number, sizeof(number), "%lld", number_of(row, "row"));
        (void)snprintf(uid, sizeof(uid), "%lld", number_of(row, "uid"));
        if (number_of(row, "delivery") != 0) {
            (void)snprintf(delivery, sizeof(delivery), "%lld",
                           number_of(row, "delivery"));
        }
        table_add(table, cells);
    }
    table_print(table, "nobody has done anything yet");
}

/* --- log verify ------------------------------------------------------------------- */

/* How far the chain has been followed. */
struct verifying {
    int64_t first, row; /* of the rows that were looked at; 0: none */
    char hash[SHA256_HEX_SIZE];
    const char *expected; /* a head that was written down; NULL */
    bool is_expected_found;
    char *fault;
};

static void
take_hash(const json_t *object, const char *key, char out[SHA256_HEX_SIZE])
{
    (void)snprintf(out, SHA256_HEX_SIZE, "%s", text_of(object, key));
}

static void
look_for(struct verifying *verifying, const char *hash)
{
    if (verifying->expected != NULL && strcmp(verifying->expected, hash) == 0) {
        verifying->is_expected_found = true;
    }
}

static void
read_act(const json_t *row, struct act *act)
{
    act->row = number_of(row, "row");
    if (!timestamp_parse(text_of(row, "at"), &act->at_ms)) {
        act->at_ms = 0;
    }
    act->uid = number_of(row, "uid");
    act->action = string_copy(text_of(row, "action"));
    (void)snprintf(act->incident_id, sizeof(act->incident_id), "%s",
                   text_of(row, "incident"));
    act->delivery = number_of(row, "delivery");
    act->channel = string_copy(text_of(row, "channel"));
    act->reason = string_copy(text_of(row, "reason"));
    take_hash(row, "previous", act->previous);
    take_hash(row, "hash", act->hash);
}

/* What is wrong with the act as the next one of the chain; NULL: nothing. */
static char *
fault_of(const struct verifying *verifying, const struct act *act)
{
    char hash[SHA256_HEX_SIZE];

    act_hash(act, hash);
    if (act->row != verifying->row + 1) {
        return string_format("row %lld does not fit: it follows row %lld, and rows "
                             "have no gaps",
                             (long long)act->row, (long long)verifying->row);
    }
    if (strcmp(act->previous, verifying->hash) != 0) {
        return string_format("row %lld does not fit: its previous hash is %s, and the "
                             "row before has %s",
                             (long long)act->row, act->previous, verifying->hash);
    }
    if (strcmp(act->hash, hash) != 0) {
        return string_format("row %lld does not fit: its hash is %s, and what it says "
                             "has %s",
                             (long long)act->row, act->hash, hash);
    }
    return NULL;
}

static void
verify_rows(struct verifying *verifying, const json_t *rows)
{
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        struct act act = { 0 };

        read_act(row, &act);
        verifying->fault = fault_of(verifying, &act);
        if (verifying->fault == NULL) {
            verifying->row = act.row;
            verifying->first = verifying->first == 0 ? act.row : verifying->first;
            memcpy(verifying->hash, act.hash, sizeof(verifying->hash));
            look_for(verifying, act.hash);
        }
        act_clear(&act);
        if (verifying->fault != NULL) {
            return;
        }
    }
}

static void
begin_at(struct verifying *verifying, const json_t *anchor)
{
    verifying->row = number_of(anchor, "row");
    take_hash(anchor, "hash", verifying->hash);
    look_for(verifying, verifying->hash);
    if (verifying->row == 0 && strcmp(verifying->hash, ACT_NO_PREVIOUS) != 0) {
        verifying->fault = string_copy("nothing was cut, and the log does not begin "
                                       "with the hash that stands for nothing");
    }
}

/* The next page is looked at; *cursor becomes "" at the end. */
static int
verify_page(struct session *session, struct verifying *verifying, char **cursor)
{
    struct buffer path = { 0 };
    json_t *answer;
    int exit_code;

    buffer_add(&path, "/v1/log?limit=1000");
    if ((*cursor)[0] != '\0') {
        query_add(&path, "after", *cursor);
    }
    exit_code = session_get(session, path.data, &answer);
    if (exit_code == CTL_OK) {
        if ((*cursor)[0] == '\0') {
            begin_at(verifying, json_object_get(answer, "anchor"));
        }
        if (verifying->fault == NULL) {
            verify_rows(verifying, json_object_get(answer, "log"));
        }
        string_replace(cursor, text_of(answer, "next"));
    }
    json_decref(answer);
    buffer_clear(&path);
    return exit_code;
}

static void
print_verdict(const struct session *session, const struct verifying *verifying)
{
    if (session->json) {
        json_t *said =
            json_pack("{s:b, s:I, s:{s:I, s:s}}", "whole", verifying->fault == NULL,
                      "first", (json_int_t)verifying->first, "head", "row",
                      (json_int_t)verifying->row, "hash", verifying->hash);

        if (verifying->fault != NULL) {
            json_object_set_new(said, "problem", json_string(verifying->fault));
        }
        json_dumpf(said, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(said);
    } else if (verifying->fault != NULL) {
        print_state(false, verifying->fault);
    } else if (verifying->first == 0) {
        print_state(true, "whole: there is no row yet");
    } else {
        print_state(true, "whole: every row fits the one before");
        printf("  rows %lld to %lld\n  head %s\n", (long long)verifying->first,
               (long long)verifying->row, verifying->hash);
    }
}

static int
log_verify(struct session *session, const char *expected)
{
    struct verifying verifying = { .expected = expected };
    char *cursor = string_copy("");
    bool json = session->json;
    int exit_code;

    session->json = false;
    do {
        exit_code = verify_page(session, &verifying, &cursor);
    } while (exit_code == CTL_OK && verifying.fault == NULL && cursor[0] != '\0');
    session->json = json;
    if (verifying.fault == NULL && expected != NULL && !verifying.is_expected_found) {
        verifying.fault = string_format("no row has the hash %s: what was written down "
                                        "is not in this log, or was cut with its "
                                        "oldest rows",
                                        expected);
    }
    if (exit_code == CTL_OK) {
        print_verdict(session, &verifying);
        exit_code = verifying.fault == NULL ? CTL_OK : CTL_FAILED;
    }
    free(verifying.fault);
    free(cursor);
    return exit_code;
}

/* --- The command ------------------------------------------------------------------ */

static int
log_list(struct session *session, const char *after, const char *incident)
{
    struct buffer path = { 0 };
    int exit_code = CTL_OK;
    char *id = NULL;

    buffer_add(&path, "/v1/log");
    if (incident != NULL) {
        id = session_incident_id(session, incident, &exit_code);
        if (id != NULL) {
            query_add(&path, "incident", id);
        }
    }
    if (exit_code == CTL_OK) {
        exit_code = view_pages_after(session, path.data, after, "log", view_log);
    }
    free(id);
    buffer_clear(&path);
    return exit_code;
}

int
command_log(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "after", required_argument, NULL, 'a' },
        { "incident", required_argument, NULL, 'i' },
        { "expect", required_argument, NULL, 'e' },
        { NULL, 0, NULL, 0 },
    };
    const char *given[3] = { NULL, NULL, NULL };
    bool verify;
    int option;

    while ((option = getopt_long(argc, argv, "a:i:e:", options, NULL)) != -1) {
        if (option == '?') {
            return usage_fault(session, "unknown option", NULL);
        }
        given[option == 'a' ? 0 : option == 'i' ? 1 : 2] = optarg;
    }
    verify = optind < argc && strcmp(argv[optind], "verify") == 0;
    if (argc - optind > (verify ? 1 : 0)) {
        return usage_fault(
            session, "there is no such thing to do with the log:", argv[argc - 1]);
    }
    if (verify ? given[0] != NULL || given[1] != NULL : given[2] != NULL) {
        return usage_fault(session,
                           "--after and --incident are for the list, --expect is for "
                           "verify",
                           NULL);
    }
    return verify ? log_verify(session, given[2])
                  : log_list(session, given[0], given[1]);
}
