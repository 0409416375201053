/* SPDX-License-Identifier: EUPL-1.2 */
/* Spool files that were taken, and those whose parsing the process died of. */
#include "base/memory.h"
#include "store/database.h"
#include "store/incidents.h"
#include "store/tables.h"

enum {
    FILE_KNOWN,
    FILE_ADD,
    FILE_DEATHS,
    FILE_DIED,
    FILE_SURVIVED
};

static const char *const sql[] = {
    [FILE_KNOWN] = "SELECT 1 FROM file_taken "
                   "WHERE source = ?1 AND name = ?2 AND sha256 = ?3",
    [FILE_ADD] = "INSERT INTO file_taken (source, name, sha256, taken_at_ms) "
                 "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [FILE_DEATHS] = "SELECT deaths FROM file_attempt WHERE source = ?1 AND name = ?2",
    [FILE_DIED] = "INSERT INTO file_attempt (source, name, deaths) VALUES (?1, ?2, 1) "
                  "ON CONFLICT (source, name) DO UPDATE SET deaths = deaths + 1",
    [FILE_SURVIVED] = "DELETE FROM file_attempt WHERE source = ?1 AND name = ?2",
};

const struct statement_table files_statements = { STATEMENTS_FILES, sql,
                                                  ARRAY_COUNT(sql) };

bool
store_file_known(struct store *store, const char *source, const char *name,
                 const char *sha256)
{
    return statement_integer(store, &files_statements, FILE_KNOWN, 0,
                             VALUES(text(source), text(name), text(sha256))) != 0;
}

void
store_file_add(struct store *store, const char *source, const char *name,
               const char *sha256, int64_t now_ms)
{
    statement_run(store, &files_statements, FILE_ADD,
                  VALUES(text(source), text(name), text(sha256), moment(now_ms)));
}

int64_t
store_file_deaths(struct store *store, const char *source, const char *name)
{
    return statement_integer(store, &files_statements, FILE_DEATHS, 0,
                             VALUES(text(source), text(name)));
}

void
store_file_died(struct store *store, const char *source, const char *name)
{
    statement_run(store, &files_statements, FILE_DIED,
                  VALUES(text(source), text(name)));
}

void
store_file_survived(struct store *store, const char *source, const char *name)
{
    statement_run(store, &files_statements, FILE_SURVIVED,
                  VALUES(text(source), text(name)));
}
