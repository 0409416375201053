/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit log: a chain that shows what was done to it, cut only at its beginning. */
#include "fixture.h"

#include "raw.h"
#include "store/database.h"
#include "store/log.h"
#include "store/schema.h"

static void
add(struct store *store, int64_t at_ms, const char *action, const char *reason)
{
    store_action_add(store, at_ms, 1000, action, 0, 0, NULL, reason);
}

static void
execute(struct store *store, const char *sql)
{
    if (!database_execute(store, sql)) {
        fail_msg("%s: %s", sqlite3_errmsg(store->connection), sql);
    }
}

struct chain {
    int64_t row;
    char hash[SHA256_HEX_SIZE];
    int64_t n, first_fault; /* row; 0: none */
};

static bool
follow(void *context, const struct act *act)
{
    struct chain *chain = context;
    char hash[SHA256_HEX_SIZE];

    act_hash(act, hash);
    if (chain->first_fault == 0 &&
        (act->row != chain->row + 1 || strcmp(act->previous, chain->hash) != 0 ||
         strcmp(act->hash, hash) != 0)) {
        chain->first_fault = act->row;
    }
    chain->row = act->row;
    memcpy(chain->hash, act->hash, sizeof(chain->hash));
    chain->n++;
    return true;
}

static struct chain
verify(struct store *store)
{
    const struct log_filter all = { .limit = 1000 };
    struct chain chain = { 0 };
    struct log_end anchor;

    store_log_anchor(store, &anchor);
    chain.row = anchor.row;
    memcpy(chain.hash, anchor.hash, sizeof(chain.hash));
    store_log_list(store, &all, follow, &chain);
    return chain;
}

static void
test_rows_are_a_chain(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct log_end head;

    store_begin(store);
    store_log_head(store, &head);
    assert_int_equal(head.row, 0);
    assert_string_equal(head.hash, ACT_NO_PREVIOUS);
    for (int i = 0; i < 5; i++) {
        add(store, T0 + i, "reload", i % 2 == 0 ? NULL : "two\nlines \\ slash");
    }
    assert_int_equal(verify(store).n, 5);
    assert_int_equal(verify(store).first_fault, 0);
    store_log_head(store, &head);
    assert_int_equal(head.row, 5);
}

/* The form that is documented: sha256 of this text was computed by other means. */
static void
test_the_form_of_a_row(void **state)
{
    struct act act = { .row = 7,
                       .at_ms = 1700000000500,
                       .uid = 1000,
                       .action = string_copy("cancel"),
                       .incident_id = "i_abcdef_3",
                       .delivery = 41,
                       .channel = string_copy("mail"),
                       .reason = string_copy("a\\b\nc"),
                       .previous = ACT_NO_PREVIOUS };
    static const char form[] =
        ACT_NO_PREVIOUS "\n7\n2023-11-14T22:13:20.500Z\n1000\ncancel\ni_abcdef_3\n41\n"
                        "mail\na\\\\b\\nc\n";
    char expected[SHA256_HEX_SIZE], found[SHA256_HEX_SIZE];

    (void)state;
    sha256_hex(form, strlen(form), expected);
    act_hash(&act, found);
    assert_string_equal(found, expected);
    act_clear(&act);
}

/* Whatever column of a row is changed, the row or the one behind it does not fit. */
static void
test_each_column_is_held(void **state)
{
    static const char *const changes[] = {
        "UPDATE log SET at_ms = at_ms + 1 WHERE row = 3",
        "UPDATE log SET uid = 0 WHERE row = 3",
        "UPDATE log SET action = 'retry' WHERE row = 3",
        "UPDATE log SET incident = 'i_x_9' WHERE row = 3",
        "UPDATE log SET outbound = 9 WHERE row = 3",
        "UPDATE log SET channel = 'bus' WHERE row = 3",
        "UPDATE log SET channel = NULL WHERE row = 3",
        "UPDATE log SET reason = 'other' WHERE row = 3",
        "UPDATE log SET previous = hash WHERE row = 3",
        "UPDATE log SET hash = previous WHERE row = 3",
        "UPDATE log SET row = 9 WHERE row = 3",
        "DELETE FROM log WHERE row = 3",
        "DELETE FROM log WHERE row = 1",
        ("INSERT INTO log SELECT 6, at_ms, uid, action, incident, outbound, channel,"
         " reason, previous, hash FROM log WHERE row = 5"),
    };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;

    for (int i = 0; i < 5; i++) {
        store_begin(store);
        store_action_add(store, T0, 1000, "cancel", 0, 0, "mail", "wrong");
    }
    commit(store);
    for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
        store_begin(store);
        execute(store, changes[i]);
        if (verify(store).first_fault == 0) {
            fail_msg("not seen: %s", changes[i]);
        }
        store_rollback(store);
    }
    assert_int_equal(verify(store).first_fault, 0);
}

static void
test_only_the_oldest_are_cut(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct log_end anchor, third;

    store_begin(store);
    for (int i = 1; i <= 6; i++) {
        add(store, i == 2 ? T0 + 50 : T0 + i, "reload", NULL);
        if (i == 3) {
            store_log_head(store, &third);
        }
    }
    /* The clock was ahead at the second: nothing behind it goes before it does. */
    assert_true(store_log_cut(store, T0 + 4, 100));
    assert_int_equal(verify(store).n, 5);
    assert_false(store_log_cut(store, T0 + 4, 100));
    assert_true(store_log_cut(store, T0 + 51, 2));
    store_log_anchor(store, &anchor);
    assert_int_equal(anchor.row, 3);
    assert_string_equal(anchor.hash, third.hash);
    assert_int_equal(verify(store).n, 3);
    assert_int_equal(verify(store).first_fault, 0);
    /* All of it: the next row goes on where it ended. */
    assert_true(store_log_cut(store, T0 + 51, 100));
    assert_int_equal(verify(store).n, 0);
    add(store, T0 + 60, "reload", NULL);
    assert_int_equal(verify(store).first_fault, 0);
    assert_int_equal(verify(store).row, 7);
    commit(store);
    fixture_reopen(fixture);
    assert_int_equal(verify(fixture->store).first_fault, 0);
}

static void
test_acts_of_one_incident(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t message = add_message(store, incident, 1);
    int64_t row = add_delivery(store, message, incident, 1, "mail", NULL, NULL);
    struct incident_row found = { 0 };
    struct log_filter filter = { .limit = 10 };
    struct chain chain = { 0 };

    store_action_add(store, T0, 1000, "retract", incident, 0, NULL, NULL);
    store_action_add(store, T0, 1000, "reload", 0, 0, NULL, NULL);
    store_action_add(store, T0, 1000, "cancel", 0, row, "mail", "x");
    assert_true(store_incident_get(store, incident, &found));
    filter.incident_id = found.id;
    store_log_list(store, &filter, follow, &chain);
    assert_int_equal(chain.n, 2);
    filter.after = 1;
    chain = (struct chain){ 0 };
    store_log_list(store, &filter, follow, &chain);
    assert_int_equal(chain.n, 1);
    incident_row_clear(&found);
}

/* What a database that is put away had more of is carried over, as far as it fits. */
static void
test_it_is_carried_over(void **state)
{
    struct fixture *fixture = *state;
    struct store *other = NULL;
    struct error error = { 0 };
    char *path = string_format("%s/other", fixture->folder);

    store_begin(fixture->store);
    for (int i = 0; i < 4; i++) {
        add(fixture->store, T0 + i, "reload", "kept");
    }
    assert_true(store_log_cut(fixture->store, T0 + 1, 10));
    commit(fixture->store);
    store_close(fixture->store);
    assert_int_equal(store_open(path, T0, &other, &error), STATUS_OK);
    store_begin(other);
    assert_int_equal(log_carry(other, fixture->path), 3);
    assert_int_equal(log_carry(other, fixture->path), 0);
    add(other, T0 + 9, "set-aside", NULL);
    assert_int_equal(verify(other).n, 4);
    assert_int_equal(verify(other).first_fault, 0);
    commit(other);
    store_close(other);
    /* A row that was changed ends it; so does one of another chain. */
    fixture_open(fixture);
    store_begin(fixture->store);
    execute(fixture->store, "UPDATE log SET reason = 'x' WHERE row = 3");
    commit(fixture->store);
    store_close(fixture->store);
    unlink(path);
    assert_int_equal(store_open(path, T0, &other, &error), STATUS_OK);
    store_begin(other);
    assert_int_equal(log_carry(other, fixture->path), 1);
    assert_int_equal(log_carry(other, "/nonexistent/file"), 0);
    commit(other);
    store_close(other);
    fixture_open(fixture);
    free(path);
}

/* The file as version 2 left it, with acts in its table. */
static void
make_version_2(const char *path)
{
    static const char rows[] =
        "PRAGMA application_id = 1114983286; PRAGMA user_version = 2;"
        "INSERT INTO meta VALUES ('instance', 'abcdef'), ('created_at_ms', '1');"
        "INSERT INTO incident (row, source, number, known, status, mode, merged,"
        " sequence, record) VALUES (5, 's', 'A1', 1, 2, 0, 0, 0, '{}');"
        "INSERT INTO action VALUES (2, 1700000000000, 1000, 'retry', 5, NULL, NULL,"
        " NULL), (7, 1700000000500, 0, 'pause', NULL, NULL, 'mail', 'why')";
    sqlite3 *connection;

    assert_int_equal(STORE_APPLICATION_ID, 1114983286);
    (void)unlink(path);
    for (int step = 0; step < 2; step++) {
        for (size_t i = 0; i < ARRAY_COUNT(schema_steps[step].sql); i++) {
            const char *text = schema_steps[step].sql[i];

            assert_int_equal(sqlite3_open(path, &connection), SQLITE_OK);
            assert_int_equal(
                sqlite3_exec(connection, text == NULL ? "" : text, NULL, NULL, NULL),
                SQLITE_OK);
            assert_int_equal(sqlite3_close(connection), SQLITE_OK);
        }
    }
    raw_execute(path, rows);
}

static void
test_acts_of_earlier_versions_move_in(void **state)
{
    struct fixture *fixture = *state;
    struct log_filter filter = { .incident_id = "i_abcdef_5", .limit = 10 };
    struct chain chain = { 0 };
    int64_t n = -1;

    raw_close(fixture);
    make_version_2(fixture->path);
    fixture_open(fixture);
    assert_int_equal(verify(fixture->store).n, 2);
    assert_int_equal(verify(fixture->store).first_fault, 0);
    store_log_list(fixture->store, &filter, follow, &chain);
    assert_int_equal(chain.n, 1);
    assert_true(database_integer(fixture->store,
                                 "SELECT count(*) FROM log WHERE row = 2 AND uid = 0"
                                 " AND action = 'pause' AND channel = 'mail'"
                                 " AND reason = 'why' AND at_ms = 1700000000500"
                                 " AND incident IS NULL AND outbound IS NULL",
                                 &n));
    assert_int_equal(n, 1);
    assert_true(database_integer(
        fixture->store, "SELECT count(*) FROM sqlite_schema WHERE name = 'action'",
        &n));
    assert_int_equal(n, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_rows_are_a_chain),
        TEST(test_the_form_of_a_row),
        TEST(test_each_column_is_held),
        TEST(test_only_the_oldest_are_cut),
        TEST(test_acts_of_one_incident),
        TEST(test_it_is_carried_over),
        TEST(test_acts_of_earlier_versions_move_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
