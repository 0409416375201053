/* SPDX-License-Identifier: EUPL-1.2 */
/* Faults in the description of a gateway. */
#include "channel/sms_http.h"

#include "base/memory.h"
#include "channel/http_request.h"
#include "channel/pattern.h"
#include "channel/sms.h"
#include "channel/template.h"

#include <string.h>

#define ID_REGEX "id_regex"

/* The address is written down by others: no secret stands in it. */
static const char *const in_url[] = { "to", "from", "text", "id", "report_url" };
static const char *const in_body[] = { "to",         "from",     "text",     "id",
                                       "report_url", "username", "password", "token" };
static const char *const in_headers[] = { "to",       "from",     "id",   "report_url",
                                          "username", "password", "token" };

bool
sms_http_fills_in(const struct channel *channel, const char *name)
{
    const struct strings *headers = channel_setting_list(channel, "headers");
    bool fills_in = template_has(channel_setting(channel, "body"), name);
    for (size_t i = 0; headers != NULL && i < headers->count; i++)
        fills_in = fills_in || template_has(headers->items[i], name);
    return fills_in;
}

static bool
is_option(const struct channel *channel, const char *option, const char *value)
{
    const char *given = channel_setting(channel, option);
    return given != NULL && strcmp(given, value) == 0;
}

static enum status
check_url(const struct channel *channel, struct error *error)
{
    const char *url = channel_setting(channel, "url");
    enum status status = http_url_check("url", url, error);
    const char *host = strstr(url, "://");
    if (status != STATUS_OK)
        return status;
    if (memchr(host, '{', strlen(host) - strlen(host + 3 + strcspn(host + 3, "/?"))) !=
        NULL)
        return error_set(error, STATUS_INVALID,
                         "url is \"%s\"; nothing can be filled in into the host, only "
                         "behind it",
                         url);
    return template_check("url", url, in_url, ARRAY_COUNT(in_url), error);
}

static enum status
check_body(const struct channel *channel, struct error *error)
{
    const char *body = channel_setting(channel, "body");
    const char *type = channel_setting(channel, "content_type");
    if (body != NULL && is_option(channel, "method", "GET"))
        return error_set(error, STATUS_INVALID,
                         "body is given and method is GET, which has none: put it into "
                         "url, or use POST");
    if (is_option(channel, "encoding", "json") &&
        is_option(channel, "charset", "iso-8859-1"))
        return error_set(error, STATUS_INVALID,
                         "charset is iso-8859-1 and encoding json, which is UTF-8 "
                         "(RFC 8259)");
    for (const char *c = type; c != NULL && *c != '\0'; c++) {
        if (*c < ' ' || *c >= 0x7f)
            return error_set(error, STATUS_INVALID,
                             "content_type is \"%s\"; a type such as text/plain is "
                             "needed",
                             type);
    }
    return body == NULL
               ? STATUS_OK
               : template_check("body", body, in_body, ARRAY_COUNT(in_body), error);
}

/* RFC 9110, 5.6.2 */
static bool
is_header(const char *line)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t len = strspn(line, token);
    bool is_good = len > 0 && line[len] == ':';
    for (const char *c = line; *c != '\0' && is_good; c++)
        is_good = *c >= ' ' && *c < 0x7f;
    return is_good;
}

static enum status
check_headers(const struct channel *channel, struct error *error)
{
    const struct strings *headers = channel_setting_list(channel, "headers");
    enum status status = STATUS_OK;
    for (size_t i = 0; headers != NULL && i < headers->count && status == STATUS_OK;
         i++) {
        const char *line = headers->items[i];
        if (!is_header(line))
            return error_set(error, STATUS_INVALID,
                             "headers has \"%s\"; each is \"Name: value\" in ASCII",
                             line);
        status =
            template_check("headers", line, in_headers, ARRAY_COUNT(in_headers), error);
    }
    return status;
}

/* A text that goes nowhere would be reported as delivered. */
static enum status
check_use(const struct channel *channel, struct error *error)
{
    static const char *const needed[] = { "to", "text" };
    for (size_t i = 0; i < ARRAY_COUNT(needed); i++) {
        if (!template_has(channel_setting(channel, "url"), needed[i]) &&
            !sms_http_fills_in(channel, needed[i]))
            return error_set(
                error, STATUS_INVALID,
                "{%s} is neither in url nor in body: the gateway would not "
                "be told it",
                needed[i]);
    }
    return STATUS_OK;
}

/* --- Secrets ---------------------------------------------------------------------- */

static enum status
check_secret(const struct channel *channel, const char *option, const char *name,
             struct error *error)
{
    const char *secret = channel_secret(channel, option);
    if (secret == NULL && sms_http_fills_in(channel, name))
        return error_set(error, STATUS_INVALID,
                         "{%s} is to be filled in, and there is no %s", name, option);
    return secret == NULL ? STATUS_OK : http_secret_check(option, secret, error);
}

static enum status
check_secrets(const struct channel *channel, struct error *error)
{
    const char *username = channel_setting(channel, "username");
    enum status status = check_secret(channel, "password_file", "password", error);
    if (status == STATUS_OK)
        status = check_secret(channel, "token_file", "token", error);
    if (status == STATUS_OK && username != NULL && strchr(username, ':') != NULL)
        status = error_set(error, STATUS_INVALID,
                           "username is \"%s\"; it cannot have a \":\"", username);
    if (status == STATUS_OK && username == NULL &&
        channel_secret(channel, "password_file") != NULL &&
        !sms_http_fills_in(channel, "password"))
        status =
            error_set(error, STATUS_INVALID, "password_file needs username beside it");
    return status;
}

/* --- Answers and reports ---------------------------------------------------------- */

static enum status
check_codes(const struct channel *channel, struct error *error)
{
    const struct strings *codes = channel_setting_list(channel, "success_codes");
    for (size_t i = 0; codes != NULL && i < codes->count; i++) {
        const char *code = codes->items[i];
        if (strlen(code) != 3 || strspn(code, "0123456789") != 3 || code[0] < '2' ||
            code[0] > '5')
            return error_set(error, STATUS_INVALID,
                             "success_codes has \"%s\"; each is a code of HTTP such as "
                             "\"202\"",
                             code);
    }
    return STATUS_OK;
}

static enum status
check_patterns(const struct channel *channel, struct error *error)
{
    static const char *const names[] = { "success_regex", "permanent_regex",
                                         "credentials_regex", "retry_regex", ID_REGEX };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_COUNT(names) && status == STATUS_OK; i++) {
        const char *pattern = channel_setting(channel, names[i]);
        if (pattern != NULL)
            status = pattern_check(names[i], pattern, strcmp(names[i], ID_REGEX) == 0,
                                   error);
    }
    return status;
}

static enum status
check_id(const struct channel *channel, struct error *error)
{
    const char *pointer = channel_setting(channel, "id_pointer");
    if (pointer != NULL && channel_setting(channel, ID_REGEX) != NULL)
        return error_set(error, STATUS_INVALID,
                         "both id_pointer and id_regex are given; one is enough");
    if (pointer != NULL && pointer[0] != '/')
        return error_set(error, STATUS_INVALID,
                         "id_pointer is \"%s\"; a JSON pointer such as /messages/0/id "
                         "is needed (RFC 6901)",
                         pointer);
    return STATUS_OK;
}

static bool
is_given(const struct channel *channel, const char *option)
{
    const struct strings *values = channel_setting_list(channel, option);
    return values != NULL && values->count > 0;
}

static enum status
check_reports(const struct channel *channel, struct error *error)
{
    static const char *const with_state[] = { "report_delivered", "report_failed",
                                              "report_reason", "report_reference",
                                              "report_id" };
    const char *state = channel_setting(channel, "report_state");
    bool can_say =
        is_given(channel, "report_delivered") || is_given(channel, "report_failed");
    for (size_t i = 0; i < ARRAY_COUNT(with_state) && state == NULL; i++) {
        if (is_given(channel, with_state[i]))
            return error_set(error, STATUS_INVALID,
                             "%s needs report_state beside it: the field of a report "
                             "that says what became of the text message",
                             with_state[i]);
    }
    if (state != NULL && !can_say)
        return error_set(error, STATUS_INVALID,
                         "report_state needs report_delivered or report_failed beside "
                         "it: the words that the field has then");
    if (channel_setting(channel, "report_url") != NULL && state == NULL)
        return error_set(error, STATUS_INVALID,
                         "report_url needs report_state beside it: the field of a "
                         "report that says what became of the text message");
    return report_check(channel, error);
}

enum status
sms_http_check(const struct channel *channel, struct error *error)
{
    static enum status (*const checks[])(const struct channel *channel,
                                         struct error *error) = {
        check_url,   check_body,     check_headers, check_use,     check_secrets,
        check_codes, check_patterns, check_id,      check_reports, sms_check,
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < ARRAY_COUNT(checks) && status == STATUS_OK; i++)
        status = checks[i](channel, error);
    return status;
}
