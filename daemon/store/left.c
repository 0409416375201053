/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients who left. */
#include "store/left.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/incidents.h"
#include "store/restore_parts.h"
#include "store/row_floor.h"
#include "store/tables.h"
#include "store/tally.h"

#include <stdlib.h>

#define TALLY_LEFT "left"
#define FLOOR_OF_LEFT "recipient_left"

enum {
    ADD,
    AGREE,
    FIND,
    LIST,
    REMOVE,
    RAISE_FLOOR,
    FLOOR_OF_ABSENT,
    FORGET,
    TALLY_ADD,
    TALLY_READ,
    NOT_TRIED
};

#define LEFT_COLUMNS "row, recipient, since_ms, reason, detail"
/* ?1 channel, ?2 list. */
#define ABSENT                                                                         \
    "recipient_left WHERE channel = ?1 AND reason = 0 AND NOT EXISTS (SELECT 1"        \
    " FROM recipient r WHERE r.list = ?2 AND r.address = recipient_left.recipient)"

static const char *const sql[] = {
    [ADD] =
        "INSERT INTO recipient_left (row, channel, recipient, since_ms, reason, detail)"
        " VALUES (" NEXT_ROW(FLOOR_OF_LEFT, "row") ", ?1, ?2, ?3, ?4, ?5)",
    [AGREE] = "UPDATE recipient_left SET reason = ?2, since_ms = ?3, detail = ?4"
              " WHERE row = ?1",
    [FIND] = "SELECT " LEFT_COLUMNS
             " FROM recipient_left WHERE channel = ?1 AND recipient = ?2",
    [LIST] = "SELECT " LEFT_COLUMNS " FROM recipient_left WHERE channel = ?1"
             " AND row > ?2 ORDER BY row LIMIT ?3",
    [REMOVE] = "DELETE FROM recipient_left WHERE row = ?1",
    [RAISE_FLOOR] = ROW_FLOOR_RAISE_SQL,
    [FLOOR_OF_ABSENT] = "SELECT max(row) FROM " ABSENT,
    [FORGET] = "DELETE FROM " ABSENT,
    [TALLY_ADD] = TALLY_ADD_SQL,
    [TALLY_READ] = "SELECT n FROM tally WHERE kind = ?1 AND key = ?2",
    [NOT_TRIED] = "UPDATE outbound SET attempts = max(attempts - 1, 0) WHERE row = ?1",
};
_Static_assert(LEFT_GONE == 0, "a statement names it");

const struct statement_table left_statements = { STATEMENTS_LEFT, sql,
                                                 ARRAY_COUNT(sql) };

void
left_clear(struct left *left)
{
    free(left->recipient);
    free(left->detail);
    *left = (struct left){ 0 };
}

static void
read_left(sqlite3_stmt *statement, struct left *left)
{
    left->number = column_integer(statement, 0);
    left->recipient = column_text_set_copy(statement, 1);
    left->since_ms = column_moment(statement, 2, TIME_NONE);
    left->reason =
        (enum left_reason)column_choice(statement, 3, LEFT_GONE, LEFT_REASON_COUNT);
    left->detail = column_text_copy(statement, 4);
}

static bool
find(struct store *store, int64_t channel, const char *recipient, struct left *left)
{
    sqlite3_stmt *statement;

    left_clear(left);
    if (channel == 0) {
        return false;
    }
    statement = statement_start(store, &left_statements, FIND,
                                VALUES(integer(channel), text(recipient)));
    if (!statement_step(store, statement)) {
        return false;
    }
    read_left(statement, left);
    statement_end(statement);
    return true;
}

static void
count(struct store *store, int64_t channel, int64_t change)
{
    if (change != 0) {
        statement_run(store, &left_statements, TALLY_ADD,
                      VALUES(text(TALLY_LEFT), integer(channel), integer(change)));
    }
}

/* The audit log has the number, never the address. */
static void
note_act(struct store *store, const char *action, const char *channel, int64_t number,
         const char *why, int64_t uid, int64_t now_ms)
{
    char *about = string_format("recipient %lld%s%s", (long long)number,
                                why == NULL ? "" : ": ", why == NULL ? "" : why);

    store_action_add(store, now_ms, uid, action, 0, 0, channel, about);
    free(about);
}

/* --- Leaving, and coming back ----------------------------------------------------- */

static int64_t
insert(struct store *store, int64_t channel, const struct left *left)
{
    statement_run(store, &left_statements, ADD,
                  VALUES(integer(channel), text(left->recipient),
                         moment(left->since_ms), integer((int64_t)left->reason),
                         text(left->detail)));
    if (store->failed) {
        return 0;
    }
    count(store, channel, 1);
    return sqlite3_last_insert_rowid(store->connection);
}

/* The number; *is_news is left alone when nothing changed. */
static int64_t
add(struct store *store, int64_t channel, const struct left *left, bool *is_news)
{
    struct left known = { 0 };
    int64_t number;

    if (!find(store, channel, left->recipient, &known)) {
        *is_news = true;
        return insert(store, channel, left);
    }
    number = known.number;
    if (known.reason == LEFT_GONE && left->reason == LEFT_UNSUBSCRIBED) {
        *is_news = true;
        statement_run(store, &left_statements, AGREE,
                      VALUES(integer(number), integer((int64_t)left->reason),
                             moment(left->since_ms), text(left->detail)));
    }
    left_clear(&known);
    return number;
}

int64_t
store_left_add(struct store *store, const struct departure *departure, int64_t now_ms)
{
    struct left left = { .recipient = string_copy(departure->recipient),
                         .since_ms = now_ms,
                         .reason = departure->reason,
                         .detail = string_copy(departure->detail) };
    bool is_news = false;
    int64_t number =
        add(store, channel_number_new(store, departure->channel), &left, &is_news);

    if (is_news && departure->uid != ACT_BY_DAEMON) {
        note_act(store, "left", departure->channel, number,
                 name_of(&left_reason_names, (int)departure->reason), departure->uid,
                 now_ms);
    }
    left_clear(&left);
    return number;
}

static void
remember_floor(struct store *store, int64_t number)
{
    if (number > 0) {
        statement_run(store, &left_statements, RAISE_FLOOR,
                      VALUES(text(FLOOR_OF_LEFT), integer(number)));
    }
}

bool
store_left_take_back(struct store *store, const char *channel, const char *recipient,
                     const char *reason, int64_t uid, int64_t now_ms)
{
    int64_t key = channel_number(store, channel);
    struct left left = { 0 };

    if (!find(store, key, recipient, &left)) {
        return false;
    }
    remember_floor(store, left.number);
    statement_run(store, &left_statements, REMOVE, VALUES(integer(left.number)));
    count(store, key, -1);
    note_act(store, "take-back", channel, left.number, reason, uid, now_ms);
    left_clear(&left);
    return true;
}

void
left_forget(struct store *store, int64_t channel, int64_t list)
{
    const struct value values[] = { integer(channel), integer(list) };

    remember_floor(store, statement_integer(store, &left_statements, FLOOR_OF_ABSENT, 0,
                                            values, ARRAY_COUNT(values)));
    count(store, channel,
          -statement_run(store, &left_statements, FORGET, values, ARRAY_COUNT(values)));
}

/* --- Reading ---------------------------------------------------------------------- */

bool
store_left_find(struct store *store, const char *channel, const char *recipient,
                struct left *left)
{
    return find(store, channel_number(store, channel), recipient, left);
}

void
store_left_list(struct store *store, const char *channel, int64_t after, int64_t limit,
                bool (*each)(void *context, const struct left *left), void *context)
{
    int64_t key = channel_number(store, channel);
    sqlite3_stmt *statement;
    bool more = true;

    if (key == 0) {
        return;
    }
    statement = statement_start(store, &left_statements, LIST,
                                VALUES(integer(key), integer(after), integer(limit)));
    while (more && statement_step(store, statement)) {
        struct left left = { 0 };

        read_left(statement, &left);
        more = each(context, &left);
        left_clear(&left);
    }
    if (!more) {
        statement_end(statement);
    }
}

int64_t
store_left_count(struct store *store, const char *channel)
{
    return statement_integer(
        store, &left_statements, TALLY_READ, 0,
        VALUES(text(TALLY_LEFT), integer(channel_number(store, channel))));
}

/* --- What waits for them ---------------------------------------------------------- */

enum delivery_state
left_state(enum left_reason reason)
{
    switch (reason) {
    case LEFT_GONE:
        return DELIVERY_UNDELIVERABLE;
    case LEFT_UNSUBSCRIBED:
    case LEFT_REASON_COUNT:
        break;
    }
    return DELIVERY_CANCELLED;
}

void
store_left_conclude(struct store *store, struct outbound_row *row_take,
                    const struct left *left, int64_t now_ms,
                    struct outbound_rows *concluded)
{
    enum delivery_state state = left_state(left->reason);
    char at[TIMESTAMP_SIZE];
    char *why = string_format("the recipient left (%s) at %s",
                              name_of(&left_reason_names, (int)left->reason),
                              timestamp_format_seconds(left->since_ms, at));

    store_outbound_conclude_covered(store, row_take->row, state, why, now_ms,
                                    concluded);
    statement_run(store, &left_statements, NOT_TRIED, VALUES(integer(row_take->row)));
    store_outbound_conclude(store, row_take->row, state, NULL, why, now_ms);
    row_take->state = state;
    row_take->attempts--;
    free(row_take->last_error);
    row_take->last_error = why;
    concluded->items =
        memory_grow(concluded->items, concluded->count, sizeof(*concluded->items));
    concluded->items[concluded->count++] = *row_take;
    *row_take = (struct outbound_row){ 0 };
}

/* --- Of another database ---------------------------------------------------------- */

static const char foreign_sql[] =
    "SELECT c.name, l.recipient, l.since_ms, l.detail FROM recipient_left l"
    " JOIN channel c ON c.row = l.channel WHERE l.reason = 1 ORDER BY l.row";
_Static_assert(LEFT_UNSUBSCRIBED == 1, "a statement names it");

/* A row of a file that may be damaged. */
static bool
carry_row(struct store *store, sqlite3_stmt *statement)
{
    const char *channel = (const char *)sqlite3_column_text(statement, 0);
    const char *recipient = (const char *)sqlite3_column_text(statement, 1);
    struct left left = { .since_ms = sqlite3_column_int64(statement, 2),
                         .reason = LEFT_UNSUBSCRIBED };
    bool is_news = false;

    if (channel != NULL && recipient != NULL && recipient[0] != '\0') {
        left.recipient = string_copy(recipient);
        left.detail = string_copy((const char *)sqlite3_column_text(statement, 3));
        add(store, channel_number_new(store, channel), &left, &is_news);
    }
    left_clear(&left);
    return is_news;
}

int64_t
left_carry(struct store *store, const char *file)
{
    sqlite3 *connection = restore_open_to_read(file);
    sqlite3_stmt *statement = NULL;
    int64_t n = 0;

    if (sqlite3_prepare_v2(connection, foreign_sql, -1, &statement, NULL) ==
        SQLITE_OK) {
        while (sqlite3_step(statement) == SQLITE_ROW) {
            n += carry_row(store, statement) ? 1 : 0;
        }
    }
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return n;
}
