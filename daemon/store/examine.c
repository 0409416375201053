/* SPDX-License-Identifier: EUPL-1.2 */
/* What is asked of a database to know that it is whole. */
#include "store/examine.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "model/names.h"
#include "store/damage.h"
#include "store/database.h"

#include <stdlib.h>
#include <string.h>

int64_t examine_cheap_bytes = INT64_C(16) * 1024 * 1024;

bool
examine_is_cheap(struct store *store)
{
    int64_t n_pages = 0;
    int64_t page_bytes = 0;

    return database_integer(store, "PRAGMA page_count", &n_pages) &&
           database_integer(store, "PRAGMA page_size", &page_bytes) &&
           n_pages * page_bytes <= examine_cheap_bytes;
}

static enum status
damaged(struct store *store, struct error *error, const char *what)
{
    const char *line = strrchr(what, '\n'); /* before it stands which database */
    const char *said = line != NULL && line[1] != '\0' ? line + 1 : what;
    char *printable = utf8_printable(said, strlen(said), 200);

    store->damaged = true;
    error_set(error, STATUS_INVALID, "the database %s is damaged (%s)", store->path,
              printable);
    free(printable);
    return STATUS_INVALID;
}

/* The first row of a statement that should have none, or NULL; fails with what SQLite
 * says. Caller frees. */
static enum status
first_text(struct store *store, const char *sql, char **text, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL);
    enum status status = STATUS_OK;

    *text = NULL;
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    if (code == SQLITE_ROW) {
        *text = string_copy((const char *)sqlite3_column_text(statement, 0));
    } else if (code != SQLITE_DONE) {
        status = database_open_error(store, error);
    }
    sqlite3_finalize(statement);
    return status;
}

enum status
examine_structure(struct store *store, struct error *error)
{
    char *text;
    enum status status = first_text(store, "PRAGMA integrity_check(1)", &text, error);

    if (status == STATUS_OK && (text == NULL || strcmp(text, "ok") != 0)) {
        status = damaged(store, error, text != NULL ? text : "no answer to its check");
    }
    free(text);
    return status;
}

/* --- Content ---------------------------------------------------------------------- */

static const struct {
    const char *table, *column;
    int first, count;
} choices[] = {
    { "incident", "status", 0, INCIDENT_STATUS_COUNT },
    { "incident", "mode", 0, MODE_COUNT },
    { "incident", "known", 0, 3 },
    { "incident", "merged", 0, 2 },
    { "event", "result", 0, RESULT_COUNT },
    { "message", "notice", NOTICE_NONE + 1, NOTICE_COUNT },
    { "message", "priority", 0, PRIORITY_COUNT },
    { "outbound", "state", 0, DELIVERY_STATE_COUNT },
    { "outbound", "priority", 0, PRIORITY_COUNT },
    { "outbound", "ready", 0, 2 },
    { "alarm", "kind", 0, ALARM_KIND_COUNT },
    { "outbound_count", "state", 0, DELIVERY_STATE_COUNT },
};

static enum status
examine_choices(struct store *store, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_COUNT(choices) && status == STATUS_OK; i++) {
        char *sql = string_format(
            "SELECT 'a row of %s has %s ' || %s FROM %s"
            " WHERE %s NOT BETWEEN %d AND %d LIMIT 1",
            choices[i].table, choices[i].column, choices[i].column, choices[i].table,
            choices[i].column, choices[i].first, choices[i].count - 1);
        char *text;

        status = first_text(store, sql, &text, error);
        if (text != NULL) {
            status = damaged(store, error, text);
        }
        free(text);
        free(sql);
    }
    return status;
}

static enum status
examine_references(struct store *store, struct error *error)
{
    char *text;
    enum status status = first_text(store, "PRAGMA foreign_key_check", &text, error);

    if (text != NULL) {
        status = damaged(store, error, "a row refers to one that is not there");
    }
    free(text);
    return status;
}

static bool
row_is_text(sqlite3_stmt *statement)
{
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        if (sqlite3_column_type(statement, i) == SQLITE_TEXT) {
            const char *value = (const char *)sqlite3_column_text(statement, i);

            if (!utf8_is_valid(value, (size_t)sqlite3_column_bytes(statement, i))) {
                return false;
            }
        }
    }
    return true;
}

/* Texts that were checked when they came; names of files and answers of peers were not. */
static const char *const texts[] = {
    "SELECT name, value FROM meta",
    "SELECT name, value FROM note",
    "SELECT name FROM channel",
    "SELECT source, number, record FROM incident",
    "SELECT source, number FROM incident_merge",
    "SELECT source, event_id, digest, body, why FROM event",
    "SELECT record FROM message",
    "SELECT action, incident, channel, reason, previous, hash FROM log",
};

static enum status
examine_texts_of(struct store *store, const char *sql, struct error *error)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->connection, sql, -1, &statement, NULL);
    enum status status = STATUS_OK;

    while (status == STATUS_OK && code == SQLITE_OK) {
        int step = sqlite3_step(statement);

        if (step == SQLITE_ROW && !row_is_text(statement)) {
            status = damaged(store, error, "a text in it is no UTF-8");
        } else if (step != SQLITE_ROW) {
            code = step;
        }
    }
    if (status == STATUS_OK && code != SQLITE_DONE) {
        status = database_open_error(store, error);
    }
    sqlite3_finalize(statement);
    return status;
}

static enum status
examine_texts(struct store *store, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_COUNT(texts) && status == STATUS_OK; i++) {
        status = examine_texts_of(store, texts[i], error);
    }
    return status;
}

enum status
examine_content(struct store *store, struct error *error)
{
    enum status status = examine_choices(store, error);

    if (status == STATUS_OK) {
        status = examine_references(store, error);
    }
    return status == STATUS_OK ? examine_texts(store, error) : status;
}

/* --- Rows beside each other ------------------------------------------------------- */

/* What each row may hold by itself, but not beside the others. */
static const char *const contradictions[] = {
    "SELECT 'a message is later than the last of its incident' FROM message m"
    " JOIN incident i ON i.row = m.incident WHERE m.sequence > i.sequence LIMIT 1",
    "SELECT 'a row of channel has the number ' || row FROM channel WHERE row < 1 LIMIT 1",
};

enum status
examine_contradictions(struct store *store, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < ARRAY_COUNT(contradictions) && status == STATUS_OK; i++) {
        char *text;

        status = first_text(store, contradictions[i], &text, error);
        if (text != NULL) {
            status = damaged(store, error, text);
        }
        free(text);
    }
    return status;
}
