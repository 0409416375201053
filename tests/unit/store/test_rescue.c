/* SPDX-License-Identifier: EUPL-1.2 */
/* A damaged database is set aside whole, and a new one says so. */
#include "raw.h"

#include "store/damage.h"
#include "store/database.h"
#include "store/rescue.h"

static enum status
rescue(struct fixture *fixture, struct error *error)
{
    return store_open_or_rescue(fixture->path, T0, &fixture->store, error);
}

static void
rescue_well(struct fixture *fixture)
{
    struct error error = { 0 };

    if (rescue(fixture, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
}

static void
assert_safe_mode(struct fixture *fixture, bool expected)
{
    char *why = store_safe_mode(fixture->store);

    if ((why != NULL) != expected) {
        fail_msg("safe mode: %s", why != NULL ? why : "no");
    }
    free(why);
}

static void
note(const struct fixture *fixture, enum damage_stage stage, int64_t times,
     const char *name)
{
    struct damage damage = { .stage = stage, .times = times };
    struct error error = { 0 };

    damage.reason = string_copy("by the test");
    (void)snprintf(damage.name, sizeof(damage.name), "%s", name);
    assert_int_equal(damage_save(fixture->path, &damage, &error), STATUS_OK);
    damage_clear(&damage);
}

static enum damage_stage
stage_of(const struct fixture *fixture)
{
    struct damage damage = { 0 };
    enum damage_stage stage;

    damage_load(fixture->path, &damage);
    stage = damage.stage;
    damage_clear(&damage);
    return stage;
}

/* --- Setting aside ---------------------------------------------------------------- */

static void
test_healthy_is_opened(void **state)
{
    struct fixture *fixture = *state;

    store_note_save(fixture->store, "name", "value");
    commit(fixture->store);
    raw_close(fixture);
    rescue_well(fixture);
    assert_safe_mode(fixture, false);
    assert_null(raw_find(fixture, "db.damaged-*"));
}

static void
test_damaged_is_set_aside_whole(void **state)
{
    struct fixture *fixture = *state;
    char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
    struct stat status;
    char *aside, *named;

    raw_close(fixture);
    raw_damage(fixture->path);
    raw_digest(fixture->path, before);
    rescue_well(fixture);
    assert_safe_mode(fixture, true);
    aside = raw_find(fixture, "db.damaged-*Z");
    assert_non_null(aside);
    assert_non_null(strstr(aside, ".damaged-20231114T221320Z"));
    raw_digest(aside, after);
    assert_string_equal(before, after);
    assert_int_equal(stat(aside, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    named = store_set_aside_name(fixture->store);
    assert_string_equal(named, aside);
    assert_int_equal(stage_of(fixture), DAMAGE_NONE);
    free(named);
    free(aside);
}

/* Its newest transactions are in the WAL: without it they would be lost. */
static void
test_wal_goes_with_it(void **state)
{
    struct fixture *fixture = *state;
    char *wal = string_format("%s-wal", fixture->path);
    char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
    sqlite3 *connection;
    char *aside;

    raw_close(fixture);
    assert_int_equal(sqlite3_open(fixture->path, &connection), SQLITE_OK);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_exec(connection, "INSERT INTO note VALUES ('a', 'b')",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(connection);
    raw_digest(wal, before);
    raw_damage(fixture->path);
    rescue_well(fixture);
    assert_safe_mode(fixture, true);
    aside = raw_find(fixture, "db.damaged-*-wal");
    assert_non_null(aside);
    raw_digest(aside, after);
    assert_string_equal(before, after);
    free(aside);
    free(wal);
}

static void
test_safe_mode_lasts_until_it_is_ended(void **state)
{
    struct fixture *fixture = *state;

    raw_close(fixture);
    raw_damage(fixture->path);
    rescue_well(fixture);
    raw_close(fixture);
    rescue_well(fixture);
    assert_safe_mode(fixture, true);
    store_begin(fixture->store);
    store_safe_mode_end(fixture->store);
    commit(fixture->store);
    raw_close(fixture);
    rescue_well(fixture);
    assert_safe_mode(fixture, false);
}

/* Twice in one second: nothing is overwritten. */
static void
test_second_one_has_another_name(void **state)
{
    struct fixture *fixture = *state;
    char *first;
    char *second;

    for (int i = 0; i < 2; i++) {
        raw_close(fixture);
        raw_damage(fixture->path);
        rescue_well(fixture);
    }
    first = raw_find(fixture, "db.damaged-*Z");
    second = raw_find(fixture, "db.damaged-*Z-2");
    assert_non_null(first);
    assert_non_null(second);
    free(first);
    free(second);
}

/* However far the start came that was cut off, the next one ends where it would have. */
static void
test_cut_off_start_is_finished(void **state)
{
    struct fixture *fixture = *state;
    static const char ending[] = ".damaged-20231114T221320Z";
    char *aside = string_format("%s%s", fixture->path, ending);
    char *aside_wal = string_format("%s-wal", aside);
    char *wal = string_format("%s-wal", fixture->path);

    for (int done = 0; done < 4; done++) {
        raw_close(fixture);
        raw_execute(fixture->path, "PRAGMA user_version"); /* checkpoints */
        raw_execute(wal, "CREATE TABLE stands_for_a_wal (x)");
        note(fixture, DAMAGE_ASIDE, 1, ending);
        if (done >= 1) {
            assert_int_equal(rename(wal, aside_wal), 0);
        }
        if (done >= 2) {
            assert_int_equal(rename(fixture->path, aside), 0);
        }
        if (done >= 3) {
            fixture_open(fixture); /* the new one, which does not know why */
            raw_close(fixture);
        }
        rescue_well(fixture);
        assert_safe_mode(fixture, true);
        assert_int_equal(raw_query(aside_wal, "SELECT count(*) FROM stands_for_a_wal"),
                         0);
        assert_int_equal(stage_of(fixture), DAMAGE_NONE);
        raw_close(fixture);
        assert_int_equal(unlink(fixture->path), 0);
        assert_int_equal(rename(aside, fixture->path), 0);
        assert_int_equal(unlink(aside_wal), 0);
        fixture_open(fixture);
    }
    free(wal);
    free(aside_wal);
    free(aside);
}

/* --- What is damage, and what is not ---------------------------------------------- */

static void
test_header_is_told_from_a_strangers(void **state)
{
    static const char *const damage[] = {
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 1026",
        "PRAGMA user_version = -2147483646",
        "DELETE FROM meta",
        "UPDATE meta SET value = 'not-one' WHERE name = 'instance'",
        "ALTER TABLE outbound DROP COLUMN cursor",
        "PRAGMA user_version = 1", /* its step finds the tables of the next */
    };
    struct fixture *fixture = *state;
    struct error error = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(damage); i++) {
        raw_close(fixture);
        raw_execute(fixture->path, damage[i]);
        if (rescue(fixture, &error) != STATUS_OK) {
            fail_msg("%s: %s", damage[i], error.text);
        }
        assert_safe_mode(fixture, true);
    }
    raw_close(fixture);
    assert_int_equal(unlink(fixture->path), 0);
    raw_execute(fixture->path, "CREATE TABLE theirs (x)");
    assert_int_equal(rescue(fixture, &error), STATUS_INVALID);
    assert_null(fixture->store);
    raw_execute(fixture->path, "PRAGMA user_version = 4; DROP TABLE theirs;"
                               "PRAGMA application_id = 1114983286;"
                               "CREATE TABLE later (x)");
    assert_int_equal(rescue(fixture, &error), STATUS_CONFLICT);
    assert_int_equal(raw_query(fixture->path, "SELECT count(*) FROM later"), 0);
}

/* What SQLite takes for a sound database. */
static void
test_impossible_values_are_damage(void **state)
{
    static const char *const damage[] = {
        "UPDATE outbound SET state = 77",
        "UPDATE outbound SET priority = -1",
        "UPDATE incident SET status = 6",
        "UPDATE message SET notice = 1000000",
        "UPDATE incident SET record = CAST(x'7bff7d' AS TEXT)",
        "UPDATE channel SET name = CAST(x'ff' AS TEXT)",
        "PRAGMA foreign_keys = OFF; UPDATE outbound SET message = 4711",
        ("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql ="
         " replace(sql, 'cursor TEXT', 'kursor TEXT') WHERE name = 'outbound'"),
    };
    struct fixture *fixture = *state;
    struct error error = { 0 };

    for (size_t i = 0; i < ARRAY_COUNT(damage); i++) {
        make_many(fixture, "sms", 1, NULL);
        commit(fixture->store);
        raw_close(fixture);
        raw_execute(fixture->path, damage[i]);
        if (rescue(fixture, &error) != STATUS_OK) {
            fail_msg("%s: %s", damage[i], error.text);
        }
        assert_safe_mode(fixture, true);
    }
}

/* --- Met while running ------------------------------------------------------------ */

/* A value that cannot be, read by a store that is open: nothing is kept, and the next
 * start sets it aside. */
static void
assert_met(struct fixture *fixture, const char *sql,
           void (*read)(struct store *store, const struct many *many))
{
    struct many many = make_many(fixture, "sms", 1, NULL);
    struct error error = { 0 };

    commit(fixture->store);
    assert_int_equal(sqlite3_exec(fixture->store->connection, sql, NULL, NULL, NULL),
                     SQLITE_OK);
    read(fixture->store, &many);
    assert_true(store_failed(fixture->store));
    assert_int_equal(store_commit(fixture->store, &error), STATUS_IO);
    assert_int_equal(stage_of(fixture), DAMAGE_SUSPECTED);
    raw_close(fixture);
    rescue_well(fixture);
    assert_safe_mode(fixture, true);
}

static void
read_delivery(struct store *store, const struct many *many)
{
    struct outbound_row row = { 0 };

    (void)store_outbound_get(store, many->row[0], &row);
    assert_in_range(row.state, 0, DELIVERY_STATE_COUNT - 1);
    outbound_row_clear(&row);
}

static void
read_incident(struct store *store, const struct many *many)
{
    struct incident_row row = { 0 };

    (void)store_incident_get(store, many->incident, &row);
    assert_in_range(row.status, 0, INCIDENT_STATUS_COUNT - 1);
    assert_non_null(row.record);
    incident_row_clear(&row);
}

static void
read_message(struct store *store, const struct many *many)
{
    struct message_row row = { 0 };

    (void)store_message_get(store, many->message, &row);
    assert_in_range(row.notice, 0, NOTICE_COUNT - 1);
    message_row_clear(&row);
}

static void
test_damage_met_while_running(void **state)
{
    struct fixture *fixture = *state;

    assert_met(fixture, "UPDATE outbound SET state = 77", read_delivery);
    assert_met(fixture, "UPDATE outbound SET priority = 9", read_delivery);
    assert_met(fixture, "UPDATE incident SET mode = -4", read_incident);
    assert_met(fixture, "UPDATE incident SET number = CAST(x'ff' AS TEXT)",
               read_incident);
    assert_met(fixture, "UPDATE message SET notice = 255", read_message);
}

/* Found by no examination: a fault of memory, once. Again and again: damage. */
static void
test_suspicion_without_damage(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };

    for (int i = 1; i <= 3; i++) {
        store_fail(fixture->store, SQLITE_CORRUPT);
        assert_int_equal(store_commit(fixture->store, &error), STATUS_IO);
        raw_close(fixture);
        rescue_well(fixture);
        assert_safe_mode(fixture, i == 3);
        assert_int_equal(stage_of(fixture), i == 3 ? DAMAGE_NONE : DAMAGE_EXAMINED);
    }
}

/* A fault of a statement is no fault of the file, however often it comes. */
static void
test_failed_statements_set_nothing_aside(void **state)
{
    struct fixture *fixture = *state;
    struct error error = { 0 };

    for (int i = 0; i < 5; i++) {
        store_fail(fixture->store, SQLITE_CONSTRAINT);
        assert_int_equal(store_commit(fixture->store, &error), STATUS_IO);
        raw_close(fixture);
        rescue_well(fixture);
        assert_safe_mode(fixture, false);
    }
    store_fail(fixture->store, SQLITE_IOERR_FSYNC);
    assert_int_equal(store_commit(fixture->store, &error), STATUS_IO);
    assert_int_equal(stage_of(fixture), DAMAGE_EXAMINED);
}

static void
test_note_of_any_content_is_read(void **state)
{
    static const char *const texts[] = { "",
                                         "\n",
                                         "aside",
                                         "aside 1\n",
                                         "aside 1 ../../etc/passwd\nx\n",
                                         "aside 1 .damaged-/x\nx\n",
                                         "suspected 99999999999999999999\nx\n" };
    struct fixture *fixture = *state;
    char *path = string_format("%s.damage", fixture->path);

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        FILE *file = fopen(path, "we");

        assert_non_null(file);
        assert_true(fputs(texts[i], file) >= 0);
        fclose(file);
        assert_int_equal(stage_of(fixture), DAMAGE_SUSPECTED);
    }
    raw_close(fixture);
    rescue_well(fixture);
    assert_safe_mode(fixture, false);
    free(path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_healthy_is_opened),
        TEST(test_damaged_is_set_aside_whole),
        TEST(test_wal_goes_with_it),
        TEST(test_safe_mode_lasts_until_it_is_ended),
        TEST(test_second_one_has_another_name),
        TEST(test_cut_off_start_is_finished),
        TEST(test_header_is_told_from_a_strangers),
        TEST(test_impossible_values_are_damage),
        TEST(test_damage_met_while_running),
        TEST(test_suspicion_without_damage),
        TEST(test_failed_statements_set_nothing_aside),
        TEST(test_note_of_any_content_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
