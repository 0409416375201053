/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What every text message has, whichever gateway takes it: who gets it, who it is from,
 * how long it may be, and that it was not sent before.
 */
#ifndef BUDKAVLE_CHANNEL_SMS_H
#define BUDKAVLE_CHANNEL_SMS_H

#include "channel/driver.h"

/* Rows of options, the same for every gateway; with a sender, or with one's own of it. */
#define SMS_OPTIONS                                                                    \
    { .name = "from",                                                                  \
      .type = OPTION_STRING,                                                           \
      .required = true,                                                                \
      .doc = "What the text messages come from: a name of at most 11 letters and "     \
             "digits, or a number, which is needed where people answer." },            \
        SMS_OPTIONS_BUT_FROM
#define SMS_OPTIONS_BUT_FROM                                                           \
    { .name = "to",                                                                    \
      .type = OPTION_STRINGS,                                                          \
      .doc = "The recipients' numbers, each with \"+\" and the country code." },       \
        { .name = "to_file",                                                           \
          .type = OPTION_FILE_LIST,                                                    \
          .doc = "A file of recipients instead of to: one number a line, up to a "     \
                 "million." },                                                         \
        { .name = "test_to",                                                           \
          .type = OPTION_STRING,                                                       \
          .doc = "The number that a test is sent to; the first of to." },              \
        { .name = "parts",                                                             \
          .type = OPTION_INTEGER,                                                      \
          .default_text = "1",                                                         \
          .min = 1,                                                                    \
          .max = 6,                                                                    \
          .doc =                                                                       \
              "How many parts a text message may have at the most; each is paid for, " \
              "and holds 160 letters when it is alone, else 153." },                   \
        { .name = "ucs2",                                                              \
          .type = OPTION_BOOL,                                                         \
          .default_text = "false",                                                     \
          .doc = "Letters outside the text messages' own alphabet are kept, which "    \
                 "leaves 70 letters a part; without it they are replaced by plain "    \
                 "ones." },                                                            \
    {                                                                                  \
        .name = "language", .type = OPTION_STRING,                                     \
        .doc = "The language of the texts, one of languages; the first of them."       \
    }

enum {
    SMS_CONCURRENCY = 8,
};

/* Faults in the options above. */
enum status sms_check(const struct channel *channel, struct error *error);
void sms_length(const struct channel *channel, struct length_rule *rule);

/* The text; caller frees; NULL: see the sentence. The recipient is checked as well. */
char *sms_text(const struct delivery_input *input, struct error *error);
void sms_show(const struct delivery_input *input, struct shown *shown);
/* True when a text message is this delivery's, sent at an earlier attempt. */
bool sms_is_said(const struct delivery_input *input, const char *text);

#endif
