/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Writes messages out: title and long text; what must fit is fit.c's.
 */
#include "text/compose.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "text/compose_parts.h"
#include "text/fit.h"
#include "text/script.h"
#include "text/values.h"

#include <stdlib.h>

enum {
    TITLE_GRAPHEMES = 90
};

static const struct value_style title_steps[] = {
    { .max_named = 2 },
    { .max_named = 1 },
    { .max_named = 1, .short_names = true },
    { .max_named = 1, .name_septets = 40, .short_names = true },
    { .max_named = 1, .name_septets = 24, .short_names = true },
};

static const struct value_style long_style = { .max_named = 4 };

char *
compose_mark(const struct catalogue *catalogue, const struct facts *facts)
{
    char *key;
    char *mark;

    if (!facts_has(facts, FIELD_MODE) || facts->mode == MODE_ACTUAL) {
        return string_copy("");
    }
    key = string_format("mode.%s", name_of(&mode_names, (int)facts->mode));
    mark = string_format("%s: ", catalogue_phrase(catalogue, key));
    free(key);
    return mark;
}

/* Appends the sentences of the long text; returns the slots that they used. */
static uint64_t
write_long(const struct catalogue *catalogue, const struct sentences *sentences,
           const struct slot_values *values, struct buffer *out)
{
    unsigned paragraph = 0;
    uint64_t used = 0;
    bool first = true;

    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->items[i];
        struct buffer text = { 0 };

        if (!sentence->in_long || !sentence_applies(sentence, values)) {
            continue;
        }
        if (!first) {
            buffer_add(out, sentence->paragraph == paragraph ? " " : "\n\n");
        }
        first = false;
        paragraph = sentence->paragraph;
        used |= sentence_write(sentence, catalogue, values, &text);
        buffer_add(out, text.data);
        buffer_clear(&text);
    }
    return used;
}

char *
compose_long(const struct catalogue *catalogue, const struct message *message,
             const struct compose_context *context, const char *mark)
{
    struct slot_values values = { 0 };
    struct value_style style = long_style;
    struct buffer out = { 0 };
    uint64_t used;

    style.say_written = context->late;
    slot_values_fill(catalogue, message, context, style, &values);
    buffer_add(&out, mark);
    used = write_long(catalogue, &catalogue_script(catalogue, message->notice)->body,
                      &values, &out);
    if (!slots_have_time(used)) {
        style.say_written = true;
        slot_values_fill(catalogue, message, context, style, &values);
        buffer_reset(&out);
        buffer_add(&out, mark);
        write_long(catalogue, &catalogue_script(catalogue, message->notice)->body,
                   &values, &out);
    }
    slot_values_clear(&values);
    return buffer_take(&out);
}

/* Writes the title at the roomiest step that it fits at; false when at none. */
static bool
write_title(const struct catalogue *catalogue, const struct message *message,
            const struct compose_context *context, const struct sentence *title,
            struct buffer *out)
{
    struct slot_values values = { 0 };
    size_t start = out->len;
    bool fits = false;

    for (size_t step = 0; step < ARRAY_COUNT(title_steps) && !fits; step++) {
        slot_values_fill(catalogue, message, context, title_steps[step], &values);
        if (!sentence_applies(title, &values)) {
            break;
        }
        out->len = start;
        sentence_write(title, catalogue, &values, out);
        fits = utf8_count_graphemes(out->data) <= TITLE_GRAPHEMES;
    }
    slot_values_clear(&values);
    return fits;
}

/* The first title that applies and fits; else the last, as tight as it goes. */
static char *
compose_title(const struct catalogue *catalogue, const struct message *message,
              const struct compose_context *context, const char *mark)
{
    const struct sentences *titles =
        &catalogue_script(catalogue, message->notice)->titles;
    struct buffer out = { 0 };
    bool fits = false;

    for (size_t i = 0; i < titles->count && !fits; i++) {
        buffer_reset(&out);
        buffer_add(&out, mark);
        fits = write_title(catalogue, message, context, &titles->items[i], &out);
    }
    return buffer_take(&out);
}

char *
text_title(const struct catalogue *catalogue, const struct message *message,
           const struct compose_context *context)
{
    char *mark = compose_mark(catalogue, &message->facts);
    char *title = compose_title(catalogue, message, context, mark);

    free(mark);
    return title;
}

static void
text_set_clear(struct text_set *set)
{
    free(set->language);
    free(set->title);
    free(set->short_text);
    free(set->long_text);
    *set = (struct text_set){ 0 };
}

/* Names and notes come from outside; what is shown as plain text hides nothing. */
static char *
readable(char *text_take)
{
    char *text = text_take == NULL ? NULL : utf8_strip_format(text_take);

    free(text_take);
    return text;
}

void
text_compose(const struct catalogue *catalogue, const struct message *message,
             const struct compose_context *context, struct text_set *out)
{
    static const struct length_rule one_text_message = { .unit = LENGTH_GSM7,
                                                         .most = 1 };
    char *mark = compose_mark(catalogue, &message->facts);
    struct fitted fitted = { 0 };

    text_set_clear(out);
    out->language = string_copy(catalogue_language(catalogue));
    out->title = readable(compose_title(catalogue, message, context, mark));
    text_fit(catalogue, message, context, NULL, &one_text_message, &fitted);
    out->short_text = string_copy(fitted.text);
    out->long_text = readable(compose_long(catalogue, message, context, mark));
    fitted_clear(&fitted);
    free(mark);
}

/* The page has a folder for each language but the first. */
static char *
folder_url(struct catalogue *const *catalogues, size_t i,
           const struct compose_context *context)
{
    return i == 0 || context->page_url == NULL
               ? string_copy(context->page_url)
               : string_format("%s/%s", context->page_url,
                               catalogue_language(catalogues[i]));
}

void
texts_compose(struct catalogue *const *catalogues, size_t n,
              const struct message *message, const struct compose_context *context,
              struct texts *out)
{
    texts_clear(out);
    out->items = memory_array(n, sizeof(struct text_set));
    out->count = n;
    for (size_t i = 0; i < n; i++) {
        struct compose_context own = *context;
        char *url = folder_url(catalogues, i, context);

        own.page_url = url;
        text_compose(catalogues[i], message, &own, &out->items[i]);
        free(url);
    }
}

void
text_fit_language(struct catalogue *const *catalogues, size_t i,
                  const struct message *message, const struct compose_context *context,
                  const struct missed *missed, const struct length_rule *rule,
                  struct fitted *out)
{
    struct compose_context own = *context;
    char *url = folder_url(catalogues, i, context);

    own.page_url = url;
    text_fit(catalogues[i], message, &own, missed, rule, out);
    free(url);
}
