/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Marks up messages for Telegram.
 */
#include "channel/telegram_text.h"

#include "base/buffer.h"
#include "channel/shown.h"
#include "text/compose.h"

#include <stdlib.h>
#include <string.h>

/* Nothing else needs escaping there. */
static void
add_escaped(struct buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&':
            buffer_add(out, "&amp;");
            break;
        case '<':
            buffer_add(out, "&lt;");
            break;
        case '>':
            buffer_add(out, "&gt;");
            break;
        default:
            buffer_add_char(out, text[i]);
            break;
        }
    }
}

/* Adds the text up to the title and the title, which is searched from *from on. */
static void
add_with_title(struct buffer *out, const char **from, const char *title)
{
    size_t len = strlen(title);
    const char *found = len == 0 ? NULL : strstr(*from, title);
    if (found == NULL)
        return;
    add_escaped(out, *from, (size_t)(found - *from));
    buffer_add(out, "<b>");
    add_escaped(out, title, len);
    buffer_add(out, "</b>");
    *from = found + len;
}

char *
telegram_text(const struct delivery_input *input, const struct length_rule *rule,
              enum delivery_text_form form, struct error *error)
{
    const struct strings *languages = channel_setting_list(input->channel, "languages");
    const struct compose_context context = delivery_context(input);
    struct buffer out = { 0 };
    char *text = delivery_text(input, languages, rule, form, error);
    const char *rest = text;
    for (size_t i = 0; text != NULL && i < delivery_language_count(languages); i++) {
        size_t language = delivery_language(input, languages, i, NULL);
        char *title = text_title(input->catalogues[language], input->message, &context);
        add_with_title(&out, &rest, title);
        free(title);
    }
    if (text != NULL)
        add_escaped(&out, rest, strlen(rest));
    free(text);
    return text == NULL ? NULL : buffer_take(&out);
}
