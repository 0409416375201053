/* SPDX-License-Identifier: EUPL-1.2 */
/* Collects the texts of a delivery. */
#include "channel/shown.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "channel/driver.h"
#include "text/fit.h"

#include <stdlib.h>

void
shown_clear(struct shown *shown)
{
    for (size_t i = 0; i < shown->count; i++) {
        free(shown->items[i].language);
        free(shown->items[i].text);
        strings_clear(&shown->items[i].left_out);
    }
    free(shown->items);
    *shown = (struct shown){ 0 };
}

static struct shown_text *
add(struct shown *shown, const char *part, const char *language, char *text_take,
    const struct length_rule *rule)
{
    struct shown_text *text;

    shown->items = memory_grow(shown->items, shown->count, sizeof(struct shown_text));
    text = &shown->items[shown->count++];
    *text = (struct shown_text){ .part = part,
                                 .language = string_copy(language),
                                 .text = text_take,
                                 .has_rule = rule != NULL };
    if (rule != NULL) {
        text->rule = *rule;
    }
    length_measure(rule, text->text, &text->length);
    return text;
}

void
shown_add(struct shown *shown, const char *part, const char *language, char *text_take,
          const struct length_rule *rule)
{
    add(shown, part, language, text_take, rule);
}

void
shown_add_fitted(struct shown *shown, const char *part, const char *language,
                 struct fitted *fitted_take, const struct length_rule *rule)
{
    struct shown_text *text = add(shown, part, language, fitted_take->text, rule);

    text->left_out = fitted_take->left_out;
    *fitted_take = (struct fitted){ 0 };
}

static json_t *
strings_shape(const struct strings *list)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < list->count; i++) {
        json_array_append_new(rows, json_string(list->items[i]));
    }
    return rows;
}

static json_t *
text_shape(const struct shown_text *text)
{
    const struct length_rule *rule = text->has_rule ? &text->rule : NULL;
    char *length = length_text(rule, &text->length);
    json_t *row = json_object();

    json_object_set_new(row, "part", json_string(text->part));
    json_object_set_new(row, "language", json_string(text->language));
    json_object_set_new(row, "text", json_string(text->text));
    json_object_set_new(row, "length", json_string(length));
    json_object_set_new(row, "used", json_integer(text->length.used));
    if (text->length.most > 0) {
        json_object_set_new(row, "most", json_integer(text->length.most));
    }
    json_object_set_new(
        row, "unit",
        json_string(rule == NULL ? "characters"
                                 : name_of(&length_unit_names, (int)rule->unit)));
    if (text->length.encoding != NULL) {
        json_object_set_new(row, "parts", json_integer(text->length.parts));
        json_object_set_new(row, "encoding", json_string(text->length.encoding));
    }
    json_object_set_new(row, "left_out", strings_shape(&text->left_out));
    free(length);
    return row;
}

json_t *
shown_shape(const struct shown *shown)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < shown->count; i++) {
        json_array_append_new(rows, text_shape(&shown->items[i]));
    }
    return rows;
}

char *
shown_languages(const struct delivery_input *input)
{
    struct buffer list = { 0 };

    for (size_t i = 0; i < input->n_catalogues; i++) {
        buffer_addf(&list, "%s%s", i > 0 ? ", " : "",
                    catalogue_language(input->catalogues[i]));
    }
    return buffer_take(&list);
}

struct compose_context
delivery_context(const struct delivery_input *input)
{
    return (struct compose_context){
        .organisation = input->organisation,
        .contact = input->contact,
        .page_url = input->page_url,
        .reply_to = input->channel->reply_to,
        .now_ms = input->now_ms,
        .late = input->late,
    };
}

static void
show_each_language(const struct driver *driver, const struct delivery_input *input,
                   struct shown *shown)
{
    const struct compose_context context = delivery_context(input);
    struct length_rule rule = { 0 };
    const struct length_rule *used = NULL;

    if (driver->length != NULL) {
        driver->length(input->channel, &rule);
        used = &rule;
    }
    for (size_t i = 0; i < input->n_catalogues; i++) {
        struct fitted fitted = { 0 };

        text_fit_language(input->catalogues, i, input->message, &context, input->missed,
                          used, &fitted);
        shown_add_fitted(shown, "text", catalogue_language(input->catalogues[i]),
                         &fitted, used);
    }
}

void
driver_show(const struct driver *driver, const struct delivery_input *input,
            struct shown *shown)
{
    shown_clear(shown);
    if (driver->show != NULL) {
        driver->show(input, shown);
    } else {
        show_each_language(driver, input, shown);
    }
}
