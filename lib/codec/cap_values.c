/* SPDX-License-Identifier: EUPL-1.2 */
/* The forms of CAP 1.2 (OASIS CAP 1.2, 3.2 and 3.3.2). */
#include "codec/cap_values.h"

#include "base/memory.h"
#include "base/timestamp.h"

#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

bool
cap_time_parse(const char *text, int64_t *time_ms)
{
    static const char form[] = "0000-00-00T00:00:00+00:00";

    if (strlen(text) != sizeof(form) - 1)
        return false;
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool good = form[i] == '0'   ? text[i] >= '0' && text[i] <= '9'
                    : form[i] == '+' ? text[i] == '+' || text[i] == '-'
                                     : text[i] == form[i];

        if (!good)
            return false;
    }
    return timestamp_parse(text, time_ms);
}

bool
cap_reference_parse(const char *text, struct cap_reference *reference)
{
    const char *first = strchr(text, ',');
    const char *second = first == NULL ? NULL : strchr(first + 1, ',');

    if (second == NULL || first == text || second == first + 1 ||
        !cap_time_parse(second + 1, &reference->sent_ms))
        return false;
    reference->sender = string_copy_n(text, (size_t)(first - text));
    reference->identifier = string_copy_n(first + 1, (size_t)(second - first - 1));
    return true;
}

void
cap_reference_clear(struct cap_reference *reference)
{
    free(reference->sender);
    free(reference->identifier);
    memset(reference, 0, sizeof(*reference));
}

void
cap_words(const char *text, struct strings *words)
{
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        bool is_quoted = *text == '"' && strchr(text + 1, '"') != NULL;
        size_t len = is_quoted ? strcspn(text + 1, "\"") : strcspn(text, blanks);

        if (len > 0)
            strings_take(words, string_copy_n(text + is_quoted, len));
        text += len + (is_quoted ? 2 : 0);
    }
}

/* A number in digits, moved over; no exponent, no infinity. */
static bool
take_number(const char **at, double *number)
{
    const char *text = *at;
    size_t sign = text[0] == '-' || text[0] == '+';
    size_t whole = strspn(text + sign, "0123456789");
    size_t len = sign + whole;
    char *copy;

    if (text[len] == '.') {
        size_t fraction = strspn(text + len + 1, "0123456789");

        whole += fraction;
        len += 1 + fraction;
    }
    if (whole == 0 || len > 40)
        return false;
    copy = string_copy_n(text, len);
    *number = strtod(copy, NULL);
    free(copy);
    *at = text + len;
    return true;
}

static bool
take_position(const char **at, struct cap_position *position)
{
    if (!take_number(at, &position->latitude) || **at != ',')
        return false;
    (*at)++;
    return take_number(at, &position->longitude) && position->latitude >= -90 &&
           position->latitude <= 90 && position->longitude >= -180 &&
           position->longitude <= 180;
}

bool
cap_position_parse(const char *text, struct cap_position *position)
{
    return take_position(&text, position) && *text == '\0';
}

bool
cap_position_equal(struct cap_position a, struct cap_position b)
{
    return !(a.latitude < b.latitude) && !(a.latitude > b.latitude) &&
           !(a.longitude < b.longitude) && !(a.longitude > b.longitude);
}

bool
cap_circle_parse(const char *text, struct cap_circle *circle)
{
    size_t n_blanks;

    if (!take_position(&text, &circle->centre))
        return false;
    n_blanks = strspn(text, blanks);
    text += n_blanks;
    return n_blanks > 0 && take_number(&text, &circle->radius_km) && *text == '\0' &&
           circle->radius_km >= 0 && circle->radius_km <= 20038;
}
