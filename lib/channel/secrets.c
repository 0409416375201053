/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Takes secrets out of what peers say.
 */
#include "channel/secrets.h"

#include <string.h>

static void
hide_piece(struct buffer *text, const char *piece, size_t len)
{
    struct buffer out = { 0 };
    const char *rest = text->data;
    const char *end = text->data + text->len;
    const char *found;
    while ((found = memmem(rest, (size_t)(end - rest), piece, len)) != NULL) {
        buffer_append(&out, rest, (size_t)(found - rest));
        buffer_add(&out, "…");
        rest = found + len;
    }
    buffer_append(&out, rest, (size_t)(end - rest));
    buffer_clear(text);
    *text = out;
}

static void
hide_secret(const struct buffer *text, const char *secret, struct buffer *out)
{
    for (const char *piece = secret; *piece != '\0';) {
        size_t len = strcspn(piece, "/?&=%:, \t\r\n");
        const struct buffer *now = out->len > 0 ? out : text;
        if (len >= SECRET_LEAST_BYTES &&
            memmem(now->data, now->len, piece, len) != NULL) {
            if (out->len == 0)
                buffer_append(out, text->data, text->len);
            hide_piece(out, piece, len);
        }
        piece += len + (piece[len] != '\0' ? 1 : 0);
    }
}

bool
secrets_hide(const struct channel *channel, const struct buffer *text,
             struct buffer *out)
{
    for (size_t i = 0; text->len > 0 && i < channel->n_settings; i++) {
        if (channel->settings[i].secret != NULL)
            hide_secret(text, channel->settings[i].secret, out);
    }
    return out->len > 0;
}
