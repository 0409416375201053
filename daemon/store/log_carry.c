/* SPDX-License-Identifier: EUPL-1.2 */
/* Rows of the audit log that come from elsewhere: of a database that is put away, and of
 * the table that earlier versions had. */
#include "base/memory.h"
#include "store/database.h"
#include "store/log.h"
#include "store/log_columns.h"
#include "store/restore_parts.h"

#include <stdlib.h>
#include <string.h>

/* --- Of another database ---------------------------------------------------------- */

static bool
is_next(const struct act *act, const struct log_end *head)
{
    char hash[SHA256_HEX_SIZE];

    act_hash(act, hash);
    return act->row == head->row + 1 && strcmp(act->previous, head->hash) == 0 &&
           strcmp(act->hash, hash) == 0;
}

static char *
copy_text(sqlite3_stmt *statement, int column)
{
    return string_copy((const char *)sqlite3_column_text(statement, column));
}

static void
copy_fixed(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const char *value = (const char *)sqlite3_column_text(statement, column);

    out[0] = '\0';
    if (value != NULL && strlen(value) < size) {
        memcpy(out, value, strlen(value) + 1);
    }
}

/* A row of a file that may be damaged: what does not fit is found by its hash. */
static void
read_foreign(sqlite3_stmt *statement, struct act *act)
{
    act->row = sqlite3_column_int64(statement, 0);
    act->at_ms = sqlite3_column_int64(statement, 1);
    act->uid = sqlite3_column_int64(statement, 2);
    act->action = copy_text(statement, 3);
    copy_fixed(statement, 4, act->incident_id, sizeof(act->incident_id));
    act->delivery = sqlite3_column_int64(statement, 5);
    act->channel = copy_text(statement, 6);
    act->reason = copy_text(statement, 7);
    copy_fixed(statement, 8, act->previous, sizeof(act->previous));
    copy_fixed(statement, 9, act->hash, sizeof(act->hash));
}

/* A log that is empty, and whose beginning was never cut, begins where the other does. */
static void
begin_as(struct store *store, const struct act *first, struct log_end *head)
{
    if (head->row == 0 && first->row > 1 &&
        strlen(first->previous) == SHA256_HEX_SIZE - 1) {
        head->row = first->row - 1;
        memcpy(head->hash, first->previous, sizeof(head->hash));
        log_anchor_set(store, head);
    }
}

static int64_t
carry_rows(struct store *store, sqlite3_stmt *statement, struct log_end *head)
{
    int64_t n = 0;
    bool fits = true;

    while (fits && sqlite3_step(statement) == SQLITE_ROW) {
        struct act act = { 0 };

        read_foreign(statement, &act);
        begin_as(store, &act, head);
        fits = is_next(&act, head);
        if (fits) {
            log_insert(store, &act);
            head->row = act.row;
            memcpy(head->hash, act.hash, sizeof(head->hash));
            n++;
        }
        act_clear(&act);
    }
    return n;
}

int64_t
log_carry(struct store *store, const char *file)
{
    sqlite3 *connection = restore_open_to_read(file);
    sqlite3_stmt *statement = NULL;
    struct log_end head;
    int64_t n = 0;

    store_log_head(store, &head);
    if (sqlite3_prepare_v2(
            connection, "SELECT " LOG_COLUMNS " FROM log WHERE row > ?1 ORDER BY row",
            -1, &statement, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_int64(statement, 1, head.row);
        n = carry_rows(store, statement, &head);
    }
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return n;
}

/* --- Of an earlier version -------------------------------------------------------- */

static const char of_action[] =
    "SELECT a.at_ms, a.uid, a.action, CASE WHEN a.incident IS NULL THEN NULL ELSE"
    " 'i_' || (SELECT value FROM meta WHERE name = 'instance') || '_' || a.incident END,"
    " coalesce(a.outbound, 0), a.channel, a.reason FROM action a ORDER BY a.row";
static const char into_log[] = "INSERT INTO log (" LOG_COLUMNS ") VALUES (?1, ?2, ?3,"
                               " ?4, nullif(?5, ''), nullif(?6, 0), ?7, ?8, ?9, ?10)";

static void
read_action(sqlite3_stmt *statement, struct act *act)
{
    act->at_ms = sqlite3_column_int64(statement, 0);
    act->uid = sqlite3_column_int64(statement, 1);
    act->action = copy_text(statement, 2);
    copy_fixed(statement, 3, act->incident_id, sizeof(act->incident_id));
    act->delivery = sqlite3_column_int64(statement, 4);
    act->channel = copy_text(statement, 5);
    act->reason = copy_text(statement, 6);
}

static bool
write_act(sqlite3_stmt *statement, const struct act *act)
{
    const char *const texts[] = {
        [3] = act->action, [4] = act->incident_id, [6] = act->channel,
        [7] = act->reason, [8] = act->previous,    [9] = act->hash
    };

    sqlite3_bind_int64(statement, 1, act->row);
    sqlite3_bind_int64(statement, 2, act->at_ms);
    sqlite3_bind_int64(statement, 3, act->uid);
    sqlite3_bind_int64(statement, 6, act->delivery);
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (i >= 3 && i != 5) {
            sqlite3_bind_text(statement, (int)i + 1, texts[i], -1, SQLITE_TRANSIENT);
        }
    }
    if (sqlite3_step(statement) != SQLITE_DONE) {
        return false;
    }
    return sqlite3_reset(statement) == SQLITE_OK;
}

bool
log_take_over(struct store *store)
{
    sqlite3_stmt *from = NULL;
    sqlite3_stmt *into = NULL;
    struct log_end head = { 0, ACT_NO_PREVIOUS };
    int code = sqlite3_prepare_v2(store->connection, of_action, -1, &from, NULL);
    bool done = code == SQLITE_OK && sqlite3_prepare_v2(store->connection, into_log, -1,
                                                        &into, NULL) == SQLITE_OK;

    while (done && (code = sqlite3_step(from)) == SQLITE_ROW) {
        struct act act = { .row = ++head.row };

        read_action(from, &act);
        memcpy(act.previous, head.hash, sizeof(act.previous));
        act_hash(&act, act.hash);
        memcpy(head.hash, act.hash, sizeof(head.hash));
        done = write_act(into, &act);
        act_clear(&act);
    }
    done = done && code == SQLITE_DONE;
    sqlite3_finalize(from);
    sqlite3_finalize(into);
    return done && database_execute(store, "DROP TABLE action");
}
