/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A store in a folder of its own for each test, and short ways to put things into it.
 */
#ifndef BUDKAVLE_TESTS_STORE_FIXTURE_H
#define BUDKAVLE_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "store/incidents.h"
#include "store/outbound.h"
#include "store/store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define T0 INT64_C(1700000000000)
#define LEASE_MS INT64_C(30000)

struct fixture {
    char folder[64];
    char path[96];
    struct store *store;
};

static inline void
fixture_open(struct fixture *fixture)
{
    struct error error = { 0 };

    if (store_open(fixture->path, T0, &fixture->store, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
}

static inline int
fixture_setup(void **state)
{
    struct fixture *fixture = memory_alloc(sizeof(*fixture));

    (void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/store-test-XXXXXX");
    if (mkdtemp(fixture->folder) == NULL) {
        return -1;
    }
    (void)snprintf(fixture->path, sizeof(fixture->path), "%s/db", fixture->folder);
    fixture_open(fixture);
    *state = fixture;
    return 0;
}

static inline int
fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    DIR *folder;

    store_close(fixture->store);
    folder = opendir(fixture->folder);
    for (struct dirent *entry = readdir(folder); entry != NULL;
         entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
        }
    }
    closedir(folder);
    (void)rmdir(fixture->folder);
    free(fixture);
    return 0;
}

/* As a crash does: what was not committed is gone. */
static inline void
fixture_reopen(struct fixture *fixture)
{
    store_close(fixture->store);
    fixture_open(fixture);
}

static inline void
commit(struct store *store)
{
    struct error error = { 0 };

    if (store_commit(store, &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
}

/* The incident `number` of source "s": existing, confirmed. */
static inline int64_t
add_incident(struct store *store, const char *number)
{
    char source[] = "s";
    char record[] = "{}";
    char *copy = string_copy(number);
    struct incident_row row = { .source = source,
                                .incident = copy,
                                .record = record,
                                .exists = true,
                                .status = INCIDENT_CONFIRMED,
                                .created_at_ms = T0,
                                .updated_at_ms = T0,
                                .exists_since_ms = T0,
                                .closed_at_ms = TIME_NONE,
                                .next_check_ms = TIME_NEVER };

    store_incident_save(store, &row);
    free(copy);
    return row.row;
}

static inline int64_t
add_message(struct store *store, int64_t incident, int64_t sequence)
{
    char record[] = "{}";
    struct message_row row = { .incident_row = incident,
                               .sequence = sequence,
                               .notice = NOTICE_FIRST,
                               .priority = PRIORITY_NORMAL,
                               .written_at_ms = T0 + sequence,
                               .record = record };

    struct incident_row of = { 0 };

    if (store_incident_get(store, incident, &of) && of.sequence < sequence) {
        of.sequence = sequence;
        store_incident_save(store, &of);
    }
    incident_row_clear(&of);
    store_message_add(store, &row);
    return row.row;
}

/* A delivery of the message with this sequence, due at T0. Unset members of `like` get
 * ordinary values. */
static inline int64_t
add_delivery(struct store *store, int64_t message, int64_t incident, int64_t sequence,
             const char *channel, const char *recipient,
             const struct outbound_row *like)
{
    struct outbound_row row = { .state = DELIVERY_PENDING,
                                .priority = PRIORITY_NORMAL };
    int64_t key;

    if (like != NULL) {
        row = *like;
    }
    row.message_row = message;
    row.incident_row = incident;
    row.sequence = sequence;
    row.previous = sequence - 1;
    row.channel = string_copy(channel);
    row.recipient = string_copy(recipient);
    row.created_at_ms = row.created_at_ms == 0 ? T0 : row.created_at_ms;
    row.due_at_ms = row.due_at_ms == 0 ? T0 : row.due_at_ms;
    store_outbound_add(store, &row);
    key = row.row;
    outbound_row_clear(&row);
    return key;
}

/* Claims of every priority; how many, and the key of the first (0). */
static inline size_t
claim(struct store *store, const char *channel, int64_t now_ms, int64_t *first)
{
    struct outbound_rows rows = { 0 };
    size_t n;

    for (int priority = 0; priority < PRIORITY_COUNT; priority++) {
        store_outbound_claim(store, channel, (enum priority)priority, "me", now_ms,
                             now_ms, LEASE_MS, 100, &rows);
    }
    n = rows.count;
    if (first != NULL) {
        *first = n > 0 ? rows.items[0].row : 0;
    }
    outbound_rows_clear(&rows);
    return n;
}

/* The only row that can be claimed now; 0 if none. */
static inline int64_t
claim_only(struct store *store, const char *channel, int64_t now_ms)
{
    int64_t first;

    assert_true(claim(store, channel, now_ms, &first) <= 1);
    return first;
}

static inline void
deliver(struct store *store, int64_t key)
{
    store_outbound_conclude(store, key, DELIVERY_DELIVERED, "remote", NULL, T0 + 1);
}

static inline enum delivery_state
state_of(struct store *store, int64_t key)
{
    struct outbound_row row = { 0 };
    enum delivery_state state;

    assert_true(store_outbound_get(store, key, &row));
    state = row.state;
    outbound_row_clear(&row);
    return state;
}

static inline bool
is_late(struct store *store, int64_t key)
{
    struct outbound_row row = { 0 };
    bool late;

    assert_true(store_outbound_get(store, key, &row));
    late = row.late;
    outbound_row_clear(&row);
    return late;
}

static inline int64_t
count_of(struct store *store, const char *channel, enum delivery_state state)
{
    struct channel_counts counts;

    store_outbound_counts(store, channel, &counts);
    return counts.states[state];
}

/* One incident with one message, and deliveries of it to n recipients "r0" and on. */
struct many {
    struct store *store;
    int64_t incident, message;
    int64_t row[8];
};

static inline struct many
make_many(struct fixture *fixture, const char *channel, int n,
          const struct outbound_row *like)
{
    struct many many = { .store = fixture->store };
    char recipient[16];

    many.incident = add_incident(many.store, "A1");
    many.message = add_message(many.store, many.incident, 1);
    for (int i = 0; i < n; i++) {
        (void)snprintf(recipient, sizeof(recipient), "r%d", i);
        many.row[i] = add_delivery(many.store, many.message, many.incident, 1, channel,
                                   recipient, like == NULL ? NULL : &like[i]);
    }
    return many;
}

/* Rows 0 to 5: held, pending later, in flight, unknown, parked, delivered. */
static inline struct many
make_every_state(struct fixture *fixture)
{
    const struct outbound_row like[6] = {
        [0] = { .state = DELIVERY_HELD },
        [1] = { .state = DELIVERY_PENDING, .due_at_ms = T0 + 9000 },
        [2] = { .state = DELIVERY_PENDING },
        [3] = { .state = DELIVERY_PENDING },
        [4] = { .state = DELIVERY_PENDING },
        [5] = { .state = DELIVERY_PENDING },
    };
    struct many m = make_many(fixture, "sms", 6, like);

    assert_int_equal(claim(m.store, "sms", T0, NULL), 4);
    store_outbound_unknown(m.store, m.row[3], "reset", T0);
    store_outbound_conclude(m.store, m.row[4], DELIVERY_PARKED, NULL, "403", T0);
    deliver(m.store, m.row[5]);
    return m;
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
