/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes what a mail says of its list, and the address it comes back to.
 */
#include "channel/email_list.h"

#include "base/memory.h"
#include "channel/address.h"
#include "channel/delivery_token.h"
#include "channel/mime.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    LIST_ID_MAX_BYTES = 255, /* RFC 2919, 2 */
    URL_MAX_BYTES = 400, /* with a token well within a header line (RFC 5322, 2.1.1) */
};

/* As long as any. */
static const char longest_token[] = "9000000000000000000-aaaaaaaaaaaaaaaaaaaaaaaaaa";

static bool
is_list(const struct channel *channel)
{
    return channel_setting(channel, "to_file") != NULL;
}

/* --- Options ---------------------------------------------------------------------- */

static enum status
check_list_id(const char *id, struct error *error)
{
    if (id == NULL || (strlen(id) <= LIST_ID_MAX_BYTES && address_is_host_name(id) &&
                       strchr(id, '.') != NULL))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "list_id is \"%s\", which is not of the form "
                     "avbrott.example.se: words of letters, digits and hyphens with "
                     "dots between, in a domain of yours",
                     id);
}

static enum status
check_url(const char *url, struct error *error)
{
    const char *problem = NULL;
    if (url == NULL)
        return STATUS_OK;
    if (strncasecmp(url, "https://", 8) != 0)
        problem = "does not begin with https://, which mail programs ask for";
    else if (strstr(url, DELIVERY_TOKEN_SLOT) == NULL)
        problem = "has no " DELIVERY_TOKEN_SLOT " in it";
    else if (strlen(url) > URL_MAX_BYTES)
        problem = "is longer than 400 bytes";
    for (const char *c = url; *c != '\0' && problem == NULL; c++) {
        if (*c <= ' ' || *c >= 0x7f || strchr("<>\",", *c) != NULL)
            problem = "has a character that cannot stand in a web address";
    }
    if (problem == NULL)
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "unsubscribe_url is \"%s\", which %s; "
                     "https://drift.example.se/v1/unsubscribe?token={token} would be "
                     "right",
                     url, problem);
}

/* An address of which each delivery has its own. */
static enum status
check_pattern(const char *option, const char *pattern, const char *example,
              struct error *error)
{
    if (pattern == NULL)
        return STATUS_OK;
    const char *slot = strstr(pattern, DELIVERY_TOKEN_SLOT);
    const char *at = strrchr(pattern, '@');
    if (slot == NULL || at == NULL || slot > at ||
        strstr(slot + 1, DELIVERY_TOKEN_SLOT) != NULL)
        return error_set(error, STATUS_INVALID,
                         "%s is \"%s\", which has not one " DELIVERY_TOKEN_SLOT
                         " before the \"@\"; %s would be right",
                         option, pattern, example);
    char *filled = delivery_token_fill(pattern, longest_token);
    enum status status = address_check(filled, error);
    free(filled);
    if (status != STATUS_OK)
        error_prefix(error, "%s with the longest token in it", option);
    return status;
}

static enum status
check_for_list(const struct channel *channel, struct error *error)
{
    static const char *const options[] = { "unsubscribe_url", "unsubscribe_mail" };
    for (size_t i = 0; i < ARRAY_COUNT(options) && !is_list(channel); i++) {
        if (channel_setting(channel, options[i]) != NULL)
            return error_set(error, STATUS_INVALID,
                             "%s is for a list (to_file); who stands in to is taken "
                             "out of the configuration",
                             options[i]);
    }
    return STATUS_OK;
}

static enum status
check_keys(const struct channel *channel, struct error *error)
{
    static const char *const options[] = { "return_path", "unsubscribe_url",
                                           "unsubscribe_mail" };
    const char *keys = channel_secret(channel, "token_key_file");
    if (keys != NULL)
        return delivery_token_check_keys(keys, "token_key_file", error);
    for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
        if (channel_setting(channel, options[i]) != NULL)
            return error_set(error, STATUS_INVALID,
                             "%s is given without token_key_file, whose key makes the "
                             "token; openssl rand -hex 32 makes one",
                             options[i]);
    }
    return STATUS_OK;
}

enum status
email_list_check(const struct channel *channel, struct error *error)
{
    enum status status = check_list_id(channel_setting(channel, "list_id"), error);
    if (status == STATUS_OK)
        status = check_for_list(channel, error);
    if (status == STATUS_OK)
        status = check_url(channel_setting(channel, "unsubscribe_url"), error);
    if (status == STATUS_OK)
        status = check_pattern("unsubscribe_mail",
                               channel_setting(channel, "unsubscribe_mail"),
                               "u+{token}@alerts.example.se", error);
    if (status == STATUS_OK)
        status = check_pattern("return_path", channel_setting(channel, "return_path"),
                               "b+{token}@alerts.example.se", error);
    return status == STATUS_OK ? check_keys(channel, error) : status;
}

/* --- Mails ------------------------------------------------------------------------ */

/* The pattern for this delivery; NULL: there is none. Caller frees. */
static char *
fill_for(const struct delivery_input *input, const char *option)
{
    const char *pattern = channel_setting(input->channel, option);
    const char *keys = channel_secret(input->channel, "token_key_file");
    const struct token_subject subject = { .channel = input->channel->name,
                                           .delivery = input->delivery,
                                           .recipient = input->recipient };
    char token[DELIVERY_TOKEN_SIZE];
    if (pattern == NULL || keys == NULL)
        return NULL;
    delivery_token_format(keys, &subject, token);
    return delivery_token_fill(pattern, token);
}

/* RFC 2919: without list_id the channel's name as a host label, under the sender's. */
static void
put_list_id(const struct channel *channel, const char *domain, struct buffer *out)
{
    const char *given = channel_setting(channel, "list_id");
    struct buffer label = { 0 };
    for (const char *c = channel->name; *c != '\0'; c++) {
        bool is_plain = (unsigned char)*c < 0x80 && isalnum((unsigned char)*c);
        buffer_append(&label, is_plain ? c : "-", 1);
    }
    char *id = given != NULL ? string_format("<%s>", given)
                             : string_format("<%s.%s>", label.data, domain);
    mime_header(out, "List-Id", id);
    free(id);
    buffer_clear(&label);
}

static void
put_unsubscribe(const struct delivery_input *input, struct buffer *out)
{
    char *url = fill_for(input, "unsubscribe_url");
    char *mail = fill_for(input, "unsubscribe_mail");
    struct buffer ways = { 0 };
    if (url != NULL)
        buffer_addf(&ways, "<%s>", url);
    if (mail != NULL)
        buffer_addf(&ways, "%s<mailto:%s>", url != NULL ? ", " : "", mail);
    if (ways.len > 0)
        mime_header(out, "List-Unsubscribe", ways.data);
    if (url != NULL)
        mime_header(out, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    buffer_clear(&ways);
    free(url);
    free(mail);
}

void
email_list_header(const struct delivery_input *input, const char *domain,
                  struct buffer *out)
{
    put_list_id(input->channel, domain, out);
    if (is_list(input->channel))
        put_unsubscribe(input, out);
}

char *
email_list_return_path(const struct delivery_input *input, const char *from)
{
    char *path = fill_for(input, "return_path");
    return path != NULL ? path : string_copy(from);
}
