/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a failed transfer means and how it is said. The distinction that matters: when
 * no request was begun on any connection, certainly nothing was delivered.
 */
#include "sender/transfer.h"

#include "base/memory.h"
#include "base/quantity.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Which particulars a sentence ends with. */
enum particulars {
    NO_PARTICULARS,
    THE_HOST,
    THE_TLS_ERROR, /* libcurl's own sentence; it has no secret in it */
    THE_CA_FILE,
    THE_SYSTEM_ERROR,
    THE_DURATION
};

struct failure {
    CURLcode code;
    enum reply_result result; /* when no request was begun */
    enum particulars particulars;
    const char *words;
};

static const struct failure failures[] = {
    { CURLE_UNSUPPORTED_PROTOCOL, REPLY_BAD_REQUEST, NO_PARTICULARS,
      "the address has a scheme that this channel cannot use" },
    { CURLE_URL_MALFORMAT, REPLY_BAD_REQUEST, NO_PARTICULARS,
      "the channel's address is not a URL" },
    { CURLE_COULDNT_RESOLVE_PROXY, REPLY_NOT_SENT, NO_PARTICULARS,
      "no such host: the proxy" },
    { CURLE_COULDNT_RESOLVE_HOST, REPLY_NOT_SENT, THE_HOST, "no such host" },
    { CURLE_COULDNT_CONNECT, REPLY_NOT_SENT, THE_SYSTEM_ERROR, "cannot connect" },
    { CURLE_WEIRD_SERVER_REPLY, REPLY_NOT_SENT, NO_PARTICULARS,
      "the peer answered what is not of the protocol" },
    { CURLE_REMOTE_ACCESS_DENIED, REPLY_NOT_SENT, NO_PARTICULARS,
      "the peer refused the connection" },
    { CURLE_PARTIAL_FILE, REPLY_NOT_SENT, NO_PARTICULARS, "the answer broke off" },
    { CURLE_WRITE_ERROR, REPLY_NOT_SENT, NO_PARTICULARS,
      "the answer's lines are too long" },
    { CURLE_OPERATION_TIMEDOUT, REPLY_NOT_SENT, THE_DURATION, "timed out after" },
    { CURLE_SSL_CONNECT_ERROR, REPLY_NOT_SENT, THE_TLS_ERROR,
      "the TLS handshake failed" },
    { CURLE_GOT_NOTHING, REPLY_NOT_SENT, NO_PARTICULARS,
      "the peer closed the connection without an answer" },
    { CURLE_SEND_ERROR, REPLY_NOT_SENT, NO_PARTICULARS,
      "the connection was lost while sending" },
    { CURLE_RECV_ERROR, REPLY_NOT_SENT, NO_PARTICULARS,
      "the connection was lost before the answer" },
    { CURLE_ABORTED_BY_CALLBACK, REPLY_NOT_SENT, NO_PARTICULARS,
      "the kept connection was lost before the answer" },
    { CURLE_USE_SSL_FAILED, REPLY_NOT_SENT, NO_PARTICULARS,
      "the relay offers no TLS, and the channel has tls = required" },
    { CURLE_LOGIN_DENIED, REPLY_NOT_SENT, NO_PARTICULARS,
      "the relay does not take the user name and password" },
    { CURLE_PEER_FAILED_VERIFICATION, REPLY_CERTIFICATE, THE_TLS_ERROR,
      "the peer's certificate is not valid" },
    { CURLE_SSL_ISSUER_ERROR, REPLY_CERTIFICATE, THE_TLS_ERROR,
      "the peer's certificate is not valid" },
    { CURLE_SSL_INVALIDCERTSTATUS, REPLY_CERTIFICATE, THE_TLS_ERROR,
      "the peer's certificate is not valid" },
    { CURLE_SSL_CERTPROBLEM, REPLY_CERTIFICATE, THE_TLS_ERROR,
      "the certificate cannot be used" },
    { CURLE_SSL_CACERT_BADFILE, REPLY_CERTIFICATE, THE_CA_FILE,
      "the certificate authorities cannot be read from" },
};

static const struct failure *
find_failure(CURLcode code)
{
    for (size_t i = 0; i < ARRAY_COUNT(failures); i++) {
        if (failures[i].code == code) {
            return &failures[i];
        }
    }
    return NULL;
}

/* Some system errors are known under words of their own. */
static const char *
system_words(long error)
{
    switch (error) {
    case 0:
        return NULL;
    case ECONNREFUSED:
        return "connection refused";
    case ENETUNREACH:
    case EHOSTUNREACH:
        return "no route to the host";
    case ETIMEDOUT:
        return "the host does not answer";
    default:
        return strerror((int)error);
    }
}

static void
add_duration(struct buffer *text, const struct transfer *transfer, CURL *easy)
{
    curl_off_t spent_us = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &spent_us);
    char duration[DURATION_SIZE];
    buffer_addf(text, " %s", duration_format((int64_t)spent_us / 1000, duration));
    buffer_add(text, transfer->is_begun ? " without a whole answer" : " of connecting");
}

static void
add_tls_error(struct buffer *text, const struct transfer *transfer)
{
    if (transfer->error[0] != '\0') {
        char *printable = utf8_printable(transfer->error, strlen(transfer->error), 160);
        buffer_addf(text, ": %s", printable);
        free(printable);
    }
}

static char *
describe(const struct failure *failure, const struct transfer *transfer, CURL *easy,
         const struct request *request)
{
    struct buffer text = { 0 };
    long system_error = 0;
    (void)curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &system_error);
    const char *system = system_words(system_error);
    if (failure->particulars == THE_SYSTEM_ERROR && system != NULL) {
        buffer_add(&text, system);
        return buffer_take(&text);
    }
    buffer_add(&text, failure->words);
    switch (failure->particulars) {
    case NO_PARTICULARS:
        break;
    case THE_HOST:
    case THE_SYSTEM_ERROR:
        buffer_addf(&text, " %s", transfer->host);
        break;
    case THE_TLS_ERROR:
        add_tls_error(&text, transfer);
        break;
    case THE_CA_FILE:
        buffer_addf(&text, " %s",
                    request->ca_file == NULL ? "the system's file" : request->ca_file);
        break;
    case THE_DURATION:
        add_duration(&text, transfer, easy);
        break;
    }
    return buffer_take(&text);
}

/* What the configuration does not allow is said as such, whatever libcurl calls it. */
static bool
is_forbidden(const struct transfer *transfer, CURLcode code,
             const struct request *request, struct reply *reply)
{
    if (transfer->blocked_address[0] != '\0' && !transfer->is_begun) {
        reply_fail(reply, REPLY_FORBIDDEN,
                   "the address %s of %s is private or local; reaching it needs "
                   "allow_private = true",
                   transfer->blocked_address, transfer->host);
        return true;
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL && !request->allow_http &&
        strncasecmp(request->url, "http://", 7) == 0) {
        reply_fail(reply, REPLY_FORBIDDEN,
                   "the address begins with http://; without encryption needs "
                   "allow_http = true");
        return true;
    }
    return false;
}

void
transfer_failed(const struct transfer *transfer, CURL *easy, CURLcode code,
                const struct request *request, struct reply *reply)
{
    if (is_forbidden(transfer, code, request, reply)) {
        return;
    }
    const struct failure other = { code, REPLY_NOT_SENT, NO_PARTICULARS,
                                   curl_easy_strerror(code) };
    const struct failure *failure = find_failure(code);
    if (failure == NULL) {
        failure = &other;
    }
    char *detail = describe(failure, transfer, easy, request);
    reply_fail(reply, transfer->is_begun ? REPLY_UNKNOWN : failure->result, "%s",
               detail);
    free(detail);
}
