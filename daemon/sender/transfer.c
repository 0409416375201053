/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The options that every transfer gets, and the address guard's two callbacks.
 */
#include "sender/transfer.h"

#include "base/memory.h"
#include "sender/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum {
    LOW_SPEED_BYTES = 1,
    LOW_SPEED_SECONDS = 60, /* only a timeout longer than this makes it matter */
    IDLE_REUSE_SECONDS = 30,
    RECENT_REUSE_SECONDS = 1,     /* servers keep idle connections for 5 s and longer */
    CONNECTION_LIFE_SECONDS = 600 /* a changed name is noticed after this */
};

void
reply_fail(struct reply *reply, enum reply_result result, const char *format, ...)
{
    struct buffer text = { 0 };
    va_list arguments;
    va_start(arguments, format);
    buffer_addv(&text, format, arguments);
    va_end(arguments);
    reply->result = result;
    char *detail = buffer_take(&text);
    string_replace(&reply->detail, detail);
    free(detail);
}

bool
reply_keep_line(struct reply *reply, size_t *n_bytes, const char *line, size_t len)
{
    while (len > 0 && strchr("\r\n \t", line[len - 1]) != NULL) {
        len--;
    }
    if (reply->headers.count == REPLY_HEADERS_MAX ||
        len > REPLY_HEADER_BYTES - *n_bytes || memchr(line, '\0', len) != NULL) {
        return false;
    }
    *n_bytes += len;
    strings_take(&reply->headers, string_copy_n(line, len));
    return true;
}

bool
transfer_is_guarded(const struct request *request)
{
    return !request->allow_private && request->proxy == NULL;
}

static void
note_blocked(struct transfer *transfer, const char *address)
{
    (void)snprintf(transfer->blocked_address, sizeof(transfer->blocked_address), "%s",
                   address);
}

static void
note_blocked_address(struct transfer *transfer, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "of another family";
    if (address->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, address, sizeof(ipv4));
        (void)inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof(text));
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, address, sizeof(ipv6));
        (void)inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof(text));
    }
    note_blocked(transfer, text);
}

/* Sees the resolved address of every new connection. */
static curl_socket_t
on_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)purpose;
    struct transfer *transfer = context;
    if (transfer->is_guarded && address_is_guarded(&address->addr)) {
        note_blocked_address(transfer, &address->addr);
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Runs before every request is written, on a reused connection too, and again when
 * libcurl would repeat a request because a reused connection broke: the peer may have
 * read it there, so that the repeat is an attempt of its own, decided and counted by the
 * core. */
static int
on_before_request(void *context, char *remote_address, char *local_address,
                  int remote_port, int local_port)
{
    (void)local_address;
    (void)remote_port;
    (void)local_port;
    struct transfer *transfer = context;
    if (transfer->is_guarded && address_text_is_guarded(remote_address)) {
        note_blocked(transfer, remote_address);
        return CURL_PREREQFUNC_ABORT;
    }
    if (transfer->is_begun) {
        return CURL_PREREQFUNC_ABORT;
    }
    transfer->is_begun = true;
    return CURL_PREREQFUNC_OK;
}

/* Reads the host out of the URL; false when it is no URL. */
static bool
parse_host(struct transfer *transfer, const char *url)
{
    CURLU *parts = curl_url();
    char *host = NULL;
    const bool is_good = parts != NULL &&
                         curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
                         curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK;
    (void)snprintf(transfer->host, sizeof(transfer->host), "%s",
                   is_good ? host : "the host");
    curl_free(host);
    curl_url_cleanup(parts);
    return is_good;
}

/* Whether the host as it is written names this machine or a private address, without
 * asking anybody. libcurl has rewritten addresses of all spellings (0x7f.1). */
static bool
is_guarded_as_written(const char *host)
{
    static const char local[] = "localhost"; /* and what lies below it: RFC 6761, 6.3 */
    char name[TRANSFER_HOST_SIZE];
    (void)snprintf(name, sizeof(name), "%s", host);
    size_t len = strlen(name);
    if (len > 0 && name[len - 1] == '.') {
        name[--len] = '\0';
    }
    if (address_text_is_valid(name)) {
        return address_text_is_guarded(name);
    }
    const size_t local_len = sizeof(local) - 1;
    return len >= local_len && strcasecmp(name + len - local_len, local) == 0 &&
           (len == local_len || name[len - local_len - 1] == '.');
}

static bool
check_request(struct transfer *transfer, const struct request *request,
              struct reply *reply)
{
    if (request->url == NULL || !parse_host(transfer, request->url)) {
        reply_fail(reply, REPLY_BAD_REQUEST, "the channel's address is not a URL");
        return false;
    }
    if (request->ca_file != NULL && request->ca_pem == NULL) {
        reply_fail(reply, REPLY_CERTIFICATE,
                   "the certificate authorities of %s could not be read when the "
                   "configuration was loaded; reload it when they can",
                   request->ca_file);
        return false;
    }
    /* A proxy resolves names itself, so that only what stands in the URL can be seen. */
    if (!request->allow_private && request->proxy != NULL &&
        is_guarded_as_written(transfer->host)) {
        reply_fail(reply, REPLY_FORBIDDEN,
                   "the address %s is private or local; reaching it needs "
                   "allow_private = true",
                   transfer->host);
        return false;
    }
    return true;
}

static void
set_limits(CURL *easy, const struct request *request)
{
    const long timeout_ms =
        request->timeout_ms > 0 ? (long)request->timeout_ms : TRANSFER_DEFAULT_LIMIT_MS;
    const long connect_ms =
        timeout_ms < TRANSFER_CONNECT_LIMIT_MS ? timeout_ms : TRANSFER_CONNECT_LIMIT_MS;
    (void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    (void)curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    (void)curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                           (timeout_ms + 999) / 1000);
    (void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, (long)LOW_SPEED_BYTES);
    (void)curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)LOW_SPEED_SECONDS);
    (void)curl_easy_setopt(
        easy, CURLOPT_MAXAGE_CONN,
        (long)(request->recent_connection ? RECENT_REUSE_SECONDS : IDLE_REUSE_SECONDS));
    (void)curl_easy_setopt(easy, CURLOPT_MAXLIFETIME_CONN,
                           (long)CONNECTION_LIFE_SECONDS);
}

static void
set_callbacks(CURL *easy, struct transfer *transfer)
{
    (void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    (void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_before_request);
    (void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
}

/* The content comes along with the request: a sender opens no file that the
 * configuration names. */
static void
set_trust(CURL *easy, const struct request *request)
{
    (void)curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (request->ca_pem != NULL) {
        struct curl_blob authorities = { .data = request->ca_pem,
                                         .len = strlen(request->ca_pem),
                                         .flags = CURL_BLOB_COPY };
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
        (void)curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
        (void)curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &authorities);
    }
}

bool
transfer_prepare(struct transfer *transfer, CURL *easy, const struct request *request,
                 const char *protocols, struct reply *reply)
{
    *transfer = (struct transfer){ .is_guarded = transfer_is_guarded(request) };
    if (!check_request(transfer, request, reply)) {
        return false;
    }
    set_callbacks(easy, transfer);
    set_limits(easy, request);
    set_trust(easy, request);
    (void)curl_easy_setopt(easy, CURLOPT_URL, request->url);
    (void)curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
    (void)curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    (void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY,
                           request->proxy == NULL ? "" : request->proxy);
    (void)curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    /* A name server that does not answer must not hold up the end of a transfer. */
    (void)curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    return true;
}
