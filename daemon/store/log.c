/* SPDX-License-Identifier: EUPL-1.2 */
/* The chain of the audit log: its end, its beginning, and what is added. */
#include "store/log.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/incidents.h"
#include "store/log_columns.h"
#include "store/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HEAD,
    ADD,
    LIST,
    LIST_INCIDENT,
    INCIDENT_OF,
    CUT_END,
    HASH_OF,
    CUT
};

/* The oldest rows of before ?1, up to the first that is not: ?2 are looked at. */
#define OLDEST "(SELECT row, at_ms FROM log WHERE row > 0 ORDER BY row LIMIT ?2)"

static const char *const sql[] = {
    [HEAD] = "SELECT row, hash FROM log WHERE row > 0 ORDER BY row DESC LIMIT 1",
    [ADD] = "INSERT INTO log (" LOG_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
            " ?9, ?10)",
    [LIST] = "SELECT " LOG_COLUMNS " FROM log WHERE row > ?1 ORDER BY row LIMIT ?2",
    [LIST_INCIDENT] = "SELECT " LOG_COLUMNS " FROM log WHERE row > ?1 AND incident = ?3"
                      " ORDER BY row LIMIT ?2",
    [INCIDENT_OF] = "SELECT incident FROM outbound WHERE row = ?1",
    [CUT_END] = "SELECT max(row) FROM " OLDEST " WHERE row < coalesce((SELECT min(row)"
                " FROM " OLDEST " WHERE at_ms >= ?1), 9223372036854775807)",
    [HASH_OF] = "SELECT row, hash FROM log WHERE row = ?1",
    [CUT] = "DELETE FROM log WHERE row <= ?1",
};

const struct statement_table log_statements = { STATEMENTS_LOG, sql, ARRAY_COUNT(sql) };

static const char anchor_note[] = "log_anchor";

/* --- Both ends -------------------------------------------------------------------- */

static bool
read_end(struct store *store, sqlite3_stmt *statement, struct log_end *end)
{
    if (!statement_step(store, statement)) {
        return false;
    }
    end->row = column_integer(statement, 0);
    (void)snprintf(end->hash, sizeof(end->hash), "%s", column_text_set(statement, 1));
    statement_end(statement);
    return true;
}

void
store_log_anchor(struct store *store, struct log_end *anchor)
{
    char *note = store_note_find(store, anchor_note);
    char *hash = NULL;

    *anchor = (struct log_end){ 0, ACT_NO_PREVIOUS };
    if (note != NULL) {
        int64_t row = strtoll(note, &hash, 10);

        if (*hash == ' ' && strlen(hash + 1) == SHA256_HEX_SIZE - 1) {
            anchor->row = row;
            memcpy(anchor->hash, hash + 1, SHA256_HEX_SIZE);
        }
    }
    free(note);
}

void
log_anchor_set(struct store *store, const struct log_end *anchor)
{
    char *note = string_format("%lld %s", (long long)anchor->row, anchor->hash);

    store_note_save(store, anchor_note, note);
    free(note);
}

void
store_log_head(struct store *store, struct log_end *head)
{
    if (!read_end(store, statement_start(store, &log_statements, HEAD, NO_VALUES),
                  head)) {
        store_log_anchor(store, head);
    }
}

/* --- Adding ----------------------------------------------------------------------- */

void
log_insert(struct store *store, const struct act *act)
{
    statement_run(store, &log_statements, ADD,
                  VALUES(integer(act->row), moment(act->at_ms), integer(act->uid),
                         text(act->action),
                         text(act->incident_id[0] ? act->incident_id : NULL),
                         reference(act->delivery), text(act->channel),
                         text(act->reason), text(act->previous), text(act->hash)));
}

void
store_log_add(struct store *store, struct act *act)
{
    struct log_end head;

    store_log_head(store, &head);
    act->row = head.row + 1;
    memcpy(act->previous, head.hash, sizeof(act->previous));
    act_hash(act, act->hash);
    log_insert(store, act);
}

void
store_action_add(struct store *store, int64_t at_ms, int64_t uid, const char *action,
                 int64_t incident_row, int64_t delivery_row, const char *channel,
                 const char *reason)
{
    struct act act = { .at_ms = at_ms,
                       .uid = uid,
                       .action = string_copy(action),
                       .delivery = delivery_row,
                       .channel = string_copy(channel),
                       .reason = string_copy(reason) };
    int64_t incident = incident_row;

    /* What is done to a delivery is done to its incident. */
    if (incident == 0 && delivery_row != 0) {
        incident = statement_integer(store, &log_statements, INCIDENT_OF, 0,
                                     VALUES(integer(delivery_row)));
    }
    if (incident != 0) {
        public_id_format(store, 'i', incident, act.incident_id,
                         sizeof(act.incident_id));
    }
    store_log_add(store, &act);
    act_clear(&act);
}

/* --- Reading ---------------------------------------------------------------------- */

static void
read_fixed(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const char *value = column_text(statement, column);

    (void)snprintf(out, size, "%s", value == NULL ? "" : value);
}

void
log_read(sqlite3_stmt *statement, struct act *act)
{
    act->row = column_integer(statement, 0);
    act->at_ms = column_moment(statement, 1, 0);
    act->uid = column_integer(statement, 2);
    act->action = column_text_set_copy(statement, 3);
    read_fixed(statement, 4, act->incident_id, sizeof(act->incident_id));
    act->delivery = column_integer(statement, 5);
    act->channel = column_text_copy(statement, 6);
    act->reason = column_text_copy(statement, 7);
    read_fixed(statement, 8, act->previous, sizeof(act->previous));
    read_fixed(statement, 9, act->hash, sizeof(act->hash));
}

void
store_log_list(struct store *store, const struct log_filter *filter,
               bool (*each)(void *context, const struct act *act), void *context)
{
    sqlite3_stmt *statement = statement_start(
        store, &log_statements, filter->incident_id == NULL ? LIST : LIST_INCIDENT,
        VALUES(integer(filter->after), integer(filter->limit),
               text(filter->incident_id)));
    bool more = true;

    while (more && statement_step(store, statement)) {
        struct act act = { 0 };

        log_read(statement, &act);
        more = each(context, &act);
        act_clear(&act);
    }
    if (!more) {
        statement_end(statement);
    }
}

/* --- Cutting ---------------------------------------------------------------------- */

bool
store_log_cut(struct store *store, int64_t before_ms, int64_t max_rows)
{
    struct log_end last;
    int64_t row = statement_integer(store, &log_statements, CUT_END, 0,
                                    VALUES(integer(before_ms), integer(max_rows)));

    if (row == 0 || !read_end(store,
                              statement_start(store, &log_statements, HASH_OF,
                                              VALUES(integer(row))),
                              &last)) {
        return false;
    }
    log_anchor_set(store, &last);
    return statement_run(store, &log_statements, CUT, VALUES(integer(row))) > 0;
}
