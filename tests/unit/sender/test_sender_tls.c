/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The HTTP sender and certificates, against the server of openssl(1): nothing is said to
 * a peer whose certificate does not hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"

#include <sys/wait.h>

static struct rig *rig;
static char directory[64];
static char *certificate, *key;
static pid_t server;
static int server_port;

/* Runs openssl(1); stdout goes to output unless that is -1. */
static pid_t
start_openssl(char *const arguments[], int output)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const int nothing = open("/dev/null", O_RDWR);
        (void)dup2(nothing, STDIN_FILENO);
        (void)dup2(nothing, STDERR_FILENO);
        (void)dup2(output < 0 ? nothing : output, STDOUT_FILENO);
        (void)execvp("openssl", arguments);
        _exit(127);
    }
    return pid;
}

static bool
make_certificate(void)
{
    char *arguments[] = {
        string_copy("openssl"),
        string_copy("req"),
        string_copy("-x509"),
        string_copy("-newkey"),
        string_copy("ec"),
        string_copy("-pkeyopt"),
        string_copy("ec_paramgen_curve:P-256"),
        string_copy("-nodes"),
        string_copy("-days"),
        string_copy("2"),
        string_copy("-subj"),
        string_copy("/CN=test"),
        string_copy("-addext"),
        string_copy("subjectAltName=IP:127.0.0.1"),
        string_copy("-out"),
        string_copy(certificate),
        string_copy("-keyout"),
        string_copy(key),
        NULL,
    };
    int status = 0;
    assert_true(waitpid(start_openssl(arguments, -1), &status, 0) > 0);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        free(arguments[i]);
    }
    return status == 0;
}

static void
start_server(void)
{
    int output[2];
    assert_int_equal(pipe2(output, O_CLOEXEC), 0);
    char *arguments[] = {
        string_copy("openssl"),   string_copy("s_server"),
        string_copy("-accept"),   string_copy("127.0.0.1:0"),
        string_copy("-www"),      string_copy("-cert"),
        string_copy(certificate), string_copy("-key"),
        string_copy(key),         NULL,
    };
    server = start_openssl(arguments, output[1]);
    (void)close(output[1]);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        free(arguments[i]);
    }
    FILE *lines = fdopen(output[0], "r");
    char line[256];
    while (server_port == 0 && fgets(line, sizeof(line), lines) != NULL) {
        const char *port = strrchr(line, ':');
        if (strncmp(line, "ACCEPT", 6) == 0 && port != NULL) {
            server_port = (int)strtol(port + 1, NULL, 10);
        }
    }
    (void)fclose(lines);
    assert_true(server_port > 0);
}

static int
set_up(void **state)
{
    (void)state;
    (void)snprintf(directory, sizeof(directory), "/tmp/budkavle-tls-XXXXXX");
    assert_non_null(mkdtemp(directory));
    certificate = string_format("%s/certificate.pem", directory);
    key = string_format("%s/key.pem", directory);
    rig = rig_open(1);
    if (make_certificate()) {
        start_server();
    }
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    rig_close(rig);
    if (server > 0) {
        (void)kill(server, SIGKILL);
        (void)waitpid(server, NULL, 0);
    }
    (void)unlink(certificate);
    (void)unlink(key);
    free(certificate);
    free(key);
    return rmdir(directory);
}

static struct request
tls_request(uint64_t id, const char *host, int port)
{
    if (server_port == 0) {
        skip(); /* there is no openssl(1) */
    }
    struct request request = {
        .id = id, .sender = SENDER_HTTP, .timeout_ms = 10000, .allow_private = true
    };
    request.method = string_copy("GET");
    request.url = string_format("https://%s:%d/", host, port);
    return request;
}

/* Its content alone: the file may be out of a sender's reach. */
static void
trust(struct request *request)
{
    char text[8192] = "";
    FILE *file = fopen(certificate, "re");
    assert_non_null(file);
    const size_t len = fread(text, 1, sizeof(text) - 1, file);
    assert_true(len > 0);
    (void)fclose(file);
    request->ca_file = string_copy("/nonexistent/ca.pem");
    request->ca_pem = string_copy(text);
}

static void
test_a_trusted_certificate(void **state)
{
    (void)state;
    struct request request = tls_request(1, "127.0.0.1", server_port);
    trust(&request);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 200);
}

static void
test_a_certificate_that_nobody_vouches_for(void **state)
{
    (void)state;
    struct request request = tls_request(2, "127.0.0.1", server_port);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_CERTIFICATE);
    assert_non_null(strstr(reply->detail, "certificate"));
}

static void
test_a_certificate_for_another_host(void **state)
{
    (void)state;
    struct request request = tls_request(3, "localhost", server_port);
    trust(&request);
    assert_int_equal(rig_exchange(rig, &request)->result, REPLY_CERTIFICATE);
}

static void
test_authorities_that_cannot_be_read(void **state)
{
    (void)state;
    struct request request = tls_request(4, "127.0.0.1", server_port);
    request.ca_file = string_format("%s/missing.pem", directory);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_CERTIFICATE);
    assert_non_null(strstr(reply->detail, "missing.pem"));
}

static void
serve_clear_text(struct peer *peer, int fd)
{
    (void)peer;
    (void)peer_say(fd, "220 this is no TLS at all, whatever you say\r\n");
    peer_wait_for_end(fd);
}

static void
test_a_peer_without_encryption_gets_nothing(void **state)
{
    (void)state;
    struct peer *peer = peer_start(serve_clear_text, NULL);
    struct request request = tls_request(5, "127.0.0.1", peer->port);
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_non_null(strstr(reply->detail, "TLS"));
    peer_stop(peer);
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_trusted_certificate),
        cmocka_unit_test(test_a_certificate_that_nobody_vouches_for),
        cmocka_unit_test(test_a_certificate_for_another_host),
        cmocka_unit_test(test_authorities_that_cannot_be_read),
        cmocka_unit_test(test_a_peer_without_encryption_gets_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
