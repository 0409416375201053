/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The feeds of one language: Atom (RFC 4287) and JSON Feed 1.1. One entry is the newest
 * word of one incident. Its id is the message's, so that readers, which rarely show an
 * entry twice, show each new word; entries that they have already they keep.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "base/timestamp.h"
#include "channel/files.h"
#include "channel/markup.h"
#include "codec/shape.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    FEED_MAX_ENTRIES = 100
};

struct feed_entry {
    const struct page_incident *item;
    struct texts texts;
    char id[FILES_URN_SIZE];
};

struct feed {
    const struct page_locale *locale;
    struct feed_entry entries[FEED_MAX_ENTRIES];
    size_t count;
    char id[FILES_URN_SIZE];
    int64_t updated_at_ms;
};

static int
compare_newest_first(const void *a, const void *b)
{
    const struct page_incident *const *left = a, *const *right = b;
    const struct message *x = &(*left)->latest, *y = &(*right)->latest;

    if (x->written_at_ms != y->written_at_ms)
        return x->written_at_ms > y->written_at_ms ? -1 : 1;
    return strcmp(y->id, x->id);
}

static void
feed_init(struct feed *feed, const struct page_locale *locale)
{
    const struct page_view *view = locale->view;
    const struct page_list *spoken = &view->spoken;
    const char *language = catalogue_language(locale->catalogue);
    const struct page_incident **items =
        memory_array(spoken->count + 1, sizeof(void *));

    memset(feed, 0, sizeof(*feed));
    feed->locale = locale;
    files_urn("feed", view->input->organisation, language, feed->id);
    memcpy(items, spoken->items, spoken->count * sizeof(void *));
    qsort(items, spoken->count, sizeof(void *), compare_newest_first);
    while (feed->count < FEED_MAX_ENTRIES && feed->count < spoken->count) {
        struct feed_entry *entry = &feed->entries[feed->count];

        entry->item = items[feed->count];
        page_message_texts(locale, &entry->item->latest, &entry->texts);
        files_urn("message", entry->item->latest.id, language, entry->id);
        feed->count++;
    }
    feed->updated_at_ms =
        feed->count > 0 ? items[0]->latest.written_at_ms : view->input->now_ms;
    free(items);
}

static void
feed_clear(struct feed *feed)
{
    for (size_t i = 0; i < feed->count; i++)
        texts_clear(&feed->entries[i].texts);
}

/* The absolute address of a file of this language; NULL without page_url. */
static char *
file_url(const struct page_locale *locale, const char *file)
{
    struct buffer url = { 0 };

    if (locale->view->input->page_url == NULL)
        return NULL;
    buffer_addf(&url, "%s/", locale->view->input->page_url);
    page_folder(locale, &url);
    buffer_add(&url, file);
    return buffer_take(&url);
}

static char *
feed_title(const struct page_locale *locale)
{
    const struct page_view *view = locale->view;
    const char *mark = page_mark(locale, view->has_exercise, view->has_test);

    return string_format("%s%s%s – %s", mark, mark[0] != '\0' ? ": " : "",
                         page_phrase(locale, "page.title"), view->input->organisation);
}

static void
put_atom_link(struct buffer *out, const char *rel, const char *type, const char *url)
{
    if (url == NULL)
        return;
    buffer_addf(out, "<link rel=\"%s\" type=\"%s\"", rel, type);
    markup_attribute(out, "href", url);
    buffer_add(out, "/>\n");
}

static void
put_atom_time(struct buffer *out, const char *element, int64_t time_ms)
{
    char stamp[TIMESTAMP_SIZE];

    buffer_addf(out, "<%s>%s</%s>\n", element, timestamp_format(time_ms, stamp),
                element);
}

static void
put_atom_entry(const struct feed *feed, const struct feed_entry *entry,
               struct buffer *out)
{
    const struct page_incident *item = entry->item;
    const struct text_set *text = &entry->texts.items[0];
    char *url = page_incident_url(feed->locale, item->incident.id);

    buffer_add(out, "<entry>\n");
    markup_element(out, "id", entry->id);
    buffer_add(out, "\n");
    markup_element(out, "title", text->title);
    buffer_add(out, "\n");
    put_atom_time(out, "published", item->latest.written_at_ms);
    put_atom_time(out, "updated", item->latest.written_at_ms);
    put_atom_link(out, "alternate", "text/html", url);
    buffer_addf(out, "<category term=\"%s\"/>\n<category term=\"%s\"/>\n",
                name_of(&kind_names, (int)item->latest.facts.kind),
                name_of(&status_names, (int)item->latest.facts.status));
    markup_element(out, "summary", text->short_text);
    buffer_add(out, "\n");
    markup_element(out, "content type=\"text\"", text->long_text);
    buffer_add(out, "\n</entry>\n");
    free(url);
}

static void
put_atom(const struct feed *feed, struct buffer *out)
{
    const struct page_locale *locale = feed->locale;
    char *title = feed_title(locale);
    char *self = file_url(locale, "feed.atom"), *home = file_url(locale, "index.html");

    buffer_add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                    "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    markup_attribute(out, "xml:lang", catalogue_language(locale->catalogue));
    buffer_add(out, ">\n");
    markup_element(out, "id", feed->id);
    buffer_add(out, "\n");
    markup_element(out, "title", title);
    buffer_add(out, "\n");
    put_atom_time(out, "updated", feed->updated_at_ms);
    buffer_add(out, "<author>");
    markup_element(out, "name", locale->view->input->organisation);
    buffer_add(out, "</author>\n");
    put_atom_link(out, "self", "application/atom+xml", self);
    put_atom_link(out, "alternate", "text/html", home);
    for (size_t i = 0; i < feed->count; i++)
        put_atom_entry(feed, &feed->entries[i], out);
    buffer_add(out, "</feed>\n");
    free(title);
    free(self);
    free(home);
}

/* A member that is left out when there is no value. */
static void
set_text(json_t *object, const char *key, const char *value)
{
    if (value != NULL)
        json_object_set_new(object, key, json_string(value));
}

static json_t *
json_entry(const struct feed *feed, const struct feed_entry *entry)
{
    const struct message *latest = &entry->item->latest;
    const struct text_set *text = &entry->texts.items[0];
    char *url = page_incident_url(feed->locale, entry->item->incident.id);
    json_t *object = json_object();

    set_text(object, "id", entry->id);
    set_text(object, "url", url);
    set_text(object, "title", text->title);
    set_text(object, "summary", text->short_text);
    set_text(object, "content_text", text->long_text);
    json_object_set_new(object, "date_published", time_shape(latest->written_at_ms));
    json_object_set_new(object, "tags",
                        json_pack("[s, s]",
                                  name_of(&kind_names, (int)latest->facts.kind),
                                  name_of(&status_names, (int)latest->facts.status)));
    json_object_set_new(object, "_incident", message_shape(latest));
    free(url);
    return object;
}

static void
put_json(const struct feed *feed, struct buffer *out)
{
    const struct page_locale *locale = feed->locale;
    char *title = feed_title(locale);
    char *self = file_url(locale, "feed.json"), *home = file_url(locale, "index.html");
    json_t *object = json_object(), *items = json_array();
    char *text;

    set_text(object, "version", "https://jsonfeed.org/version/1.1");
    set_text(object, "title", title);
    set_text(object, "home_page_url", home);
    set_text(object, "feed_url", self);
    set_text(object, "language", catalogue_language(locale->catalogue));
    json_object_set_new(
        object, "authors",
        json_pack("[{s:s}]", "name", locale->view->input->organisation));
    for (size_t i = 0; i < feed->count; i++)
        json_array_append_new(items, json_entry(feed, &feed->entries[i]));
    json_object_set_new(object, "items", items);
    text = json_dumps(object, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    buffer_add(out, text);
    buffer_add(out, "\n");
    free(text);
    json_decref(object);
    free(title);
    free(self);
    free(home);
}

void
page_feeds(const struct page_locale *locale, struct buffer *atom, struct buffer *json)
{
    struct feed *feed = memory_alloc(sizeof(*feed));

    feed_init(feed, locale);
    put_atom(feed, atom);
    put_json(feed, json);
    feed_clear(feed);
    free(feed);
}
