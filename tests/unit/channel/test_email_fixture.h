/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A channel of the e-mail driver with two recipients, and the header of what it sends.
 */
#ifndef BUDKAVLE_TEST_EMAIL_FIXTURE_H
#define BUDKAVLE_TEST_EMAIL_FIXTURE_H

#include "test_delivery_fixture.h"

static inline void
init(struct post *post)
{
    post_init(post, "email");
    post_set(post, "relay", "smtp://mail.example.se:587");
    post_set(post, "from", "drift@example.se");
    post_set(post, "to", "redaktion@example.se");
    post_set(post, "to", "jour@example.se");
    post->input.recipient = "redaktion@example.se";
}

static inline void
set_again(struct post *post, const char *name, const char *value)
{
    post_unset(post, name);
    if (value != NULL)
        post_set(post, name, value);
}

/* The header's value with folds undone; caller frees; NULL: there is none. */
static inline char *
header(const struct post *post, const char *name)
{
    const char *line = post->request.body.data;
    size_t len = strlen(name);
    while (strncmp(line, "\r\n", 2) != 0) {
        const char *end = strstr(line, "\r\n");
        if (strncmp(line, name, len) == 0 && line[len] == ':') {
            struct buffer value = { 0 };
            line += len + 2;
            while (buffer_append(&value, line, (size_t)(end - line)), end[2] == ' ') {
                line = end + 2;
                end = strstr(line, "\r\n");
            }
            return buffer_take(&value);
        }
        line = end + 2;
    }
    return NULL;
}

static inline void
assert_header(const struct post *post, const char *name, const char *wanted)
{
    char *value = header(post, name);
    if (value == NULL)
        fail_msg("there is no %s", name);
    assert_string_equal(wanted, value);
    free(value);
}

#endif
