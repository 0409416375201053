/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fits what a chat service shows into the room that it has.
 */
#include "channel/chat_text.h"

#include "base/memory.h"
#include "channel/shown.h"

#include <stdlib.h>
#include <string.h>

static void
part_clear(struct chat_part *part)
{
    rich_clear(&part->rich);
    fitted_clear(&part->fitted);
}

void
chat_parts_clear(struct chat_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        part_clear(&parts->items[i]);
    free(parts->items);
    *parts = (struct chat_parts){ 0 };
}

/* How much the part takes, markup and all. */
static int64_t
size_of(const struct chat_form *form, const struct length_rule *room,
        const struct chat_part *part)
{
    struct buffer out = { 0 };
    form->write(part, &out);
    int64_t size = length_units(room, out.data == NULL ? "" : out.data);
    buffer_clear(&out);
    return size;
}

/* How much to ask for when `asked` made `size` of `most`: markup grows with the text, so
 * in proportion; once the least there is; then 0. */
static int64_t
ask_for_less(int64_t asked, int64_t size, int64_t most)
{
    int64_t less = asked * most / size;
    if (less >= asked)
        less = asked - 1;
    if (less < FIT_LEAST)
        less = asked > FIT_LEAST ? FIT_LEAST : 0;
    return less;
}

/* As long a text as there is room for when the part is written. */
static bool
fit_part(const struct chat_form *form, const struct delivery_input *input,
         size_t catalogue, enum delivery_text_form text, const struct length_rule *room,
         struct chat_part *part)
{
    struct length_rule rule = *room;
    while (rule.most > 0) {
        delivery_fit(input, catalogue, &rule, text, &part->fitted);
        string_replace(&part->rich.text, part->fitted.text);
        int64_t size = size_of(form, room, part);
        if (size <= room->most)
            return true;
        rule.most = ask_for_less(rule.most, size, room->most);
    }
    return false;
}

/* As much as has room; the text says the most important of what has none. */
static enum status
fill_part(const struct chat_form *form, const struct delivery_input *input,
          size_t catalogue, enum delivery_text_form text,
          const struct length_rule *room, struct chat_part *part, struct error *error)
{
    static const struct {
        bool with_title, with_facts;
    } extents[] = { { true, true }, { true, false }, { false, false } };
    rich_fill(input, catalogue, &part->rich);
    strings_clear(&part->rich.missed); /* the fitted text tells of them */
    for (size_t i = 0; i < ARRAY_COUNT(extents); i++) {
        part->with_title = extents[i].with_title;
        part->with_facts = extents[i].with_facts;
        if (fit_part(form, input, catalogue, text, room, part))
            return STATUS_OK;
    }
    return error_set(error, STATUS_INVALID,
                     "the message in \"%s\" does not fit into %lld %s even in its "
                     "shortest form; fewer languages on the channel leave more room",
                     part->rich.language, (long long)room->most,
                     name_of(&length_unit_names, (int)room->unit));
}

static struct length_rule
room_of(const struct chat_form *form, size_t n)
{
    return form->is_for_each ? form->rule : delivery_share(&form->rule, n);
}

/* language NULL: the first that is configured. */
static enum status
add_part(const struct chat_form *form, const struct delivery_input *input,
         const char *language, enum delivery_text_form text, struct chat_parts *parts,
         struct error *error)
{
    struct chat_part *part = &parts->items[parts->count++];
    size_t catalogue =
        language == NULL ? 0 : delivery_catalogue(input, language, error);
    if (catalogue == input->n_catalogues)
        return STATUS_INVALID;
    return fill_part(form, input, catalogue, text, &parts->share, part, error);
}

/* What every language has room for. */
static size_t
carried_by_all(const struct chat_parts *parts)
{
    size_t least = parts->items[0].fitted.n_carried;
    for (size_t i = 1; i < parts->count; i++) {
        if (parts->items[i].fitted.n_carried < least)
            least = parts->items[i].fitted.n_carried;
    }
    return least;
}

enum status
chat_parts_fill(const struct chat_form *form, const struct delivery_input *input,
                enum delivery_text_form text, struct chat_parts *parts,
                struct error *error)
{
    const struct strings *languages = channel_setting_list(input->channel, "languages");
    bool is_named = languages != NULL && languages->count > 0;
    size_t n = is_named ? languages->count : 1;
    enum status status = STATUS_OK;
    chat_parts_clear(parts);
    parts->items = memory_array(n, sizeof *parts->items);
    parts->share = room_of(form, n);
    for (size_t i = 0; status == STATUS_OK && i < n; i++)
        status = add_part(form, input, is_named ? languages->items[i] : NULL, text,
                          parts, error);
    if (status == STATUS_OK && text == DELIVERY_TEXT_WHOLE && input->n_carried != NULL)
        *input->n_carried = carried_by_all(parts);
    return status;
}

char *
chat_parts_text(const struct chat_form *form, const struct chat_parts *parts)
{
    struct buffer out = { 0 };
    for (size_t i = 0; i < parts->count; i++) {
        buffer_add(&out, i > 0 ? "\n\n" : "");
        form->write(&parts->items[i], &out);
    }
    return buffer_take(&out);
}

/* As it is read: without markup, and calling nobody. */
static char *
as_read(const char *text)
{
    static const struct chat_dialect plain = { "", "", "", { { NULL, NULL } }, "", "" };
    struct buffer out = { 0 };
    chat_escape(&plain, text, &out);
    buffer_add(&out, "");
    return buffer_take(&out);
}

static void
show_part(struct chat_part *part, const struct length_rule *room, struct shown *shown)
{
    const char *language = part->rich.language;
    char *text = as_read(part->fitted.text);
    string_replace(&part->fitted.text, text);
    free(text);
    shown_add(shown, "title", language, as_read(part->rich.title), NULL);
    shown_add_fitted(shown, "text", language, &part->fitted, room);
}

void
chat_parts_show(const struct chat_form *form, const struct delivery_input *input,
                struct shown *shown)
{
    struct chat_parts parts = { 0 };
    if (chat_parts_fill(form, input, DELIVERY_TEXT_WHOLE, &parts, NULL) == STATUS_OK) {
        for (size_t i = 0; i < parts.count; i++)
            show_part(&parts.items[i], &parts.share, shown);
    }
    chat_parts_clear(&parts);
}

static void
add_facts(const struct chat_dialect *dialect, const struct fact_rows *facts,
          struct buffer *out)
{
    for (size_t i = 0; i < facts->count; i++) {
        char *value = fact_row_text(&facts->items[i]);
        buffer_add(out, i == 0 ? "\n\n" : "\n");
        chat_bold(dialect, facts->items[i].label, out);
        buffer_add(out, ": ");
        chat_escape(dialect, value, out);
        free(value);
    }
}

void
chat_markdown(const struct chat_dialect *dialect, const struct chat_part *part,
              bool without_facts, struct buffer *out)
{
    const struct rich *rich = &part->rich;
    if (rich->banner != NULL) {
        chat_bold(dialect, rich->banner, out);
        buffer_add(out, "\n\n");
    }
    if (part->with_title) {
        chat_bold(dialect, rich->title, out);
        buffer_add(out, "\n\n");
    }
    chat_escape(dialect, rich->text, out);
    if (part->with_facts && !without_facts)
        add_facts(dialect, &rich->facts, out);
    if (rich_lacks_url(rich)) {
        buffer_add(out, "\n\n");
        chat_escape(dialect, rich->url, out);
    }
}

bool
chat_is_for_all(const struct delivery_input *input)
{
    const struct message *message = input->message;
    bool is_over = message->facts.status == INCIDENT_RESTORED ||
                   message->facts.status == INCIDENT_CANCELLED;
    return message->notice == NOTICE_DANGER || message->notice == NOTICE_CORRECTION ||
           notice_takes_back(message->notice) || is_over;
}
