/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is asked of a sender process, what it answers, and what the answer means. A
 * driver makes the request and classifies the reply; the bytes between are the
 * sender's.
 */
#ifndef BUDKAVLE_MODEL_REQUEST_H
#define BUDKAVLE_MODEL_REQUEST_H

#include "base/buffer.h"
#include "base/strings.h"

#include <stdbool.h>
#include <stdint.h>

enum sender_kind {
    SENDER_HTTP,
    SENDER_SMTP,
    SENDER_FILES,
    SENDER_MQTT,
    SENDER_EXEC,
    SENDER_KIND_COUNT
};
const char *sender_kind_name(enum sender_kind kind); /* "http", … */
int sender_kind_find(const char *name);              /* -1: none */

/* A file to be put in place whole. */
struct request_file {
    char *name; /* relative to the request's directory, no "..", folders are made */
    struct buffer content;
};

/* What the MQTT sender does with a request: the last two are about the connection. */
enum mqtt_action {
    MQTT_PUBLISH, /* to whoever listens now */
    MQTT_RETAIN,  /* and to whoever asks later */
    MQTT_END,     /* to whoever listens now; nothing is retained there any more */
    MQTT_STAND,   /* keep a connection from now on; there is nothing to publish */
    MQTT_LEAVE,   /* close it, and say so */
    MQTT_ACTION_COUNT
};

struct request {
    uint64_t id; /* chosen by who submits; comes back in the reply */
    enum sender_kind sender;
    int64_t timeout_ms;
    bool allow_private, allow_http;
    /* Only on a connection that was used a moment ago, or a new one: one that the peer
     * has closed in the meantime would leave in doubt whether the request arrived. */
    bool recent_connection;
    char *channel;         /* the name of the one it is for */
    char *proxy, *ca_file; /* NULL: none, system's */
    char *ca_pem;          /* content of ca_file; NULL: it could not be read */
    /* HTTP and SMTP */
    char *method;           /* HTTP: "POST" … */
    char *url;              /* for SMTP smtp://host:port/ehlo-name or smtps://… */
    struct strings headers; /* "Name: value" lines without CR or LF; SMTP: none */
    struct buffer body;     /* SMTP: the whole message with CRLF lines */
    /* SMTP */
    char *mail_from, *rcpt_to;
    char *tls;                 /* "required", "opportunistic" or "none" */
    char *username, *password; /* NULL: no authentication */
    /* files */
    char *directory;
    struct request_file *files;
    size_t n_files;
    bool
        files_shared; /* for the folder's group to read and change, and for nobody else;
                          else for everybody to read */
    /* MQTT, with url mqtt://host:port or mqtts://host:port; body is the payload */
    enum mqtt_action mqtt_action;
    bool mqtt_5;        /* MQTT 5.0, else 3.1.1 */
    char *client_id;    /* the same at every connection */
    char *topic;        /* that the payload is published to */
    char *status_topic; /* says "online" while the connection stands, else "offline" */
    /* programs; body is their standard input */
    struct strings arguments;   /* the program's absolute path, and its arguments */
    struct strings environment; /* "NAME=value", besides PATH and LANG */
    bool allow_unix_sockets;
};

enum reply_result {
    REPLY_ANSWERED, /* a whole answer came; see code */
    REPLY_NOT_SENT, /* certainly nothing was delivered: no address, refused, TLS … */
    REPLY_UNKNOWN,  /* bytes went out and no whole answer came */
    REPLY_CERTIFICATE, /* the peer's certificate is not valid for it */
    REPLY_FORBIDDEN,   /* address or scheme not allowed by the configuration */
    REPLY_BAD_REQUEST, /* the request cannot be carried out as it stands (bad URL …) */
    REPLY_RESULT_COUNT
};

enum {
    REPLY_MAX_BODY = 64 * 1024
};

/* What a broker's answer is about: a multiple of 1000, with the broker's own code added
 * (MQTT 5.0, 2.4; of a 3.1.1 CONNACK its return code). */
enum mqtt_code {
    MQTT_CODE_DONE = 200,
    MQTT_CODE_CONNACK = 1000,
    MQTT_CODE_PUBACK = 2000,
    MQTT_CODE_DISCONNECT = 3000,
    MQTT_CODE_LIMIT = 4000 /* what the broker said at the beginning that it cannot do */
};

struct reply {
    uint64_t id;
    enum reply_result result;
    int64_t code; /* HTTP or SMTP status; MQTT: enum mqtt_code; a program's exit code */
    struct strings headers; /* HTTP response headers, "name: value"; SMTP reply lines */
    struct buffer body;     /* at most REPLY_MAX_BODY bytes */
    char *detail;           /* what went wrong in words, or NULL */
    int64_t duration_ms;
};

/* The value of the first header of that name (case-insensitive), or NULL. Borrowed. */
const char *reply_header(const struct reply *reply, const char *name);

void request_clear(struct request *request);
void reply_clear(struct reply *reply);

enum outcome_kind {
    OUTCOME_DELIVERED,
    OUTCOME_RETRY,         /* refused for now; the peer answered */
    OUTCOME_TRANSPORT,     /* refused for now; no peer was reached */
    OUTCOME_UNKNOWN,       /* may have arrived */
    OUTCOME_REFUSED,       /* refused for good */
    OUTCOME_UNDELIVERABLE, /* this one recipient of many is refused for good */
    OUTCOME_CREDENTIALS,   /* the channel's credentials, certificate or address */
    OUTCOME_KIND_COUNT
};

struct outcome {
    enum outcome_kind kind;
    int64_t retry_after_ms; /* the peer's wish, from now; -1: none */
    /* With OUTCOME_UNDELIVERABLE: the recipient's address is no more, and on a channel
     * with a list it is left out from now on. */
    bool gone;
    char *remote_id; /* the channel's own id, or NULL */
    /* Printable, at most 200 bytes, no secrets. Of what was delivered: NULL, or what a
     * person should mend all the same. */
    char *detail;
    /* What the channel remembers from now on, in memory alone: it may be a secret. In the
     * driver's own form; "": nothing; NULL: what it remembered before. */
    char *session;
};
void outcome_clear(struct outcome *outcome);

#endif
