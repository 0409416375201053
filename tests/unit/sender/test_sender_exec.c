/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The exec sender as a real process with real programs (small shell scripts): what they
 * are given, what their end becomes, and that nothing of them is left behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <sysexits.h>

static struct rig *rig;
static char folder[64]; /* programs write there */

static int
set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/budkavle-exec.XXXXXX");
    assert_non_null(mkdtemp(folder));
    rig = rig_open(1);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    rig_close(rig);
    char *command = string_format("rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
    free(command);
    return 0;
}

/* A shell that runs the script, which sees its folder as $1. */
static struct request
script_request(uint64_t id, const char *script)
{
    struct request request = { .id = id, .sender = SENDER_EXEC, .timeout_ms = 10000 };
    strings_add(&request.arguments, "/bin/sh");
    strings_add(&request.arguments, "-c");
    strings_add(&request.arguments, script);
    strings_add(&request.arguments, "script");
    strings_add(&request.arguments, folder);
    strings_add(&request.environment, "BUDKAVLE_CHANNEL=siren");
    buffer_add(&request.body, "{\"type\":\"incident.notice\"}\n");
    return request;
}

static const struct reply *
run(const char *script)
{
    static uint64_t id;
    struct request request = script_request(++id, script);
    return rig_exchange(rig, &request);
}

static char *
read_file(const char *name)
{
    char *path = string_format("%s/%s", folder, name);
    struct buffer content = { 0 };
    FILE *file = fopen(path, "re");
    int c;
    if (file == NULL) {
        fail_msg("%s is not there", path);
    }
    while ((c = fgetc(file)) != EOF) {
        buffer_add_char(&content, (char)c);
    }
    (void)fclose(file);
    free(path);
    buffer_add(&content, "");
    return content.data == NULL ? string_copy("") : buffer_take(&content);
}

static void
assert_answered(const struct reply *reply, int64_t code)
{
    if (reply->result != REPLY_ANSWERED || reply->code != code) {
        fail_msg("result %d, code %lld: %s", (int)reply->result, (long long)reply->code,
                 reply->detail == NULL ? "" : reply->detail);
    }
}

static void
test_its_exit_code_is_the_answer(void **state)
{
    static const int codes[] = { 0, 1, EX_TEMPFAIL, EX_CONFIG, 255 };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        char *script = string_format("cat > /dev/null; exit %d", codes[i]);
        assert_answered(run(script), codes[i]);
        free(script);
    }
}

static void
test_what_it_says(void **state)
{
    const struct reply *reply;
    (void)state;
    reply = run("echo run-17; echo more; echo 'low battery' >&2; echo more >&2");
    assert_answered(reply, 0);
    assert_true(strncmp(reply->body.data, "run-17\n", 7) == 0);
    assert_string_equal(reply->detail, "low battery");
    reply = run("printf 'a\\033[31mb' >&2; exit 75");
    assert_answered(reply, EX_TEMPFAIL);
    assert_null(strchr(reply->detail, '\033'));
}

/* More than a pipe holds, in both directions, and nothing of it stops anything. */
static void
test_much_to_read_and_to_write(void **state)
{
    struct request request = script_request(1, "wc -c; head -c 400000 /dev/zero >&2;"
                                               " head -c 400000 /dev/zero");
    (void)state;
    buffer_reset(&request.body);
    for (size_t i = 0; i < 300000; i++) {
        buffer_add_char(&request.body, 'x');
    }
    const struct reply *reply = rig_exchange(rig, &request);
    assert_answered(reply, 0);
    assert_true(strncmp(reply->body.data, "300000\n", 7) == 0);
    assert_true(reply->body.len <= REPLY_MAX_BODY);

    request = script_request(2, "exit 0"); /* it reads nothing at all */
    for (size_t i = 0; i < 300000; i++) {
        buffer_add_char(&request.body, 'x');
    }
    assert_answered(rig_exchange(rig, &request), 0);
}

static void
test_a_clean_room(void **state)
{
    (void)state;
    assert_int_equal(setenv("BUDKAVLE_TEST_SECRET", "hemligt", 1), 0);
    assert_answered(
        run("env > \"$1/env\"; pwd > \"$1/pwd\"; ls /proc/$$/fd > \"$1/fd\";"
            "cat /proc/$$/stat > \"$1/stat\"; echo $$ > \"$1/pid\";"
            "cat /proc/$$/status > \"$1/status\"; ulimit -c > \"$1/core\";"
            "trap > \"$1/traps\""),
        0);
    char *environment = read_file("env");
    assert_non_null(strstr(environment, "BUDKAVLE_CHANNEL=siren\n"));
    assert_non_null(strstr(environment, "LANG=C.UTF-8\n"));
    assert_non_null(strstr(environment, "PATH=/usr/local/sbin:"));
    assert_null(strstr(environment, "hemligt"));
    assert_null(strstr(environment, "HOME="));
    char *directory = read_file("pwd");
    assert_string_equal(directory, "/\n");
    char *descriptors = read_file("fd");
    assert_null(strstr(descriptors, "3"));
    assert_null(strstr(descriptors, "4"));
    char *status = read_file("status");
    assert_non_null(strstr(status, "NoNewPrivs:\t1"));
    assert_non_null(strstr(status, "CapEff:\t0000000000000000"));
    assert_non_null(strstr(status, "SigIgn:\t0000000000000000"));
    char *core = read_file("core");
    assert_string_equal(core, "0\n");
    char *pid = read_file("pid");
    char *stat = read_file("stat");
    int parent = 0, group = 0;
    assert_int_equal(sscanf(strrchr(stat, ')'), ") %*c %d %d", &parent, &group), 2);
    assert_int_equal(group, (int)strtol(pid, NULL, 10)); /* a group of its own */
    free(environment);
    free(directory);
    free(descriptors);
    free(status);
    free(core);
    free(pid);
    free(stat);
}

static void
test_it_cannot_be_started(void **state)
{
    static const struct {
        const char *program, *says;
    } rows[] = {
        { "/nonexistent/siren",
          "/nonexistent/siren cannot be started: No such file or directory" },
        { "/etc/passwd", "/etc/passwd cannot be started: Permission denied" },
        { "/etc", "/etc cannot be started: Permission denied" },
        { "siren", "the command is not an absolute path" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct request request = { .id = i, .sender = SENDER_EXEC, .timeout_ms = 5000 };
        strings_add(&request.arguments, rows[i].program);
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_BAD_REQUEST);
        assert_string_equal(reply->detail, rows[i].says);
    }
    assert_answered(run("exit 0"), 0); /* and the sender goes on */
}

static bool
is_alive(const char *name)
{
    char *text = read_file(name);
    const pid_t pid = (pid_t)strtol(text, NULL, 10);
    char path[64];
    char line[256] = "";
    free(text);
    assert_true(pid > 1);
    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return false;
    }
    const bool is_read = fgets(line, sizeof(line), file) != NULL;
    (void)fclose(file);
    /* One that nobody has reaped is dead all the same. */
    return is_read && strstr(line, ") Z ") == NULL && strstr(line, ") X ") == NULL;
}

static void
await_death(const char *name)
{
    for (int i = 0; i < 2000 && is_alive(name); i++) {
        (void)poll(NULL, 0, 10);
    }
    assert_false(is_alive(name));
}

static void
test_too_long_ends_the_whole_group(void **state)
{
    struct request request =
        script_request(1, "sleep 600 & echo $! > \"$1/child\"; echo $$ > \"$1/self\";"
                          "trap 'echo asked > \"$1/asked\"' TERM;"
                          "while :; do sleep 600; done");
    (void)state;
    request.timeout_ms = 700;
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_UNKNOWN);
    assert_string_equal(reply->detail, "the program did not end within 700 ms");
    assert_true(reply->duration_ms >= 700);
    await_death("self");
    await_death("child");
    char *asked = read_file("asked");
    assert_string_equal(asked, "asked\n"); /* before it was ended */
    free(asked);
}

static void
test_death_by_signal_is_unknown(void **state)
{
    (void)state;
    const struct reply *reply = run("kill -9 $$");
    assert_int_equal(reply->result, REPLY_UNKNOWN);
    assert_string_equal(reply->detail, "the program was ended by signal 9 (Killed)");
}

static void
test_what_it_leaves_behind_is_ended(void **state)
{
    (void)state;
    assert_answered(run("sleep 600 & echo $! > \"$1/child\""), 0);
    await_death("child");
}

/* Eight that each wait until all have begun. */
static void
test_many_at_once(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 8; id++) {
        struct request request = script_request(
            id,
            "echo > \"$1/begun-$$\";"
            "while [ \"$(ls \"$1\" | grep -c begun)\" -lt 8 ]; do sleep 0.02; done");
        rig_submit(rig, &request);
    }
    rig_await(rig, 8);
    for (uint64_t id = 1; id <= 8; id++) {
        assert_answered(rig_reply(rig, id), 0);
    }
}

static void
test_they_die_with_the_sender(void **state)
{
    struct request request =
        script_request(1, "sleep 600 & echo $! > \"$1/child\"; echo $$ > \"$1/self\";"
                          "echo > \"$1/ready\"; sleep 600");
    char *ready = string_format("%s/ready", folder);
    (void)state;
    rig_submit(rig, &request);
    assert_answered(run("while [ ! -e \"$1/ready\" ]; do sleep 0.02; done"), 0);
    rig_kill_first_sender();
    rig_await(rig, 2);
    assert_int_equal(rig_reply(rig, 1)->result, REPLY_UNKNOWN);
    await_death("self");
    await_death("child"); /* no death signal reaches it */
    free(ready);
}

static void
test_unix_sockets(void **state)
{
    static const char try_socket[] =
        "python3 -c 'import socket; socket.socket(socket.AF_UNIX)' 2> /dev/null";
    (void)state;
    assert_answered(run("python3 -c 'import socket; socket.socket()'"), 0);
    assert_answered(run(try_socket), 1);
    struct request request = script_request(100, try_socket);
    request.allow_unix_sockets = true;
    assert_answered(rig_exchange(rig, &request), 0);
}

static void
test_it_does_not_see_what_is_hidden(void **state)
{
    struct strings places = { 0 };
    char *store = string_format("%s/state", folder);
    char *key = string_format("%s/bus.key", folder);
    char *open_folder = string_format("%s/out", folder);
    (void)state;
    assert_int_equal(mkdir(store, 0755), 0);
    assert_int_equal(mkdir(open_folder, 0755), 0);
    char *command =
        string_format("echo hemligt > '%s/store.db'; echo hemligt > '%s'", store, key);
    assert_int_equal(system(command), 0);
    strings_take(&places, string_format("hidden:%s", store));
    strings_take(&places, string_format("private:%s", key));
    senders_confine(rig->senders, &places);
    const struct reply *reply =
        run("cat \"$1/state/store.db\" \"$1/bus.key\" > \"$1/out/seen\" 2> /dev/null;"
            "ls \"$1/state\" >> \"$1/out/seen\" 2> /dev/null; cat /etc/passwd > "
            "\"$1/out/passwd\"");
    if (senders_trouble(rig->senders) != NULL) {
        print_message("not tried: %s\n", senders_trouble(rig->senders));
    } else {
        assert_answered(reply, 0);
        char *seen = read_file("out/seen");
        assert_string_equal(seen, "");
        char *users = read_file("out/passwd");
        assert_non_null(strstr(users, "root:"));
        free(seen);
        free(users);
    }
    strings_clear(&places);
    free(command);
    free(store);
    free(key);
    free(open_folder);
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_its_exit_code_is_the_answer),
        TEST(test_what_it_says),
        TEST(test_much_to_read_and_to_write),
        TEST(test_a_clean_room),
        TEST(test_it_cannot_be_started),
        TEST(test_too_long_ends_the_whole_group),
        TEST(test_death_by_signal_is_unknown),
        TEST(test_what_it_leaves_behind_is_ended),
        TEST(test_many_at_once),
        TEST(test_they_die_with_the_sender),
        TEST(test_unix_sockets),
        TEST(test_it_does_not_see_what_is_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
