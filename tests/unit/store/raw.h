/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The file of a store from outside: changed, asked and damaged by means that the store
 * does not have. The store is closed meanwhile.
 */
#ifndef BUDKAVLE_TESTS_STORE_RAW_H
#define BUDKAVLE_TESTS_STORE_RAW_H

#include "fixture.h"

#include "base/digest.h"

#include <fcntl.h>
#include <glob.h>
#include <sqlite3.h>
#include <sys/stat.h>

static inline void
raw_close(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

/* The way a crash leaves it: with a WAL. */
static inline void
raw_digest(const char *path, char out[SHA256_HEX_SIZE])
{
    FILE *file = fopen(path, "re");
    struct sha256 *digest = sha256_new();
    char block[4096];
    size_t n;

    assert_non_null(file);
    while ((n = fread(block, 1, sizeof(block), file)) > 0) {
        sha256_add(digest, block, n);
    }
    sha256_finish(digest, out);
    fclose(file);
}

static inline void
raw_execute(const char *path, const char *sql)
{
    sqlite3 *connection;

    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    if (sqlite3_exec(connection, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sqlite3_errmsg(connection), sql);
    }
    assert_int_equal(sqlite3_close(connection), SQLITE_OK);
}

static inline int64_t
raw_query(const char *path, const char *sql)
{
    sqlite3_stmt *statement;
    sqlite3 *connection;
    int64_t value;

    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    if (sqlite3_prepare_v2(connection, sql, -1, &statement, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sqlite3_errmsg(connection), sql);
    }
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return value;
}

/* Noise over the root page of the first table, the header left as it is. */
static inline void
raw_damage(const char *path)
{
    char noise[4096];
    int file = open(path, O_WRONLY | O_CLOEXEC);

    memset(noise, 0xa5, sizeof(noise));
    assert_int_equal(pwrite(file, noise, sizeof(noise), 4096), (ssize_t)sizeof(noise));
    close(file);
}

/* The only file of the folder whose name matches; the caller frees. NULL for none. */
static inline char *
raw_find(const struct fixture *fixture, const char *pattern)
{
    char *whole = string_format("%s/%s", fixture->folder, pattern);
    glob_t found = { 0 };
    char *name = NULL;

    if (glob(whole, 0, NULL, &found) == 0) {
        assert_int_equal(found.gl_pathc, 1);
        name = string_copy(found.gl_pathv[0]);
    }
    globfree(&found);
    free(whole);
    return name;
}

/* An event of incident "A1", received at T0 + n seconds; its number of receipt. */
static inline int64_t
add_event(struct store *store, int64_t incident, int n)
{
    char source[] = "s";
    char body[] = "{\"a\":1}";
    char number[] = "A1";
    struct event event = { .source = source,
                           .incident = number,
                           .body = body,
                           .at_ms = T0 + n * SECONDS_MS,
                           .received_at_ms = T0 + n * SECONDS_MS };
    int64_t receipt;

    event.event_id = string_format("e%d", n);
    (void)snprintf(event.digest, sizeof(event.digest), "%064d", n);
    receipt = store_event_add(store, &event, incident);
    free(event.event_id);
    return receipt;
}

#endif
