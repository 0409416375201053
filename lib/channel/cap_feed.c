/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The feeds: an entry for the newest alert of each incident that goes on or ended within
 * a day, linked as application/cap+xml. Its id is the message's, so each is new to
 * readers; what came before is named in the alert's references.
 */
#include "channel/cap.h"

#include "base/memory.h"
#include "channel/files.h"
#include "channel/markup.h"
#include "channel/mime.h"
#include "text/compose.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

enum {
    FEED_MAX_ENTRIES = 1000
};

struct feed {
    const struct page_input *input;
    const struct message **entries; /* newest first */
    size_t count;
};

static int
compare_newest_first(const void *a, const void *b)
{
    const struct message *x = *(const struct message *const *)a;
    const struct message *y = *(const struct message *const *)b;

    if (x->written_at_ms != y->written_at_ms)
        return x->written_at_ms > y->written_at_ms ? -1 : 1;
    return strcmp(y->id, x->id);
}

static struct feed
feed_of(const struct page_input *input)
{
    struct feed feed = {
        .input = input,
        .entries = memory_array(input->n_incidents + 1, sizeof(void *)),
    };

    for (size_t i = 0; i < input->n_incidents; i++) {
        const struct page_incident *item = &input->incidents[i];

        if (item->listed && item->latest.row != 0)
            feed.entries[feed.count++] = &item->latest;
    }
    qsort(feed.entries, feed.count, sizeof(void *), compare_newest_first);
    if (feed.count > FEED_MAX_ENTRIES)
        feed.count = FEED_MAX_ENTRIES;
    return feed;
}

/* Absolute where it is known where the folder is, else relative to the feed. */
static char *
address(const struct page_input *input, const char *file)
{
    const char *url = cap_option(input->channel, "url", NULL);
    size_t len = url == NULL ? 0 : strlen(url);

    while (len > 0 && url[len - 1] == '/')
        len--;
    return url == NULL ? string_copy(file)
                       : string_format("%.*s/%s", (int)len, url, file);
}

static char *
title_of(const struct page_input *input, const struct message *message)
{
    const struct compose_context context = {
        .organisation = input->organisation,
        .contact = input->contact,
        .now_ms = message->written_at_ms,
    };

    return text_title(input->catalogues[0], message, &context);
}

static void
put_link(struct buffer *out, const char *rel, const char *type, char *href_taken)
{
    buffer_addf(out, "<link rel=\"%s\" type=\"%s\"", rel, type);
    markup_attribute(out, "href", href_taken);
    buffer_add(out, "/>\n");
    free(href_taken);
}

static void
put_name(struct buffer *out, const char *what, const char *name,
         const struct page_input *input)
{
    char urn[FILES_URN_SIZE];

    files_urn(what, name, cap_option(input->channel, "sender", ""), urn);
    cap_element(out, "id", urn);
}

static void
put_entry(const struct page_input *input, const struct message *message,
          struct buffer *out)
{
    char *title = title_of(input, message), *file = cap_file_name(message);

    buffer_add(out, "<entry>\n");
    put_name(out, "cap message", message->id, input);
    cap_element(out, "title", title);
    cap_element_time(out, "published", message->written_at_ms);
    cap_element_time(out, "updated", message->written_at_ms);
    put_link(out, "alternate", "application/cap+xml", address(input, file));
    buffer_addf(out, "<category term=\"%s\"/>\n</entry>\n",
                name_of(&kind_names, (int)message->facts.kind));
    free(file);
    free(title);
}

void
cap_atom(const struct page_input *input, struct buffer *out)
{
    struct feed feed = feed_of(input);
    char *title = string_format("CAP – %s", input->organisation);

    buffer_add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                    "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    markup_attribute(out, "xml:lang", catalogue_language(input->catalogues[0]));
    buffer_add(out, ">\n");
    put_name(out, "cap feed", input->organisation, input);
    cap_element(out, "title", title);
    cap_element_time(out, "updated",
                     feed.count > 0 ? feed.entries[0]->written_at_ms : input->now_ms);
    buffer_add(out, "<author>\n");
    cap_element(out, "name", input->organisation);
    buffer_add(out, "</author>\n");
    if (cap_option(input->channel, "url", NULL) != NULL)
        put_link(out, "self", "application/atom+xml", address(input, "cap.atom"));
    for (size_t i = 0; i < feed.count; i++)
        put_entry(input, feed.entries[i], out);
    buffer_add(out, "</feed>\n");
    free(title);
    free(feed.entries);
}

static void
put_item(const struct page_input *input, const struct message *message,
         struct buffer *out)
{
    char *title = title_of(input, message), *file = cap_file_name(message);
    char *link = address(input, file);
    char urn[FILES_URN_SIZE], date[MIME_DATE_SIZE];

    files_urn("cap message", message->id, cap_option(input->channel, "sender", ""),
              urn);
    buffer_add(out, "<item>\n");
    cap_element(out, "title", title);
    cap_element(out, "link", link);
    cap_element(out, "guid isPermaLink=\"false\"", urn);
    cap_element(out, "pubDate", mime_date(message->written_at_ms, date));
    buffer_add(out, "</item>\n");
    free(link);
    free(file);
    free(title);
}

void
cap_rss(const struct page_input *input, struct buffer *out)
{
    struct feed feed = feed_of(input);
    char *title = string_format("CAP – %s", input->organisation);
    char *self = address(input, "cap.rss"), *home = address(input, "");

    buffer_add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\" "
                    "xmlns:atom=\"http://www.w3.org/2005/Atom\">\n<channel>\n");
    cap_element(out, "title", title);
    cap_element(out, "link", input->page_url != NULL ? input->page_url : home);
    cap_element(out, "description", title);
    buffer_add(out, "<atom:link rel=\"self\" type=\"application/rss+xml\"");
    markup_attribute(out, "href", self);
    buffer_add(out, "/>\n<ttl>1</ttl>\n");
    for (size_t i = 0; i < feed.count; i++)
        put_item(input, feed.entries[i], out);
    buffer_add(out, "</channel>\n</rss>\n");
    free(home);
    free(self);
    free(title);
    free(feed.entries);
}
