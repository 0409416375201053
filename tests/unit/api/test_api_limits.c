/* SPDX-License-Identifier: EUPL-1.2 */
/* Deadlines, sizes, and numbers of connections. */
#include "client.h"

#include <sys/resource.h>

static const struct peer_deadlines usual = { 5000, 10000, 60000, 60000 };

static int
teardown(void **state)
{
    peer_deadlines = usual;
    return rig_teardown(state);
}

/* --- Deadlines -------------------------------------------------------------------- */

static void
test_the_limits_are_those_that_are_documented(void **state)
{
    (void)state;
    assert_int_equal(peer_deadlines.header_ms, 5000);
    assert_int_equal(peer_deadlines.request_ms, 10000);
    assert_int_equal(peer_deadlines.idle_ms, 60000);
}

static void
test_who_says_nothing_is_cut(void **state)
{
    struct client client;

    peer_deadlines.header_ms = 30;
    client_open(*state, &client);
    client_wait_end(&client);
    assert_int_equal(client.in.len, 0);
    client_close(&client);
}

/* One byte at a time, each of them well within any timeout of inactivity. */
static void
drip(struct client *client, const char *bytes)
{
    int64_t start_ms = clock_mono_ms();

    while (!client->ended) {
        if (client->sent == client->out.len) {
            buffer_add_char(&client->out, *bytes != '\0' ? *bytes++ : 'x');
        }
        client_step(client, true);
        if (clock_mono_ms() - start_ms > RIG_PATIENCE_MS) {
            fail_msg("it may drip for ever");
        }
    }
}

static void
test_a_slow_header_is_cut_however_often_bytes_come(void **state)
{
    struct client client;
    json_t *answer;

    peer_deadlines.header_ms = 60;
    client_open(*state, &client);
    drip(&client, "GET /v1/status HTTP/1.1\r\nHost: ");
    assert_int_equal(client_code(&client), 408);
    answer = client_json(&client);
    assert_non_null(strstr(json_text(answer, "detail"), "header"));
    json_decref(answer);
    client_close(&client);
}

static void
test_a_slow_body_is_cut_however_often_bytes_come(void **state)
{
    struct rig *rig = *state;
    struct client client;

    peer_deadlines.request_ms = 60;
    client_open(rig, &client);
    buffer_add(&client.out, "POST /v1/events HTTP/1.1\r\nHost: x\r\n" JSON_TYPE
                            "Content-Length: 1000000\r\n\r\n");
    drip(&client, "");
    assert_int_equal(client_code(&client), 408);
    assert_non_null(strstr(client.in.data, "body"));
    assert_int_equal(rig->n_submitted, 0);
    client_close(&client);
}

static void
test_an_idle_connection_is_cut(void **state)
{
    struct client client;

    peer_deadlines.idle_ms = 30;
    client_open(*state, &client);
    client_ask(&client, "GET", "/v1/status", "", NULL);
    client_wait_end(&client);
    assert_int_equal(client_code(&client), 200);
    client_close(&client);
}

static void
test_an_answer_that_nobody_takes_is_cut(void **state)
{
    struct rig *rig = *state;
    char *large = memory_alloc(8 * 1024 * 1024);
    struct client client;

    memset(large, '#', 8 * 1024 * 1024 - 1);
    rig->config = large;
    peer_deadlines.answer_ms = 50;
    client_open(rig, &client);
    client_ask(&client, "GET", "/v1/config", "", NULL);
    for (int64_t start_ms = clock_mono_ms(); clock_mono_ms() - start_ms < 300;) {
        client_step(&client, false);
    }
    client_wait_end(&client);
    assert_true(client.in.len > 0);
    assert_true(client.in.len < 4 * 1024 * 1024);
    client_close(&client);
    free(large);
}

/* --- Sizes ------------------------------------------------------------------------ */

static void
test_a_large_answer_is_whole_before_the_connection_closes(void **state)
{
    enum {
        SIZE = 6 * 1024 * 1024
    };
    struct rig *rig = *state;
    char *large = memory_alloc(SIZE + 1);
    struct client client;

    memset(large, '#', SIZE);
    rig->config = large;
    client_open(rig, &client);
    client_ask(&client, "GET", "/v1/config", "Connection: close\r\n", NULL);
    client_wait_end(&client);
    assert_int_equal(strlen(strstr(client.in.data, "\r\n\r\n") + 4), SIZE);
    client_close(&client);
    free(large);
}

static void
test_a_header_that_is_too_large(void **state)
{
    struct client client;

    client_open(*state, &client);
    buffer_add(&client.out, "GET /v1/status HTTP/1.1\r\nX: ");
    for (int i = 0; i < 20; i++) {
        buffer_addf(&client.out, "%01024d", 0);
    }
    buffer_add(&client.out, "\r\n\r\n");
    client_wait_end(&client);
    assert_int_equal(client_code(&client), 400);
    assert_non_null(strstr(client.in.data, "16 KiB"));
    client_close(&client);
}

static void
test_a_body_that_is_too_large(void **state)
{
    static const char *const headers[] = { "", "Expect: 100-continue\r\n" };
    char *large = memory_alloc(9 * 1024 * 1024);
    json_t *answer = NULL;

    memset(large, ' ', 9 * 1024 * 1024 - 1);
    for (size_t i = 0; i < ARRAY_COUNT(headers); i++) {
        assert_int_equal(
            rig_exchange(*state, "POST", "/v1/events", headers[i], large, &answer),
            413);
        assert_non_null(strstr(json_text(answer, "detail"), "8 MiB"));
        json_decref(answer);
    }
    /* Just within the limit: it is read, and found to be empty. */
    large[8 * 1024 * 1024] = '\0';
    assert_int_equal(rig_exchange(*state, "POST", "/v1/events", JSON_TYPE, large, NULL),
                     400);
    free(large);
}

/* At once: the body never comes. */
static void
test_a_length_that_is_too_large_is_refused_before_the_body(void **state)
{
    static const char *const lengths[] = { "Content-Length: 8388609",
                                           "content-length:99999999999",
                                           "CONTENT-LENGTH:  123456789012345678" };
    struct rig *rig = *state;

    for (size_t i = 0; i < ARRAY_COUNT(lengths); i++) {
        struct client client;
        int64_t start_ms = clock_mono_ms();

        client_open(rig, &client);
        buffer_addf(&client.out,
                    "POST /v1/events HTTP/1.1\r\nHost: x\r\n" JSON_TYPE "%s\r\n\r\n",
                    lengths[i]);
        client_wait(&client);
        assert_int_equal(client_code(&client), 413);
        assert_non_null(strstr(client.in.data, "8 MiB"));
        assert_non_null(strstr(client.in.data, "Connection: close"));
        /* Long before the deadline of a body that does not come. */
        assert_true(clock_mono_ms() - start_ms < peer_deadlines.request_ms / 2);
        client_close(&client);
    }
    assert_int_equal(rig->n_submitted, 0);
}

static void
test_who_sends_on_after_the_refusal_is_cut_without_another_word(void **state)
{
    struct client client;

    peer_deadlines.request_ms = 60;
    client_open(*state, &client);
    buffer_add(&client.out, "POST /v1/events HTTP/1.1\r\nHost: x\r\n" JSON_TYPE
                            "Content-Length: 1000000000\r\n\r\n");
    drip(&client, "");
    assert_int_equal(client_code(&client), 413);
    assert_null(strstr(client.in.data, "408"));
    client_close(&client);
}

static void
test_a_chunked_body_that_is_too_large(void **state)
{
    static char chunk[1024 * 1024 + 1];
    struct rig *rig = *state;
    struct client client;

    memset(chunk, ' ', sizeof(chunk) - 1);
    client_open(rig, &client);
    buffer_add(&client.out, "POST /v1/events HTTP/1.1\r\nHost: x\r\n" JSON_TYPE
                            "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 10; i++) {
        buffer_addf(&client.out, "%zx\r\n%s\r\n", sizeof(chunk) - 1, chunk);
    }
    buffer_add(&client.out, "0\r\n\r\n");
    client_wait_end(&client);
    assert_int_equal(client_code(&client), 413);
    assert_int_equal(rig->n_submitted, 0);
    client_close(&client);
}

/* --- Numbers of connections ------------------------------------------------------- */

/* How many of N connections at once are served; the others must get 503. */
static int
count_served(struct rig *rig, struct client *clients, int n)
{
    int served = 0;

    for (int i = 0; i < n; i++) {
        client_open(rig, &clients[i]);
        client_ask(&clients[i], "POST", "/v1/events", JSON_TYPE, EVENT_TEXT);
        client_wait(&clients[i]);
        if (client_code(&clients[i]) == 200) {
            served++;
        } else {
            assert_int_equal(client_code(&clients[i]), 503);
            assert_non_null(strstr(clients[i].in.data, "Retry-After: "));
            assert_non_null(strstr(clients[i].in.data, "max_per_uid"));
        }
    }
    return served;
}

static void
test_connections_beyond_the_limits_are_turned_away(void **state)
{
    enum {
        N = 6
    };
    static const struct {
        int64_t max, max_per_uid;
        int served;
    } cases[] = { { 128, 4, 4 }, { 3, 16, 3 }, { 2, 1, 1 }, { 100, 100, N } };
    struct rig *rig = *state;
    struct client clients[N];

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        int before = rig->n_submitted;

        rig->settings.max = cases[i].max;
        rig->settings.max_per_uid = cases[i].max_per_uid;
        api_configure(rig->api, &rig->settings);
        assert_int_equal(count_served(rig, clients, N), cases[i].served);
        assert_int_equal(rig->n_submitted - before, cases[i].served);
        for (int k = 0; k < N; k++) {
            client_close(&clients[k]);
        }
        /* Those that left make room again. */
        for (int k = 0; k < 5; k++) {
            event_base_loop(loop_base(rig->loop), EVLOOP_NONBLOCK);
        }
    }
}

static void
test_a_part_is_kept_for_who_may_operate(void **state)
{
    enum {
        MAX = 16,
        KEPT = 2,
        N = 20
    };
    static const unsigned trusted[] = { 1U << API_OPERATE, 1U << API_APPROVE };
    struct rig *rig = *state;
    struct client clients[N];
    struct client operator;

    rig->settings.max = MAX;
    rig->settings.max_per_uid = N;
    api_configure(rig->api, &rig->settings);
    rig->roles = 1U << API_SUBMIT;
    assert_int_equal(count_served(rig, clients, N), MAX - KEPT);
    for (size_t i = 0; i < ARRAY_COUNT(trusted); i++) {
        rig->roles = trusted[i] | 1U << API_READ;
        client_open(rig, &operator);
        client_ask(&operator, "GET", "/v1/status", "", NULL);
        client_wait(&operator);
        assert_int_equal(client_code(&operator), 200);
        client_close(&operator);
    }
    for (int k = 0; k < N; k++) {
        client_close(&clients[k]);
    }
}

static void
test_a_flood_does_nothing_that_is_beyond_the_limit(void **state)
{
    enum {
        N = 100
    };
    struct rig *rig = *state;
    struct client clients[N];

    for (int i = 0; i < N; i++) {
        client_open(rig, &clients[i]);
        client_ask(&clients[i], "POST", "/v1/events", JSON_TYPE, EVENT_TEXT);
        assert_int_equal(
            send(clients[i].fd, clients[i].out.data, clients[i].out.len, MSG_NOSIGNAL),
            clients[i].out.len);
        clients[i].sent = clients[i].out.len;
    }
    for (int i = 0; i < N; i++) {
        client_wait(&clients[i]);
    }
    assert_int_equal(rig->n_submitted, rig->settings.max_per_uid);
    for (int i = 0; i < N; i++) {
        client_close(&clients[i]);
    }
}

static void
test_connections_leave_file_descriptors_to_the_rest(void **state)
{
    enum {
        FILES = 72,
        N = 12
    };
    struct rig *rig = *state;
    struct client clients[N];
    struct rlimit before, tight;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    tight = before;
    tight.rlim_cur = FILES;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    rig->settings.max = 1000;
    rig->settings.max_per_uid = 1000;
    api_configure(rig->api, &rig->settings);
    assert_int_equal(count_served(rig, clients, N), FILES - 64);
    for (int k = 0; k < N; k++) {
        client_close(&clients[k]);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void
test_running_out_of_file_descriptors(void **state)
{
    struct rig *rig = *state;
    struct client told, served;
    struct rlimit before, tight;
    int64_t start_ms;
    int highest;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    client_open(rig, &told);
    client_ask(&told, "GET", "/v1/status", "", NULL);
    highest = dup(told.fd);
    close(highest);
    tight = before;
    tight.rlim_cur = (rlim_t)highest;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    client_wait(&told);
    assert_int_equal(client_code(&told), 503);
    client_close(&told);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    /* It takes a pause, and then goes on by itself. */
    start_ms = clock_mono_ms();
    client_open(rig, &served);
    client_ask(&served, "GET", "/v1/status", "", NULL);
    client_wait(&served);
    assert_int_equal(client_code(&served), 200);
    assert_true(clock_mono_ms() - start_ms > 500);
    client_close(&served);
}

/* The last descriptors are no connection's: files and pipes need them. */
static void
test_spare_file_descriptors(void **state)
{
    struct rig *rig = *state;
    struct client told, served;
    struct rlimit before, tight;
    int highest;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    client_open(rig, &told);
    highest = dup(told.fd);
    close(highest);
    assert_in_range(highest, 8, 1000);
    tight = before;
    tight.rlim_cur = (rlim_t)highest + 3;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    client_ask(&told, "GET", "/v1/status", "", NULL);
    client_wait(&told);
    assert_int_equal(client_code(&told), 503);
    assert_non_null(strstr(told.in.data, "spare file descriptors"));
    client_close(&told);
    /* The connections were counted one by one: no pause follows. */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    client_open(rig, &served);
    client_ask(&served, "GET", "/v1/status", "", NULL);
    client_wait(&served);
    assert_int_equal(client_code(&served), 200);
    client_close(&served);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_the_limits_are_those_that_are_documented),
        TEST(test_who_says_nothing_is_cut),
        TEST(test_a_slow_header_is_cut_however_often_bytes_come),
        TEST(test_a_slow_body_is_cut_however_often_bytes_come),
        TEST(test_an_idle_connection_is_cut),
        TEST(test_an_answer_that_nobody_takes_is_cut),
        TEST(test_a_large_answer_is_whole_before_the_connection_closes),
        TEST(test_a_header_that_is_too_large),
        TEST(test_a_body_that_is_too_large),
        TEST(test_a_length_that_is_too_large_is_refused_before_the_body),
        TEST(test_who_sends_on_after_the_refusal_is_cut_without_another_word),
        TEST(test_a_part_is_kept_for_who_may_operate),
        TEST(test_a_chunked_body_that_is_too_large),
        TEST(test_connections_beyond_the_limits_are_turned_away),
        TEST(test_a_flood_does_nothing_that_is_beyond_the_limit),
        TEST(test_connections_leave_file_descriptors_to_the_rest),
        TEST(test_running_out_of_file_descriptors),
        TEST(test_spare_file_descriptors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
