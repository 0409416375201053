/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening, refusing and upgrading: what the store promises of its file. */
#include "fixture.h"

#include "base/digest.h"
#include "store/database.h"
#include "store/filesystem.h"
#include "store/schema.h"

#include <fcntl.h>
#include <sys/stat.h>

static void
file_digest(const char *path, char out[SHA256_HEX_SIZE])
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

/* Changes the file by a connection of its own. */
static void
execute(const char *path, const char *sql)
{
    sqlite3 *connection;

    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_exec(connection, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(connection), SQLITE_OK);
}

static int64_t
query(const char *path, const char *sql)
{
    sqlite3_stmt *statement;
    sqlite3 *connection;
    int64_t value;

    assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(connection, sql, -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(connection);
    return value;
}

static void
close_store(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture->store = NULL;
}

static enum status
try_open(const struct fixture *fixture, struct error *error)
{
    struct store *store = NULL;
    enum status status = store_open(fixture->path, T0, &store, error);

    if (status != STATUS_OK) {
        assert_null(store);
        assert_non_null(strstr(error->text, fixture->path));
    }
    store_close(store);
    return status;
}

static void
test_file_is_private_and_marked(void **state)
{
    struct fixture *fixture = *state;
    char *wal = string_format("%s-wal", fixture->path);
    struct stat status;

    add_incident(fixture->store, "A1");
    commit(fixture->store);
    assert_int_equal(stat(fixture->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(wal, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    free(wal);
    close_store(fixture);
    assert_int_equal(query(fixture->path, "PRAGMA user_version"), STORE_SCHEMA_VERSION);
    assert_int_equal(query(fixture->path, "PRAGMA application_id"),
                     STORE_APPLICATION_ID);
}

static int64_t
pragma(struct store *store, const char *name)
{
    char *sql = string_format("PRAGMA %s", name);
    int64_t value = -1;

    assert_true(database_integer(store, sql, &value));
    free(sql);
    return value;
}

static void
test_settings_are_durable(void **state)
{
    struct fixture *fixture = *state;
    int defensive = 0;
    int keep_wal = 1;

    assert_int_equal(pragma(fixture->store, "synchronous"), 2);
    assert_int_equal(pragma(fixture->store, "foreign_keys"), 1);
    assert_int_equal(pragma(fixture->store, "trusted_schema"), 0);
    assert_int_equal(pragma(fixture->store, "cell_size_check"), 1);
    assert_int_equal(pragma(fixture->store, "journal_size_limit"), 8 * 1024 * 1024);
    sqlite3_db_config(fixture->store->connection, SQLITE_DBCONFIG_DEFENSIVE, -1,
                      &defensive);
    sqlite3_db_config(fixture->store->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1,
                      &keep_wal);
    assert_int_equal(defensive, 1);
    assert_int_equal(keep_wal, 0);
}

static void
test_second_open_is_busy_at_once(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };

    assert_int_equal(try_open(fixture, &error), STATUS_BUSY);
    add_incident(fixture->store, "A1");
    assert_int_equal(try_open(fixture, &error), STATUS_BUSY);
    commit(fixture->store);
    assert_int_equal(try_open(fixture, &error), STATUS_BUSY);
    close_store(fixture);
    assert_int_equal(try_open(fixture, &error), STATUS_OK);
}

static void
test_newer_schema_is_untouched(void **state)
{
    struct fixture *fixture = *state;
    char before[SHA256_HEX_SIZE];
    char after[SHA256_HEX_SIZE];
    struct error error = { 0 };

    add_incident(fixture->store, "A1");
    commit(fixture->store);
    close_store(fixture);
    execute(fixture->path, "PRAGMA user_version = 99");
    file_digest(fixture->path, before);
    assert_int_equal(try_open(fixture, &error), STATUS_CONFLICT);
    assert_non_null(strstr(error.text, "99"));
    file_digest(fixture->path, after);
    assert_string_equal(before, after);
}

/* The newer version crashed, and left a WAL that only it may move into the file. */
static void
test_newer_schema_with_wal_is_untouched(void **state)
{
    struct fixture *fixture = *state;
    char *wal = string_format("%s-wal", fixture->path);
    char before[2][SHA256_HEX_SIZE];
    char after[2][SHA256_HEX_SIZE];
    struct error error = { 0 };
    sqlite3 *connection;

    close_store(fixture);
    assert_int_equal(sqlite3_open(fixture->path, &connection), SQLITE_OK);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_exec(connection,
                                  "PRAGMA user_version = 98;"
                                  "CREATE TABLE of_a_later_version (x)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(connection);
    file_digest(fixture->path, before[0]);
    file_digest(wal, before[1]);
    assert_int_equal(try_open(fixture, &error), STATUS_CONFLICT);
    file_digest(fixture->path, after[0]);
    file_digest(wal, after[1]);
    assert_string_equal(before[0], after[0]);
    assert_string_equal(before[1], after[1]);
    free(wal);
}

static void
test_damaged_file_is_invalid_and_kept(void **state)
{
    struct fixture *fixture = *state;
    char before[SHA256_HEX_SIZE];
    char after[SHA256_HEX_SIZE];
    struct error error = { 0 };
    char noise[8192];
    int file;

    close_store(fixture);
    memset(noise, 0xa5, sizeof(noise));
    file = open(fixture->path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_int_equal(write(file, noise, sizeof(noise)), (ssize_t)sizeof(noise));
    close(file);
    file_digest(fixture->path, before);
    assert_int_equal(try_open(fixture, &error), STATUS_INVALID);
    file_digest(fixture->path, after);
    assert_string_equal(before, after);
}

static void
test_damaged_page_is_invalid(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };
    char noise[3000];
    int file;

    close_store(fixture);
    memset(noise, 0xa5, sizeof(noise));
    file = open(fixture->path, O_WRONLY | O_CLOEXEC);
    /* Behind the header: the table of tables itself. */
    assert_int_equal(pwrite(file, noise, sizeof(noise), 100), (ssize_t)sizeof(noise));
    close(file);
    assert_int_equal(try_open(fixture, &error), STATUS_INVALID);
}

static void
test_database_of_another_program_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };

    close_store(fixture);
    assert_int_equal(unlink(fixture->path), 0);
    execute(fixture->path, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (7)");
    assert_int_equal(try_open(fixture, &error), STATUS_INVALID);
    assert_int_equal(query(fixture->path, "SELECT x FROM theirs"), 7);
    assert_int_equal(query(fixture->path, "SELECT count(*) FROM sqlite_schema"), 1);
}

static void
test_missing_folder_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = NULL;
    struct error error = { 0 };
    char *path = string_format("%s/none/db", fixture->folder);

    assert_int_equal(store_open(path, T0, &store, &error), STATUS_IO);
    assert_null(store);
    free(path);
}

static void
test_network_file_systems_are_known(void **state)
{
    (void)state;
    assert_string_equal(filesystem_remote_name(0x6969), "NFS");
    assert_string_equal(filesystem_remote_name(0xff534d42), "CIFS");
    assert_string_equal(filesystem_remote_name(0xfe534d42), "SMB2");
    assert_string_equal(filesystem_remote_name(0x01021997), "9P");
    assert_string_equal(filesystem_remote_name(0x00c36400), "Ceph");
    assert_string_equal(filesystem_remote_name(0x5346414f), "AFS");
    /* The statfs number is signed on some machines. */
    assert_string_equal(filesystem_remote_name((unsigned long)(long)(int)0xff534d42),
                        "CIFS");
    assert_null(filesystem_remote_name(0xef53));     /* ext4 */
    assert_null(filesystem_remote_name(0x9123683e)); /* btrfs */
    assert_null(filesystem_remote_name(0x01021994)); /* tmpfs */
}

static void
test_upgrade_copies_before(void **state)
{
    struct fixture *fixture = *state;
    struct schema_step steps[] = {
        [STORE_SCHEMA_VERSION] = { .sql = { "ALTER TABLE note ADD COLUMN extra TEXT",
                                            "UPDATE note SET extra = 'upgraded'" } },
    };
    char *copy = string_format("%s.v%d", fixture->path, STORE_SCHEMA_VERSION);
    struct error error = { 0 };
    struct stat status;

    store_note_save(fixture->store, "name", "value");
    commit(fixture->store);
    assert_int_equal(
        schema_upgrade(fixture->store, steps, ARRAY_COUNT(steps), T0, true, &error),
        STATUS_OK);
    assert_int_equal(pragma(fixture->store, "user_version"), STORE_SCHEMA_VERSION + 1);
    assert_int_equal(stat(copy, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    close_store(fixture);
    assert_int_equal(query(copy, "PRAGMA user_version"), STORE_SCHEMA_VERSION);
    assert_int_equal(query(copy, "SELECT count(*) FROM note WHERE value = 'value'"), 1);
    assert_int_equal(
        query(fixture->path, "SELECT count(*) FROM note WHERE extra = 'upgraded'"), 1);
    free(copy);
}

static void
test_failed_upgrade_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct schema_step steps[] = {
        [STORE_SCHEMA_VERSION] = { .sql = { "CREATE TABLE half (x)",
                                            "INSERT INTO no_such_table VALUES (1)" } },
    };
    struct error error = { 0 };
    int64_t n = -1;

    assert_int_not_equal(
        schema_upgrade(fixture->store, steps, ARRAY_COUNT(steps), T0, true, &error),
        STATUS_OK);
    assert_int_equal(pragma(fixture->store, "user_version"), STORE_SCHEMA_VERSION);
    assert_true(database_integer(fixture->store,
                                 "SELECT count(*) FROM sqlite_schema "
                                 "WHERE name = 'half'",
                                 &n));
    assert_int_equal(n, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_file_is_private_and_marked),
        TEST(test_settings_are_durable),
        TEST(test_second_open_is_busy_at_once),
        TEST(test_newer_schema_is_untouched),
        TEST(test_newer_schema_with_wal_is_untouched),
        TEST(test_damaged_file_is_invalid_and_kept),
        TEST(test_damaged_page_is_invalid),
        TEST(test_database_of_another_program_is_refused),
        TEST(test_missing_folder_is_told),
        TEST(test_network_file_systems_are_known),
        TEST(test_upgrade_copies_before),
        TEST(test_failed_upgrade_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
