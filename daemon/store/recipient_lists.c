/* SPDX-License-Identifier: EUPL-1.2 */
/* Distribution lists: versions of a file of addresses. */
#include "store/recipient_lists.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/left.h"
#include "store/outbound.h"
#include "store/tables.h"

enum {
    LIST_FIND,
    LIST_CURRENT,
    LIST_DROP_UNFINISHED_ADDRESSES,
    LIST_DROP_UNFINISHED,
    LIST_BEGIN,
    LIST_ADD,
    LIST_FINISH,
    LIST_DROP_SUPERSEDED_ADDRESSES,
    LIST_DROP_SUPERSEDED,
    LIST_SIZE,
    LIST_CHANNEL
};

#define NEWEST_COMPLETE                                                                \
    "(SELECT max(row) FROM recipient_list WHERE channel = ?1 AND complete = 1)"
#define UNFINISHED_LISTS                                                               \
    "(SELECT row FROM recipient_list WHERE channel = ?1 AND complete = 0)"
/* Older lists of the channel of list ?1, but for those a message is yet to go to. */
#define SUPERSEDED_LISTS                                                               \
    "(SELECT l.row FROM recipient_list l WHERE l.row <> ?1 AND l.complete = 1"         \
    " AND l.channel = (SELECT channel FROM recipient_list WHERE row = ?1)"             \
    " AND l.row NOT IN (SELECT list FROM outbound WHERE list <> 0 AND state <= 1))"

static const char *const sql[] = {
    [LIST_FIND] = "SELECT row FROM recipient_list WHERE row = " NEWEST_COMPLETE
                  " AND sha256 = ?2",
    [LIST_CURRENT] = "SELECT " NEWEST_COMPLETE,
    [LIST_DROP_UNFINISHED_ADDRESSES] =
        "DELETE FROM recipient WHERE list IN " UNFINISHED_LISTS,
    [LIST_DROP_UNFINISHED] =
        "DELETE FROM recipient_list WHERE channel = ?1 AND complete = 0",
    [LIST_BEGIN] =
        "INSERT INTO recipient_list (channel, sha256, complete, size, created_at_ms)"
        " VALUES (?1, ?2, 0, 0, ?3)",
    [LIST_ADD] = "INSERT INTO recipient (list, address) VALUES (?1, ?2)"
                 " ON CONFLICT DO NOTHING",
    [LIST_FINISH] = "UPDATE recipient_list SET complete = 1, size ="
                    " (SELECT count(*) FROM recipient WHERE list = ?1) WHERE row = ?1",
    [LIST_DROP_SUPERSEDED_ADDRESSES] =
        "DELETE FROM recipient WHERE list IN " SUPERSEDED_LISTS,
    [LIST_DROP_SUPERSEDED] =
        "DELETE FROM recipient_list WHERE row IN " SUPERSEDED_LISTS,
    [LIST_SIZE] = "SELECT CASE WHEN complete = 1 THEN size ELSE"
                  " (SELECT count(*) FROM recipient WHERE list = ?1) END"
                  " FROM recipient_list WHERE row = ?1",
    [LIST_CHANNEL] = "SELECT channel FROM recipient_list WHERE row = ?1",
};

const struct statement_table recipient_lists_statements = { STATEMENTS_RECIPIENT_LISTS,
                                                            sql, ARRAY_COUNT(sql) };

int64_t
store_list_find(struct store *store, const char *channel, const char *sha256)
{
    return statement_integer(
        store, &recipient_lists_statements, LIST_FIND, 0,
        VALUES(integer(channel_number(store, channel)), text(sha256)));
}

int64_t
list_current(struct store *store, int64_t channel)
{
    return statement_integer(store, &recipient_lists_statements, LIST_CURRENT, 0,
                             VALUES(integer(channel)));
}

int64_t
store_list_current(struct store *store, const char *channel)
{
    return list_current(store, channel_number(store, channel));
}

int64_t
store_list_begin(struct store *store, const char *channel, const char *sha256,
                 int64_t now_ms)
{
    int64_t number = channel_number_new(store, channel);

    statement_run(store, &recipient_lists_statements, LIST_DROP_UNFINISHED_ADDRESSES,
                  VALUES(integer(number)));
    statement_run(store, &recipient_lists_statements, LIST_DROP_UNFINISHED,
                  VALUES(integer(number)));
    statement_run(store, &recipient_lists_statements, LIST_BEGIN,
                  VALUES(integer(number), text(sha256), moment(now_ms)));
    return store->failed ? 0 : sqlite3_last_insert_rowid(store->connection);
}

void
store_list_add(struct store *store, int64_t list, const char *address)
{
    statement_run(store, &recipient_lists_statements, LIST_ADD,
                  VALUES(integer(list), text(address)));
}

void
store_list_finish(struct store *store, int64_t list)
{
    statement_run(store, &recipient_lists_statements, LIST_FINISH,
                  VALUES(integer(list)));
    statement_run(store, &recipient_lists_statements, LIST_DROP_SUPERSEDED_ADDRESSES,
                  VALUES(integer(list)));
    statement_run(store, &recipient_lists_statements, LIST_DROP_SUPERSEDED,
                  VALUES(integer(list)));
    left_forget(store,
                statement_integer(store, &recipient_lists_statements, LIST_CHANNEL, 0,
                                  VALUES(integer(list))),
                list);
}

int64_t
store_list_size(struct store *store, int64_t list)
{
    return statement_integer(store, &recipient_lists_statements, LIST_SIZE, 0,
                             VALUES(integer(list)));
}
