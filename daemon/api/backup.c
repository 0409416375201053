/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * GET /v1/backup: a copy of the database. It is made a few pages a turn, read once for
 * its digest, and sent as fast as the client takes it; everything else goes on meanwhile.
 * Content-Length and Repr-Digest (RFC 9530) stand in front, so that a copy that was cut
 * off is known to be.
 */
#include "api/instance.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/backup.h"
#include "store/rescue.h"

#include <errno.h>
#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    PAGES_A_TURN = 64,
    DIGEST_BYTES_A_TURN = 1024 * 1024,
    BLOCK_BYTES = 64 * 1024,
    BUSY_RETRY_S = 10,
    STUCK_MS = 60 * 1000 /* a client that takes nothing for so long has given up */
};

/* Of the api, and held by its call. */
struct transfer {
    struct api *api;
    struct call *call;
    struct backup *backup;
    struct loop_timer *timer; /* the next piece of work; while sending, the end of
                                 patience */
    struct sha256 *digest;
    int fd;
    int64_t size;
    int64_t begun_ms;
    bool sending;
};

static void
transfer_free(void *held)
{
    struct transfer *transfer = held;
    unsigned char unused[SHA256_BYTES];

    transfer->api->transfer = NULL;
    loop_timer_free(transfer->timer);
    if (transfer->digest != NULL) {
        sha256_finish_bytes(transfer->digest, unused);
    }
    if (transfer->fd >= 0) {
        close(transfer->fd);
    }
    backup_end(transfer->backup);
    free(transfer);
}

static void
on_left(struct call *call)
{
    log_warning("api: the client left before its backup was whole");
    call_free(call);
}

static void
give_up(struct transfer *transfer, enum status status, const struct error *error)
{
    log_error("api: a backup failed: %s", error->text);
    answer_error(transfer->call, status, error);
}

/* --- Sending ---------------------------------------------------------------------- */

static void
on_ended(struct evhttp_request *request, void *context)
{
    (void)request;
    peer_answered(context);
}

static void
send_end(struct transfer *transfer)
{
    struct call *call = transfer->call;
    struct evhttp_request *request = call->request;
    struct peer *peer = call->peer;

    log_info("api: a backup of %lld bytes was given to uid %lu in %lld ms",
             (long long)transfer->size, (unsigned long)call->uid,
             (long long)(clock_mono_ms() - transfer->begun_ms));
    call_free(call);
    evhttp_request_set_on_complete_cb(request, on_ended, peer);
    peer_set_state(peer, PEER_SENDING);
    evhttp_send_reply_end(request);
}

static void
send_block(struct evhttp_connection *connection, void *context)
{
    struct transfer *transfer = ((struct api *)context)->transfer;
    char block[BLOCK_BYTES];
    struct evbuffer *chunk;
    ssize_t n;

    (void)connection;
    if (transfer == NULL || !transfer->sending) {
        return;
    }
    n = read(transfer->fd, block, sizeof(block));
    if (n < 0) {
        log_error("api: a backup cannot be read: %s", strerror(errno));
        peer_cut(transfer->call->peer);
        return;
    }
    if (n == 0) {
        send_end(transfer);
        return;
    }
    chunk = evbuffer_new();
    if (chunk == NULL || evbuffer_add(chunk, block, (size_t)n) != 0) {
        fatal("api: memory is out");
    }
    loop_timer_set(transfer->timer, STUCK_MS);
    evhttp_send_reply_chunk_with_cb(transfer->call->request, chunk, send_block,
                                    transfer->api);
    evbuffer_free(chunk);
}

static void
begin_sending(struct transfer *transfer)
{
    struct call *call = transfer->call;
    struct evkeyvalq *headers = evhttp_request_get_output_headers(call->request);
    unsigned char bytes[SHA256_BYTES];
    char size[24];
    char *encoded;
    char *digest;

    sha256_finish_bytes(transfer->digest, bytes);
    transfer->digest = NULL;
    encoded = base64_encode(bytes, sizeof(bytes));
    digest = string_format("sha-256=:%s:", encoded);
    (void)snprintf(size, sizeof(size), "%lld", (long long)transfer->size);
    evhttp_add_header(headers, "Content-Type", "application/vnd.sqlite3");
    evhttp_add_header(headers, "Cache-Control", "no-store");
    evhttp_add_header(headers, "Content-Length", size);
    evhttp_add_header(headers, "Repr-Digest", digest);
    free(digest);
    free(encoded);
    transfer->sending = true;
    peer_set_state(call->peer, PEER_STREAM);
    evhttp_send_reply_start(call->request, 200, "OK");
    send_block(NULL, transfer->api);
}

/* --- Making the copy -------------------------------------------------------------- */

static void
begin_digest(struct transfer *transfer)
{
    struct error error = { "" };

    transfer->fd = backup_open_copy(transfer->backup);
    if (transfer->fd < 0) {
        give_up(transfer,
                error_set(&error, STATUS_IO, "the copy cannot be read: %s",
                          strerror(errno)),
                &error);
        return;
    }
    transfer->digest = sha256_new();
    loop_timer_set(transfer->timer, 0);
}

static void
step_digest(struct transfer *transfer)
{
    char block[BLOCK_BYTES];
    struct error error = { "" };
    ssize_t n = 1;

    for (int done = 0; done < DIGEST_BYTES_A_TURN && n > 0; done += (int)n) {
        n = read(transfer->fd, block, sizeof(block));
        if (n > 0) {
            sha256_add(transfer->digest, block, (size_t)n);
            transfer->size += n;
        }
    }
    if (n > 0) {
        loop_timer_set(transfer->timer, 0);
    } else if (n < 0 || lseek(transfer->fd, 0, SEEK_SET) != 0) {
        give_up(transfer,
                error_set(&error, STATUS_IO, "the copy cannot be read: %s",
                          strerror(errno)),
                &error);
    } else {
        begin_sending(transfer);
    }
}

/* Right after a commit, when no transaction is open. */
static void
on_committed(void *context, enum status status, const struct error *commit_error)
{
    struct transfer *transfer = ((struct api *)context)->transfer;
    struct error error = { "" };
    bool done = false;

    (void)status;
    (void)commit_error;
    if (transfer == NULL) {
        return; /* the client has left meanwhile */
    }
    status =
        backup_step(transfer->backup, PAGES_A_TURN, clock_wall_ms(), &done, &error);
    if (status != STATUS_OK) {
        give_up(transfer, status, &error);
    } else if (done) {
        begin_digest(transfer);
    } else {
        loop_timer_set(transfer->timer, 0);
    }
}

static void
on_timer(void *context)
{
    struct api *api = context;
    struct transfer *transfer = api->transfer;

    if (transfer->sending) {
        log_warning("api: a client took nothing of its backup for %d s; it is cut off",
                    STUCK_MS / 1000);
        peer_cut(transfer->call->peer);
    } else if (transfer->digest != NULL) {
        step_digest(transfer);
    } else {
        turn_join(api->turn, on_committed, api);
    }
}

void
handle_backup(struct call *call)
{
    struct api *api = call->api;
    struct transfer *transfer;
    struct backup *backup;
    struct error error = { "" };
    enum status status;
    char *why;

    if (api->transfer != NULL) {
        answer_retry_later(call, "another backup is being made; one at a time",
                           BUSY_RETRY_S);
        return;
    }
    why = store_safe_mode(api->store);
    if (why != NULL) {
        answer_problemf(
            call, 409,
            "safe mode: %s; a backup of the empty store could take the place "
            "of a good one, so none is made",
            why);
        free(why);
        return;
    }
    api_act(api, call->uid, "backup", NULL, NULL, NULL);
    status = backup_begin(api->store, &backup, &error);
    if (status != STATUS_OK) {
        log_error("api: a backup failed: %s", error.text);
        answer_error(call, status, &error);
        return;
    }
    transfer = memory_alloc(sizeof(*transfer));
    transfer->api = api;
    transfer->call = call;
    transfer->backup = backup;
    transfer->fd = -1;
    transfer->begun_ms = clock_mono_ms();
    transfer->timer = loop_timer_new(api->loop, on_timer, api);
    api->transfer = transfer;
    call->held = transfer;
    call->free_held = transfer_free;
    call->on_left = on_left;
    loop_timer_set(transfer->timer, 0);
}
