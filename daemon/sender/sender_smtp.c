/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The SMTP sender: one mail at a time with blocking calls, because libcurl blocks while
 * it waits for the reply to a mail's end, and would stop every other transfer of a
 * multi handle with it.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/smtp_exchange.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_RELAYS = 16
};

/* A handle keeps its connection, and libcurl would use it for any mail to the same host
 * and port, even if this one was opened without encryption and the next one requires
 * it. So each way of reaching a relay has a handle of its own. */
struct relay {
    char *way; /* everything that a kept connection depends on */
    CURL *easy;
};

struct smtp_sender {
    struct relay relays[MAX_RELAYS]; /* the one used last comes first */
    size_t count;
};

static const char *
text_or_empty(const char *text)
{
    return text == NULL ? "" : text;
}

static char *
way_of(const struct request *request)
{
    return string_format("%d\n%s\n%s\n%s\n%s\n%s", transfer_is_guarded(request),
                         request->url, text_or_empty(request->tls),
                         text_or_empty(request->ca_pem), text_or_empty(request->proxy),
                         text_or_empty(request->username));
}

static void
close_relay(struct relay *relay)
{
    curl_easy_cleanup(relay->easy);
    free(relay->way);
    *relay = (struct relay){ 0 };
}

static CURL *
open_handle(void)
{
    CURL *easy = curl_easy_init();
    if (easy == NULL) {
        fatal("sender: libcurl gives no handle");
    }
    return easy;
}

/* The handle for a way, which the function takes over. */
static CURL *
find_handle(struct smtp_sender *sender, char *way)
{
    size_t i = 0;
    while (i < sender->count && strcmp(sender->relays[i].way, way) != 0) {
        i++;
    }
    struct relay found;
    if (i < sender->count) {
        found = sender->relays[i];
        free(way);
    } else {
        if (sender->count == MAX_RELAYS) {
            close_relay(&sender->relays[--sender->count]);
        }
        i = sender->count++;
        found = (struct relay){ .way = way, .easy = open_handle() };
    }
    memmove(&sender->relays[1], &sender->relays[0], i * sizeof(found));
    sender->relays[0] = found;
    return found.easy;
}

static bool
send_mail(void *context, const struct request *request, struct reply *reply)
{
    if (request->url == NULL) {
        reply_fail(reply, REPLY_BAD_REQUEST, "the mail names no relay");
        return true;
    }
    smtp_exchange(find_handle(context, way_of(request)), request, reply);
    return true;
}

int
sender_smtp_run(int fd)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        log_error("sender: libcurl cannot be started");
        return 1;
    }
    struct smtp_sender sender = { .count = 0 };
    const int exit_code = serve_one_by_one(fd, send_mail, &sender);
    while (sender.count > 0) {
        close_relay(&sender.relays[--sender.count]);
    }
    curl_global_cleanup();
    return exit_code;
}
