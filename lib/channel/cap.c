/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The CAP driver: each message as an alert of the Common Alerting Protocol 1.2 in a file
 * of its own, which is never changed, and feeds that link the newest of each incident.
 */
#include "channel/cap.h"

#include "base/memory.h"
#include "channel/drivers.h"
#include "channel/files.h"
#include "channel/shown.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec options[] = {
    { .name = "directory",
      .type = OPTION_PATH,
      .required = true,
      .doc =
          "Folder that alerts and feeds are written into; a web server hands it out." },
    { .name = "url",
      .type = OPTION_STRING,
      .doc = "Where the folder is found, such as \"https://drift.example.se/cap\"; "
             "without it the feed's links are relative, and there is no RSS." },
    { .name = "sender",
      .type = OPTION_STRING,
      .required = true,
      .doc = "Who sends, as a name that is unique in the world and stays, such as "
             "\"drift@example.se\" or an OID." },
    { .name = "sender_name",
      .type = OPTION_STRING,
      .doc = "Who sends, as people read it; without it the organisation." },
    { .name = "category",
      .type = OPTION_CHOICE,
      .default_text = "Infra",
      .choices = "Geo|Met|Safety|Security|Rescue|Fire|Health|Env|Transport|Infra|CBRNE|"
                 "Other",
      .doc = "The category of every alert." },
    { .name = "scope",
      .type = OPTION_CHOICE,
      .default_text = "Public",
      .choices = "Public|Restricted|Private",
      .doc = "For whom alerts are; those of incidents for staff are never Public." },
    { .name = "restriction",
      .type = OPTION_STRING,
      .default_text = "staff",
      .doc = "To whom a Restricted alert is restricted." },
    { .name = "addresses",
      .type = OPTION_STRING,
      .doc = "To whom a Private alert is addressed, names separated by blanks." },
    { .name = "expires",
      .type = OPTION_DURATION,
      .default_text = "6h",
      .min = MINUTES_MS,
      .max = 365 * DAYS_MS,
      .doc =
          "How long an alert is to be acted on; never less than to the next word that "
          "it promises, and an hour more." },
    { .name = "geocode",
      .type = OPTION_STRING,
      .default_text = "budkavle:code",
      .doc = "What the codes of places are (valueName of geocode), such as "
             "\"SCB:district\"." },
};

const char *
cap_option(const struct channel *channel, const char *name, const char *absent)
{
    const char *value = channel_setting(channel, name);

    return value != NULL && value[0] != '\0' ? value : absent;
}

/* OASIS CAP 1.2, 3.2.1. */
static enum status
check_sender(const struct channel *channel, struct error *error)
{
    const char *sender = cap_option(channel, "sender", NULL);

    if (sender == NULL || strpbrk(sender, " \t\r\n,<&") == NULL)
        return STATUS_OK;
    return error_set(
        error, STATUS_INVALID,
        "channel \"%s\": sender \"%s\" holds a blank, a comma, < or &, which "
        "CAP does not allow; one is for example drift@example.se",
        channel->name, sender);
}

static enum status
check_url(const struct channel *channel, struct error *error)
{
    const char *url = cap_option(channel, "url", NULL);

    if (url == NULL ||
        ((strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0) &&
         strpbrk(url, " \"<>") == NULL))
        return STATUS_OK;
    return error_set(error, STATUS_INVALID,
                     "channel \"%s\": url \"%s\" is not an address that begins with "
                     "https:// or http://",
                     channel->name, url);
}

static enum status
cap_check(const struct channel *channel, struct error *error)
{
    enum status status = files_check(channel, error);

    if (status == STATUS_OK)
        status = check_sender(channel, error);
    if (status == STATUS_OK)
        status = check_url(channel, error);
    if (status == STATUS_OK &&
        strcmp(cap_option(channel, "scope", "Public"), "Private") == 0 &&
        cap_option(channel, "addresses", NULL) == NULL)
        status =
            error_set(error, STATUS_INVALID,
                      "channel \"%s\": a scope of Private needs addresses: to whom "
                      "alerts are addressed",
                      channel->name);
    return status;
}

char *
cap_file_name(const struct message *message)
{
    return string_format("alert/%s.xml", message->id);
}

/* --- What is written --------------------------------------------------------------- */

static bool
is_due(const struct page_input *input, int64_t row)
{
    size_t from = 0, to = input->n_due;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (input->due[middle] == row)
            return true;
        if (input->due[middle] < row)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

static void
add_alert(const struct page_input *input, const struct page_incident *item, size_t i,
          struct request *request)
{
    const struct cap_story story = {
        .channel = input->channel,
        .catalogues = input->catalogues,
        .n_catalogues = input->n_catalogues,
        .organisation = input->organisation,
        .contact = input->contact,
        .page_url = input->page_url,
        .messages = &item->history[i],
        .n_messages = item->n_history - i,
        .merged_into_id = item->merged_into_id,
    };

    cap_write(&story, files_add(request, cap_file_name(&item->history[i])));
}

/* Only what is new: an alert that was published stays as it is, whatever becomes of the
 * incident, the catalogues or the configuration. */
static void
add_alerts(const struct page_input *input, struct request *request)
{
    for (size_t i = 0; i < input->n_incidents; i++) {
        const struct page_incident *item = &input->incidents[i];

        for (size_t j = item->n_history; item->write_page && j > 0; j--) {
            if (is_due(input, item->history[j - 1].row))
                add_alert(input, item, j - 1, request);
        }
    }
}

static enum status
begin(const struct channel *channel, size_t n_catalogues, struct request *request,
      struct error *error)
{
    const char *directory = channel_setting(channel, "directory");

    if (directory == NULL || n_catalogues == 0)
        return error_set(error, STATUS_INVALID,
                         "channel \"%s\": alerts need a directory and a language",
                         channel->name);
    request->sender = SENDER_FILES;
    string_replace(&request->directory, directory);
    return STATUS_OK;
}

/* Alerts come before the feeds: links are good at any time. */
static enum status
cap_render(const struct page_input *input, struct request *request, struct error *error)
{
    enum status status = begin(input->channel, input->n_catalogues, request, error);

    if (status != STATUS_OK)
        return status;
    add_alerts(input, request);
    if (input->pages_only)
        return STATUS_OK;
    cap_atom(input, files_add(request, string_copy("cap.atom")));
    if (cap_option(input->channel, "url", NULL) != NULL)
        cap_rss(input, files_add(request, string_copy("cap.rss")));
    return STATUS_OK;
}

/* A file that no feed links, with the status Test. */
static enum status
cap_test(const struct delivery_input *input, struct request *request,
         struct error *error)
{
    const struct cap_story story = {
        .channel = input->channel,
        .catalogues = input->catalogues,
        .n_catalogues = input->n_catalogues,
        .organisation = input->organisation,
        .contact = input->contact,
        .page_url = NULL,
        .messages = input->message,
        .n_messages = 1,
    };
    enum status status = begin(input->channel, input->n_catalogues, request, error);

    if (status == STATUS_OK)
        cap_write(&story, files_add(request, string_copy("test.xml")));
    return status;
}

static void
cap_show(const struct delivery_input *input, struct shown *shown)
{
    struct compose_context context = delivery_context(input);

    context.page_url = NULL;
    context.reply_to = NULL;
    context.late = false;
    context.now_ms = input->message->written_at_ms;
    for (size_t i = 0; i < input->n_catalogues; i++) {
        struct texts texts = { 0 };
        const struct text_set *set;

        texts_compose(&input->catalogues[i], 1, input->message, &context, &texts);
        set = &texts.items[0];
        shown_add(shown, "title", set->language, string_copy(set->title), NULL);
        shown_add(shown, "text", set->language, string_copy(set->long_text), NULL);
        texts_clear(&texts);
    }
}

static const char *const no_effect[] = { "backlog", "hold_down", "short_interruption",
                                         NULL };

const struct driver driver_cap = {
    .name = "cap",
    .summary =
        "Alerts of the Common Alerting Protocol 1.2, and feeds of them, as files.",
    .sender = SENDER_FILES,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_EACH,
    .no_effect = no_effect,
    .read_by_people = false,
    .idempotent = true, /* the same files again */
    .threads = true,
    .refers_back = true,
    .ended_shown_ms = DAYS_MS,
    .concurrency = 1,
    .retry_floor_ms = 1000,
    .check = cap_check,
    .render = cap_render,
    .test = cap_test,
    .show = cap_show,
    .classify = files_classify,
};
