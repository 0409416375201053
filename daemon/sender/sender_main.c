/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What every sender process does first, and the table of their kinds: it makes itself
 * unable to do anything but send.
 */
#include "sender/main.h"

#include "base/memory.h"
#include "codec/wire.h"
#include "sender/file_tree.h"
#include "sender/places.h"
#include "sender/serve.h"

#include <signal.h>
#include <unistd.h>

static const struct {
    int (*run)(int fd);
    enum confined confined;
} kinds[SENDER_KIND_COUNT] = {
    [SENDER_HTTP] = { sender_http_run, CONFINED_NETWORK_SENDER },
    [SENDER_SMTP] = { sender_smtp_run, CONFINED_NETWORK_SENDER },
    [SENDER_FILES] = { sender_files_run, CONFINED_FILES_SENDER },
    [SENDER_MQTT] = { sender_mqtt_run, CONFINED_NETWORK_SENDER },
    [SENDER_EXEC] = { sender_exec_run, CONFINED_EXEC_SENDER },
};

/* The core alone decides when a sender ends. */
static void
ignore_signals(void)
{
    static const int ignored[] = { SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGQUIT };
    for (size_t i = 0; i < ARRAY_COUNT(ignored); i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
}

/* A folder that is not there yet is made while that is still possible. */
static void
make_writable(const struct confine_places *places)
{
    for (size_t i = 0; i < places->writable.count; i++) {
        struct file_failure failure = { 0 }; /* told when a file is to be put there */
        file_tree_close(file_tree_open(places->writable.items[i], &failure));
    }
}

/* False when the core is gone. */
static bool
report(enum status status, const struct error *error)
{
    struct reply reply = { .id = SENDER_REPORT_ID,
                           .result =
                               status == STATUS_OK ? REPLY_ANSWERED : REPLY_FORBIDDEN };
    struct buffer frame = { 0 };
    if (status != STATUS_OK) {
        reply.detail = string_copy(error->text);
    }
    (void)wire_put_reply(&frame, &reply);
    const bool is_written =
        write(SENDER_FD, frame.data, frame.len) == (ssize_t)frame.len;
    buffer_clear(&frame);
    reply_clear(&reply);
    return is_written;
}

int
sender_main(enum sender_kind kind, char *const *places, size_t n)
{
    struct confine_places parsed = { { 0 }, { 0 }, { 0 } };
    struct error error = { 0 };
    ignore_signals();
    (void)confine_memory(); /* before the first request with its credentials */
    places_parse(places, n, &parsed);
    if (kinds[kind].confined == CONFINED_FILES_SENDER) {
        make_writable(&parsed);
    } else {
        strings_clear(&parsed.writable);
    }
    if (kinds[kind].confined != CONFINED_EXEC_SENDER) {
        strings_clear(&parsed.private);
    }
    const enum status status = confine_sender(kinds[kind].confined, &parsed, &error);
    strings_clear(&parsed.hidden);
    strings_clear(&parsed.writable);
    strings_clear(&parsed.private);
    return report(status, &error) ? kinds[kind].run(SENDER_FD) : 1;
}
