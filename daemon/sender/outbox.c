/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests on their way to a sender process.
 */
#include "sender/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum {
    FRAMES_A_WRITE = 64
};

void
parcel_free(struct parcel *parcel)
{
    if (parcel != NULL) {
        buffer_clear(&parcel->frame);
        free(parcel);
    }
}

void
parcel_list_add(struct parcel_list *list, struct parcel *parcel)
{
    parcel->next = NULL;
    if (list->last == NULL) {
        list->first = parcel;
    } else {
        list->last->next = parcel;
    }
    list->last = parcel;
    list->count++;
}

struct parcel *
parcel_list_take_first(struct parcel_list *list)
{
    struct parcel *parcel = list->first;
    if (parcel != NULL) {
        list->first = parcel->next;
        list->last = list->first == NULL ? NULL : list->last;
        list->count--;
        parcel->next = NULL;
    }
    return parcel;
}

/* Answers come roughly in the order of the requests, so that the search is short. */
struct parcel *
parcel_list_take(struct parcel_list *list, uint64_t id)
{
    struct parcel *before = NULL;
    for (struct parcel *parcel = list->first; parcel != NULL; parcel = parcel->next) {
        if (parcel->id == id) {
            if (before == NULL) {
                return parcel_list_take_first(list);
            }
            before->next = parcel->next;
            list->last = list->last == parcel ? before : list->last;
            list->count--;
            parcel->next = NULL;
            return parcel;
        }
        before = parcel;
    }
    return NULL;
}

void
parcel_list_prepend(struct parcel_list *list, struct parcel_list *from)
{
    if (from->first == NULL) {
        return;
    }
    from->last->next = list->first;
    list->first = from->first;
    list->last = list->last == NULL ? from->last : list->last;
    list->count += from->count;
    *from = (struct parcel_list){ 0 };
}

void
parcel_list_clear(struct parcel_list *list)
{
    struct parcel *parcel;
    while ((parcel = parcel_list_take_first(list)) != NULL) {
        parcel_free(parcel);
    }
}

static size_t
gather(const struct outbox *outbox, struct iovec parts[FRAMES_A_WRITE])
{
    size_t n_parts = 0;
    size_t skip = outbox->n_written;
    for (const struct parcel *parcel = outbox->unwritten.first;
         parcel != NULL && n_parts < FRAMES_A_WRITE; parcel = parcel->next) {
        parts[n_parts++] = (struct iovec){ .iov_base = parcel->frame.data + skip,
                                           .iov_len = parcel->frame.len - skip };
        skip = 0;
    }
    return n_parts;
}

static void
note_written(struct outbox *outbox, size_t n_bytes)
{
    outbox->n_written += n_bytes;
    while (outbox->unwritten.first != NULL &&
           outbox->n_written >= outbox->unwritten.first->frame.len) {
        struct parcel *parcel = parcel_list_take_first(&outbox->unwritten);
        outbox->n_written -= parcel->frame.len;
        buffer_clear(&parcel->frame);
        parcel_list_add(&outbox->written, parcel);
    }
}

enum outbox_write
outbox_write(struct outbox *outbox, int fd)
{
    while (outbox->unwritten.first != NULL) {
        struct iovec parts[FRAMES_A_WRITE];
        const struct msghdr message = { .msg_iov = parts,
                                        .msg_iovlen = gather(outbox, parts) };
        const ssize_t n = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0) {
            note_written(outbox, (size_t)n);
        } else if (errno != EINTR) {
            return errno == EAGAIN ? OUTBOX_WAIT : OUTBOX_BROKEN;
        }
    }
    return OUTBOX_EMPTY;
}
