/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libbudkavle: a client of budkavled's control socket (HTTP/1.1 over AF_UNIX).
 * One handle is used by one thread at a time; there is no global state.
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
    BUDKAVLE_FAILED       /* anything else: 5xx, a broken answer */
};

/* An answer. body is the whole body with a NUL behind it. */
struct budkavle_answer {
    long status; /* HTTP status; 0: none */
    char *body;
    size_t body_len;
    long retry_after_s; /* -1: none */
};

/* path NULL: BUDKAVLE_DEFAULT_SOCKET. NULL when memory is out. */
struct budkavle *budkavle_open(const char *path);
void budkavle_close(struct budkavle *client);

/*
 * Sends the events (one object, an array, or one per line) and waits until they are on
 * disk. check != 0: only says what would come of them. The answer is to be freed with
 * budkavle_answer_clear.
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
