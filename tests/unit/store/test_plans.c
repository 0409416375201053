/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * SQLite's own account of how it will run each statement: none reads a table that grows
 * from end to end, and those of every turn use the index that was made for them.
 */
#include "fixture.h"

#include "base/buffer.h"
#include "store/database.h"
#include "store/schema.h"

static char *
plan_of(sqlite3 *connection, const char *sql)
{
    char *explain = string_format("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *statement = NULL;
    struct buffer plan = { 0 };

    if (sqlite3_prepare_v2(connection, explain, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sqlite3_errmsg(connection), sql);
    }
    while (sqlite3_step(statement) == SQLITE_ROW) {
        buffer_addf(&plan, "%s\n", (const char *)sqlite3_column_text(statement, 3));
    }
    sqlite3_finalize(statement);
    free(explain);
    return buffer_take(&plan);
}

static sqlite3 *
open_schema(void)
{
    sqlite3 *connection;

    assert_int_equal(sqlite3_open(":memory:", &connection), SQLITE_OK);
    for (size_t step = 0; step < STORE_SCHEMA_VERSION; step++) {
        const struct schema_step *texts = &schema_steps[step];

        for (size_t i = 0; i < ARRAY_COUNT(texts->sql) && texts->sql[i] != NULL; i++) {
            assert_int_equal(sqlite3_exec(connection, texts->sql[i], NULL, NULL, NULL),
                             SQLITE_OK);
        }
    }
    return connection;
}

/* What may be read from end to end: small tables, partial indexes that hold only what is
 * wanted, and lists in the order of their keys, which stop at their limit. */
static const char *const allowed_scans[] = {
    "SCAN channel\n",
    "SCAN c\n",
    "SCAN outbound_count\n",
    "SCAN alarm\n",
    "SCAN approval\n",
    "SCAN storm\n",
    "SCAN recipient_list",
    "SCAN l\n",
    "SCAN incident USING INDEX incident_updated",
    "SCAN outbound USING INDEX outbound_list",
    "SCAN outbound USING COVERING INDEX outbound_list",
    "SCAN outbound USING INDEX outbound_failed",
    "SCAN 2 CONSTANT ROW",
    "SCAN (subquery-",
    "SCAN CONSTANT ROW",
};

static bool
is_allowed(const char *line)
{
    for (size_t i = 0; i < ARRAY_COUNT(allowed_scans); i++) {
        if (strncmp(line, allowed_scans[i], strlen(allowed_scans[i])) == 0) {
            return true;
        }
    }
    return false;
}

static void
check_plan(const char *sql, const char *plan)
{
    for (const char *line = strstr(plan, "SCAN "); line != NULL;
         line = strstr(line + 1, "SCAN ")) {
        if (!is_allowed(line)) {
            fail_msg("%s\nis run as\n%s", sql, plan);
        }
    }
}

static void
test_no_statement_reads_a_growing_table(void **state)
{
    sqlite3 *connection = open_schema();

    (void)state;
    for (int set = 0; set < STATEMENT_SET_COUNT; set++) {
        const struct statement_table *table = statement_tables[set];

        assert_int_equal(table->set, set);
        if (set == STATEMENTS_RESTORE) {
            continue; /* nobody waits: no daemon runs then */
        }
        for (int id = 0; id < table->count; id++) {
            char *plan = plan_of(connection, table->sql[id]);

            check_plan(table->sql[id], plan);
            free(plan);
        }
    }
    sqlite3_close(connection);
}

/* The statement that begins and goes on so must use this index, and sort nothing unless
 * the table says so. */
static const struct {
    enum statement_set set;
    const char *begins, *contains;
    const char *index;
    bool sorts;
} hot[] = {
    { STATEMENTS_QUEUE, "UPDATE", "LIMIT ?6",
      "USING INDEX outbound_due (channel=? AND priority=?", false },
    { STATEMENTS_QUEUE, "SELECT due_at_ms", "",
      "USING INDEX outbound_due (channel=? AND priority=?", false },
    { STATEMENTS_QUEUE, "INSERT", "", "USING INDEX outbound_order", false },
    { STATEMENTS_QUEUE, "UPDATE", "p.sequence",
      "USING INDEX outbound_open (channel=? AND state=?", false },
    { STATEMENTS_QUEUE, "UPDATE outbound SET due_at_ms = min(", "",
      "INDEX outbound_transport (channel=?)", false },
    { STATEMENTS_QUEUE, "SELECT 1", "",
      "INDEX outbound_transport (channel=? AND priority=?)", false },
    { STATEMENTS_QUEUE, "UPDATE outbound SET due_at_ms = ?2 + min", "priority = ?5",
      "INDEX outbound_due (channel=? AND priority=? AND due_at_ms>?)", false },
    { STATEMENTS_QUEUE, "UPDATE outbound SET due_at_ms = ?2 + min",
      "created_at_ms > ?2",
      "INDEX outbound_open (channel=? AND state=? AND created_at_ms>?)", false },
    { STATEMENTS_QUEUE, "UPDATE outbound SET due_at_ms = ?2 WHERE", "",
      "INDEX outbound_transport", false },
    { STATEMENTS_ORDER, "SELECT row, state, ready", "", "USING INDEX outbound_order",
      false },
    { STATEMENTS_OPERATE, "SELECT count(*) FROM outbound WHERE channel", "",
      "USING COVERING INDEX outbound_open", false },
    { STATEMENTS_OPERATE, "UPDATE outbound SET state = 7", "WHERE channel",
      "INDEX outbound_open (channel=? AND state=?", false },
    { STATEMENTS_OPERATE, "UPDATE outbound SET due_at_ms = ?5", "WHERE channel",
      "INDEX outbound_open (channel=? AND state=?", false },
    { STATEMENTS_OPERATE, "UPDATE outbound SET state = 3", "",
      "INDEX outbound_open (channel=? AND state=?", false },
    { STATEMENTS_OUTBOUND_LISTS, "SELECT created_at_ms", "",
      "USING COVERING INDEX outbound_open", false },
    { STATEMENTS_OUTBOUND_LISTS, "SELECT message", "", "USING INDEX outbound_order",
      false },
    { STATEMENTS_OUTBOUND_LISTS, "SELECT", "WHERE 1 ", "INTEGER PRIMARY KEY", false },
    { STATEMENTS_OUTBOUND_LISTS, "SELECT", "WHERE incident = ?4",
      "USING INDEX outbound_incident", false },
    { STATEMENTS_OUTBOUND_LISTS, "SELECT", "CROSS JOIN",
      "USING COVERING INDEX outbound_open", true },
    { STATEMENTS_RECIPIENTS, "INSERT INTO outbound", "recipient r",
      "PRIMARY KEY (list=?", false },
    { STATEMENTS_RECIPIENTS, "INSERT INTO outbound",
      "NOT EXISTS (SELECT 1 FROM outbound", "USING INDEX outbound_order", false },
    { STATEMENTS_RECIPIENTS, "INSERT INTO outbound", "",
      "INDEX recipient_left_address (channel=? AND recipient=?)", false },
    { STATEMENTS_LEFT, "SELECT", "recipient = ?2",
      "INDEX recipient_left_address (channel=? AND recipient=?)", false },
    { STATEMENTS_RECIPIENTS, "SELECT 1 FROM outbound", "", "USING INDEX outbound_order",
      false },
    { STATEMENTS_RECIPIENTS, "SELECT row FROM outbound", "ORDER BY priority",
      "INDEX outbound_list", false },
    { STATEMENTS_RECIPIENTS, "SELECT min(due_at_ms)", "", "INDEX outbound_list",
      false },
    { STATEMENTS_RECIPIENTS, "SELECT row FROM outbound", "ORDER BY sequence",
      "INDEX outbound_order (incident=? AND channel=? AND recipient=? AND sequence>?)",
      false },
    { STATEMENTS_TOLD, "SELECT 1 FROM outbound WHERE", "",
      "INDEX outbound_order (incident=? AND channel=?)", false },
    { STATEMENTS_TOLD, "UPDATE outbound SET due_at_ms", "",
      "INDEX outbound_order (incident=? AND channel=?)", false },
    { STATEMENTS_TOLD, "UPDATE outbound SET state = 7", "",
      "INDEX outbound_order (incident=? AND channel=?)", false },
    { STATEMENTS_TOLD, "SELECT message", "",
      "INDEX outbound_order (incident=? AND channel=? AND recipient=? AND sequence<?)",
      false },
    { STATEMENTS_QUEUE, "UPDATE outbound SET priority", "", "INDEX outbound_order",
      false },
    { STATEMENTS_CATCH_UP, "SELECT row FROM outbound", "",
      "USING INDEX outbound_due (channel=? AND priority=?", false },
    { STATEMENTS_CATCH_UP, "SELECT o.row", "", "USING INDEX outbound_order", false },
    { STATEMENTS_CATCH_UP, "SELECT CASE WHEN o.state", "", "USING INDEX outbound_order",
      false },
    { STATEMENTS_COVERED, "SELECT o.sequence", "", "USING INDEX outbound_order",
      false },
    { STATEMENTS_CATCH_UP, "UPDATE outbound SET covered_by = ?5", "",
      "INDEX outbound_order (incident=? AND channel=? AND recipient=? AND sequence<?)",
      false },
    { STATEMENTS_TAKE_BACK, "UPDATE outbound SET state = 7", "recipient = ''",
      "INDEX outbound_order (incident=? AND channel=? AND recipient=? AND sequence>?",
      false },
    { STATEMENTS_TAKE_BACK, "UPDATE outbound SET state = 7", "recipient > ?7",
      "INDEX outbound_order (incident=? AND channel=? AND recipient>? AND recipient<?)",
      false },
    { STATEMENTS_TAKE_BACK, "SELECT 1 FROM outbound", "",
      "INDEX outbound_order (incident=? AND channel=?", false },
    { STATEMENTS_TAKE_BACK, "SELECT n.row", "", "INDEX outbound_order", false },
    { STATEMENTS_TAKE_BACK, "SELECT count(DISTINCT", "",
      "INDEX outbound_order (incident=? AND channel=?)", false },
    { STATEMENTS_TAKE_BACK, "SELECT incident FROM outbound", "", "INDEX outbound_list",
      false },
    { STATEMENTS_LOG, "SELECT row", "incident = ?3", "INDEX log_incident", false },
    { STATEMENTS_COVERED, "SELECT message", "", "INDEX outbound_covering", true },
    { STATEMENTS_COVERED, "UPDATE outbound SET covered_by = NULL", "",
      "INDEX outbound_covering", false },
    { STATEMENTS_COVERED, "UPDATE outbound SET state = ?2", "",
      "INDEX outbound_covering", false },
    { STATEMENTS_RECIPIENTS, "SELECT max(recipient)", "",
      "INDEX outbound_order (incident=? AND channel=? AND recipient>?)", false },
    { STATEMENTS_RECIPIENTS, "INSERT INTO outbound", "GROUP BY",
      "INDEX outbound_order (incident=? AND channel=? AND recipient>?", false },
    { STATEMENTS_RECIPIENTS, "UPDATE outbound SET priority", "",
      "INDEX outbound_order (incident=? AND channel=? AND recipient>?", false },
    { STATEMENTS_OPERATE, "SELECT row FROM outbound WHERE covered_by", "",
      "INDEX outbound_covering", false },
    { STATEMENTS_EVENTS, "SELECT digest", "", "USING INDEX event_identity", false },
    { STATEMENTS_EVENTS, "SELECT receipt", "", "USING INDEX event_incident", false },
    { STATEMENTS_INCIDENTS, "SELECT row, source", "number = ?2",
      "USING INDEX incident_number", false },
    { STATEMENTS_INCIDENTS, "SELECT row FROM incident WHERE next", "",
      "USING COVERING INDEX incident_check", false },
    { STATEMENTS_INCIDENTS, "SELECT min(next", "",
      "USING COVERING INDEX incident_check", false },
    { STATEMENTS_INCIDENTS, "SELECT m.row", "",
      "USING COVERING INDEX incident_merge_target", false },
    { STATEMENTS_INCIDENT_LISTS, "SELECT", "status <= 3 UNION", "INDEX incident_closed",
      true },
    { STATEMENTS_INCIDENT_LISTS, "SELECT", "status <= 3 UNION",
      "INDEX incident_open (merged=? AND status<?)", true },
    { STATEMENTS_INCIDENT_LISTS, "SELECT", "WHERE known = 0)",
      "INDEX incident_waiting (known=?)", true },
    { STATEMENTS_ALARMS, "SELECT last_error", "",
      "USING INDEX outbound_parked (channel=? AND last_error>?)", false },
    { STATEMENTS_PROMISES, "SELECT sum(", "",
      "USING COVERING INDEX incident_promise (promise_at_ms>? AND promise_at_ms<?)",
      false },
    { STATEMENTS_PROMISES, "SELECT min(", "",
      "USING COVERING INDEX incident_promise (promise_at_ms>?", false },
    { STATEMENTS_PROMISES, "SELECT row FROM incident WHERE promise", "",
      "USING COVERING INDEX incident_promise (promise_at_ms>? AND promise_at_ms<?)",
      false },
    { STATEMENTS_PROMISES, "SELECT count", "", "USING COVERING INDEX incident_lapsed",
      false },
    { STATEMENTS_PROMISES, "SELECT row", "lapses = ?3",
      "USING COVERING INDEX incident_lapsed (lapses=?)", false },
    { STATEMENTS_PROMISES, "SELECT row", "lapses < ?3",
      "USING COVERING INDEX incident_lapsed (lapses>? AND lapses<?)", true },
    { STATEMENTS_MESSAGES, "SELECT", "DESC LIMIT 1", "USING INDEX message_sequence",
      false },
    { STATEMENTS_TIMELINE, "SELECT", "", "USING INDEX outbound_order", true },
    { STATEMENTS_TIMELINE, "SELECT", "", "INDEX log_incident", true },
};

static size_t
check_hot(sqlite3 *connection, size_t i)
{
    const struct statement_table *table = statement_tables[hot[i].set];
    size_t n = 0;

    for (int id = 0; id < table->count; id++) {
        const char *sql = table->sql[id];
        char *plan;

        if (strncmp(sql, hot[i].begins, strlen(hot[i].begins)) != 0 ||
            strstr(sql, hot[i].contains) == NULL) {
            continue;
        }
        plan = plan_of(connection, sql);
        if (strstr(plan, hot[i].index) == NULL ||
            (!hot[i].sorts && strstr(plan, "TEMP B-TREE") != NULL)) {
            fail_msg("%s\nis run as\n%swithout %s", sql, plan, hot[i].index);
        }
        free(plan);
        n++;
    }
    return n;
}

static void
test_hot_statements_use_their_index(void **state)
{
    sqlite3 *connection = open_schema();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(hot); i++) {
        if (check_hot(connection, i) == 0) {
            fail_msg("no statement begins \"%s\" and contains \"%s\"", hot[i].begins,
                     hot[i].contains);
        }
    }
    sqlite3_close(connection);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_statement_reads_a_growing_table),
        cmocka_unit_test(test_hot_statements_use_their_index),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
