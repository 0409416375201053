/* SPDX-License-Identifier: EUPL-1.2 */
/* A backup in the place of the database: what is lost is told, and nothing else is. */
#include "raw.h"

#include "store/backup.h"
#include "store/rescue.h"
#include "store/restore.h"

#include <signal.h>
#include <sys/wait.h>
#include <time.h>

/* A backup as the daemon makes it, beside the database. */
static char *
make_backup(struct fixture *fixture, const char *name)
{
    char *path = string_format("%s/%s", fixture->folder, name);
    char *scratch = string_format("%s.backup", fixture->path);
    struct backup *backup = NULL;
    struct error error = { 0 };
    bool done = false;

    assert_int_equal(backup_begin(fixture->store, &backup, &error), STATUS_OK);
    while (!done) {
        assert_int_equal(backup_step(backup, 100, T0 + 7000, &done, &error), STATUS_OK);
    }
    assert_int_equal(link(scratch, path), 0);
    backup_end(backup);
    free(scratch);
    return path;
}

static enum status
restore(struct fixture *fixture, const char *file, struct restore_report *report,
        struct error *error)
{
    return store_restore(fixture->path, file, T0 + 60000, report, error);
}

static void
restore_well(struct fixture *fixture, const char *file, struct restore_report *report)
{
    struct error error = { 0 };

    if (restore(fixture, file, report, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
}

static void
test_loss_is_told_exactly(void **state)
{
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    int64_t incident = add_incident(fixture->store, "A1");
    char *backup;

    for (int i = 0; i < 10; i++) {
        add_event(fixture->store, incident, i);
    }
    commit(fixture->store);
    backup = make_backup(fixture, "backup");
    for (int i = 10; i < 17; i++) {
        add_event(fixture->store, incident, i);
    }
    commit(fixture->store);
    raw_close(fixture);
    restore_well(fixture, backup, &report);
    assert_int_equal(report.backup_at_ms, T0 + 7000);
    assert_int_equal(report.newest_ms, T0 + 9000);
    assert_int_equal(report.n_events, 10);
    assert_int_equal(report.n_losses, 1);
    assert_true(report.losses[0].is_readable);
    assert_int_equal(report.losses[0].n_events, 7);
    assert_int_equal(report.losses[0].first_ms, T0 + 10000);
    assert_int_equal(report.losses[0].last_ms, T0 + 16000);
    assert_non_null(strstr(report.losses[0].file, ".before-restore-20231114T221420Z"));
    assert_int_equal(raw_query(report.losses[0].file, "SELECT count(*) FROM event"),
                     17);
    assert_int_equal(raw_query(fixture->path, "SELECT count(*) FROM event"), 10);
    fixture_open(fixture);
    restore_report_clear(&report);
    free(backup);
}

/* Safe mode ends, and what the damaged database knew is compared as far as it goes. */
static void
test_after_safe_mode(void **state)
{
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    int64_t incident = add_incident(fixture->store, "A1");
    struct error error = { 0 };
    char *backup;
    char *why;

    for (int i = 0; i < 3; i++) {
        add_event(fixture->store, incident, i);
    }
    commit(fixture->store);
    backup = make_backup(fixture, "backup");
    add_event(fixture->store, incident, 3);
    commit(fixture->store);
    raw_close(fixture);
    raw_execute(fixture->path, "UPDATE incident SET status = 99");
    assert_int_equal(store_open_or_rescue(fixture->path, T0, &fixture->store, &error),
                     STATUS_OK);
    raw_close(fixture);
    restore_well(fixture, backup, &report);
    assert_int_equal(report.n_losses, 2);
    assert_int_equal(report.losses[0].n_events, 0);
    assert_non_null(strstr(report.losses[1].file, ".damaged-"));
    assert_int_equal(report.losses[1].n_events, 1);
    assert_int_equal(store_open_or_rescue(fixture->path, T0, &fixture->store, &error),
                     STATUS_OK);
    why = store_safe_mode(fixture->store);
    assert_null(why);
    restore_report_clear(&report);
    free(backup);
}

static void
test_unreadable_one_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    char *backup = make_backup(fixture, "backup");
    char noise[100];
    int file;

    raw_close(fixture);
    memset(noise, 0xa5, sizeof(noise));
    file = open(fixture->path, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(file, noise, sizeof(noise), 0), (ssize_t)sizeof(noise));
    close(file);
    restore_well(fixture, backup, &report);
    assert_int_equal(report.n_losses, 1);
    assert_false(report.losses[0].is_readable);
    assert_int_equal(report.losses[0].n_events, 0);
    fixture_open(fixture);
    restore_report_clear(&report);
    free(backup);
}

/* --- Numbers and deliveries ------------------------------------------------------- */

/* Rows that only the lost database had were told to others under their ids. */
static void
test_no_id_is_given_twice(void **state)
{
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    char lost_incident[PUBLIC_ID_SIZE], lost_message[PUBLIC_ID_SIZE];
    struct incident_row incident = { 0 };
    struct message_row message = { 0 };
    int64_t before, lost, lost_delivery, lost_receipt;
    char *backup;

    before = add_incident(fixture->store, "A1");
    commit(fixture->store);
    backup = make_backup(fixture, "backup");
    for (int round = 0; round < 2; round++) { /* the same backup twice */
        lost = add_incident(fixture->store, round == 0 ? "LOST" : "LOST TOO");
        lost_delivery = add_message(fixture->store, lost, 1);
        lost_receipt = add_event(fixture->store, lost, 1);
        assert_true(store_incident_get(fixture->store, lost, &incident));
        memcpy(lost_incident, incident.id, sizeof(lost_incident));
        assert_true(store_message_get(fixture->store, lost_delivery, &message));
        memcpy(lost_message, message.id, sizeof(lost_message));
        lost_delivery =
            add_delivery(fixture->store, lost_delivery, lost, 1, "sms", NULL, NULL);
        commit(fixture->store);
        raw_close(fixture);
        restore_well(fixture, backup, &report);
        fixture_open(fixture);
        assert_true(store_incident_get(fixture->store, before, &incident));
        assert_false(store_incident_get_id(fixture->store, lost_incident, &incident));
        assert_true(add_incident(fixture->store, "NEW") > lost);
        assert_true(store_incident_find(fixture->store, "s", "NEW", &incident));
        assert_string_not_equal(incident.id, lost_incident);
        assert_true(add_event(fixture->store, incident.row, 1) > lost_receipt);
        before = add_message(fixture->store, incident.row, 1);
        assert_true(store_message_get(fixture->store, before, &message));
        assert_string_not_equal(message.id, lost_message);
        assert_true(add_delivery(fixture->store, before, incident.row, 1, "sms", NULL,
                                 NULL) > lost_delivery);
        store_rollback(fixture->store);
        before = 1;
    }
    restore_report_clear(&report);
    incident_row_clear(&incident);
    message_row_clear(&message);
    free(backup);
}

/* Numbers that the present database gave count too, though the clock was set back. */
static void
test_ids_with_a_clock_that_went_back(void **state)
{
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    struct error error = { 0 };
    char *backup = make_backup(fixture, "backup");
    int64_t given;

    raw_close(fixture);
    restore_well(fixture, backup, &report);
    fixture_open(fixture);
    given = add_incident(fixture->store, "A1");
    commit(fixture->store);
    raw_close(fixture);
    assert_int_equal(store_restore(fixture->path, backup, 1000, &report, &error),
                     STATUS_OK);
    fixture_open(fixture);
    assert_true(add_incident(fixture->store, "A2") > given);
    store_rollback(fixture->store);
    restore_report_clear(&report);
    free(backup);
}

static void
test_deliveries_are_unknown_and_late(void **state)
{
    static const enum delivery_state expected[6] = {
        DELIVERY_HELD,    DELIVERY_UNKNOWN, DELIVERY_UNKNOWN,
        DELIVERY_UNKNOWN, DELIVERY_PARKED,  DELIVERY_DELIVERED,
    };
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    struct many m = make_every_state(fixture);
    char *backup;

    commit(fixture->store);
    backup = make_backup(fixture, "backup");
    raw_close(fixture);
    restore_well(fixture, backup, &report);
    assert_int_equal(report.n_unfinished, 2);
    fixture_open(fixture);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(state_of(fixture->store, m.row[i]), expected[i]);
    }
    assert_true(is_late(fixture->store, m.row[1]));
    assert_true(is_late(fixture->store, m.row[2]));
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_UNKNOWN), 3);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_PENDING), 0);
    assert_int_equal(count_of(fixture->store, "sms", DELIVERY_IN_FLIGHT), 0);
    /* And go out in their order. */
    for (int i = 1; i <= 3; i++) {
        store_outbound_resend(fixture->store, m.row[i], T0);
    }
    assert_int_equal(claim(fixture->store, "sms", T0 + 10000, NULL), 3);
    commit(fixture->store);
    restore_report_clear(&report);
    free(backup);
}

/* Two messages of one order, both unknown: the older one goes first, and alone. */
static void
test_order_is_kept(void **state)
{
    struct fixture *fixture = *state;
    struct restore_report report = { 0 };
    int64_t incident = add_incident(fixture->store, "A1");
    int64_t row[2];
    char *backup;

    for (int i = 0; i < 2; i++) {
        int64_t message = add_message(fixture->store, incident, i + 1);

        row[i] =
            add_delivery(fixture->store, message, incident, i + 1, "sms", NULL, NULL);
    }
    commit(fixture->store);
    backup = make_backup(fixture, "backup");
    raw_close(fixture);
    restore_well(fixture, backup, &report);
    fixture_open(fixture);
    assert_int_equal(claim(fixture->store, "sms", T0, NULL), 0);
    store_outbound_resend(fixture->store, row[1], T0);
    assert_int_equal(claim(fixture->store, "sms", T0, NULL), 0);
    store_outbound_resend(fixture->store, row[0], T0);
    assert_int_equal(claim_only(fixture->store, "sms", T0), row[0]);
    deliver(fixture->store, row[0]);
    assert_int_equal(claim_only(fixture->store, "sms", T0), row[1]);
    commit(fixture->store);
    restore_report_clear(&report);
    free(backup);
}

/* --- Refused ---------------------------------------------------------------------- */

static void
assert_refused(struct fixture *fixture, const char *file, enum status expected,
               const char *word)
{
    char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
    struct restore_report report = { 0 };
    struct error error = { 0 };
    char *left;

    raw_digest(fixture->path, before);
    assert_int_equal(restore(fixture, file, &report, &error), expected);
    if (strstr(error.text, word) == NULL) {
        fail_msg("\"%s\" is not in: %s", word, error.text);
    }
    raw_digest(fixture->path, after);
    assert_string_equal(before, after);
    left = raw_find(fixture, "db.*");
    if (left != NULL) {
        fail_msg("%s was left behind", left);
    }
}

static void
test_what_is_no_backup_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char *backup = make_backup(fixture, "backup");
    char *other = string_format("%s/other", fixture->folder);
    char *empty = string_format("%s/empty", fixture->folder);

    raw_close(fixture);
    assert_refused(fixture, fixture->path, STATUS_REFUSED, "itself");
    assert_refused(fixture, "/no/such/file", STATUS_NOT_FOUND, "cannot be read");
    assert_refused(fixture, fixture->folder, STATUS_INVALID, "not a file");
    raw_execute(other, "CREATE TABLE theirs (x)");
    assert_refused(fixture, other, STATUS_INVALID, "another program");
    fclose(fopen(empty, "we"));
    assert_refused(fixture, empty, STATUS_INVALID, "empty");
    raw_execute(backup, "PRAGMA user_version = 4");
    assert_refused(fixture, backup, STATUS_CONFLICT, "newer");
    raw_execute(backup, "PRAGMA user_version = 3");
    raw_damage(backup);
    assert_refused(fixture, backup, STATUS_INVALID, "damaged");
    fixture_open(fixture);
    free(empty);
    free(other);
    free(backup);
}

/* --- Cut off ---------------------------------------------------------------------- */

static void
test_decided_is_finished_by_the_next_start(void **state)
{
    struct fixture *fixture = *state;
    char *backup = make_backup(fixture, "backup");
    char *restored = string_format("%s.restored", fixture->path);
    struct error error = { 0 };
    char *kept;

    raw_close(fixture);
    raw_execute(fixture->path, "INSERT INTO note VALUES ('which', 'present')");
    raw_execute(backup, "INSERT INTO note VALUES ('which', 'backup')");
    assert_int_equal(link(backup, restored), 0);
    assert_int_equal(store_open_or_rescue(fixture->path, T0, &fixture->store, &error),
                     STATUS_OK);
    raw_close(fixture);
    assert_int_equal(
        raw_query(fixture->path, "SELECT count(*) FROM note WHERE value = 'backup'"),
        1);
    kept = raw_find(fixture, "db.before-restore-*Z");
    assert_non_null(kept);
    assert_int_equal(
        raw_query(kept, "SELECT count(*) FROM note WHERE value = 'present'"), 1);
    fixture_open(fixture);
    free(kept);
    free(restored);
    free(backup);
}

static int64_t
now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* A process that restores, and is killed so long after its start; negative: never. How
 * long it lived. */
static int64_t
restore_killed(struct fixture *fixture, const char *backup, int64_t after_us)
{
    int64_t begun_us = now_us();
    struct error error = { 0 };
    pid_t child = fork();

    if (child == 0) {
        struct restore_report report = { 0 };

        _exit(restore(fixture, backup, &report, &error) == STATUS_OK ? 0 : 1);
    }
    if (after_us >= 0) {
        usleep((useconds_t)after_us);
        kill(child, SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    return now_us() - begun_us;
}

/* Which database stands there; whole, and not in safe mode. */
static bool
is_restored(struct fixture *fixture)
{
    struct error error = { 0 };
    char *which;
    char *why;
    bool restored;

    assert_int_equal(store_open_or_rescue(fixture->path, T0, &fixture->store, &error),
                     STATUS_OK);
    which = store_note_find(fixture->store, "which");
    assert_non_null(which);
    restored = strcmp(which, "backup") == 0;
    if (!restored) {
        assert_string_equal(which, "present");
    }
    why = store_safe_mode(fixture->store);
    assert_null(why);
    free(which);
    return restored;
}

/* Killed at moments spread over its whole length: the database is the old one or the new
 * one, whole, and the next start is like any other. */
static void
test_killed_at_any_moment(void **state)
{
    enum {
        KILLS = 40
    };
    struct fixture *fixture = *state;
    int64_t whole_us = 0;
    int n_old = 0, n_new = 0;
    char *backup;

    store_note_save(fixture->store, "which", "backup");
    commit(fixture->store);
    backup = make_backup(fixture, "backup");
    for (int i = -1; i < KILLS; i++) {
        store_note_save(fixture->store, "which", "present");
        commit(fixture->store);
        raw_close(fixture);
        if (i < 0) {
            whole_us = restore_killed(fixture, backup, -1);
            assert_true(is_restored(fixture));
            continue;
        }
        restore_killed(fixture, backup, whole_us * i / KILLS * 2);
        if (is_restored(fixture)) {
            n_new++;
        } else {
            n_old++;
        }
    }
    assert_true(n_old > 0);
    fprintf(stderr,
            "restore: %d kills within %lld us, %d times the old database, %d times the "
            "new\n",
            KILLS, (long long)whole_us * 2, n_old, n_new);
    free(backup);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_loss_is_told_exactly),
        TEST(test_after_safe_mode),
        TEST(test_unreadable_one_is_told),
        TEST(test_no_id_is_given_twice),
        TEST(test_ids_with_a_clock_that_went_back),
        TEST(test_deliveries_are_unknown_and_late),
        TEST(test_order_is_kept),
        TEST(test_what_is_no_backup_is_refused),
        TEST(test_decided_is_finished_by_the_next_start),
        TEST(test_killed_at_any_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
