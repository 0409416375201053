/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a channel that shows everything is given: the incidents it was told of that are
 * going on or ended today, and those whose own page changed.
 */
#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "policy/hold.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

enum {
    HISTORY_MAX = 200,
    ENDED_MOST = 300, /* of those that ended today: nobody reads further */
    /* A rendering takes longer the more there is; so does the pause after it. */
    RENDER_PAUSE_PER_1000_MS = 1000
};

/* The page_input in the making. */
struct gathering {
    struct outbound *outbound;
    const char *channel;
    const struct driver *driver;
    const int64_t *due; /* sorted rows of the messages that it concludes */
    size_t n_due;
    struct page_incident *items;
    size_t count, capacity;
    const int64_t *pages; /* sorted keys of incidents whose own page is written now */
    size_t n_pages;
};

static int
compare_keys(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void
add_page(struct flight *flight, int64_t key)
{
    flight->pages =
        memory_resize(flight->pages, flight->n_pages + 1, sizeof(*flight->pages));
    flight->pages[flight->n_pages++] = key;
}

static bool
add_page_of(void *context, const struct incident_row *row)
{
    add_page(context, row->row);
    return true;
}

static int64_t
ended_since(const struct lane *lane, int64_t now_ms)
{
    int64_t shown_ms = lane->driver->ended_shown_ms;

    return shown_ms > 0 ? now_ms - shown_ms : local_day_start(now_ms);
}

static struct incident_filter
listed_filter(const struct lane *lane, int64_t now_ms)
{
    struct incident_filter filter = { .open_only = true,
                                      .channel = lane->name,
                                      .closed_since_ms = ended_since(lane, now_ms),
                                      .closed_most = ENDED_MOST };

    return filter;
}

/* The incidents whose own page is to be written: those with rows, those that changed
 * without a message, or all that are listed. Sorted, each once. */
static void
find_pages(struct outbound *outbound, struct flight *flight, int64_t now_ms)
{
    struct lane *lane = flight->lane;
    struct incident_filter filter = listed_filter(lane, now_ms);
    size_t kept = 0;

    for (size_t i = 0; i < flight->rows.count; i++) {
        add_page(flight, flight->rows.items[i].incident_row);
    }
    for (size_t i = 0; i < lane->n_touched; i++) {
        add_page(flight, lane->touched[i]);
    }
    if (lane->all_touched) {
        store_incidents_list(outbound->store, &filter, add_page_of, flight);
    }
    lane->all_touched = false;
    lane->n_touched = 0;
    if (flight->n_pages > 0) {
        qsort(flight->pages, flight->n_pages, sizeof(*flight->pages), compare_keys);
    }
    for (size_t i = 0; i < flight->n_pages; i++) {
        if (kept == 0 || flight->pages[kept - 1] != flight->pages[i]) {
            flight->pages[kept++] = flight->pages[i];
        }
    }
    flight->n_pages = kept;
    flight->n_all_pages = kept;
    flight->has_pages = true;
}

bool
rendering_has_more(const struct flight *flight)
{
    return flight->is_render && flight->has_pages && flight->n_pages > 0;
}

static bool
is_wanted(const struct gathering *gathering, int64_t key)
{
    return gathering->n_pages > 0 && bsearch(&key, gathering->pages, gathering->n_pages,
                                             sizeof(key), compare_keys) != NULL;
}

static bool
add_history(void *context, const struct message_row *row)
{
    struct page_incident *item = context;
    struct message *message;
    struct error error = { 0 };

    item->history =
        memory_resize(item->history, item->n_history + 1, sizeof(*item->history));
    message = &item->history[item->n_history];
    memset(message, 0, sizeof(*message));
    if (message_from_row(row, message, &error) == STATUS_OK) {
        item->n_history++;
    } else {
        log_error("outbound: %s", error.text);
        message_clear(message);
    }
    return true;
}

static bool
add_latest(void *context, const struct message_row *row)
{
    struct page_incident *item = context;
    struct error error = { 0 };

    if (message_from_row(row, &item->latest, &error) != STATUS_OK) {
        log_error("outbound: %s", error.text);
        message_clear(&item->latest);
    }
    return false;
}

static void
find_merged_into(struct gathering *gathering, struct page_incident *item)
{
    struct incident_row target = { 0 };

    if (incident_is_merged(&item->incident) &&
        store_incident_find(gathering->outbound->store, item->incident.source,
                            item->incident.facts.merge_into, &target) &&
        target.exists) {
        item->merged_into_id = string_copy(target.id);
    }
    incident_row_clear(&target);
}

static void
item_clear(struct page_incident *item)
{
    incident_clear(&item->incident);
    message_clear(&item->latest);
    for (size_t i = 0; i < item->n_history; i++) {
        message_clear(&item->history[i]);
    }
    free(item->history);
    free(item->merged_into_id);
}

static struct page_incident *
next_item(struct gathering *gathering)
{
    struct page_incident *item;

    if (gathering->count == gathering->capacity) {
        gathering->capacity = gathering->capacity == 0 ? 64 : gathering->capacity * 2;
        gathering->items = memory_resize(gathering->items, gathering->capacity,
                                         sizeof(*gathering->items));
    }
    item = &gathering->items[gathering->count++];
    memset(item, 0, sizeof(*item));
    return item;
}

static bool
is_for_staff(const struct facts *facts)
{
    return facts_has(facts, FIELD_AUDIENCE) && facts->audience == AUDIENCE_STAFF;
}

static void
add_incident(struct gathering *gathering, const struct incident_row *row, bool listed)
{
    struct store *store = gathering->outbound->store;
    struct message_filter filter = { .incident_row = row->row,
                                     .channel = gathering->channel,
                                     .state = -1,
                                     .allowed = true,
                                     .told = gathering->driver->refers_back,
                                     .limit = 1,
                                     .newest_first = true };
    struct page_incident *item = next_item(gathering);
    struct error error = { 0 };

    if (incident_from_row(row, &item->incident, &error) != STATUS_OK) {
        log_error("outbound: %s", error.text);
        incident_clear(&item->incident);
        gathering->count--;
        return;
    }
    /* A page shows what is known now, but for what two persons must agree on. */
    hold_leave_out(&item->incident.facts, &item->incident.withheld);
    item->listed = listed;
    item->write_page = is_wanted(gathering, row->row);
    find_merged_into(gathering, item);
    store_messages_list(store, &filter, add_latest, item);
    if (item->latest.row == 0) {
        /* This channel was never told of it, and shows nothing of it. */
        item_clear(item);
        gathering->count--;
        return;
    }
    if (is_for_staff(&item->incident.facts) != is_for_staff(&item->latest.facts)) {
        /* Handed to staff since: the page keeps what it was told last. */
        facts_copy(&item->incident.facts, &item->latest.facts);
    }
    if (item->write_page) {
        filter.limit = HISTORY_MAX;
        store_messages_list(store, &filter, add_history, item);
    }
}

static bool
add_listed(void *context, const struct incident_row *row)
{
    add_incident(context, row, true);
    return true;
}

/* Incidents whose page is written now and that are not gathered: ended before today,
 * or all of them in a part of a large rendering. */
static void
add_unlisted(struct gathering *gathering)
{
    size_t n_listed = gathering->count;

    for (size_t i = 0; gathering->pages != NULL && i < gathering->n_pages; i++) {
        struct incident_row row = { 0 };
        bool found = false;

        for (size_t j = 0; j < n_listed && !found; j++) {
            found = gathering->items[j].incident.row == gathering->pages[i];
        }
        if (!found &&
            store_incident_get(gathering->outbound->store, gathering->pages[i], &row)) {
            add_incident(gathering, &row, false);
        }
        incident_row_clear(&row);
    }
}

static int64_t
newest_word(const struct page_incident *item)
{
    return item->latest.row != 0 ? item->latest.written_at_ms
                                 : item->incident.updated_at_ms;
}

/* Open ones first, newest word first, and always in one order. */
static int
compare_items(const void *a, const void *b)
{
    const struct page_incident *x = a;
    const struct page_incident *y = b;
    bool x_open = x->incident.closed_at_ms == TIME_NONE;
    bool y_open = y->incident.closed_at_ms == TIME_NONE;

    if (x_open != y_open) {
        return x_open ? -1 : 1;
    }
    if (newest_word(x) != newest_word(y)) {
        return newest_word(x) > newest_word(y) ? -1 : 1;
    }
    return (x->incident.row < y->incident.row) - (x->incident.row > y->incident.row);
}

static void
gather(struct gathering *gathering, const struct lane *lane, bool pages_only,
       int64_t now_ms)
{
    struct incident_filter filter = listed_filter(lane, now_ms);

    if (!pages_only) {
        store_incidents_list(gathering->outbound->store, &filter, add_listed,
                             gathering);
    }
    add_unlisted(gathering);
    if (gathering->count > 1) {
        qsort(gathering->items, gathering->count, sizeof(*gathering->items),
              compare_items);
    }
}

static enum status
render(struct outbound *outbound, const struct lane *lane,
       const struct gathering *gathering, bool pages_only, int64_t now_ms,
       struct request *request, struct error *error)
{
    struct page_input input = { .channel = lane->channel,
                                .due = gathering->due,
                                .n_due = gathering->n_due,
                                .pages_only = pages_only,
                                .incidents = gathering->items,
                                .n_incidents = gathering->count,
                                .n_ended_most = ENDED_MOST,
                                .catalogues = outbound->setting.catalogues,
                                .n_catalogues = outbound->setting.n_catalogues,
                                .organisation = outbound->setting.organisation,
                                .contact = outbound->setting.contact,
                                .page_url = outbound->setting.page_url,
                                .now_ms = now_ms };
    enum status status = lane->driver->render(&input, request, error);

    request->sender = lane->driver->sender;
    request->timeout_ms = lane->channel->timeout_ms;
    return status;
}

/* The messages that the flight's rows are about, sorted. Caller frees. */
static int64_t *
due_messages(const struct flight *flight)
{
    int64_t *due = memory_array(flight->rows.count + 1, sizeof(*due));

    for (size_t i = 0; i < flight->rows.count; i++) {
        due[i] = flight->rows.items[i].message_row;
    }
    qsort(due, flight->rows.count, sizeof(*due), compare_keys);
    return due;
}

enum status
rendering_compose(struct outbound *outbound, struct flight *flight, int64_t now_ms,
                  struct request *request, struct error *error)
{
    struct lane *lane = flight->lane;
    struct gathering gathering = { .outbound = outbound,
                                   .channel = lane->name,
                                   .driver = lane->driver };
    int64_t *due = due_messages(flight);
    bool pages_only;
    enum status status;

    if (!flight->has_pages) {
        find_pages(outbound, flight, now_ms);
    }
    pages_only = flight->n_pages > RENDER_PAGES;
    gathering.n_pages = pages_only ? RENDER_PAGES : flight->n_pages;
    flight->n_pages -= gathering.n_pages;
    if (flight->pages != NULL) {
        gathering.pages = flight->pages + flight->n_pages; /* from the end: newest */
    }
    gathering.due = due;
    gathering.n_due = flight->rows.count;
    gather(&gathering, lane, pages_only, now_ms);
    status = render(outbound, lane, &gathering, pages_only, now_ms, request, error);
    if (!pages_only) {
        lane->next_day_ms = local_day_start(local_day_start(now_ms) + 26 * HOURS_MS);
        lane->render_at_ms = outbound_moment(outbound, now_ms).mono_ms + RENDER_MIN_MS +
                             (int64_t)gathering.count * RENDER_PAUSE_PER_1000_MS / 1000;
    }
    for (size_t i = 0; i < gathering.count; i++) {
        item_clear(&gathering.items[i]);
    }
    free(gathering.items);
    free(due);
    return status;
}
