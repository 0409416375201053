/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libbudkavle: a client of budkavled's control socket (HTTP/1.1 over AF_UNIX).
 *
 * One handle is used by one thread at a time; several handles in several threads do not
 * know of each other. There is no global state, nothing is printed, no signal is raised,
 * and a lack of memory is a result. libbudkavle(3) has examples.
 */
#ifndef BUDKAVLE_CLIENT_H
#define BUDKAVLE_CLIENT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BUDKAVLE_DEFAULT_SOCKET "/run/budkavle/budkavle.sock"

struct budkavle;

enum budkavle_result {
    BUDKAVLE_OK = 0,      /* 2xx */
    BUDKAVLE_REFUSED,     /* 4xx: the answer says why */
    BUDKAVLE_NOT_ALLOWED, /* 403 */
    BUDKAVLE_TRY_LATER,   /* 429, 503 */
    BUDKAVLE_NOT_RUNNING, /* nobody answers on the socket */
    BUDKAVLE_FAILED,      /* anything else: 5xx, a broken answer */
    BUDKAVLE_UNDER_WAY    /* not a result yet: budkavle_proceed once more */
};

/* An answer. body is the whole body with a NUL behind it. */
struct budkavle_answer {
    long status; /* HTTP status; 0: none */
    char *body;
    size_t body_len;
    long retry_after_s; /* -1: none */
};

/* The version of the library that is used, such as "0.1.0". Static. */
const char *budkavle_version(void);

/* path NULL: BUDKAVLE_DEFAULT_SOCKET; it is copied. Connects to nobody yet. NULL when
 * memory or descriptors are out. To be closed with budkavle_close. */
struct budkavle *budkavle_open(const char *path);
/* NULL: nothing happens. What is under way is given up as by budkavle_cancel. */
void budkavle_close(struct budkavle *client);

/* How long a connection and a whole answer may take, in milliseconds; 0: the defaults,
 * 10 s and 300 s. For requests that begin from now on; a stream and a backup may take as
 * long as they will. A time that is up is BUDKAVLE_FAILED, or BUDKAVLE_NOT_RUNNING while
 * nobody has taken the connection. */
void budkavle_set_timeouts(struct budkavle *client, long connect_ms, long answer_ms);

/*
 * Sends the events (one object, an array, or one per line) and waits until they are on
 * disk. check != 0: only says what would come of them. The answer is to be freed with
 * budkavle_answer_clear.
 *
 * After BUDKAVLE_TRY_LATER, BUDKAVLE_NOT_RUNNING and BUDKAVLE_FAILED the same events may
 * be sent again, and should be until they are taken: whether they arrived is not known
 * after a broken answer, and the daemon knows a repeat by its source and event_id.
 */
enum budkavle_result budkavle_send(struct budkavle *client, const void *events,
                                   size_t len, int check,
                                   struct budkavle_answer *answer);

/* Any request: method "GET" or "POST", path such as "/v1/status". body may be NULL;
 * content_type NULL: application/json. */
enum budkavle_result budkavle_call(struct budkavle *client, const char *method,
                                   const char *path, const char *content_type,
                                   const void *body, size_t len,
                                   struct budkavle_answer *answer);

/*
 * The same without waiting, for a program with an event loop of its own: begin, wait
 * until budkavle_fd is readable, proceed; again until the result is another than
 * BUDKAVLE_UNDER_WAY. One request at a time on a handle; open several for more.
 */

/* The descriptor to wait for (POLLIN): readable whenever budkavle_proceed has something
 * to do, a time that is up too. The same for the handle's whole life; it is the handle's,
 * and is neither read nor closed by the caller. */
int budkavle_fd(const struct budkavle *client);

/* Begins what budkavle_call and budkavle_send do; everything given is copied.
 * BUDKAVLE_UNDER_WAY, or why it could not begin. */
enum budkavle_result budkavle_begin(struct budkavle *client, const char *method,
                                    const char *path, const char *content_type,
                                    const void *body, size_t len);
enum budkavle_result budkavle_begin_send(struct budkavle *client, const void *events,
                                         size_t len, int check);

/* Goes on as far as it can without waiting. BUDKAVLE_UNDER_WAY: *answer is empty and
 * needs no clearing; else it is over, and *answer is to be cleared. */
enum budkavle_result budkavle_proceed(struct budkavle *client,
                                      struct budkavle_answer *answer);

/* Gives up what is under way, if anything: whether it arrived is not known. */
void budkavle_cancel(struct budkavle *client);

/* Reads /v1/stream: calls each for every event until it returns 0 or the connection
 * ends. name and data are borrowed. */
enum budkavle_result budkavle_stream(struct budkavle *client,
                                     int (*each)(void *context, const char *name,
                                                 const char *data),
                                     void *context);

/*
 * Reads /v1/backup: calls each for every block until it returns 0 or the copy is whole.
 * sha256 becomes the digest of the whole copy that the daemon announced, in base64; ""
 * when it announced none. BUDKAVLE_OK: as many bytes came as were announced.
 */
#define BUDKAVLE_SHA256_SIZE 45
enum budkavle_result
budkavle_backup(struct budkavle *client,
                int (*each)(void *context, const void *data, size_t len), void *context,
                char sha256[BUDKAVLE_SHA256_SIZE], struct budkavle_answer *answer);

void budkavle_answer_clear(struct budkavle_answer *answer);

/* What went wrong in the last call, in one sentence. Borrowed. */
const char *budkavle_error(const struct budkavle *client);

#ifdef __cplusplus
}
#endif

#endif
