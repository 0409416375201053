/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Puts an e-mail together: who, whereto, about what, in which thread, and the bodies.
 */
#include "channel/email_message.h"

#include "base/digest.h"
#include "base/memory.h"
#include "channel/address.h"
#include "channel/email_body.h"
#include "channel/email_list.h"
#include "channel/mime.h"
#include "channel/shown.h"

#include <stdlib.h>
#include <string.h>

enum {
    DIGEST_CHARACTERS = 16, /* of the recipient, in a Message-ID */
    SUBJECT_PLACES = 2,     /* named one by one */
    REFERENCES_MAX = 20, /* the thread's beginning and its newest (RFC 5322, 3.6.4) */
    BOUNDARY_CHARACTERS = 24, /* of the digest in a boundary */
};

/* What stays the same in all message ids of one recipient. */
struct id_frame {
    char digest[SHA256_HEX_SIZE]; /* of the recipient: an address is not to be shown */
    const char *domain;
};

static void
add_id(struct buffer *out, const struct id_frame *frame, const char *message_id,
       size_t len)
{
    buffer_addf(out, "<%.*s.%.*s@%s>", (int)len, message_id, DIGEST_CHARACTERS,
                frame->digest, frame->domain);
}

/* The first of the earlier ids, and the newest ones; the last one is what is answered. */
static void
put_thread(const struct id_frame *frame, const char *previous_ids, struct buffer *out)
{
    struct buffer references = { 0 }, newest = { 0 };
    size_t count = 0, number = 0;
    for (const char *c = previous_ids; *c != '\0'; c += strspn(c, " ")) {
        c += strcspn(c, " ");
        count++;
    }
    for (const char *c = previous_ids; *c != '\0'; c += strspn(c, " "), number++) {
        size_t len = strcspn(c, " ");
        if (number == 0 || number + REFERENCES_MAX > count) {
            buffer_reset(&newest);
            add_id(&newest, frame, c, len);
            buffer_addf(&references, "%s%s", references.len > 0 ? " " : "",
                        newest.data);
        }
        c += len;
    }
    if (count > 0) {
        mime_header(out, "In-Reply-To", newest.data);
        mime_header(out, "References", references.data);
    }
    buffer_clear(&references);
    buffer_clear(&newest);
}

/* "TEST", "EXERCISE": in front of the subject of what is not meant in earnest. */
static const char *
mark_of(const struct delivery_input *input, const struct catalogue *catalogue)
{
    enum event_mode mode = input->is_test ? MODE_TEST : input->message->facts.mode;
    return mode == MODE_ACTUAL
               ? NULL
               : catalogue_value(catalogue, "mode", &mode_names, (int)mode);
}

/*
 * The same over all messages of an incident, as far as its places stay the same, because
 * mail programs make a thread of mails whose subject does not change; what is new is the
 * first line of the body. Caller frees.
 */
static char *
incident_subject(const struct delivery_input *input)
{
    const struct catalogue *catalogue = input->catalogues[0];
    const struct message *message = input->message;
    const char *mark = mark_of(input, catalogue);
    char *places = text_places(catalogue, &message->facts, SUBJECT_PLACES);
    struct buffer subject = { 0 };
    if (mark != NULL) {
        buffer_append(&subject, mark, strcspn(mark, ".:!"));
        buffer_add(&subject, ": ");
    }
    buffer_addf(
        &subject, "%s: %s", input->organisation,
        catalogue_value(catalogue, "kind", &kind_names, (int)message->facts.kind));
    if (places != NULL)
        buffer_addf(&subject, " %s", places);
    buffer_addf(&subject, " [%s]", message->incident);
    free(places);
    return buffer_take(&subject);
}

/* Of what is not about one incident: an alarm's begins with the program's name. */
static char *
title_subject(const struct delivery_input *input)
{
    const struct compose_context context = { .organisation = input->organisation,
                                             .now_ms = input->now_ms };
    struct texts texts = { 0 };
    texts_compose(input->catalogues, 1, input->message, &context, &texts);
    char *subject = string_copy(texts.items[0].title);
    texts_clear(&texts);
    return subject;
}

static char *
subject_of(const struct delivery_input *input)
{
    enum notice notice = input->message->notice;
    return notice_is_alarm(notice) || notice_is_summary(notice)
               ? title_subject(input)
               : incident_subject(input);
}

static void
put_languages(const struct delivery_input *input, struct buffer *out)
{
    char *list = shown_languages(input);
    mime_header(out, "Content-Language", list);
    free(list);
}

static void
put_header(const struct delivery_input *input, const char *from, const char *recipient,
           const char *subject, const struct id_frame *frame, struct buffer *out)
{
    char date[MIME_DATE_SIZE];
    struct buffer id = { 0 };
    add_id(&id, frame, input->message->id, strlen(input->message->id));
    mime_header(out, "Date", mime_date(input->message->written_at_ms, date));
    mime_header_mailbox(out, "From", input->organisation, from);
    mime_header_mailbox(out, "To", NULL, recipient);
    if (input->channel->reply_to != NULL)
        mime_header_mailbox(out, "Reply-To", NULL, input->channel->reply_to);
    mime_header_text(out, "Subject", subject);
    mime_header(out, "Message-ID", id.data);
    put_thread(frame, input->previous_ids == NULL ? "" : input->previous_ids, out);
    mime_header(out, "Auto-Submitted", "auto-generated"); /* RFC 3834 */
    mime_header(out, "Precedence", "bulk");
    email_list_header(input, frame->domain, out);
    put_languages(input, out);
    mime_header(out, "MIME-Version", "1.0");
    buffer_clear(&id);
}

/* Both bodies; html NULL: only the plain one. */
static void
write_bodies(const struct delivery_input *input, const char *subject,
             struct buffer *plain, struct buffer *html)
{
    size_t n = input->n_catalogues;
    struct rich *languages = memory_array(n, sizeof(*languages));
    for (size_t i = 0; i < n; i++)
        rich_fill(input, i, &languages[i]);
    email_body_plain(languages, n, plain);
    if (html != NULL)
        email_body_html(languages, n, subject, html);
    for (size_t i = 0; i < n; i++)
        rich_clear(&languages[i]);
    free(languages);
}

static void
put_bodies(const struct delivery_input *input, const char *subject, struct buffer *out)
{
    struct buffer plain = { 0 }, html = { 0 };
    char digest[SHA256_HEX_SIZE], boundary[BOUNDARY_CHARACTERS + 3];

    write_bodies(input, subject, &plain, &html);
    sha256_hex(input->message->id, strlen(input->message->id), digest);
    memcpy(boundary, "=_", 2);
    memcpy(boundary + 2, digest, BOUNDARY_CHARACTERS);
    boundary[sizeof boundary - 1] = '\0';
    buffer_addf(out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
                boundary);
    /* The later, the better (RFC 2046, 5.1.4). */
    mime_part(out, boundary, "text/plain", plain.data);
    mime_part(out, boundary, "text/html", html.data);
    mime_parts_end(out, boundary);
    buffer_clear(&plain);
    buffer_clear(&html);
}

void
email_show(const struct delivery_input *input, struct shown *shown)
{
    char *languages = shown_languages(input);
    struct buffer plain = { 0 };

    write_bodies(input, NULL, &plain, NULL);
    shown_add(shown, "subject", catalogue_language(input->catalogues[0]),
              subject_of(input), NULL);
    shown_add(shown, "text", languages, buffer_take(&plain), NULL);
    free(languages);
}

void
email_message(const struct delivery_input *input, const char *from,
              const char *recipient, struct buffer *out)
{
    struct id_frame frame = { .domain = address_domain(from) };
    char *subject = subject_of(input);
    sha256_hex(recipient, strlen(recipient), frame.digest);
    put_header(input, from, recipient, subject, &frame, out);
    put_bodies(input, subject, out);
    free(subject);
}
