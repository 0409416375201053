/* SPDX-License-Identifier: EUPL-1.2 */
/* Clients that leave, a daemon that stops, and the life of the socket's file. */
#include "client.h"

/* --- Clients that leave, and a daemon that does ------------------------------------ */

static void
test_a_client_that_leaves_before_the_answer(void **state)
{
    static const struct outcome outcome = { .kind = OUTCOME_DELIVERED };
    struct rig *rig = *state;
    struct client client;

    /* The events are kept all the same. */
    client_open(rig, &client);
    client_ask(&client, "POST", "/v1/events", JSON_TYPE, EVENT_TEXT);
    assert_int_equal(send(client.fd, client.out.data, client.out.len, MSG_NOSIGNAL),
                     client.out.len);
    client_close(&client);
    while (rig->n_commits == 0) {
        event_base_loop(loop_base(rig->loop), EVLOOP_NONBLOCK);
    }
    assert_int_equal(rig->n_submitted, 1);
    /* And an answer that comes much later finds nobody. */
    rig->test_waits = true;
    client_open(rig, &client);
    client_ask(&client, "POST", "/v1/channels/mail/test", "", "");
    while (rig->test_done == NULL) {
        client_step(&client, true);
    }
    client_close(&client);
    for (int i = 0; i < 5; i++) {
        event_base_loop(loop_base(rig->loop), EVLOOP_NONBLOCK);
    }
    rig->test_done(rig->test_context, &outcome);
    assert_int_equal(rig_exchange(rig, "GET", "/v1/status", "", NULL, NULL), 200);
}

static void
test_closing_while_somebody_waits(void **state)
{
    struct rig *rig = *state;
    struct client client;

    rig->test_waits = true;
    client_open(rig, &client);
    client_ask(&client, "POST", "/v1/channels/mail/test", "", "");
    while (rig->test_done == NULL) {
        client_step(&client, true);
    }
    api_close(rig->api);
    rig->api = NULL;
    client_wait_end(&client);
    client_close(&client);
}

static void
test_stopping_answers_those_that_wait(void **state)
{
    static const struct outcome outcome = { .kind = OUTCOME_DELIVERED };
    struct rig *rig = *state;
    struct client waits, idles;
    struct stat found;

    rig->test_waits = true;
    client_open(rig, &idles);
    client_ask(&idles, "GET", "/v1/status", "", NULL);
    client_wait(&idles);
    client_open(rig, &waits);
    client_ask(&waits, "POST", "/v1/channels/mail/test", "", "");
    while (rig->test_done == NULL) {
        client_step(&waits, true);
    }
    api_stop(rig->api);
    assert_int_not_equal(lstat(rig->path, &found), 0);
    client_wait_end(&idles);
    assert_false(waits.ended);
    rig->test_done(rig->test_context, &outcome);
    client_wait_end(&waits);
    assert_int_equal(client_code(&waits), 200);
    assert_non_null(strstr(waits.in.data, "Connection: close"));
    client_close(&waits);
    client_close(&idles);
}

/* --- The socket's file ------------------------------------------------------------ */

static enum status
open_second(struct rig *rig, const struct api_settings *settings, struct error *error)
{
    struct api *second = NULL;
    enum status status = api_open(rig->loop, rig->turn, rig->store, settings,
                                  &rig->ports, &second, error);

    if (status == STATUS_OK) {
        api_close(second);
    }
    return status;
}

static void
test_a_socket_that_answers_is_left_alone(void **state)
{
    struct rig *rig = *state;
    struct error error = { "" };

    assert_int_equal(open_second(rig, &rig->settings, &error), STATUS_BUSY);
    assert_non_null(strstr(error.text, rig->path));
    assert_int_equal(rig_exchange(rig, "GET", "/v1/status", "", NULL, NULL), 200);
}

static void
test_a_socket_on_which_nobody_answers_is_replaced(void **state)
{
    struct rig *rig = *state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    api_close(rig->api);
    memcpy(address.sun_path, rig->path, strlen(rig->path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
    rig_open(rig);
    assert_int_equal(rig_exchange(rig, "GET", "/v1/status", "", NULL, NULL), 200);
}

static void
test_what_is_no_socket_is_never_removed(void **state)
{
    struct rig *rig = *state;
    struct api_settings settings = rig->settings;
    struct error error = { "" };
    char path[96];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/letter", rig->folder);
    file = fopen(path, "we");
    assert_non_null(file);
    fclose(file);
    settings.path = path;
    assert_int_equal(open_second(rig, &settings, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "no socket"));
    assert_int_equal(access(path, F_OK), 0);
}

static void
test_settings_that_cannot_be(void **state)
{
    struct rig *rig = *state;
    struct api_settings settings = rig->settings;
    struct error error = { "" };
    char path[200];

    (void)snprintf(path, sizeof(path), "%s/other", rig->folder);
    settings.path = path;
    settings.group = "no-such-group-anywhere";
    assert_int_equal(open_second(rig, &settings, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "no-such-group-anywhere"));
    assert_int_not_equal(access(path, F_OK), 0);
    memset(path, 'x', sizeof(path) - 1);
    path[0] = '/';
    path[sizeof(path) - 1] = '\0';
    settings.group = NULL;
    assert_int_equal(open_second(rig, &settings, &error), STATUS_INVALID);
    assert_non_null(strstr(error.text, "107"));
}

static void
test_mode_folder_and_removal(void **state)
{
    struct rig *rig = *state;
    mode_t umask_before = umask(0077);
    struct api_settings settings = rig->settings;
    struct error error = { "" };
    char folder[96], path[110];
    struct stat found;
    struct api *second = NULL;

    (void)snprintf(folder, sizeof(folder), "%s/run", rig->folder);
    (void)snprintf(path, sizeof(path), "%s/socket", folder);
    settings.path = path;
    settings.mode = 0666;
    assert_int_equal(api_open(rig->loop, rig->turn, rig->store, &settings, &rig->ports,
                              &second, &error),
                     STATUS_OK);
    assert_int_equal(stat(folder, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0755);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0666);
    settings.mode = 0600;
    api_configure(second, &settings);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 07777, 0600);
    api_close(second);
    assert_int_not_equal(stat(path, &found), 0);
    assert_int_equal(rmdir(folder), 0);
    umask(umask_before);
}

static void
test_a_socket_that_was_handed_over_stays(void **state)
{
    struct rig *rig = *state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    api_close(rig->api);
    rig->settings.listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memcpy(address.sun_path, rig->path, strlen(rig->path) + 1);
    assert_int_equal(bind(rig->settings.listen_fd, (const struct sockaddr *)&address,
                          sizeof(address)),
                     0);
    assert_int_equal(listen(rig->settings.listen_fd, 10), 0);
    rig_open(rig);
    assert_int_equal(rig_exchange(rig, "GET", "/v1/status", "", NULL, NULL), 200);
    api_close(rig->api);
    rig->api = NULL;
    assert_int_equal(access(rig->path, F_OK), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_a_client_that_leaves_before_the_answer),
        TEST(test_closing_while_somebody_waits),
        TEST(test_stopping_answers_those_that_wait),
        TEST(test_a_socket_that_answers_is_left_alone),
        TEST(test_a_socket_on_which_nobody_answers_is_replaced),
        TEST(test_what_is_no_socket_is_never_removed),
        TEST(test_settings_that_cannot_be),
        TEST(test_mode_folder_and_removal),
        TEST(test_a_socket_that_was_handed_over_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
