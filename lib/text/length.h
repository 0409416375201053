/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long a text is, as each kind of channel counts it: in the parts of a text message,
 * in what people take for characters, in bytes. Texts are valid UTF-8 in NFC.
 */
#ifndef BUDKAVLE_TEXT_LENGTH_H
#define BUDKAVLE_TEXT_LENGTH_H

#include "base/status.h"
#include "model/names.h"

#include <stdbool.h>
#include <stdint.h>

enum length_unit {
    /* A text message: septets of 3GPP TS 23.038 or, when a character is outside that
     * alphabet, UTF-16 units; 160 or 70 in one part, 153 or 67 in each of several. */
    LENGTH_GSM7,
    LENGTH_GRAPHEMES,   /* what people see as one character (UAX #29) */
    LENGTH_CODE_POINTS, /* of Unicode */
    LENGTH_UTF16,       /* units of UTF-16 */
    /* As X counts: 1 up to U+10FF and for common punctuation, else 2; an emoji is 2
     * (twitter-text, config v3). */
    LENGTH_WEIGHTED,
    LENGTH_BYTES, /* of UTF-8 */
    LENGTH_UNIT_COUNT
};

/* "sms", "graphemes", "code points", "UTF-16 units", "weighted characters", "bytes". */
extern const struct names length_unit_names;

/* How a channel counts, and how much it takes. */
struct length_rule {
    enum length_unit unit;
    int64_t most; /* of the unit, 0: no limit; of LENGTH_GSM7 parts, at most 255 */
    int64_t most_bytes; /* of UTF-8, besides; 0: no limit */
    int64_t link;       /* what every web address counts as; 0: what it is long */
    /* A text message may be UCS-2 when the language, or a name, needs other letters;
     * false: they are replaced by their base letters. */
    bool ucs2;
};

struct text_length {
    int64_t used, most;   /* in units; of a text message septets or UTF-16 units */
    int64_t parts;        /* of a text message; else 1 */
    const char *encoding; /* "GSM-7" or "UCS-2" of a text message; else NULL; static */
};

/* length->most is what the text could have had at that encoding. rule NULL: characters as
 * people see them, without a limit. */
void length_measure(const struct length_rule *rule, const char *text,
                    struct text_length *length);

/* What a part of a text counts, and all the room there is; of a text message at that
 * encoding, whatever the text. INT64_MAX: no limit. */
int64_t length_units(const struct length_rule *rule, const char *text);
int64_t length_room(const struct length_rule *rule, bool as_ucs2);

/* The text may be sent as it is by the rule. */
bool length_fits(const struct length_rule *rule, const char *text);

/*
 * "1 sms", "3 sms ucs2", "500 graphemes", "280 weighted characters", "1000 bytes": a
 * number and the unit's name (the last word may be left out), and for text messages
 * whether they may be UCS-2. What is wrong is said as one sentence.
 */
enum status length_rule_parse(const char *text, struct length_rule *rule,
                              struct error *error);

/* "153 of 160 septets, 1 part, GSM-7", "280 of 500 graphemes"; caller frees. */
char *length_text(const struct length_rule *rule, const struct text_length *length);

#endif
