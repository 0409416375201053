/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The page driver: everything that is known, as files that a web server hands out. One
 * rendering shows all there is, so it concludes every row that is due.
 */
#include "channel/page.h"

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
      .doc = "Folder that the page is written into; a web server hands it out." },
};

static char *
file_name(const struct page_locale *locale, const char *name)
{
    struct buffer text = { 0 };

    page_folder(locale, &text);
    buffer_add(&text, name);
    return buffer_take(&text);
}

static void
add_incident_pages(const struct page_locale *locale, struct request *request)
{
    const struct page_input *input = locale->view->input;

    for (size_t i = 0; i < input->n_incidents; i++) {
        const struct page_incident *item = &input->incidents[i];
        struct buffer name = { 0 };

        if (!item->write_page || !page_may_show(input, item))
            continue;
        page_folder(locale, &name);
        buffer_addf(&name, "incident/%s.html", item->incident.id);
        page_incident_html(locale, item, files_add(request, buffer_take(&name)));
    }
}

/* Two buffers at once: adding the second file would move the first. */
static void
add_feeds(const struct page_locale *locale, struct request *request)
{
    struct buffer atom = { 0 }, json = { 0 };

    page_feeds(locale, &atom, &json);
    *files_add(request, file_name(locale, "feed.atom")) = atom;
    *files_add(request, file_name(locale, "feed.json")) = json;
}

static void
add_language(const struct page_view *view, size_t index, struct request *request)
{
    const struct page_locale locale = { .view = view,
                                        .catalogue = view->input->catalogues[index],
                                        .index = index,
                                        .is_default = index == 0 };

    add_incident_pages(&locale, request);
    if (view->input->pages_only)
        return;
    add_feeds(&locale, request);
    page_index_html(&locale, files_add(request, file_name(&locale, "index.html")));
}

/* Incident pages come before the index of their language: links are good at any time. */
static enum status
page_render(const struct page_input *input, struct request *request,
            struct error *error)
{
    const char *directory = channel_setting(input->channel, "directory");
    struct page_view view;

    if (directory == NULL || input->n_catalogues == 0)
        return error_set(error, STATUS_INVALID,
                         "channel \"%s\": a page needs a directory and a language",
                         input->channel->name);
    page_view_init(&view, input);
    request->sender = SENDER_FILES;
    string_replace(&request->directory, directory);
    if (!input->pages_only) {
        page_geojson(&view, files_add(request, string_copy("incidents.geojson")));
        page_status_json(&view, files_add(request, string_copy("status.json")));
    }
    for (size_t i = 0; i < input->n_catalogues; i++)
        add_language(&view, i, request);
    page_view_clear(&view);
    return STATUS_OK;
}

/* The page shows everything at once: nothing waits behind anything. */
static const char *const no_effect[] = { "backlog", "hold_down", "short_interruption",
                                         NULL };

static void
page_show(const struct delivery_input *input, struct shown *shown)
{
    for (size_t i = 0; i < input->n_catalogues; i++) {
        struct texts texts = { 0 };
        const struct text_set *set;

        page_texts(input->catalogues[i], input->organisation, input->contact,
                   input->message, &texts);
        set = &texts.items[0];
        shown_add(shown, "title", set->language, string_copy(set->title), NULL);
        shown_add(shown, "text", set->language, string_copy(set->long_text), NULL);
        texts_clear(&texts);
    }
}

const struct driver driver_page = {
    .name = "page",
    .summary = "Web page, Atom and JSON feeds, GeoJSON and JSON, as files.",
    .sender = SENDER_FILES,
    .options = options,
    .n_options = ARRAY_COUNT(options),
    .backlog = BACKLOG_EACH,
    .no_effect = no_effect,
    .read_by_people = false,
    .idempotent = true, /* the same files again */
    .concurrency = 1,
    .retry_floor_ms = 1000,
    .etr_tolerance_ms = 15 * MINUTES_MS, /* written by a program, read by people */
    .check = files_check,
    .render = page_render,
    .show = page_show,
    .classify = files_classify,
};
