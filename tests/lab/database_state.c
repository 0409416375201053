/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading a database whole. */
#include "database_state.h"

#include <stdio.h>
#include <string.h>

static sqlite3 *last_opened;

static int
on_opened(sqlite3 *connection, char **message, const struct sqlite3_api_routines *api)
{
    (void)message;
    (void)api;
    last_opened = connection;
    return SQLITE_OK;
}

void
database_watch(void)
{
    (void)sqlite3_auto_extension((void (*)(void))on_opened);
}

sqlite3 *
database_last_opened(void)
{
    return last_opened;
}

/* FNV-1a (RFC draft-eastlake-fnv). */
static void
mix(uint64_t *digest, const void *data, size_t len)
{
    const unsigned char *byte = data;

    for (size_t i = 0; i < len; i++) {
        *digest = (*digest ^ byte[i]) * UINT64_C(0x100000001b3);
    }
}

static bool
mix_rows(sqlite3 *connection, const char *table, uint64_t *digest)
{
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
    sqlite3_stmt *rows = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &rows, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW) {
        code = sqlite3_step(rows);
        for (int i = 0; code == SQLITE_ROW && i < sqlite3_column_count(rows); i++) {
            int type = sqlite3_column_type(rows, i);

            mix(digest, &type, sizeof(type));
            mix(digest, sqlite3_column_blob(rows, i),
                (size_t)sqlite3_column_bytes(rows, i));
        }
    }
    sqlite3_free(sql);
    return sqlite3_finalize(rows) == SQLITE_OK && code == SQLITE_DONE;
}

uint64_t
database_digest(sqlite3 *connection)
{
    static const char sql[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    sqlite3_stmt *tables = NULL;
    bool good = sqlite3_prepare_v2(connection, sql, -1, &tables, NULL) == SQLITE_OK;

    while (good && sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);

        mix(&digest, name, strlen(name));
        good = mix_rows(connection, name, &digest);
    }
    return sqlite3_finalize(tables) == SQLITE_OK && good ? digest : 0;
}

static int
on_finding(void *context, int n, char **values, char **names)
{
    char *finding = context;

    (void)n;
    (void)names;
    if (values[0] != NULL && finding[0] == '\0') {
        (void)snprintf(finding, 200, "%s", values[0]);
    }
    return 0;
}

bool
database_is_whole(const char *path, uint64_t *digest, char *why, size_t size)
{
    sqlite3 *connection = NULL;
    char finding[200] = "";
    int code = sqlite3_open_v2(path, &connection, SQLITE_OPEN_READWRITE, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_exec(connection,
                            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA integrity_check",
                            NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_exec(connection, "PRAGMA integrity_check", on_finding, finding,
                            NULL);
    }
    *digest = code == SQLITE_OK ? database_digest(connection) : 0;
    (void)snprintf(why, size, "%s: %s", path,
                   code == SQLITE_OK ? finding : sqlite3_errmsg(connection));
    sqlite3_close(connection);
    return code == SQLITE_OK && strcmp(finding, "ok") == 0;
}
