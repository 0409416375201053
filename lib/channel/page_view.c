/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decides what of the incidents is shown where, and answers the questions that every
 * part of the page asks about one of them.
 */
#include "channel/page.h"

#include "base/memory.h"
#include "channel/markup.h"
#include "text/local_time.h"

#include <stdlib.h>
#include <string.h>

static void
list_add(struct page_list *list, const struct page_incident *item)
{
    list->items[list->count++] = item;
}

static void
list_init(struct page_list *list, size_t capacity)
{
    list->items = memory_array(capacity + 1, sizeof(void *));
    list->count = 0;
}

enum incident_status
page_status_of(const struct page_incident *item)
{
    return item->incident.facts.status;
}

enum event_mode
page_mode_of(const struct page_incident *item)
{
    const struct facts *facts = &item->incident.facts;

    return facts_has(facts, FIELD_MODE) ? facts->mode : MODE_ACTUAL;
}

bool
page_is_over(const struct page_incident *item)
{
    enum incident_status status = page_status_of(item);

    return status == INCIDENT_RESTORED || status == INCIDENT_CANCELLED;
}

int64_t
page_ended_at(const struct page_incident *item)
{
    const struct facts *facts = &item->incident.facts;

    if (!page_is_over(item))
        return TIME_NONE;
    return facts_has(facts, FIELD_ENDED_AT) ? facts->ended_at_ms
                                            : item->incident.closed_at_ms;
}

int64_t
page_customers_without(const struct page_incident *item)
{
    const struct facts *facts = &item->incident.facts;
    int64_t without = facts->customers_affected;

    if (!facts_has(facts, FIELD_CUSTOMERS_AFFECTED))
        return -1;
    if (facts_has(facts, FIELD_CUSTOMERS_RESTORED))
        without -= facts->customers_restored;
    return without > 0 ? without : 0;
}

bool
page_may_show(const struct page_input *input, const struct page_incident *item)
{
    return page_mode_of(item) == MODE_ACTUAL || !input->channel->live;
}

static void
count_open(struct page_view *view, const struct page_incident *item)
{
    int64_t without = page_customers_without(item);

    if (without > 0)
        view->customers_without += without;
}

/* An incident that is part of another is spoken of there, and not counted twice. */
static void
sort_in(struct page_view *view, const struct page_incident *item)
{
    enum incident_status status = page_status_of(item);

    view->has_exercise |= page_mode_of(item) == MODE_EXERCISE;
    view->has_test |= page_mode_of(item) == MODE_TEST;
    if (item->latest.row != 0)
        list_add(&view->spoken, item);
    if (item->merged_into_id != NULL)
        return;
    if (status == INCIDENT_PLANNED) {
        list_add(&view->current, item);
        list_add(&view->planned, item);
    } else if (status_is_open(status)) {
        list_add(&view->current, item);
        list_add(&view->open, item);
        count_open(view, item);
    } else {
        list_add(&view->ended, item);
    }
}

static int64_t
planned_from(const struct page_incident *item)
{
    const struct facts *facts = &item->incident.facts;

    return facts_has(facts, FIELD_PLANNED) ? facts->planned.from_ms : TIME_NEVER;
}

static int
compare_planned(const void *a, const void *b)
{
    const struct page_incident *const *left = a, *const *right = b;
    int64_t from_left = planned_from(*left), from_right = planned_from(*right);

    if (from_left != from_right)
        return from_left < from_right ? -1 : 1;
    return strcmp((*left)->incident.id, (*right)->incident.id);
}

void
page_view_init(struct page_view *view, const struct page_input *input)
{
    memset(view, 0, sizeof(*view));
    view->input = input;
    list_init(&view->current, input->n_incidents);
    list_init(&view->open, input->n_incidents);
    list_init(&view->planned, input->n_incidents);
    list_init(&view->ended, input->n_incidents);
    list_init(&view->spoken, input->n_incidents);
    for (size_t i = 0; i < input->n_incidents; i++) {
        if (input->incidents[i].listed && page_may_show(input, &input->incidents[i]))
            sort_in(view, &input->incidents[i]);
    }
    qsort(view->planned.items, view->planned.count, sizeof(void *), compare_planned);
    page_style(&view->style);
    view->policy = page_policy(&view->style);
}

void
page_view_clear(struct page_view *view)
{
    free(view->current.items);
    free(view->open.items);
    free(view->planned.items);
    free(view->ended.items);
    free(view->spoken.items);
    buffer_clear(&view->style);
    free(view->policy);
    memset(view, 0, sizeof(*view));
}

void
page_folder(const struct page_locale *locale, struct buffer *out)
{
    if (!locale->is_default)
        buffer_addf(out, "%s/", catalogue_language(locale->catalogue));
}

char *
page_incident_url(const struct page_locale *locale, const char *id)
{
    struct buffer url = { 0 };

    if (locale->view->input->page_url == NULL)
        return NULL;
    buffer_addf(&url, "%s/", locale->view->input->page_url);
    page_folder(locale, &url);
    buffer_addf(&url, "incident/%s.html", id);
    return buffer_take(&url);
}

const char *
page_phrase(const struct page_locale *locale, const char *key)
{
    const char *phrase = catalogue_phrase(locale->catalogue, key);

    return phrase != NULL ? phrase : key;
}

const char *
page_value(const struct page_locale *locale, const char *group,
           const struct names *names, int value)
{
    return catalogue_value(locale->catalogue, group, names, value);
}

char *
page_places(const struct page_locale *locale, const struct page_incident *item,
            size_t max_named)
{
    char *places = text_places(locale->catalogue, &item->incident.facts, max_named);

    return places != NULL ? places
                          : string_copy(page_phrase(locale, "page.place_unknown"));
}

char *
page_heading(const struct page_locale *locale, const struct page_incident *item)
{
    char *places = page_places(locale, item, 3);
    enum event_mode mode = page_mode_of(item);
    const char *mark = page_mark(locale, mode == MODE_EXERCISE, mode == MODE_TEST);
    char *heading = string_format(
        "%s%s%s: %s", mark, mark[0] != '\0' ? ": " : "",
        page_value(locale, "kind", &kind_names, (int)item->incident.facts.kind),
        places);

    free(places);
    return heading;
}

/*
 * A page that is not written again tomorrow must name the day: the time is asked for as
 * seen from another day.
 */
void
page_time(const struct page_locale *locale, int64_t time_ms, bool with_day,
          struct buffer *out)
{
    int64_t seen_from =
        with_day ? time_ms - 36 * HOURS_MS : locale->view->input->now_ms;
    char *text = local_time_text(locale->catalogue, time_ms, seen_from);

    markup_time(out, time_ms, text);
    free(text);
}

/*
 * As seen when it was written: it is shown under its date, and it must stay the same
 * text for as long as it is shown.
 */
void
page_texts(struct catalogue *catalogue, const char *organisation, const char *contact,
           const struct message *message, struct texts *texts)
{
    struct compose_context context = {
        .organisation = organisation,
        .contact = contact,
        .page_url = NULL, /* the reader is there, or has the link beside it */
        .reply_to = NULL,
        .now_ms = message->written_at_ms,
        .late = false,
    };

    texts_compose(&catalogue, 1, message, &context, texts);
}

void
page_message_texts(const struct page_locale *locale, const struct message *message,
                   struct texts *texts)
{
    const struct page_input *input = locale->view->input;

    page_texts(input->catalogues[locale->index], input->organisation, input->contact,
               message, texts);
}
