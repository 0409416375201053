/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Checks and reads status callbacks
 * (https://www.twilio.com/docs/usage/security#validating-requests).
 */
#include "channel/twilio_report.h"

#include "base/digest.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *
twilio_auth_token(const struct channel *channel)
{
    const char *token = channel_secret(channel, "auth_token_file");
    return token != NULL ? token : channel_secret(channel, "password_file");
}

/* --- The signature ---------------------------------------------------------------- */

static int
compare_fields(const void *a, const void *b)
{
    const struct form_field *first = a, *second = b;
    int by_name = strcmp(first->name, second->name);
    return by_name != 0 ? by_name : strcmp(first->value, second->value);
}

/* name and value of each field of the body, by name, with nothing between. */
static void
add_fields(const struct form *fields, struct buffer *out)
{
    if (fields->count == 0)
        return;
    struct form_field *sorted =
        memory_copy(fields->items, fields->count * sizeof *fields->items);
    qsort(sorted, fields->count, sizeof *sorted, compare_fields);
    for (size_t i = 0; i < fields->count; i++) {
        bool is_repeat = i > 0 && compare_fields(&sorted[i - 1], &sorted[i]) == 0;
        if (is_repeat)
            continue;
        buffer_add(out, sorted[i].name);
        buffer_add(out, sorted[i].value);
    }
    free(sorted);
}

static bool
signs(const char *auth_token, const char *address, const char *fields,
      const char *signature)
{
    unsigned char code[SHA1_BYTES];
    char *text = string_format("%s%s", address, fields);
    hmac_sha1(auth_token, strlen(auth_token), text, strlen(text), code);
    char *right = base64_encode(code, sizeof code);
    bool is_right = strlen(right) == strlen(signature) &&
                    digest_is_equal(right, signature, strlen(right));
    free(right);
    free(text);
    return is_right;
}

/* The address with the scheme's port where it has none, and without one where it has. */
static char *
other_port(const char *address)
{
    const char *host = strstr(address, "://");
    const char *port = strncasecmp(address, "http://", 7) == 0 ? ":80" : ":443";
    if (host == NULL)
        return string_copy(address);
    host += 3;
    size_t host_len = strcspn(host, "/?");
    const char *bracket = memchr(host, ']', host_len);
    const char *begin = bracket == NULL ? host : bracket;
    const char *colon = memchr(begin, ':', host_len - (size_t)(begin - host));
    size_t kept = colon == NULL ? host_len : (size_t)(colon - host);
    return string_format("%.*s%.*s%s%s", (int)(host - address), address, (int)kept,
                         host, colon == NULL ? port : "", host + host_len);
}

/* A body that is no form stands for itself: the query has its digest. */
static bool
body_is_right(const struct report_call *call)
{
    const char *given = form_value(call->fields, "bodySHA256");
    char right[SHA256_HEX_SIZE];
    if (given == NULL || call->body_fields->count > 0)
        return true;
    sha256_hex(call->body->data == NULL ? "" : call->body->data, call->body->len,
               right);
    return strlen(given) == strlen(right) &&
           digest_is_equal(right, given, strlen(right));
}

bool
twilio_is_signed(const struct report_call *call, const char *address,
                 const char *auth_token, const char *signature)
{
    struct buffer fields = { 0 };
    char *other = other_port(address);
    add_fields(call->body_fields, &fields);
    const char *text = fields.data == NULL ? "" : fields.data;
    bool is_signed = signs(auth_token, address, text, signature);
    is_signed = signs(auth_token, other, text, signature) || is_signed;
    free(other);
    buffer_clear(&fields);
    return is_signed && body_is_right(call);
}

/* As the gateway knows it: the path that it reached is the proxy's own affair. */
static char *
address_of(const struct report_call *call)
{
    const char *url = channel_setting(call->channel, "report_url");
    if (url == NULL)
        return NULL;
    return string_format("%.*s%s%s", (int)strcspn(url, "?"), url,
                         call->query[0] == '\0' ? "" : "?", call->query);
}

static enum status
check_signature(const struct report_call *call, struct error *error)
{
    const char *signature = report_header(call, "X-Twilio-Signature");
    char *address = address_of(call);
    bool is_signed =
        address != NULL && signature != NULL &&
        twilio_is_signed(call, address, twilio_auth_token(call->channel), signature);
    free(address);
    if (is_signed)
        return STATUS_OK;
    if (signature == NULL)
        return error_set(error, STATUS_REFUSED,
                         "the report has no X-Twilio-Signature; the proxy must hand "
                         "that header on");
    return error_set(error, STATUS_REFUSED,
                     "the report's X-Twilio-Signature is not that of the account: "
                     "report_url should be the address as Twilio knows it, and "
                     "auth_token_file (else password_file) should hold the account's "
                     "auth token");
}

/* --- What it says ----------------------------------------------------------------- */

/* https://www.twilio.com/docs/api/errors */
static const struct failure {
    const char *code, *meaning;
    bool gone, has_left;
} failures[] = {
    { "21610", "the recipient said STOP", false, true },
    { "30003", "the telephone was not reached", false, false },
    { "30004", "the recipient blocks text messages", false, false },
    { "30005", "there is no such number", true, false },
    { "30006", "the number takes no text messages", true, false },
    { "30007", "the carrier filtered it as unwanted", false, false },
    { "30008", "the carrier gave no reason", false, false },
};

static void
read_failure(const struct report_call *call, struct delivery_report *report)
{
    const char *code = form_value(call->fields, "ErrorCode");
    if (code == NULL || code[0] == '\0')
        return;
    for (size_t i = 0; i < ARRAY_COUNT(failures); i++) {
        if (strcmp(failures[i].code, code) != 0)
            continue;
        char *reason = string_format("%s: %s", code, failures[i].meaning);
        report_set_reason(report, reason);
        free(reason);
        report->gone = failures[i].gone;
        report->has_left = failures[i].has_left;
        return;
    }
    char *reason = string_format("error %s", code);
    report_set_reason(report, reason);
    free(reason);
}

enum status
twilio_report(const struct report_call *call, struct delivery_report *report,
              struct error *error)
{
    static const struct report_word words[] = {
        { "accepted", REPORT_PENDING }, { "scheduled", REPORT_PENDING },
        { "queued", REPORT_PENDING },   { "sending", REPORT_PENDING },
        { "sent", REPORT_PENDING },     { "delivered", REPORT_DELIVERED },
        { "read", REPORT_DELIVERED },   { "undelivered", REPORT_FAILED },
        { "failed", REPORT_FAILED },    { "canceled", REPORT_FAILED },
    };
    enum status status = check_signature(call, error);
    if (status == STATUS_OK)
        status = report_read_word(call, "MessageStatus", words, ARRAY_COUNT(words),
                                  report, error);
    if (status != STATUS_OK)
        return status;
    report->remote_id = string_copy(form_value(call->fields, "MessageSid"));
    if (report->state == REPORT_FAILED)
        read_failure(call, report);
    return STATUS_OK;
}
