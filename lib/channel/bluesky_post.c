/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes what is said, within the room of a post: 300 graphemes and 3000 bytes.
 */
#include "channel/bluesky_post.h"

#include "base/memory.h"
#include "channel/bluesky_record.h"
#include "channel/bluesky_thread.h"
#include "channel/delivery_text.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/rich.h"
#include "channel/shown.h"

#include <stdlib.h>
#include <string.h>

enum {
    GRAPHEMES = 300,
    TEXT_BYTES = 3000,
};

void
bluesky_length(const struct channel *channel, struct length_rule *rule)
{
    (void)channel;
    *rule = (struct length_rule){ .unit = LENGTH_GRAPHEMES,
                                  .most = GRAPHEMES,
                                  .most_bytes = TEXT_BYTES };
}

static size_t
catalogue_of(const struct delivery_input *input)
{
    const char *language = channel_setting(input->channel, "language");
    for (size_t i = 0; language != NULL && i < input->n_catalogues; i++) {
        if (strcmp(catalogue_language(input->catalogues[i]), language) == 0)
            return i;
    }
    return 0;
}

static bool
has_card(const struct delivery_input *input)
{
    const char *card = channel_setting(input->channel, "card");
    return input->page_url != NULL && (card == NULL || strcmp(card, "true") == 0);
}

/* The text leaves the address to the card. */
static struct delivery_input
text_input(const struct delivery_input *input)
{
    struct delivery_input own = *input;
    if (has_card(input))
        own.page_url = NULL;
    return own;
}

char *
bluesky_text(const struct delivery_input *input, struct error *error)
{
    const struct delivery_input own = text_input(input);
    struct length_rule rule;
    bluesky_length(input->channel, &rule);
    return delivery_text(&own, channel_setting_list(input->channel, "language"), &rule,
                         DELIVERY_TEXT_WHOLE, error);
}

/* Where the card leads; caller frees; NULL: there is none. */
static char *
card_of(const struct delivery_input *input, char **title)
{
    struct rich rich = { 0 };
    char *url = NULL;
    if (!has_card(input))
        return NULL;
    rich_fill(input, catalogue_of(input), &rich);
    if (rich.url != NULL) {
        url = string_copy(rich.url);
        *title = string_copy(rich.title);
    }
    rich_clear(&rich);
    return url;
}

void
bluesky_show(const struct delivery_input *input, struct shown *shown)
{
    const struct delivery_input own = text_input(input);
    struct length_rule rule;
    char *title = NULL;
    char *url = card_of(input, &title);
    bluesky_length(input->channel, &rule);
    delivery_text_show(&own, channel_setting_list(input->channel, "language"), &rule,
                       shown);
    if (url != NULL)
        shown_add(shown, "card",
                  catalogue_language(input->catalogues[catalogue_of(input)]),
                  string_format("%s\n%s\n%s", title, input->organisation, url), NULL);
    free(title);
    free(url);
}

static json_t *
record_of(const struct delivery_input *input, const char *text)
{
    char *title = NULL;
    char *url = card_of(input, &title);
    char *parent = bluesky_thread_parent(input->step->note);
    char *root = bluesky_thread_root(input->step->note);
    const struct bluesky_card card = { url, title, input->organisation };
    json_t *record = bluesky_record(
        input, text, catalogue_language(input->catalogues[catalogue_of(input)]),
        url == NULL ? NULL : &card, parent, root);
    free(root);
    free(parent);
    free(title);
    free(url);
    return record;
}

enum status
bluesky_put(const struct delivery_input *input, const struct bluesky_session *session,
            struct request *request, struct error *error)
{
    char key[BLUESKY_KEY_SIZE];
    char *text = bluesky_text(input, error);
    if (text == NULL)
        return STATUS_INVALID;
    char *url = bluesky_url(input->channel, "com.atproto.repo.putRecord");
    bluesky_key(input, key);
    json_post(request, url,
              json_pack("{s:s,s:s,s:s,s:o}", "repo", session->did, "collection",
                        BLUESKY_COLLECTION, "rkey", key, "record",
                        record_of(input, text)));
    request_bearer(request, session->access);
    free(url);
    free(text);
    return STATUS_OK;
}
