/* SPDX-License-Identifier: EUPL-1.2 */
/* Committing, undoing and failing, and what stays in memory with it. */
#include "fixture.h"

#include <signal.h>
#include <sys/resource.h>

static void
test_instance_is_kept_and_ids_carry_it(void **state)
{
    struct fixture *fixture = *state;
    struct incident_row row = { 0 };
    char instance[STORE_INSTANCE_SIZE];
    char expected[PUBLIC_ID_SIZE];
    int64_t key = add_incident(fixture->store, "A1");

    commit(fixture->store);
    (void)snprintf(instance, sizeof(instance), "%s", store_instance(fixture->store));
    assert_int_equal(strlen(instance), 6);
    assert_int_equal(strspn(instance, "abcdefghijklmnopqrstuvwxyz234567"), 6);
    fixture_reopen(fixture);
    assert_string_equal(store_instance(fixture->store), instance);
    (void)snprintf(expected, sizeof(expected), "i_%s_%lld", instance, (long long)key);
    assert_true(store_incident_get_id(fixture->store, expected, &row));
    assert_string_equal(row.id, expected);
    assert_int_equal(row.row, key);
    expected[0] = 'm';
    assert_false(store_incident_get_id(fixture->store, expected, &row));
    assert_false(store_incident_get_id(fixture->store, "i_aaaaaa_1", &row));
    assert_false(store_incident_get_id(fixture->store, "", &row));
    (void)snprintf(expected, sizeof(expected), "i_%s_%lldx", instance, (long long)key);
    assert_false(store_incident_get_id(fixture->store, expected, &row));
    incident_row_clear(&row);
}

static void
test_uncommitted_is_gone_committed_stays(void **state)
{
    struct fixture *fixture = *state;
    struct incident_row row = { 0 };

    assert_false(store_in_transaction(fixture->store));
    store_begin(fixture->store);
    store_begin(fixture->store);
    assert_true(store_in_transaction(fixture->store));
    add_incident(fixture->store, "kept");
    commit(fixture->store);
    assert_false(store_in_transaction(fixture->store));
    commit(fixture->store);
    add_incident(fixture->store, "lost");
    fixture_reopen(fixture);
    assert_true(store_incident_find(fixture->store, "s", "kept", &row));
    assert_false(store_incident_find(fixture->store, "s", "lost", &row));
    incident_row_clear(&row);
}

static void
test_notes(void **state)
{
    struct fixture *fixture = *state;
    char *value;

    assert_null(store_note_find(fixture->store, "name"));
    store_note_save(fixture->store, "name", "one");
    store_note_save(fixture->store, "name", "two");
    commit(fixture->store);
    fixture_reopen(fixture);
    value = store_note_find(fixture->store, "name");
    assert_string_equal(value, "two");
    free(value);
}

static void
test_counts_follow_rollback_and_try(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t message = add_message(store, incident, 1);

    add_delivery(store, message, incident, 1, "hook", NULL, NULL);
    commit(store);

    add_delivery(store, message, incident, 1, "hook", "a", NULL);
    add_delivery(store, message, incident, 1, "mail", "a", NULL);
    assert_int_equal(count_of(store, "hook", DELIVERY_PENDING), 2);
    store_rollback(store);
    assert_int_equal(count_of(store, "hook", DELIVERY_PENDING), 1);
    assert_int_equal(count_of(store, "mail", DELIVERY_PENDING), 0);

    add_delivery(store, message, incident, 1, "hook", "b", NULL);
    store_try_begin(store);
    assert_int_equal(claim(store, "hook", T0, NULL), 2);
    add_delivery(store, message, incident, 1, "sms", "b", NULL);
    assert_int_equal(count_of(store, "hook", DELIVERY_IN_FLIGHT), 2);
    store_try_undo(store);
    assert_int_equal(count_of(store, "hook", DELIVERY_IN_FLIGHT), 0);
    assert_int_equal(count_of(store, "hook", DELIVERY_PENDING), 2);
    assert_int_equal(count_of(store, "sms", DELIVERY_PENDING), 0);
    store_try_begin(store);
    add_delivery(store, message, incident, 1, "sms", "c", NULL);
    store_try_keep(store);
    commit(store);

    fixture_reopen(fixture);
    assert_int_equal(count_of(fixture->store, "hook", DELIVERY_PENDING), 2);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_PENDING), 1);
    assert_int_equal(count_of(fixture->store, "mail", DELIVERY_PENDING), 0);
    assert_int_equal(claim(fixture->store, "hook", T0, NULL), 2);
}

/* A channel that was first named in what was undone is not half known afterwards. */
static void
test_channels_follow_rollback_and_try(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    int64_t incident = add_incident(store, "A1");
    int64_t message = add_message(store, incident, 1);

    commit(store);
    add_delivery(store, message, incident, 1, "mail", NULL, NULL);
    store_rollback(store);
    store_try_begin(store);
    add_delivery(store, message, incident, 1, "sms", NULL, NULL);
    store_try_undo(store);
    add_delivery(store, message, incident, 1, "sms", NULL, NULL);
    add_delivery(store, message, incident, 1, "mail", NULL, NULL);
    commit(store);
    fixture_reopen(fixture);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_PENDING), 1);
    assert_int_equal(count_of(fixture->store, "mail", DELIVERY_PENDING), 1);
    assert_int_equal(claim(fixture->store, "mail", T0, NULL), 1);
}

static void
test_undone_try_leaves_the_rest(void **state)
{
    struct fixture *fixture = *state;
    struct incident_row row = { 0 };

    add_incident(fixture->store, "before");
    store_try_begin(fixture->store);
    add_incident(fixture->store, "tried");
    assert_true(store_incident_find(fixture->store, "s", "tried", &row));
    store_try_undo(fixture->store);
    add_incident(fixture->store, "after");
    commit(fixture->store);
    assert_true(store_incident_find(fixture->store, "s", "before", &row));
    assert_false(store_incident_find(fixture->store, "s", "tried", &row));
    assert_true(store_incident_find(fixture->store, "s", "after", &row));
    incident_row_clear(&row);
}

static void
set_file_limit(rlim_t max_bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = max_bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void
test_failure_is_sticky_and_undone(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct incident_row row = { 0 };
    struct error error = { 0 };
    char *big = memory_alloc(1024 * 1024 + 1);
    int64_t incident = add_incident(store, "A1");
    int64_t message = add_message(store, incident, 1);

    memset(big, 'x', 1024 * 1024);
    commit(store);
    (void)signal(SIGXFSZ, SIG_IGN);
    set_file_limit(512 * 1024);
    store_note_save(store, "small", "value");
    add_delivery(store, message, incident, 1, "hook", NULL, NULL);
    for (int i = 0; i < 40; i++) {
        char name[16];

        (void)snprintf(name, sizeof(name), "big%d", i);
        store_note_save(store, name, big);
    }
    assert_int_equal(store_commit(store, &error), STATUS_FULL);
    set_file_limit(RLIM_INFINITY);
    assert_non_null(strstr(error.text, fixture->path));
    free(big);

    /* Told and taken away; everything since begin is undone. */
    assert_false(store_failed(store));
    assert_false(store_in_transaction(store));
    assert_null(store_note_find(store, "small"));
    assert_int_equal(count_of(store, "hook", DELIVERY_PENDING), 0);
    assert_true(store_incident_find(store, "s", "A1", &row));
    incident_row_clear(&row);
    add_delivery(store, message, incident, 1, "hook", NULL, NULL);
    commit(store);
    assert_int_equal(count_of(store, "hook", DELIVERY_PENDING), 1);
}

static void
test_failed_store_finds_and_does_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct incident_row row = { 0 };
    struct error error = { 0 };
    int64_t incident = add_incident(store, "A1");

    commit(store);
    store_message_add(store, &(struct message_row){ .incident_row = incident + 1000,
                                                    .record = (char[]){ "{}" } });
    add_message(store, incident, 1);
    add_message(store, incident, 1); /* the same number twice */
    assert_true(store_failed(store));
    assert_false(store_incident_find(store, "s", "A1", &row));
    assert_int_equal(add_incident(store, "B1"), 0);
    assert_int_equal(store_commit(store, &error), STATUS_IO);
    /* Not even a rollback mends it. */
    store_rollback(store);
    assert_true(store_failed(store));
    assert_false(store_incident_find(store, "s", "A1", &row));
    assert_int_equal(store_commit(store, &error), STATUS_IO);
    assert_non_null(strstr(error.text, fixture->path));
    fixture_reopen(fixture);
    assert_true(store_incident_find(fixture->store, "s", "A1", &row));
    assert_false(store_incident_find(fixture->store, "s", "B1", &row));
    assert_int_equal(store_message_count(fixture->store, incident), 0);
    incident_row_clear(&row);
}

static void
count_time(void *context, int64_t us)
{
    int *n = context;

    assert_true(us >= 0);
    (*n)++;
}

static void
test_commit_times_are_told_once(void **state)
{
    struct fixture *fixture = *state;
    int n = 0;

    for (int i = 0; i < 3; i++) {
        store_note_save(fixture->store, "name", "value");
        commit(fixture->store);
    }
    commit(fixture->store); /* nothing to commit */
    store_commit_times(fixture->store, count_time, &n);
    assert_int_equal(n, 3);
    store_commit_times(fixture->store, count_time, &n);
    assert_int_equal(n, 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_instance_is_kept_and_ids_carry_it),
        TEST(test_uncommitted_is_gone_committed_stays),
        TEST(test_notes),
        TEST(test_counts_follow_rollback_and_try),
        TEST(test_channels_follow_rollback_and_try),
        TEST(test_undone_try_leaves_the_rest),
        TEST(test_failure_is_sticky_and_undone),
        TEST(test_failed_store_finds_and_does_nothing),
        TEST(test_commit_times_are_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
