/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The texts of a delivery as its reader gets them, by the same code that sends them: for
 * people who want to see before they send.
 */
#ifndef BUDKAVLE_CHANNEL_SHOWN_H
#define BUDKAVLE_CHANNEL_SHOWN_H

#include "base/strings.h"
#include "text/compose.h"
#include "text/length.h"

#include <jansson.h>

struct delivery_input;
struct driver;
struct fitted;

struct shown_text {
    const char *part; /* "text", "subject", "title", "short", "long", "card"; static */
    char *language;   /* "sv", or "sv, en" for a text that holds both */
    char *text;
    bool has_rule;
    struct length_rule rule; /* while has_rule */
    struct text_length length;
    struct strings left_out; /* sentences without room, the most important first */
};

/* Valid when zeroed. */
struct shown {
    struct shown_text *items;
    size_t count;
};
void shown_clear(struct shown *shown);

/* Measures the text, which is taken, by the rule (NULL: there is none), and adds it. */
void shown_add(struct shown *shown, const char *part, const char *language,
               char *text_take, const struct length_rule *rule);
/* The same of a text that was made to fit; its contents are taken. */
void shown_add_fitted(struct shown *shown, const char *part, const char *language,
                      struct fitted *fitted_take, const struct length_rule *rule);
/* [{"part", "language", "text", "used", "most", "unit", "parts", "encoding", "length",
 * "left_out"}], a new reference. */
json_t *shown_shape(const struct shown *shown);
/* The languages of the input, "sv, en"; caller frees. */
char *shown_languages(const struct delivery_input *input);

/* What the input's texts are composed with. */
struct compose_context delivery_context(const struct delivery_input *input);

/* What the driver's reader gets: driver->show, or one text in each language, as long as
 * driver->length allows. */
void driver_show(const struct driver *driver, const struct delivery_input *input,
                 struct shown *shown);

#endif
