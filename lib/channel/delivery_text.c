/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Fits a delivery's text into the room of its channel.
 */
#include "channel/delivery_text.h"

#include "base/buffer.h"
#include "channel/kept_text.h"
#include "channel/shown.h"
#include "text/fit.h"

#include <string.h>

enum {
    BETWEEN_LANGUAGES = 2, /* line feeds */
};

size_t
delivery_catalogue(const struct delivery_input *input, const char *language,
                   struct error *error)
{
    struct buffer known = { 0 };
    for (size_t i = 0; i < input->n_catalogues; i++) {
        const char *name = catalogue_language(input->catalogues[i]);
        if (strcmp(name, language) == 0) {
            buffer_clear(&known);
            return i;
        }
        buffer_addf(&known, "%s%s", i == 0 ? "" : ", ", name);
    }
    error_set(error, STATUS_INVALID,
              "the channel's texts are to be in \"%s\", but languages has %s", language,
              known.data == NULL ? "none" : known.data);
    buffer_clear(&known);
    return input->n_catalogues;
}

size_t
delivery_language_count(const struct strings *languages)
{
    return languages == NULL || languages->count == 0 ? 1 : languages->count;
}

size_t
delivery_language(const struct delivery_input *input, const struct strings *languages,
                  size_t i, struct error *error)
{
    return languages == NULL || languages->count == 0
               ? 0
               : delivery_catalogue(input, languages->items[i], error);
}

struct length_rule
delivery_share(const struct length_rule *rule, size_t n)
{
    struct length_rule share = *rule;
    int64_t between = (int64_t)(n - 1) * BETWEEN_LANGUAGES;
    if (n > 1 && share.most > 0)
        share.most = (share.most - between) / (int64_t)n;
    if (n > 1 && share.most_bytes > 0)
        share.most_bytes = (share.most_bytes - between) / (int64_t)n;
    return share;
}

void
delivery_fit(const struct delivery_input *input, size_t catalogue,
             const struct length_rule *rule, enum delivery_text_form form,
             struct fitted *fitted)
{
    const bool is_bare = form == DELIVERY_TEXT_BARE;
    struct compose_context context = delivery_context(input);
    if (is_bare) {
        context.now_ms = input->message->written_at_ms;
        context.late = false;
    }
    text_fit_language(input->catalogues, catalogue, input->message, &context,
                      is_bare ? NULL : input->missed, rule, fitted);
}

static void
add_text(const struct delivery_input *input, size_t catalogue,
         const struct length_rule *rule, enum delivery_text_form form,
         struct buffer *out, size_t *n_carried)
{
    struct fitted fitted = { 0 };
    delivery_fit(input, catalogue, rule, form, &fitted);
    if (out->len > 0)
        buffer_add(out, "\n\n");
    buffer_add(out, fitted.text);
    if (fitted.n_carried < *n_carried)
        *n_carried = fitted.n_carried;
    fitted_clear(&fitted);
}

void
delivery_text_show(const struct delivery_input *input, const struct strings *languages,
                   const struct length_rule *rule, struct shown *shown)
{
    size_t n = delivery_language_count(languages);
    struct length_rule share = delivery_share(rule, n);
    for (size_t i = 0; i < n; i++) {
        struct fitted fitted = { 0 };
        size_t catalogue = delivery_language(input, languages, i, NULL);
        if (catalogue == input->n_catalogues)
            continue;
        delivery_fit(input, catalogue, &share, DELIVERY_TEXT_WHOLE, &fitted);
        shown_add_fitted(shown, "text",
                         catalogue_language(input->catalogues[catalogue]), &fitted,
                         &share);
    }
}

char *
delivery_text(const struct delivery_input *input, const struct strings *languages,
              const struct length_rule *rule, enum delivery_text_form form,
              struct error *error)
{
    size_t n = delivery_language_count(languages);
    struct length_rule share = delivery_share(rule, n);
    struct buffer out = { 0 };
    struct kept_text *kept =
        form == DELIVERY_TEXT_WHOLE && input->missed == NULL ? input->kept_text : NULL;
    char *text = kept_text_find(kept, languages, rule);
    size_t n_carried = input->missed == NULL ? 0 : input->missed->count;
    if (text != NULL)
        return text;
    for (size_t i = 0; i < n; i++) {
        size_t catalogue = delivery_language(input, languages, i, error);
        if (catalogue == input->n_catalogues) {
            buffer_clear(&out);
            return NULL;
        }
        add_text(input, catalogue, &share, form, &out, &n_carried);
    }
    if (form == DELIVERY_TEXT_WHOLE && input->n_carried != NULL)
        *input->n_carried = n_carried;
    text = buffer_take(&out);
    kept_text_set(kept, languages, rule, text);
    return text;
}

enum status
delivery_languages_check(const struct strings *languages,
                         const struct length_rule *rule, struct error *error)
{
    size_t n = languages == NULL ? 0 : languages->count;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(languages->items[i], languages->items[j]) == 0)
                return error_set(error, STATUS_INVALID,
                                 "languages has \"%s\" twice; once is enough",
                                 languages->items[i]);
        }
    }
    int64_t share = n > 1 ? delivery_share(rule, n).most : FIT_LEAST;
    if (share < FIT_LEAST)
        return error_set(error, STATUS_INVALID,
                         "languages has %zu languages, which leaves %lld characters "
                         "for each; %d are needed: make a channel for each language, "
                         "or raise max_characters if the server takes more",
                         n, (long long)share, FIT_LEAST);
    return STATUS_OK;
}
