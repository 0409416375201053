/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the parts of the page driver share: the incidents sorted into what is going on,
 * planned and ended; one language of the site; and who writes which file. Not for
 * anybody outside the driver.
 */
#ifndef BUDKAVLE_CHANNEL_PAGE_H
#define BUDKAVLE_CHANNEL_PAGE_H

#include "base/buffer.h"
#include "channel/driver.h"

struct page_list {
    const struct page_incident **items; /* borrowed from the input */
    size_t count;
};

/* One rendering: the input, and what of it is shown where. */
struct page_view {
    const struct page_input *input;
    struct page_list current; /* open and planned ones, in the input's order */
    struct page_list open;    /* in the input's order */
    struct page_list planned; /* the soonest first */
    struct page_list ended;
    struct page_list spoken;   /* listed or merged, and something was said: feeds */
    int64_t customers_without; /* of the open ones */
    bool has_exercise, has_test;
    struct buffer style; /* the style sheet */
    char *policy;        /* Content-Security-Policy that allows it */
};

void page_view_init(struct page_view *view, const struct page_input *input);
void page_view_clear(struct page_view *view);

/* True when the incident may be shown: no exercise on a live channel. */
bool page_may_show(const struct page_input *input, const struct page_incident *item);

/* One language of the site. The first has the site's root, the others a folder. */
struct page_locale {
    const struct page_view *view;
    const struct catalogue *catalogue;
    size_t index; /* of the catalogue in the input */
    bool is_default;
};

/* "" or "en/": where the language's files are. */
void page_folder(const struct page_locale *locale, struct buffer *out);

/* The incident's permanent address in this language, or NULL without page_url. */
char *page_incident_url(const struct page_locale *locale, const char *id);

/* The phrase; the key itself when a catalogue lacks it, so that it is noticed. */
const char *page_phrase(const struct page_locale *locale, const char *key);

/* The phrase "GROUP.NAME" for a value of our own, such as status.confirmed. */
const char *page_value(const struct page_locale *locale, const char *group,
                       const struct names *names, int value);

/* "Täby kyrkby, Gribbylund", or that the place is not known. Caller frees. */
char *page_places(const struct page_locale *locale, const struct page_incident *item,
                  size_t max_named);

/* "Strömavbrott: Täby kyrkby, Gribbylund". Caller frees. */
char *page_heading(const struct page_locale *locale, const struct page_incident *item);

/* A time as an HTML element: as said today, or with its day whatever the day is. */
void page_time(const struct page_locale *locale, int64_t time_ms, bool with_day,
               struct buffer *out);

/* What the page says of a message, as one set of texts. */
void page_texts(struct catalogue *catalogue, const char *organisation,
                const char *contact, const struct message *message,
                struct texts *texts);
/* The one set of texts in the language, as it was when the message was written. */
void page_message_texts(const struct page_locale *locale, const struct message *message,
                        struct texts *texts);

enum incident_status page_status_of(const struct page_incident *item);
enum event_mode page_mode_of(const struct page_incident *item);
bool page_is_over(const struct page_incident *item); /* restored or cancelled */
/* When it ended; TIME_NONE while it has not. */
int64_t page_ended_at(const struct page_incident *item);
/* Customers that are without now; -1 when not known. */
int64_t page_customers_without(const struct page_incident *item);

/* The facts of an incident as a <dl>. in_full: for its own page. */
void page_facts(const struct page_locale *locale, const struct page_incident *item,
                bool in_full, struct buffer *out);

/* <span class=badge …>: the status in words. */
void page_badge(const struct page_locale *locale, const struct page_incident *item,
                struct buffer *out);

/* "ÖVNING" or "TEST": the first word of every title of what is not for real; else "". */
const char *page_mark(const struct page_locale *locale, bool exercise, bool test);

/* What stands before and after the contents of every HTML page. */
struct page_frame {
    const char *title;       /* of the document, without the organisation */
    const char *incident_id; /* NULL: the index */
    bool refresh;            /* reloads itself every minute */
    bool exercise, test;     /* banners */
};
void page_begin(const struct page_locale *locale, const struct page_frame *frame,
                struct buffer *out);
void page_end(const struct page_locale *locale, const struct page_frame *frame,
              struct buffer *out);

/* Each writes one whole file. */
void page_index_html(const struct page_locale *locale, struct buffer *out);
void page_incident_html(const struct page_locale *locale,
                        const struct page_incident *item, struct buffer *out);
void page_feeds(const struct page_locale *locale, struct buffer *atom,
                struct buffer *json);
void page_geojson(const struct page_view *view, struct buffer *out);
void page_status_json(const struct page_view *view, struct buffer *out);

/* The style sheet, and a policy that allows it by its hash. Caller frees the policy. */
void page_style(struct buffer *out);
char *page_policy(const struct buffer *style);

#endif
