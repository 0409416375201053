/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The reading routes as a client on the socket meets them: filters that are mistyped,
 * pages that are followed, and what a role gets to see.
 */
#include "answers_fixture.h"

#include "api/api.h"
#include "store/left.h"

#include <sys/socket.h>
#include <sys/un.h>

struct bench {
    struct fixture *fixture;
    struct store *store;
    struct loop *loop;
    struct turn *turn;
    struct api *api;
    struct metrics metrics;
    char path[96];
    bool operates; /* the peer has that role */
};

/* --- Ports ------------------------------------------------------------------------ */

static bool
on_allowed(void *context, enum api_role role, uid_t uid, const gid_t *gids,
           size_t n_gids)
{
    const struct bench *bench = context;

    (void)uid;
    (void)gids;
    (void)n_gids;
    return role == API_READ || (role == API_OPERATE && bench->operates);
}

static void
on_report(void *context, struct daemon_report *report)
{
    (void)context;
    report->line = string_copy("ok: 0 incidents, 0 waiting, 1/1 channels up");
    report->ok = true;
    report->started_at_ms = T0;
    report->oldest_ms = TIME_NONE;
    report->channels = memory_array(1, sizeof(*report->channels));
    report->n_channels = 1;
    report->channels[0] = (struct channel_report){ .name = string_copy("page"),
                                                   .driver = string_copy("page"),
                                                   .since_ms = TIME_NONE,
                                                   .oldest_ms = TIME_NONE,
                                                   .next_due_ms = TIME_NEVER,
                                                   .last_success_ms = TIME_NONE };
}

static const struct metrics *
on_metrics(void *context)
{
    return &((const struct bench *)context)->metrics;
}

static enum status
on_commit(void *context, struct error *error)
{
    return store_commit(((struct bench *)context)->store, error);
}

/* --- The bench -------------------------------------------------------------------- */

static int
bench_setup(void **state)
{
    struct bench *bench = memory_alloc(sizeof(*bench));
    const struct api_ports ports = { .context = bench,
                                     .allowed = on_allowed,
                                     .report = on_report,
                                     .metrics = on_metrics };
    struct api_settings settings = { .path = bench->path,
                                     .mode = 0600,
                                     .source = "socket",
                                     .max_per_uid = 8,
                                     .max = 8,
                                     .listen_fd = -1 };
    struct error error = { 0 };

    if (fixture_setup((void **)&bench->fixture) != 0) {
        return -1;
    }
    (void)snprintf(bench->path, sizeof(bench->path), "%s/sock", bench->fixture->folder);
    bench->store = bench->fixture->store;
    bench->loop = loop_new();
    bench->turn = turn_new(bench->loop, on_commit, bench);
    metrics_init(&bench->metrics);
    if (api_open(bench->loop, bench->turn, bench->store, &settings, &ports, &bench->api,
                 &error) != STATUS_OK) {
        fail_msg("%s", error.text);
    }
    *state = bench;
    return 0;
}

static int
bench_teardown(void **state)
{
    struct bench *bench = *state;

    api_close(bench->api);
    turn_free(bench->turn);
    loop_free(bench->loop);
    metrics_clear(&bench->metrics);
    (void)fixture_teardown((void **)&bench->fixture);
    free(bench);
    return 0;
}

/* --- A client --------------------------------------------------------------------- */

enum {
    CLIENT_PATIENCE_MS = 10000
};

struct client {
    struct loop *loop;
    int fd;
    bool done;
    struct buffer answer;
};

static void
on_readable(void *context, int what)
{
    struct client *client = context;
    char block[4096];
    ssize_t n = read(client->fd, block, sizeof(block));

    (void)what;
    if (n > 0) {
        buffer_append(&client->answer, block, (size_t)n);
    } else {
        client->done = true;
        loop_stop(client->loop);
    }
}

static void
on_patience_ends(void *context)
{
    loop_stop(context);
}

static int
client_connect(const struct bench *bench)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(strlen(bench->path) < sizeof(address.sun_path));
    memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
    assert_int_equal(
        connect(fd, (const struct sockaddr *)(const void *)&address, sizeof(address)),
        0);
    return fd;
}

/* The whole answer to GET. */
static struct buffer
get_raw(struct bench *bench, const char *target)
{
    struct client client = { .loop = bench->loop, .fd = client_connect(bench) };
    char *request = string_format(
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", target);
    struct loop_watch *watch =
        loop_watch_new(bench->loop, client.fd, LOOP_READ, on_readable, &client);
    struct loop_timer *timer =
        loop_timer_new(bench->loop, on_patience_ends, bench->loop);

    assert_int_equal(write(client.fd, request, strlen(request)), strlen(request));
    loop_timer_set(timer, CLIENT_PATIENCE_MS);
    assert_int_equal(loop_run(bench->loop), 0);
    loop_timer_free(timer);
    loop_watch_free(watch);
    close(client.fd);
    free(request);
    assert_true(client.done);
    return client.answer;
}

/* The answer's JSON, after its code was compared. */
static json_t *
get(struct bench *bench, const char *target, int code)
{
    struct buffer answer = get_raw(bench, target);
    const char *body;
    json_t *json;
    int got = 0;

    assert_true(answer.len > 0);
    assert_int_equal(sscanf(answer.data, "HTTP/1.1 %3d", &got), 1);
    if (got != code) {
        fail_msg("%s: %s", target, answer.data);
    }
    body = strstr(answer.data, "\r\n\r\n");
    assert_non_null(body);
    json = json_loads(body, 0, NULL);
    if (json == NULL) {
        fail_msg("%s is answered with no JSON: %s", target, answer.data);
    }
    buffer_clear(&answer);
    return json;
}

/* A problem whose detail holds each of the words. */
static void
assert_problem(struct bench *bench, const char *target, int code,
               const char *const *words)
{
    json_t *problem = get(bench, target, code);

    assert_true(has_key(problem, "title"));
    for (; *words != NULL; words++) {
        if (strstr(text_at(problem, "detail"), *words) == NULL) {
            fail_msg("%s: no \"%s\" in: %s", target, *words,
                     text_at(problem, "detail"));
        }
    }
    json_decref(problem);
}

static size_t
count_of_answer(struct bench *bench, const char *target, const char *list)
{
    json_t *answer = get(bench, target, 200);
    size_t n = count_in(answer, list);

    json_decref(answer);
    return n;
}

/* --- Tests ------------------------------------------------------------------------ */

/* One message for a person by mail. */
static void
add_mail(struct store *store)
{
    int64_t incident, message;

    store_begin(store);
    incident = add_known_incident(store, "I-1");
    message = add_known_message(store, incident, 1);
    add_delivery(store, message, incident, 1, "mail", "anna@example.se", NULL);
    commit(store);
}

static void
test_mistyped_filters(void **state)
{
    static const struct {
        const char *target;
        int code;
        const char *words[5];
    } cases[] = {
        { "/v1/deliveries?state=gone", 400, { "gone", "parked", "undeliverable" } },
        { "/v1/deliveries?state=expanded", 400, { "expanded", "held" } },
        { "/v1/messages?state=gone", 400, { "gone", "pending" } },
        { "/v1/deliveries?channel=mial", 400, { "mial", "page" } },
        { "/v1/deliveries?incident=i_none", 404, { "i_none", "/v1/incidents" } },
        { "/v1/messages?incident=i_none", 404, { "i_none" } },
        { "/v1/incidents/i_none", 404, { "i_none" } },
        { "/v1/incidents/i_none/timeline", 404, { "i_none" } },
        { "/v1/audit?incident=i_none", 404, { "i_none" } },
        { "/v1/incidents?open=1&waiting=1", 400, { "open=1", "waiting=1" } },
        { "/v1/incidents?limit=0", 400, { "1000" } },
        { "/v1/deliveries?limit=1001", 400, { "1000" } },
        { "/v1/audit?limit=many", 400, { "1000" } },
        { "/v1/messages?after=yesterday", 400, { "after" } },
    };
    struct bench *bench = *state;

    add_mail(bench->store);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        assert_problem(bench, cases[i].target, cases[i].code, cases[i].words);
    }
}

/* A channel without a single delivery is one all the same. */
static void
test_channel_without_rows(void **state)
{
    struct bench *bench = *state;

    assert_int_equal(
        count_of_answer(bench, "/v1/deliveries?channel=page", "deliveries"), 0);
    add_mail(bench->store);
    assert_int_equal(
        count_of_answer(bench, "/v1/deliveries?channel=mail", "deliveries"), 1);
}

static void
test_filters_apply(void **state)
{
    struct bench *bench = *state;
    json_t *answer;
    char *target;

    add_mail(bench->store);
    answer = get(bench, "/v1/incidents?number=I-1", 200);
    target = string_format("/v1/deliveries?incident=%s",
                           text_at(item(answer, "incidents", 0), "id"));
    assert_int_equal(count_of_answer(bench, target, "deliveries"), 1);
    free(target);
    target = string_format("/v1/audit?incident=%s",
                           text_at(item(answer, "incidents", 0), "id"));
    assert_int_equal(count_of_answer(bench, target, "missing"), 1);
    free(target);
    target = string_format("/v1/incidents/%s/timeline",
                           text_at(item(answer, "incidents", 0), "id"));
    assert_int_equal(count_of_answer(bench, target, "timeline"), 1);
    free(target);
    json_decref(answer);
    assert_int_equal(
        count_of_answer(bench, "/v1/deliveries?state=delivered", "deliveries"), 0);
    assert_int_equal(
        count_of_answer(bench, "/v1/deliveries?unfinished=1", "deliveries"), 1);
    assert_int_equal(count_of_answer(bench, "/v1/messages?state=pending", "messages"),
                     1);
    assert_int_equal(count_of_answer(bench, "/v1/messages?state=parked", "messages"),
                     0);
    assert_int_equal(count_of_answer(bench, "/v1/incidents?open=1", "incidents"), 1);
}

/* Who asks for a number finds an incident that does not exist yet as well. */
static void
test_number_of_waiting_incident(void **state)
{
    struct bench *bench = *state;

    store_begin(bench->store);
    add_waiting_incident(bench->store, "I-7");
    commit(bench->store);
    assert_int_equal(count_of_answer(bench, "/v1/incidents", "incidents"), 0);
    assert_int_equal(count_of_answer(bench, "/v1/incidents?number=I-7", "incidents"),
                     1);
    assert_int_equal(count_of_answer(bench, "/v1/incidents?waiting=1", "incidents"), 1);
    assert_int_equal(
        count_of_answer(bench, "/v1/incidents?number=I-7&open=1", "incidents"), 0);
}

static void
test_recipients_need_operate(void **state)
{
    struct bench *bench = *state;
    json_t *answer;

    add_mail(bench->store);
    answer = get(bench, "/v1/deliveries", 200);
    assert_false(has_key(item(answer, "deliveries", 0), "recipient"));
    json_decref(answer);
    bench->operates = true;
    answer = get(bench, "/v1/deliveries", 200);
    assert_string_equal(text_at(item(answer, "deliveries", 0), "recipient"),
                        "anna@example.se");
    json_decref(answer);
}

/* Following `next` shows every row once. */
static void
test_pages_are_followed(void **state)
{
    struct bench *bench = *state;
    struct buffer seen = { 0 };
    char *target = string_copy("/v1/incidents?limit=2");
    size_t pages = 0;

    store_begin(bench->store);
    for (int i = 1; i <= 5; i++) {
        char *number = string_format("I-%d", i);

        add_known_incident(bench->store, number);
        free(number);
    }
    commit(bench->store);
    while (target != NULL && pages++ < 10) {
        json_t *answer = get(bench, target, 200);

        for (size_t i = 0; i < count_in(answer, "incidents"); i++) {
            buffer_addf(&seen, "%s ",
                        text_at(item(answer, "incidents", i), "incident"));
        }
        free(target);
        target = is_last_page(answer) ? NULL
                                      : string_format("/v1/incidents?limit=2&after=%s",
                                                      text_at(answer, "next"));
        json_decref(answer);
    }
    assert_string_equal(seen.data, "I-1 I-2 I-3 I-4 I-5 ");
    assert_int_equal(pages, 3);
    buffer_clear(&seen);
}

static void
test_state_and_metrics(void **state)
{
    struct bench *bench = *state;
    struct buffer metrics;
    json_t *answer = get(bench, "/v1/status", 200);

    assert_string_equal(text_at(answer, "line"),
                        "ok: 0 incidents, 0 waiting, 1/1 channels up");
    json_decref(answer);
    answer = get(bench, "/v1/channels", 200);
    assert_string_equal(text_at(item(answer, "channels", 0), "name"), "page");
    json_decref(answer);
    metrics = get_raw(bench, "/metrics");
    assert_non_null(
        strstr(metrics.data, "\r\nContent-Type: text/plain; version=0.0.4"));
    assert_non_null(
        strstr(metrics.data, "\nbudkavle_channel_up{channel=\"page\"} 1\n"));
    buffer_clear(&metrics);
}

/* Addresses are for operators, and nobody else. */
static void
test_who_left_is_for_operators(void **state)
{
    static const char *const words[] = { "there is no channel", NULL };
    const struct departure departure = { .channel = "page",
                                         .recipient = "a@example.se",
                                         .detail = "550 no such user",
                                         .reason = LEFT_GONE,
                                         .uid = ACT_BY_DAEMON };
    struct bench *bench = *state;
    json_t *answer;

    store_begin(bench->store);
    store_left_add(bench->store, &departure, T0);
    commit(bench->store);
    bench->operates = false;
    answer = get(bench, "/v1/channels/page/left", 403);
    json_decref(answer);
    bench->operates = true;
    answer = get(bench, "/v1/channels/page/left", 200);
    assert_string_equal(text_at(item(answer, "left", 0), "recipient"), "a@example.se");
    assert_string_equal(text_at(item(answer, "left", 0), "reason"), "gone");
    assert_string_equal(text_at(item(answer, "left", 0), "detail"), "550 no such user");
    assert_int_equal(json_array_size(json_object_get(answer, "left")), 1);
    assert_true(json_is_null(json_object_get(answer, "next")));
    json_decref(answer);
    assert_problem(bench, "/v1/channels/none/left", 404, words);
}

/* What a failed store gives looks like an empty list, and must not be taken for one. */
static void
test_failed_store_is_told(void **state)
{
    static const char *const targets[] = { "/v1/audit", "/v1/incidents",
                                           "/v1/deliveries", "/v1/incidents/i_none",
                                           "/metrics" };
    struct bench *bench = *state;

    for (size_t i = 0; i < ARRAY_COUNT(targets); i++) {
        static const char *const words[] = { "database", NULL };

        /* Each time anew: the end of the turn deals with it. */
        store_begin(bench->store);
        add_known_message(bench->store, 999, 1); /* of no incident */
        assert_true(store_failed(bench->store));
        assert_problem(bench, targets[i], 503, words);
    }
    store_rollback(bench->store);
}

#define BENCH_TEST(name)                                                               \
    cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BENCH_TEST(test_mistyped_filters),
        BENCH_TEST(test_channel_without_rows),
        BENCH_TEST(test_filters_apply),
        BENCH_TEST(test_number_of_waiting_incident),
        BENCH_TEST(test_recipients_need_operate),
        BENCH_TEST(test_pages_are_followed),
        BENCH_TEST(test_state_and_metrics),
        BENCH_TEST(test_who_left_is_for_operators),
        BENCH_TEST(test_failed_store_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
