/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One mail to one recipient as a blocking libcurl transfer. Neither libcurl's code nor
 * the SMTP code tells the outcome alone: a refusal is CURLE_SEND_ERROR with a code, a
 * lost connection the same without one, and the code of a lost connection is that of
 * the last command that went well.
 */
#include "sender/smtp_exchange.h"

#include "base/memory.h"
#include "loop/loop.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    CODE_CLOSING = 421,  /* RFC 5321, 3.8 */
    CODE_NO_LOGIN = 535, /* RFC 4954, 6 */
    CODE_FIRST_REFUSAL = 400,
    /* A relay's lines for one mail; one that talks without end is cut off. */
    MAX_RECEIVED_BYTES = 256 * 1024
};

struct smtp_exchange {
    const struct request *request;
    struct reply *reply;
    struct transfer transfer;
    size_t n_header_bytes;
    size_t n_received_bytes;
    size_t n_sent; /* of the body, handed to libcurl */
    int64_t code;  /* of the last reply line but QUIT's; 0: none came */
};

static const struct tls_mode {
    const char *name;
    long use_ssl;
    bool is_verified;
} tls_modes[] = {
    { "required", CURLUSESSL_ALL, true },
    /* RFC 7435: encryption that anybody may offer beats none. The relay's certificate
     * is not looked at, since without it the mail would go in clear text. */
    { "opportunistic", CURLUSESSL_TRY, false },
    { "none", CURLUSESSL_NONE, true },
};

static const struct tls_mode *
find_tls_mode(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(tls_modes); i++) {
        if (name != NULL && strcmp(tls_modes[i].name, name) == 0) {
            return &tls_modes[i];
        }
    }
    return &tls_modes[0];
}

static bool
is_address(const char *text, bool may_be_empty)
{
    if (text == NULL || (text[0] == '\0' && !may_be_empty)) {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        if (byte <= ' ' || byte == 0x7f || byte == '<' || byte == '>') {
            return false; /* it would end the command, or begin another */
        }
    }
    return true;
}

static bool
check_request(const struct request *request, struct reply *reply)
{
    if (!is_address(request->mail_from, true)) {
        reply_fail(reply, REPLY_BAD_REQUEST,
                   "the sender's address is empty or has a character that an address "
                   "cannot have");
        return false;
    }
    if (!is_address(request->rcpt_to, false)) {
        reply_fail(reply, REPLY_BAD_REQUEST,
                   "the recipient's address is empty or has a character that an "
                   "address cannot have");
        return false;
    }
    return true;
}

/* Reads a reply line's code into *code; false when it is no reply line. */
static bool
read_code(const char *line, size_t len, int64_t *code)
{
    if (len < 3) {
        return false;
    }
    int64_t value = 0;
    for (size_t i = 0; i < 3; i++) {
        if (line[i] < '0' || line[i] > '9') {
            return false;
        }
        value = value * 10 + (line[i] - '0');
    }
    *code = value;
    return true;
}

static size_t
on_reply_line(char *line, size_t size, size_t count, void *context)
{
    struct smtp_exchange *exchange = context;
    const size_t len = size * count;
    int64_t code = 0;
    exchange->n_received_bytes += len;
    if (exchange->n_received_bytes > MAX_RECEIVED_BYTES) {
        return 0;
    }
    /* 221 answers QUIT, which libcurl says after a refusal. */
    if (read_code(line, len, &code) && code != 221) {
        exchange->code = code;
        struct strings *lines = &exchange->reply->headers;
        if (lines->count == REPLY_HEADERS_MAX) {
            free(lines->items[--lines->count]); /* the last line says the outcome */
        }
        (void)reply_keep_line(exchange->reply, &exchange->n_header_bytes, line, len);
    }
    return len;
}

static size_t
on_body_wanted(char *out, size_t size, size_t count, void *context)
{
    struct smtp_exchange *exchange = context;
    const struct buffer *body = &exchange->request->body;
    const size_t room = size * count;
    const size_t rest = body->len - exchange->n_sent;
    const size_t len = rest < room ? rest : room;
    if (len > 0) {
        memcpy(out, body->data + exchange->n_sent, len);
        exchange->n_sent += len;
    }
    return len;
}

static size_t
on_unwanted(char *data, size_t size, size_t count, void *context)
{
    (void)data;
    (void)context;
    return size * count;
}

static void
set_tls(CURL *easy, const struct request *request)
{
    const struct tls_mode *mode = find_tls_mode(request->tls);
    (void)curl_easy_setopt(easy, CURLOPT_USE_SSL, mode->use_ssl);
    if (!mode->is_verified && strncasecmp(request->url, "smtps:", 6) != 0) {
        (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

static void
set_mail(struct smtp_exchange *exchange, CURL *easy, const struct curl_slist *recipient)
{
    const struct request *request = exchange->request;
    (void)curl_easy_setopt(easy, CURLOPT_MAIL_FROM, request->mail_from);
    (void)curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipient);
    (void)curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                           (curl_off_t)request->body.len);
    (void)curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_body_wanted);
    (void)curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply_line);
    (void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_unwanted);
    if (request->username != NULL) {
        (void)curl_easy_setopt(easy, CURLOPT_USERNAME, request->username);
        (void)curl_easy_setopt(easy, CURLOPT_PASSWORD,
                               request->password == NULL ? "" : request->password);
    }
}

/* An answer speaks for itself; otherwise what counts is whether the whole body went out:
 * without its end the relay has no mail. */
static void
conclude(struct smtp_exchange *exchange, CURL *easy, CURLcode code)
{
    struct reply *reply = exchange->reply;
    if (code == CURLE_OK || exchange->code >= CODE_FIRST_REFUSAL) {
        reply->result = REPLY_ANSWERED;
        reply->code = code == CURLE_OK ? 250 : exchange->code;
        return;
    }
    transfer_failed(&exchange->transfer, easy, code, exchange->request, reply);
    if (code == CURLE_LOGIN_DENIED) {
        /* The relay takes no way of logging in that libcurl knows. */
        reply->result = REPLY_ANSWERED;
        reply->code = CODE_NO_LOGIN;
    } else if (reply->result == REPLY_UNKNOWN &&
               exchange->n_sent < exchange->request->body.len) {
        reply->result = REPLY_NOT_SENT;
    }
}

static CURLcode
perform_once(struct smtp_exchange *exchange, CURL *easy, bool on_new_connection,
             int64_t timeout_ms, struct curl_slist *recipient)
{
    curl_easy_reset(easy); /* keeps the connection */
    if (!transfer_prepare(&exchange->transfer, easy, exchange->request, "smtp,smtps",
                          exchange->reply)) {
        return CURLE_FAILED_INIT;
    }
    exchange->n_header_bytes = 0;
    exchange->n_received_bytes = 0;
    exchange->n_sent = 0;
    exchange->code = 0;
    set_tls(easy, exchange->request);
    set_mail(exchange, easy, recipient);
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    if (on_new_connection) {
        (void)curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    }
    return curl_easy_perform(easy);
}

/* A relay closes a kept connection when it likes. Then the mail is tried at once on a
 * new one, provided that nothing of it was said. */
static bool
is_stale_connection(const struct smtp_exchange *exchange, CURL *easy, CURLcode code)
{
    long n_connects = 1;
    (void)curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &n_connects);
    return code != CURLE_OK && n_connects == 0 && exchange->n_sent == 0 &&
           (exchange->code == 0 || exchange->code == CODE_CLOSING) &&
           code != CURLE_OPERATION_TIMEDOUT;
}

/* libcurl keeps a connection on which the answer to a mail's end did not come in time,
 * and would take that answer, should it come later, for the next mail's. Shut down, the
 * connection is seen to be dead before it is used again, and no QUIT is waited for. */
static void
abandon_connection(CURL *easy)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &fd) == CURLE_OK &&
        fd != CURL_SOCKET_BAD) {
        (void)shutdown(fd, SHUT_RDWR);
    }
}

void
smtp_exchange(CURL *easy, const struct request *request, struct reply *reply)
{
    if (!check_request(request, reply)) {
        return;
    }
    struct smtp_exchange exchange = { .request = request, .reply = reply };
    struct curl_slist *recipient = curl_slist_append(NULL, request->rcpt_to);
    const int64_t start_ms = clock_mono_ms();
    int64_t timeout_ms =
        request->timeout_ms > 0 ? request->timeout_ms : TRANSFER_DEFAULT_LIMIT_MS;
    CURLcode code = perform_once(&exchange, easy, false, timeout_ms, recipient);
    if (is_stale_connection(&exchange, easy, code)) {
        timeout_ms -= clock_mono_ms() - start_ms;
        reply_clear(reply);
        code = perform_once(&exchange, easy, true, timeout_ms > 0 ? timeout_ms : 1,
                            recipient);
    }
    if (reply->detail == NULL) {
        conclude(&exchange, easy, code);
    }
    if (reply->result != REPLY_ANSWERED) {
        abandon_connection(easy);
    }
    curl_slist_free_all(recipient);
}
