/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes notifications.
 */
#include "channel/push_note.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/delivery_text.h"
#include "channel/rich.h"
#include "channel/shown.h"
#include "model/danger.h"

#include <stdlib.h>
#include <string.h>

/* utf8_printable adds this to what it cuts. */
#define ELLIPSIS "…"

enum {
    TITLE_BYTES = 250
};

enum push_level
push_level_of(const struct delivery_input *input)
{
    static const enum push_level levels[PRIORITY_COUNT] = {
        [PRIORITY_URGENT] = PUSH_HIGH,
        [PRIORITY_NORMAL] = PUSH_NORMAL,
        [PRIORITY_BULK] = PUSH_QUIET,
    };
    const struct message *message = input->message;
    if (input->is_test || message->facts.mode == MODE_TEST)
        return PUSH_TEST;
    int64_t danger = danger_in_force(&message->facts, message->written_at_ms);
    if ((danger & ~message->old_danger) != 0)
        return PUSH_DANGER;
    return levels[message->priority];
}

static const struct strings *
languages_of(const struct delivery_input *input)
{
    return channel_setting_list(input->channel, "languages");
}

/* The texts lead to the page themselves only where the notification cannot. */
static struct delivery_input
input_of_body(const struct delivery_input *input, const char *url)
{
    struct delivery_input body = *input;
    if (url != NULL)
        body.page_url = NULL;
    return body;
}

/* Title and page in the first language; false: it is not configured. */
static bool
fill_head(const struct delivery_input *input, const struct push_form *form,
          struct push_note *note, struct error *error)
{
    size_t language = delivery_language(input, languages_of(input), 0, error);
    struct rich rich = { 0 };
    if (language == input->n_catalogues)
        return false;
    rich_fill(input, language, &rich);
    note->title = utf8_printable(rich.title, strlen(rich.title),
                                 TITLE_BYTES - (sizeof ELLIPSIS - 1));
    note->link_title = catalogue_phrase(input->catalogues[language], "page.title");
    if (rich.url != NULL &&
        (form->url_bytes == 0 || strlen(rich.url) <= form->url_bytes))
        note->url = string_copy(rich.url);
    rich_clear(&rich);
    return true;
}

enum status
push_note_fill(const struct delivery_input *input, const struct push_form *form,
               struct push_note *note, struct error *error)
{
    push_note_clear(note);
    note->level = push_level_of(input);
    if (!fill_head(input, form, note, error))
        return STATUS_INVALID;
    const struct delivery_input body = input_of_body(input, note->url);
    note->body = delivery_text(&body, languages_of(input), &form->rule,
                               DELIVERY_TEXT_WHOLE, error);
    return note->body == NULL ? STATUS_INVALID : STATUS_OK;
}

void
push_note_clear(struct push_note *note)
{
    free(note->title);
    free(note->body);
    free(note->url);
    memset(note, 0, sizeof *note);
}

void
push_note_show(const struct delivery_input *input, const struct push_form *form,
               struct shown *shown)
{
    struct push_note note = { 0 };
    if (fill_head(input, form, &note, NULL)) {
        size_t language = delivery_language(input, languages_of(input), 0, NULL);
        const struct delivery_input body = input_of_body(input, note.url);
        shown_add(shown, "title", catalogue_language(input->catalogues[language]),
                  note.title, NULL);
        note.title = NULL;
        delivery_text_show(&body, languages_of(input), &form->rule, shown);
    }
    push_note_clear(&note);
}

char *
push_story(const struct delivery_input *input)
{
    const char *id = input->message->incident_id;
    return input->is_test || id[0] == '\0' ? NULL : string_format("budkavle-%s", id);
}

enum status
push_check(const struct channel *channel, const struct push_form *form,
           struct error *error)
{
    return delivery_languages_check(channel_setting_list(channel, "languages"),
                                    &form->rule, error);
}
