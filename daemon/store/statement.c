/* SPDX-License-Identifier: EUPL-1.2 */
/* Preparing, binding and stepping the named statements. */
#include "store/statement.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "store/database.h"
#include "store/tables.h"

#include <stdlib.h>

/* JSON readers take no larger number exactly; nothing here comes near it. */
#define INTEGER_MOST (INT64_C(1) << 53)
/* The year 9999 (RFC 3339). */
#define TIME_MOST_MS INT64_C(253402300799999)

const struct statement_table *const statement_tables[STATEMENT_SET_COUNT] = {
    [STATEMENTS_STORE] = &store_statements,
    [STATEMENTS_COUNTS] = &counts_statements,
    [STATEMENTS_EVENTS] = &events_statements,
    [STATEMENTS_FILES] = &files_statements,
    [STATEMENTS_INCIDENTS] = &incidents_statements,
    [STATEMENTS_INCIDENT_LISTS] = &incident_lists_statements,
    [STATEMENTS_TIMELINE] = &timeline_statements,
    [STATEMENTS_MESSAGES] = &messages_statements,
    [STATEMENTS_ORDER] = &order_statements,
    [STATEMENTS_QUEUE] = &queue_statements,
    [STATEMENTS_CATCH_UP] = &catch_up_statements,
    [STATEMENTS_COVERED] = &covered_statements,
    [STATEMENTS_OUTBOUND_LISTS] = &outbound_lists_statements,
    [STATEMENTS_OPERATE] = &operate_statements,
    [STATEMENTS_RECIPIENTS] = &recipients_statements,
    [STATEMENTS_RECIPIENT_LISTS] = &recipient_lists_statements,
    [STATEMENTS_ALARMS] = &alarms_statements,
    [STATEMENTS_TOLD] = &told_statements,
    [STATEMENTS_APPROVALS] = &approvals_statements,
    [STATEMENTS_RESTORE] = &restore_statements,
    [STATEMENTS_RETENTION] = &retention_statements,
    [STATEMENTS_PROMISES] = &promises_statements,
    [STATEMENTS_LOG] = &log_statements,
    [STATEMENTS_TAKE_BACK] = &take_back_statements,
    [STATEMENTS_STORM] = &storm_statements,
    [STATEMENTS_STORM_ROWS] = &storm_rows_statements,
    [STATEMENTS_LEFT] = &left_statements,
};

void
statements_clear(struct statements *statements)
{
    for (int set = 0; set < STATEMENT_SET_COUNT; set++) {
        for (int id = 0;
             statements->prepared[set] != NULL && id < statement_tables[set]->count;
             id++) {
            sqlite3_finalize(statements->prepared[set][id]);
        }
        free(statements->prepared[set]);
        statements->prepared[set] = NULL;
    }
}

static sqlite3_stmt *
find_prepared(struct store *store, const struct statement_table *table, int id)
{
    sqlite3_stmt ***set = &store->statements.prepared[table->set];
    int code;

    if (*set == NULL) {
        *set = memory_array((size_t)table->count, sizeof(sqlite3_stmt *));
    }
    if ((*set)[id] == NULL) {
        code = sqlite3_prepare_v3(store->connection, table->sql[id], -1,
                                  SQLITE_PREPARE_PERSISTENT, &(*set)[id], NULL);
        if (code != SQLITE_OK) {
            store_fail(store, code);
        }
    }
    return (*set)[id];
}

static int
bind_value(sqlite3_stmt *statement, int index, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return sqlite3_bind_null(statement, index);
    case VALUE_INTEGER:
        return sqlite3_bind_int64(statement, index, value->integer);
    case VALUE_TEXT:
        return sqlite3_bind_text(statement, index, value->text, -1, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

sqlite3_stmt *
statement_start(struct store *store, const struct statement_table *table, int id,
                const struct value *values, size_t n_values)
{
    sqlite3_stmt *statement;
    size_t n_parameters;
    int code;

    if (store->failed) {
        return NULL;
    }
    statement = find_prepared(store, table, id);
    if (statement == NULL) {
        return NULL;
    }
    if (sqlite3_stmt_busy(statement)) {
        fatal("store: a list is read inside a reading of the same list: %s",
              table->sql[id]);
    }
    n_parameters = (size_t)sqlite3_bind_parameter_count(statement);
    for (size_t i = 0; i < n_values && i < n_parameters; i++) {
        code = bind_value(statement, (int)i + 1, &values[i]);
        if (code != SQLITE_OK) {
            store_fail(store, code);
            return NULL;
        }
    }
    return statement;
}

bool
statement_step(struct store *store, sqlite3_stmt *statement)
{
    int code;

    if (statement == NULL) {
        return false;
    }
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        store_fail(store, code);
    }
    sqlite3_reset(statement);
    return false;
}

void
statement_end(sqlite3_stmt *statement)
{
    if (statement != NULL) {
        sqlite3_reset(statement);
    }
}

int64_t
statement_run(struct store *store, const struct statement_table *table, int id,
              const struct value *values, size_t n_values)
{
    sqlite3_stmt *statement;

    store_begin(store);
    statement = statement_start(store, table, id, values, n_values);
    if (statement == NULL) {
        return 0;
    }
    while (statement_step(store, statement)) {
    }
    return store->failed ? 0 : sqlite3_changes64(store->connection);
}

int64_t
statement_integer(struct store *store, const struct statement_table *table, int id,
                  int64_t otherwise, const struct value *values, size_t n_values)
{
    sqlite3_stmt *statement = statement_start(store, table, id, values, n_values);
    int64_t number = otherwise;

    if (statement_step(store, statement)) {
        number = sqlite3_column_type(statement, 0) == SQLITE_NULL
                     ? otherwise
                     : column_integer(statement, 0);
        statement_end(statement);
    }
    return number;
}

void
statements_prepare_all(struct store *store)
{
    for (int set = 0; set < STATEMENT_SET_COUNT; set++) {
        for (int id = 0; id < statement_tables[set]->count && !store->failed; id++) {
            (void)find_prepared(store, statement_tables[set], id);
        }
    }
}

/* --- Columns ---------------------------------------------------------------------- */

int64_t
column_integer(sqlite3_stmt *statement, int column)
{
    int64_t value = sqlite3_column_int64(statement, column);

    if (value < -INTEGER_MOST || value > INTEGER_MOST) {
        store_fail_value(statement, column, "a number that is out of range");
        return 0;
    }
    return value;
}

int
column_choice(sqlite3_stmt *statement, int column, int first, int n)
{
    int64_t value = sqlite3_column_int64(statement, column);

    if (value < first || value >= n) {
        store_fail_value(statement, column, "a number that stands for nothing");
        return first;
    }
    return (int)value;
}

int64_t
column_moment(sqlite3_stmt *statement, int column, int64_t absent)
{
    int64_t value;

    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
        return absent;
    }
    value = sqlite3_column_int64(statement, column);
    if (value < -TIME_MOST_MS || value > TIME_MOST_MS) {
        store_fail_value(statement, column, "a time that is out of range");
        return absent;
    }
    return value;
}

/* SQLite gives no text for NULL, and none when it has no memory to end it with. */
const char *
column_text(sqlite3_stmt *statement, int column)
{
    const char *value = (const char *)sqlite3_column_text(statement, column);

    if (value == NULL &&
        sqlite3_errcode(sqlite3_db_handle(statement)) == SQLITE_NOMEM) {
        fatal("store: no memory for a column");
    }
    return value;
}

const char *
column_text_set(sqlite3_stmt *statement, int column)
{
    const char *value = column_text(statement, column);

    if (value == NULL) {
        store_fail_value(statement, column, "nothing where a text must be");
        return "";
    }
    if (!utf8_is_valid(value, (size_t)sqlite3_column_bytes(statement, column))) {
        store_fail_value(statement, column, "a text that is no UTF-8");
        return "";
    }
    return value;
}

char *
column_text_copy(sqlite3_stmt *statement, int column)
{
    return string_copy(column_text(statement, column));
}

char *
column_text_set_copy(sqlite3_stmt *statement, int column)
{
    return string_copy(column_text_set(statement, column));
}
