/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The e-mail driver: one mail to each recipient through a relay. Every mail is a
 * transaction of its own, so that nobody sees another's address and one refused address
 * holds up nobody else.
 */
#include "channel/drivers.h"

#include "base/memory.h"
#include "channel/address.h"
#include "channel/email_list.h"
#include "channel/email_message.h"
#include "channel/peer.h"
#include "channel/recipients.h"
#include "channel/smtp_outcome.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    CONCURRENCY = 4, /* each is a process: see docs/architecture.md */
};

static const struct option_spec options[] = {
    { .name = "relay",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The mail server that takes the mails: smtp://HOST[:PORT] or "
             "smtps://HOST[:PORT]." },
    { .name = "from",
      .type = OPTION_STRING,
      .required = true,
      .doc = "The address that the mails come from; errors come back to it, unless "
             "return_path says otherwise." },
    { .name = "to",
      .type = OPTION_STRINGS,
      .doc = "The recipients; each gets a mail of its own." },
    { .name = "to_file",
      .type = OPTION_FILE_LIST,
      .doc =
          "A file of recipients instead of to: one address a line, up to a million." },
    { .name = "test_to",
      .type = OPTION_STRING,
      .doc = "The address that a test is sent to; the first of to." },
    { .name = "tls",
      .type = OPTION_CHOICE,
      .choices = "required|opportunistic|none",
      .doc =
          "Whether the connection must be encrypted; required, and opportunistic when "
          "the relay is this machine (localhost, 127.0.0.1, [::1]) and there is no "
          "login." },
    { .name = "username",
      .type = OPTION_STRING,
      .doc = "The name to log in to the relay with; without it there is no login." },
    { .name = "password_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the password that belongs to username." },
    { .name = "ehlo",
      .type = OPTION_STRING,
      .doc = "The name this machine gives itself to the relay; the host of from." },
    { .name = "list_id",
      .type = OPTION_STRING,
      .doc = "The list's name for mail programs (List-Id), such as avbrott.example.se; "
             "the channel's name and the host of from." },
    { .name = "unsubscribe_url",
      .type = OPTION_STRING,
      .doc = "The web address at which a reader of a list leaves it with one click, "
             "with {token} in it; a web server passes it on to the socket." },
    { .name = "unsubscribe_mail",
      .type = OPTION_STRING,
      .doc = "The mail address to which a reader writes to leave a list, with {token} "
             "in it, such as u+{token}@alerts.example.se." },
    { .name = "return_path",
      .type = OPTION_STRING,
      .doc =
          "The address that reports of mails which could not be delivered come "
          "back to, with {token} in it, such as b+{token}@alerts.example.se; from." },
    { .name = "token_key_file",
      .type = OPTION_FILE_SECRET,
      .doc = "File with the key that tokens are made with; of several, the first makes "
             "them, and all are known." },
};

/* The relay's address taken apart; the peer is borrowed from it. */
struct relay {
    bool implicit_tls;
    struct peer peer;
    size_t url_len; /* without a slash at the end */
};

static enum status
relay_fault(const char *url, const char *problem, struct error *error)
{
    error_set(error, STATUS_INVALID,
              "relay is \"%s\", %s; smtp://mail.example.se:587 would be right", url,
              problem);
    return STATUS_INVALID;
}

static enum status
relay_parse(const char *url, struct relay *relay, struct error *error)
{
    if (strchr(url, '@') != NULL) {
        error_set(error, STATUS_INVALID,
                  "relay holds a user name or password before \"@\"; they belong in "
                  "username and password_file");
        return STATUS_INVALID;
    }
    relay->implicit_tls = strncasecmp(url, "smtps://", 8) == 0;
    if (!relay->implicit_tls && strncasecmp(url, "smtp://", 7) != 0)
        return relay_fault(url, "which begins with neither smtp:// nor smtps://",
                           error);
    const char *place = url + (relay->implicit_tls ? 8 : 7);
    size_t len = strcspn(place, "/");
    switch (peer_read(place, len, &relay->peer)) {
    case PEER_NO_HOST:
        return relay_fault(url, "which names no valid host", error);
    case PEER_NO_PORT:
        return relay_fault(url, "whose port is not a number from 1 to 65535", error);
    case PEER_WELL:
        break;
    }
    if (place[len] == '/' && place[len + 1] != '\0')
        return relay_fault(url, "which has something behind the host and port", error);
    relay->url_len = (size_t)(place - url) + len;
    return STATUS_OK;
}

static const char *
tls_of(const struct channel *channel, const struct relay *relay)
{
    const char *tls = channel_setting(channel, "tls");
    if (tls != NULL)
        return tls;
    return peer_is_loopback(&relay->peer) &&
                   channel_setting(channel, "username") == NULL
               ? "opportunistic"
               : "required";
}

static enum status
check_address(const char *option, const char *address, struct error *error)
{
    enum status status = address == NULL ? STATUS_OK : address_check(address, error);
    if (status != STATUS_OK)
        error_prefix(error, "%s", option);
    return status;
}

/* A password goes over an encrypted connection or not at all. */
static enum status
check_login(const struct channel *channel, const struct relay *relay,
            struct error *error)
{
    bool has_name = channel_setting(channel, "username") != NULL;
    bool has_password = channel_secret(channel, "password_file") != NULL;
    const char *tls = tls_of(channel, relay);
    if (has_name != has_password)
        return error_set(error, STATUS_INVALID,
                         "%s is given without %s; a login needs both",
                         has_name ? "username" : "password_file",
                         has_name ? "password_file" : "username");
    if (relay->implicit_tls && strcmp(tls, "none") == 0)
        return error_set(error, STATUS_INVALID,
                         "tls is \"none\", but smtps:// is always encrypted; write "
                         "smtp:// or leave tls out");
    if (has_password && !relay->implicit_tls && strcmp(tls, "required") != 0 &&
        !(peer_is_loopback(&relay->peer) && strcmp(tls, "none") == 0))
        return error_set(
            error, STATUS_INVALID,
            "tls is \"%s\", which could send the password in clear text; a "
            "login needs tls = required, or tls = none on this machine alone",
            tls);
    return STATUS_OK;
}

static enum status
check(const struct channel *channel, struct error *error)
{
    const char *ehlo = channel_setting(channel, "ehlo");
    struct relay relay;
    enum status status = relay_parse(channel_setting(channel, "relay"), &relay, error);
    if (status == STATUS_OK)
        status = check_address("from", channel_setting(channel, "from"), error);
    if (status == STATUS_OK)
        status = check_address("reply_to", channel->reply_to, error);
    if (status == STATUS_OK)
        status = recipients_check(channel, address_check, "name@example.se", error);
    if (status == STATUS_OK && ehlo != NULL && !address_is_host_name(ehlo))
        status = error_set(error, STATUS_INVALID,
                           "ehlo is \"%s\", which is not a host name such as "
                           "drift.example.se",
                           ehlo);
    if (status == STATUS_OK)
        status = check_login(channel, &relay, error);
    return status == STATUS_OK ? email_list_check(channel, error) : status;
}

static enum status
compose(const struct delivery_input *input, struct request *request,
        struct error *error)
{
    const struct channel *channel = input->channel;
    const char *url = channel_setting(channel, "relay");
    const char *from = channel_setting(channel, "from");
    const char *ehlo = channel_setting(channel, "ehlo");
    struct relay relay;
    enum status status = relay_parse(url, &relay, error);
    if (status != STATUS_OK)
        return status;
    if (input->recipient == NULL)
        return error_set(error, STATUS_INVALID, "the mail has no recipient");
    /* A line of to_file comes here unchecked. */
    status = check_address("recipient", input->recipient, error);
    if (status != STATUS_OK)
        return status;

    request->sender = SENDER_SMTP;
    request->url = string_format("%.*s/%s", (int)relay.url_len, url,
                                 ehlo == NULL ? address_domain(from) : ehlo);
    request->allow_private = peer_is_loopback(&relay.peer);
    request->mail_from = email_list_return_path(input, from);
    request->rcpt_to = string_copy(input->recipient);
    request->tls = string_copy(tls_of(channel, &relay));
    request->username = string_copy(channel_setting(channel, "username"));
    request->password = string_copy(channel_secret(channel, "password_file"));
    email_message(input, from, input->recipient, &request->body);
    if (input->missed != NULL)
        *input->n_carried = input->missed->count;
    return STATUS_OK;
}

static void
classify(const struct channel *channel, const struct reply *reply, bool has_recipient,
         int64_t now_ms, struct outcome *outcome)
{
    (void)now_ms;
    /* The only recipient there is refused for good: that needs a person. */
    smtp_outcome(reply, recipients_are_several(channel, has_recipient), outcome);
}

const struct driver driver_email = {
    .name = "email",
    .summary = "a mail to each recipient through a relay (SMTP)",
    .sender = SENDER_SMTP,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_CATCH_UP,
    .read_by_people = true,
    .inbound = "mails to `reply_to`",
    .idempotent = false,
    .threads = true,
    .concurrency = CONCURRENCY,
    .list_option = "to_file",
    .check = check,
    .compose = compose,
    .show = email_show,
    .recipients = recipients_named,
    .check_recipient = address_check,
    .classify = classify,
};
