/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the requests of HTTP channels are made of: headers, credentials, forms, and the
 * addresses they go to. The credentials stand in headers, never in an address, which
 * others write down.
 */
#ifndef BUDKAVLE_CHANNEL_HTTP_REQUEST_H
#define BUDKAVLE_CHANNEL_HTTP_REQUEST_H

#include "base/status.h"
#include "model/request.h"

/* Fills in method, address and User-Agent of a zeroed request. Takes url. */
void http_request(struct request *request, const char *method, char *url_take);

/* Adds the header "name: value". */
void request_header(struct request *request, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Authorization: Bearer (RFC 6750), and Basic (RFC 7617). */
void request_bearer(struct request *request, const char *token);
void request_basic(struct request *request, const char *username, const char *password);

/* Adds name=value to an application/x-www-form-urlencoded body or to the query of an
 * address, which must have its "?" already. NULL as value adds nothing. */
void form_add(struct buffer *form, const char *name, const char *value);
/* Takes the form as the request's body. */
void request_form(struct request *request, struct buffer *form);

/* Adds the text, such as one segment of a path: every byte that is not unreserved (RFC 3986,
 * 2.3) is encoded. */
void http_percent_add(struct buffer *out, const char *text);

/* base without slashes at its end, and path, which begins with one; caller frees. */
char *http_url_join(const char *base, const char *path);

/* Letters and digits of ASCII alone, 1 to 64, so that it can stand in an address. NULL:
 * false. */
bool http_is_word(const char *text);

/*
 * STATUS_INVALID unless url is http:// or https:// with a host, without white space,
 * control characters, a fragment, or a name and password. The sentence names `option`.
 */
enum status http_url_check(const char *option, const char *url, struct error *error);
/* The same for an address to which paths are added: there is no query either. */
enum status http_base_check(const char *option, const char *url, struct error *error);

/* The same as http_url_check for an address that is itself a secret: no sentence shows
 * it. */
enum status http_secret_url_check(const char *option, const char *url,
                                  struct error *error);

/* STATUS_INVALID unless the secret can stand in a header: one line of visible ASCII. The
 * sentence names the option, never the secret. */
enum status http_secret_check(const char *option, const char *secret,
                              struct error *error);

#endif
