/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The texts of an alert, which are the words of persons: one for each language.
 */
#include "codec/cap_event.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* "sv" of "sv-SE": our languages are mostly without a country; NULL of an <info> whose
 * text another variety has given already. */
static char *
language_key(const struct cap_element *info, json_t *texts, bool is_own)
{
    char *language = cap_text(info, "language");

    if (language == NULL)
        language = string_copy("en-US");
    if (is_own)
        return language;
    language[strcspn(language, "-")] = '\0';
    for (char *c = language; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    }
    if (json_object_get(texts, language) == NULL)
        return language;
    free(language);
    return NULL;
}

static json_t *
collect(const struct cap_element *alert,
        char *(*text_of)(const struct cap_element *info, const char *name),
        const char *name)
{
    const struct cap_element *info = cap_child(alert, "info");
    bool is_own = cap_is_own(alert);
    json_t *texts = json_object();

    for (; info != NULL; info = cap_next(info)) {
        char *key = language_key(info, texts, is_own);
        char *text = key == NULL ? NULL : text_of(info, name);

        if (text != NULL)
            json_object_set_new(texts, key, json_string(text));
        free(text);
        free(key);
    }
    if (json_object_size(texts) > 0)
        return texts;
    json_decref(texts);
    return NULL;
}

/* As a paragraph, where there is room for the whole of it. */
static void
add_paragraph(struct buffer *out, const char *text)
{
    size_t length = out->len == 0 ? 0 : utf8_count_code_points(out->data) + 1;

    if (text == NULL || (out->len > 0 && strcmp(out->data, text) == 0) ||
        (out->len > 0 && length + utf8_count_code_points(text) > TEXT_MAX_CHARACTERS))
        return;
    if (out->len > 0)
        buffer_add_char(out, '\n');
    buffer_add(out, text);
}

/* A tab is a blank, as HTML and others take it; the event format allows line feeds. */
static void
plain_blanks(char *text)
{
    char *out = text;

    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\t')
            *out++ = ' ';
        else if (*c != '\r')
            *out++ = *c;
    }
    *out = '\0';
}

static char *
text_of_info(const struct cap_element *info, const char *name)
{
    static const char *const elements[] = { "headline", "description", "instruction" };
    struct buffer out = { 0 };

    (void)name;
    for (size_t i = 0; i < ARRAY_COUNT(elements); i++) {
        char *text = cap_text(info, elements[i]);

        if (text != NULL)
            plain_blanks(text);
        add_paragraph(&out, text);
        free(text);
    }
    return out.len == 0 ? NULL : buffer_take(&out);
}

json_t *
cap_texts(const struct cap_element *alert)
{
    return collect(alert, text_of_info, NULL);
}

/* The same words in every language were said without one. */
static json_t *
without_language(json_t *texts_taken)
{
    const char *language, *first = NULL;
    bool is_same = json_object_size(texts_taken) > 1;
    json_t *text, *plain;

    json_object_foreach(texts_taken, language, text)
    {
        if (first == NULL)
            first = json_string_value(text);
        is_same = is_same && strcmp(json_string_value(text), first) == 0;
    }
    if (!is_same)
        return texts_taken;
    plain = json_string(first);
    json_decref(texts_taken);
    return plain;
}

static char *
text_of_parameter(const struct cap_element *info, const char *name)
{
    return cap_value(info, "parameter", name);
}

json_t *
cap_parameter_texts(const struct cap_element *alert, const char *name)
{
    json_t *texts = collect(alert, text_of_parameter, name);

    return texts == NULL ? NULL : without_language(texts);
}
