/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Counting, one unit a row; and the parts of a text message.
 */
#include "text/length.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/gsm7.h"
#include "text/links.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    /* 3GPP TS 23.040: what a part holds, alone and as one of several, which carry a
     * header of six bytes. */
    SEPTETS_ALONE = GSM7_SINGLE_PART,
    SEPTETS_OF_SEVERAL = 153,
    UTF16_ALONE = 70,
    UTF16_OF_SEVERAL = 67,
    MAX_PARTS = 255,

    WEIGHT_OF_EMOJI = 2,
    OUTSIDE_BMP = 0x10000,
};

static const char *const unit_names[LENGTH_UNIT_COUNT] = {
    [LENGTH_GSM7] = "sms",
    [LENGTH_GRAPHEMES] = "graphemes",
    [LENGTH_CODE_POINTS] = "code points",
    [LENGTH_UTF16] = "UTF-16 units",
    [LENGTH_WEIGHTED] = "weighted characters",
    [LENGTH_BYTES] = "bytes",
};
const struct names length_unit_names = { unit_names, LENGTH_UNIT_COUNT };

static int
utf16_units(int32_t code_point)
{
    return code_point >= OUTSIDE_BMP ? 2 : 1;
}

/* twitter-text, config v3: what weighs 1. */
static int
weight(int32_t code_point)
{
    static const struct {
        int32_t first, last;
    } light[] = {
        { 0x0000, 0x10FF }, { 0x2000, 0x200D }, { 0x2010, 0x201F }, { 0x2032, 0x2037 }
    };

    for (size_t i = 0; i < ARRAY_COUNT(light); i++) {
        if (code_point >= light[i].first && code_point <= light[i].last) {
            return 1;
        }
    }
    return 2;
}

static int64_t
count_each(const char *text, size_t len, int (*units)(int32_t code_point))
{
    size_t offset = 0;
    int64_t n = 0;

    while (offset < len) {
        n += units(utf8_next(text, len, &offset));
    }
    return n;
}

static int
one(int32_t code_point)
{
    (void)code_point;
    return 1;
}

static int64_t
count_code_points(const char *text, size_t len)
{
    return count_each(text, len, one);
}

static int64_t
count_utf16(const char *text, size_t len)
{
    return count_each(text, len, utf16_units);
}

static int64_t
count_bytes(const char *text, size_t len)
{
    (void)text;
    return (int64_t)len;
}

static int64_t
count_graphemes(const char *text, size_t len)
{
    int64_t n = 0;
    size_t size;

    for (size_t at = 0; (size = utf8_grapheme(text + at, len - at)) > 0; at += size) {
        n++;
    }
    return n;
}

static int64_t
count_weighted(const char *text, size_t len)
{
    int64_t n = 0;
    size_t size;

    for (size_t at = 0; (size = utf8_grapheme(text + at, len - at)) > 0; at += size) {
        if (size == 1) {
            n++;
            continue;
        }
        n += utf8_is_emoji(text + at, size) ? WEIGHT_OF_EMOJI
                                            : count_each(text + at, size, weight);
    }
    return n;
}

/* Text messages are counted in parts instead. */
static int64_t (*const counters[LENGTH_UNIT_COUNT])(const char *text, size_t len) = {
    [LENGTH_GSM7] = count_utf16,
    [LENGTH_GRAPHEMES] = count_graphemes,
    [LENGTH_CODE_POINTS] = count_code_points,
    [LENGTH_UTF16] = count_utf16,
    [LENGTH_WEIGHTED] = count_weighted,
    [LENGTH_BYTES] = count_bytes,
};

/* Every link at its fixed price; a host without http:// is taken for one where it may
 * be (X), and never for less than it is long. */
int64_t
length_units(const struct length_rule *rule, const char *text)
{
    int64_t (*count)(const char *, size_t) = counters[rule->unit];
    bool bare = rule->unit == LENGTH_WEIGHTED;
    struct link link;
    size_t at = 0;
    int64_t n = 0;

    while (rule->link > 0 && link_find(text, at, bare, &link)) {
        int64_t own = count(text + link.at, link.len);

        n += count(text + at, link.at - at);
        n += link.bare && own > rule->link ? own : rule->link;
        at = link.at + link.len;
    }
    return n + count(text + at, strlen(text + at));
}

/* How many parts it takes when no character is split over two of them. */
static int64_t
count_parts(const char *text, int (*units)(int32_t code_point), int64_t total,
            int64_t alone, int64_t of_several)
{
    size_t len = strlen(text);
    size_t offset = 0;
    int64_t parts = 1;
    int64_t filled = 0;

    if (total <= alone) {
        return 1;
    }
    while (offset < len) {
        int n = units(utf8_next(text, len, &offset));

        if (filled + n > of_several) {
            parts++;
            filled = 0;
        }
        filled += n;
    }
    return parts;
}

static int64_t
parts_allowed(const struct length_rule *rule)
{
    return rule->most <= 0 || rule->most > MAX_PARTS ? MAX_PARTS : rule->most;
}

int64_t
length_room(const struct length_rule *rule, bool as_ucs2)
{
    int64_t alone = as_ucs2 ? UTF16_ALONE : SEPTETS_ALONE;
    int64_t of_several = as_ucs2 ? UTF16_OF_SEVERAL : SEPTETS_OF_SEVERAL;
    int64_t parts = parts_allowed(rule);

    if (rule->unit != LENGTH_GSM7) {
        return rule->most > 0 ? rule->most : INT64_MAX;
    }
    return parts == 1 ? alone : parts * of_several;
}

static void
measure_text_message(const struct length_rule *rule, const char *text,
                     struct text_length *length)
{
    long septets = gsm7_length(text);
    bool is_gsm7 = septets >= 0;
    int64_t alone = is_gsm7 ? SEPTETS_ALONE : UTF16_ALONE;
    int64_t of_several = is_gsm7 ? SEPTETS_OF_SEVERAL : UTF16_OF_SEVERAL;

    length->encoding = is_gsm7 ? "GSM-7" : "UCS-2";
    length->used = is_gsm7 ? septets : count_utf16(text, strlen(text));
    length->parts = count_parts(text, is_gsm7 ? gsm7_septets : utf16_units,
                                length->used, alone, of_several);
    length->most = length_room(rule, !is_gsm7);
}

void
length_measure(const struct length_rule *rule, const char *text,
               struct text_length *length)
{
    *length = (struct text_length){ .parts = 1 };
    if (rule == NULL) {
        length->used = (int64_t)utf8_count_graphemes(text);
    } else if (rule->unit == LENGTH_GSM7) {
        measure_text_message(rule, text, length);
    } else {
        length->used = length_units(rule, text);
        length->most = rule->most;
    }
}

bool
length_fits(const struct length_rule *rule, const char *text)
{
    struct text_length length;

    if (rule == NULL) {
        return true;
    }
    if (rule->most_bytes > 0 && (int64_t)strlen(text) > rule->most_bytes) {
        return false;
    }
    length_measure(rule, text, &length);
    if (rule->unit != LENGTH_GSM7) {
        return rule->most <= 0 || length.used <= rule->most;
    }
    return length.parts <= parts_allowed(rule) &&
           (rule->ucs2 || gsm7_length(text) >= 0);
}

static enum status
rule_fault(const char *text, const char *problem, struct error *error)
{
    return error_set(error, STATUS_INVALID,
                     "the length \"%s\" %s; \"1 sms\", \"3 sms ucs2\", \"500 "
                     "graphemes\", \"280 weighted\" or \"1000 bytes\" would be right",
                     text, problem);
}

/* The unit whose name begins with the first len bytes of text, or -1. */
static int
unit_find(const char *text, size_t len)
{
    for (int i = 0; i < LENGTH_UNIT_COUNT; i++) {
        if (len > 2 && strncasecmp(unit_names[i], text, len) == 0) {
            return i;
        }
    }
    return -1;
}

enum {
    LINK_ON_X = 23 /* what a web address counts there */
};

enum status
length_rule_parse(const char *text, struct length_rule *rule, struct error *error)
{
    static const char ucs2[] = " ucs2";
    const char *unit = text + strspn(text, "0123456789");
    size_t digits = (size_t)(unit - text);
    size_t len;
    int found;

    unit += strspn(unit, " ");
    len = strlen(unit);
    *rule = (struct length_rule){ 0 };
    if (len > sizeof(ucs2) - 1 &&
        strcasecmp(unit + len + 1 - sizeof(ucs2), ucs2) == 0) {
        len -= sizeof(ucs2) - 1;
        rule->ucs2 = true;
    }
    found = unit_find(unit, len);
    if (digits == 0 || digits > 9 || strtol(text, NULL, 10) == 0) {
        return rule_fault(text, "does not begin with a number from 1 to 999999999",
                          error);
    }
    if (found < 0) {
        return rule_fault(text, "names no unit that is known", error);
    }
    rule->unit = (enum length_unit)found;
    rule->most = strtol(text, NULL, 10);
    rule->link = rule->unit == LENGTH_WEIGHTED ? LINK_ON_X : 0;
    if (rule->unit == LENGTH_GSM7 && rule->most > MAX_PARTS) {
        return rule_fault(text, "has more than the 255 parts of a text message", error);
    }
    if (rule->unit != LENGTH_GSM7 && rule->ucs2) {
        return rule_fault(text, "says ucs2 of what is no text message", error);
    }
    return STATUS_OK;
}

char *
length_text(const struct length_rule *rule, const struct text_length *length)
{
    const char *unit = rule == NULL ? "characters" : unit_names[rule->unit];

    if (length->encoding != NULL) {
        return string_format(
            "%lld of %lld %s, %lld part%s, %s", (long long)length->used,
            (long long)length->most,
            strcmp(length->encoding, "GSM-7") == 0 ? "septets" : "UTF-16 units",
            (long long)length->parts, length->parts == 1 ? "" : "s", length->encoding);
    }
    if (length->most > 0) {
        return string_format("%lld of %lld %s", (long long)length->used,
                             (long long)length->most, unit);
    }
    return string_format("%lld %s", (long long)length->used, unit);
}
