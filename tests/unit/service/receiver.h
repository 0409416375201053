/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A datagram socket in a folder of its own, to see what is sent to systemd and the
 * journal. Included by each test program of this folder.
 */
#ifndef BUDKAVLE_TESTS_SERVICE_RECEIVER_H
#define BUDKAVLE_TESTS_SERVICE_RECEIVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct receiver {
    char folder[64];
    char path[96];
    int fd;
    char text[8192]; /* of the last datagram */
    size_t len;
};

static inline int
receiver_setup(void **state)
{
    struct receiver *receiver = calloc(1, sizeof(*receiver));
    struct sockaddr_un address = { .sun_family = AF_UNIX };

    if (receiver == NULL) {
        return -1;
    }
    snprintf(receiver->folder, sizeof(receiver->folder),
             "/tmp/budkavle-service-XXXXXX");
    if (mkdtemp(receiver->folder) == NULL) {
        return -1;
    }
    snprintf(receiver->path, sizeof(receiver->path), "%s/socket", receiver->folder);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", receiver->path);
    receiver->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    *state = receiver;
    return bind(receiver->fd, (const struct sockaddr *)&address, sizeof(address));
}

static inline int
receiver_teardown(void **state)
{
    struct receiver *receiver = *state;

    close(receiver->fd);
    unlink(receiver->path);
    rmdir(receiver->folder);
    free(receiver);
    return 0;
}

/* The next datagram as text, or NULL when nothing came. */
static inline const char *
receiver_next(struct receiver *receiver)
{
    ssize_t n = recv(receiver->fd, receiver->text, sizeof(receiver->text) - 1, 0);

    if (n < 0) {
        return NULL;
    }
    receiver->len = (size_t)n;
    receiver->text[n] = '\0';
    return receiver->text;
}

#endif
