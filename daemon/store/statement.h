/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Named statements. Every file of the store has one table of SQL texts, indexed by an
 * enum of its own; a statement is prepared when it is first used, and kept. A failed
 * store runs nothing: starting gives NULL, stepping NULL gives no row.
 */
#ifndef BUDKAVLE_STORE_STATEMENT_H
#define BUDKAVLE_STORE_STATEMENT_H

#include "base/timestamp.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum statement_set {
    STATEMENTS_STORE,
    STATEMENTS_COUNTS,
    STATEMENTS_EVENTS,
    STATEMENTS_FILES,
    STATEMENTS_INCIDENTS,
    STATEMENTS_INCIDENT_LISTS,
    STATEMENTS_TIMELINE,
    STATEMENTS_MESSAGES,
    STATEMENTS_ORDER,
    STATEMENTS_QUEUE,
    STATEMENTS_CATCH_UP,
    STATEMENTS_COVERED,
    STATEMENTS_OUTBOUND_LISTS,
    STATEMENTS_OPERATE,
    STATEMENTS_RECIPIENTS,
    STATEMENTS_RECIPIENT_LISTS,
    STATEMENTS_ALARMS,
    STATEMENTS_TOLD,
    STATEMENTS_APPROVALS,
    STATEMENTS_RESTORE,
    STATEMENTS_RETENTION,
    STATEMENTS_PROMISES,
    STATEMENTS_LOG,
    STATEMENTS_TAKE_BACK,
    STATEMENTS_STORM,
    STATEMENTS_STORM_ROWS,
    STATEMENTS_LEFT,
    STATEMENT_SET_COUNT
};

struct statement_table {
    enum statement_set set;
    const char *const *sql;
    int count;
};
/* All tables, indexed by their set. */
extern const struct statement_table *const statement_tables[STATEMENT_SET_COUNT];

/* The prepared statements of a store. */
struct statements {
    sqlite3_stmt **prepared[STATEMENT_SET_COUNT];
};
void statements_clear(struct statements *statements);

/* A value to bind. Texts are borrowed until the statement is started again or ends. */
enum value_kind {
    VALUE_NULL,
    VALUE_INTEGER,
    VALUE_TEXT
};
struct value {
    enum value_kind kind;
    int64_t integer;
    const char *text;
};

static inline struct value
integer(int64_t number)
{
    return (struct value){ .kind = VALUE_INTEGER, .integer = number };
}

/* NULL is SQL's NULL. */
static inline struct value
text(const char *string)
{
    return (struct value){ .kind = string == NULL ? VALUE_NULL : VALUE_TEXT,
                           .text = string };
}

/* TIME_NONE and TIME_NEVER are SQL's NULL; a column has only one of them. */
static inline struct value
moment(int64_t time_ms)
{
    return (struct value){ .kind = time_ms == TIME_NONE || time_ms == TIME_NEVER
                                       ? VALUE_NULL
                                       : VALUE_INTEGER,
                           .integer = time_ms };
}

/* A reference to a row, 0 being none. */
static inline struct value
reference(int64_t row)
{
    return (struct value){ .kind = row == 0 ? VALUE_NULL : VALUE_INTEGER,
                           .integer = row };
}

/* The last two arguments of the functions below. */
#define VALUES(...)                                                                    \
    (const struct value[]){ __VA_ARGS__ },                                             \
        sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value)
#define NO_VALUES NULL, 0

/* Statements that are used in place of each other take the same values: those beyond the
 * parameters of one are passed over. */
sqlite3_stmt *statement_start(struct store *store, const struct statement_table *table,
                              int id, const struct value *values, size_t n_values);
/* True for a row. At the end, or on failure, the statement is reset by itself. */
bool statement_step(struct store *store, sqlite3_stmt *statement);
/* Ends a statement before its last row. */
void statement_end(sqlite3_stmt *statement);

/* Runs a statement that changes rows, inside a transaction; how many it changed. */
int64_t statement_run(struct store *store, const struct statement_table *table, int id,
                      const struct value *values, size_t n_values);
/* The integer in the first column of the first row; `otherwise` without one. */
int64_t statement_integer(struct store *store, const struct statement_table *table,
                          int id, int64_t otherwise, const struct value *values,
                          size_t n_values);

/*
 * The columns of a row. What this program cannot have written (a number, a time or an
 * enum out of its range, a text that is no UTF-8, NULL where a text must be) is damage
 * that SQLite does not see: the store has failed with it then, and the value is one that
 * does no harm (0, "", absent).
 */
int64_t column_integer(sqlite3_stmt *statement, int column);
/* A member of an enum, from `first` and below n; `first` when it is none. */
int column_choice(sqlite3_stmt *statement, int column, int first, int n);
/* `absent` for NULL. */
int64_t column_moment(sqlite3_stmt *statement, int column, int64_t absent);
/* Any bytes, borrowed until the next step; a copy; NULL for NULL. */
const char *column_text(sqlite3_stmt *statement, int column);
char *column_text_copy(sqlite3_stmt *statement, int column);
/* A text that was checked when it came, and must be there: UTF-8, never NULL. */
const char *column_text_set(sqlite3_stmt *statement, int column);
char *column_text_set_copy(sqlite3_stmt *statement, int column);

/* Prepares every statement; a table that is not as the schema says makes that fail. */
void statements_prepare_all(struct store *store);

#endif
