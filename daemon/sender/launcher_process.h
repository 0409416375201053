/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The inside of the launcher process. A request is one message: a byte, the kind of
 * sender, and the places (places.h), each with its NUL. The answer is one message: LAUNCHER_STARTED with the core's end of the
 * sender's socketpair attached, or LAUNCHER_FAILED and a sentence.
 */
#ifndef BUDKAVLE_SENDER_LAUNCHER_PROCESS_H
#define BUDKAVLE_SENDER_LAUNCHER_PROCESS_H

enum launcher_answer {
    LAUNCHER_STARTED = 1,
    LAUNCHER_FAILED = 2
};

enum {
    LAUNCHER_ANSWER_SIZE = 1 + 512,
    LAUNCHER_REQUEST_SIZE = 64 * 1024
};

/* Serves requests from socket until its end of file, ends all senders, and exits the
 * process. keep_open: see launcher.h; -1 for none. */
void launcher_process_run(int socket, int keep_open, const char *program)
    __attribute__((noreturn));

#endif
