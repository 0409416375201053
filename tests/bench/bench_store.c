/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How fast the store expands a list and claims from it, beside bare SQLite doing the
 * least that would do, in the same run on the same disk. Only the ratios mean anything.
 *
 *   bench_store FOLDER [ROWS]
 */
#include "base/memory.h"
#include "base/timestamp.h"
#include "store/incidents.h"
#include "store/outbound.h"
#include "store/store.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    BATCH = 2000,
    PICK = 64,
    PICKS = 500
};
#define NOW INT64_C(1700000000000)

static double
seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
commit(struct store *store)
{
    struct error error = { 0 };

    if (store_commit(store, &error) != STATUS_OK) {
        fatal("%s", error.text);
    }
}

static void
remove_database(const char *path)
{
    static const char *const ends[] = { "", "-wal", "-journal" };

    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        char *name = string_format("%s%s", path, ends[i]);

        (void)unlink(name);
        free(name);
    }
}

static int64_t
load_list(struct store *store, int n)
{
    int64_t list = store_list_begin(store, "sms", "digest", NOW);
    char address[32];

    for (int i = 0; i < n; i++) {
        (void)snprintf(address, sizeof(address), "+4670%07d", i);
        store_list_add(store, list, address);
        if (i % BATCH == BATCH - 1) {
            commit(store);
        }
    }
    store_list_finish(store, list);
    commit(store);
    return list;
}

static int64_t
add_list_row(struct store *store, int64_t list)
{
    char source[] = "bench";
    char number[] = "1";
    char record[] = "{}";
    char channel[] = "sms";
    struct incident_row incident = { .source = source,
                                     .incident = number,
                                     .record = record,
                                     .exists = true,
                                     .next_check_ms = TIME_NEVER };
    struct message_row message = { .sequence = 1, .record = record };
    struct outbound_row row = { .sequence = 1,
                                .channel = channel,
                                .list = list,
                                .state = DELIVERY_PENDING,
                                .created_at_ms = NOW,
                                .due_at_ms = NOW };

    store_incident_save(store, &incident);
    message.incident_row = incident.row;
    store_message_add(store, &message);
    row.message_row = message.row;
    row.incident_row = incident.row;
    row.priority = PRIORITY_URGENT;
    store_outbound_add(store, &row);
    commit(store);
    return row.row;
}

static double
expand(struct store *store, int64_t row, int n)
{
    double begun = seconds();
    bool more = true;

    while (more) {
        more = store_expand(store, row, BATCH, NOW);
        commit(store);
    }
    return n / (seconds() - begun);
}

/* Claim and conclude in batches, as a turn does. */
static void
pick(struct store *store, int n)
{
    int picks = n / PICK < PICKS ? n / PICK : PICKS;
    double claiming = 0;
    double concluding = 0;

    for (int i = 0; i < picks; i++) {
        struct outbound_rows rows = { 0 };
        double begun = seconds();

        store_outbound_claim(store, "sms", PRIORITY_URGENT, "bench", NOW, NOW, 1000,
                             PICK, &rows);
        commit(store);
        claiming += seconds() - begun;
        begun = seconds();
        for (size_t j = 0; j < rows.count; j++) {
            store_outbound_conclude(store, rows.items[j].row, DELIVERY_DELIVERED, "id",
                                    NULL, NOW);
        }
        commit(store);
        concluding += seconds() - begun;
        outbound_rows_clear(&rows);
    }
    printf("  claims of %d rows, committed: %8.0f/s (%.0f rows/s)\n", PICK,
           picks / claiming, picks * PICK / claiming);
    printf("  outcomes in batches of %d, committed: %8.0f rows/s\n", PICK,
           picks * PICK / concluding);
}

static void
run(sqlite3 *connection, const char *sql)
{
    if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fatal("bench: %s: %s", sqlite3_errmsg(connection), sql);
    }
}

/* The queue table of docs: a due index and a unique one, nothing else. */
static double
bare_expand(const char *path, int n)
{
    sqlite3_stmt *statement;
    sqlite3 *connection;
    char *fill;
    double begun;

    remove_database(path);
    if (sqlite3_open(path, &connection) != SQLITE_OK) {
        fatal("bench: cannot open %s", path);
    }
    run(connection,
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
        "CREATE TABLE person (number INTEGER PRIMARY KEY, address TEXT);"
        "CREATE TABLE queue (row INTEGER PRIMARY KEY, message INTEGER, address TEXT,"
        " channel INTEGER, state INTEGER, priority INTEGER, due_at_ms INTEGER);"
        "CREATE INDEX due ON queue (priority, due_at_ms) WHERE state = 0;"
        "CREATE UNIQUE INDEX once ON queue (message, channel, address)");
    fill =
        string_format("INSERT INTO person WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL"
                      " SELECT i + 1 FROM n WHERE i < %d) SELECT i,"
                      " printf('+4670%%07d', i) FROM n",
                      n - 1);
    run(connection, fill);
    free(fill);
    (void)sqlite3_prepare_v2(connection,
                             "INSERT INTO queue (message, address, channel, state,"
                             " priority, due_at_ms) SELECT 1, address, 1, 0, 0,"
                             " 1700000000000 FROM person WHERE number >= ?1"
                             " AND number < ?1 + ?2 ORDER BY number",
                             -1, &statement, NULL);
    begun = seconds();
    for (int i = 0; i < n; i += BATCH) {
        sqlite3_bind_int(statement, 1, i);
        sqlite3_bind_int(statement, 2, BATCH);
        (void)sqlite3_step(statement);
        if (sqlite3_reset(statement) != SQLITE_OK) {
            fatal("bench: %s", sqlite3_errmsg(connection));
        }
    }
    begun = seconds() - begun;
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    remove_database(path);
    return n / begun;
}

static void
measure(const char *folder, int n)
{
    char *path = string_format("%s/bench-store.db", folder);
    char *bare_path = string_format("%s/bench-bare.db", folder);
    struct error error = { 0 };
    struct store *store;
    double begun;
    double rate;
    double bare;
    int64_t row;

    remove_database(path);
    if (store_open(path, NOW, &store, &error) != STATUS_OK) {
        fatal("%s", error.text);
    }
    printf("%d rows\n", n);
    begun = seconds();
    row = add_list_row(store, load_list(store, n));
    printf("  list loaded: %.0f addresses/s\n", n / (seconds() - begun));
    rate = expand(store, row, n);
    bare = bare_expand(bare_path, n);
    printf("  expansion: %.0f rows/s; bare INSERT…SELECT: %.0f rows/s; ratio %.2f\n",
           rate, bare, rate / bare);
    pick(store, n);
    store_close(store);
    begun = seconds();
    if (store_open(path, NOW, &store, &error) != STATUS_OK) {
        fatal("%s", error.text);
    }
    (void)store_outbound_next_due(store, "sms");
    (void)store_outbound_recover(store, NOW);
    (void)store_outbound_oldest(store, NULL, true);
    printf("  opened again, first questions answered: %.1f ms\n",
           (seconds() - begun) * 1000);
    store_close(store);
    remove_database(path);
    free(path);
    free(bare_path);
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "usage: bench_store FOLDER [ROWS]\n");
        return 64;
    }
    if (argc > 2) {
        measure(argv[1], (int)strtol(argv[2], NULL, 10));
        return 0;
    }
    measure(argv[1], 1000);
    measure(argv[1], 1000000);
    return 0;
}
