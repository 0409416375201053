/* SPDX-License-Identifier: EUPL-1.2 */
/* Spool files that were taken, and those that were being parsed when the process died. */
#include "base/memory.h"
#include "store/database.h"
#include "store/incidents.h"
#include "store/tables.h"

enum {
    FILE_KNOWN,
    FILE_ADD,
    ATTEMPT_ADD,
    ATTEMPT_DONE,
    ATTEMPT_POSTPONE,
    ATTEMPTS_RECOVER,
    ATTEMPT_DEATHS
};

static const char *const sql[] = {
    [FILE_KNOWN] = "SELECT 1 FROM file_taken "
                   "WHERE source = ?1 AND name = ?2 AND sha256 = ?3",
    [FILE_ADD] = "INSERT INTO file_taken (source, name, sha256, taken_at_ms) "
                 "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [ATTEMPT_ADD] = "INSERT INTO file_attempt (source, name, running, deaths) "
                    "VALUES (?1, ?2, 1, 0) "
                    "ON CONFLICT (source, name) DO UPDATE SET running = 1",
    [ATTEMPT_DONE] = "DELETE FROM file_attempt WHERE source = ?1 AND name = ?2",
    [ATTEMPT_POSTPONE] = "UPDATE file_attempt SET running = 0 "
                         "WHERE source = ?1 AND name = ?2",
    [ATTEMPTS_RECOVER] = "UPDATE file_attempt SET running = 0, deaths = deaths + 1 "
                         "WHERE running = 1",
    [ATTEMPT_DEATHS] =
        "SELECT deaths FROM file_attempt WHERE source = ?1 AND name = ?2",
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

void
store_attempt_add(struct store *store, const char *source, const char *name)
{
    statement_run(store, &files_statements, ATTEMPT_ADD,
                  VALUES(text(source), text(name)));
}

void
store_attempt_done(struct store *store, const char *source, const char *name)
{
    statement_run(store, &files_statements, ATTEMPT_DONE,
                  VALUES(text(source), text(name)));
}

void
store_attempt_postpone(struct store *store, const char *source, const char *name)
{
    statement_run(store, &files_statements, ATTEMPT_POSTPONE,
                  VALUES(text(source), text(name)));
}

void
store_attempts_recover(struct store *store)
{
    statement_run(store, &files_statements, ATTEMPTS_RECOVER, NO_VALUES);
}

int64_t
store_attempt_deaths(struct store *store, const char *source, const char *name)
{
    return statement_integer(store, &files_statements, ATTEMPT_DEATHS, 0,
                             VALUES(text(source), text(name)));
}
