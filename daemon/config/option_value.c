/* SPDX-License-Identifier: EUPL-1.2 */
/* The values of options: text to value by the option's type, with its range. */
#include "config/options.h"

#include "base/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    MODE_MAX = 0777
};

static const char *const bool_texts[] = { "false", "true", "no", "yes", "off", "on" };

static bool
wrong(struct error *error, const char *text, const char *right)
{
    error_set(error, STATUS_INVALID, "\"%s\" is not %s", text, right);
    return false;
}

int
choice_find(const char *choices, const char *text)
{
    size_t len = strlen(text);
    int position = 0;

    while (len > 0) {
        size_t one = strcspn(choices, "|");

        if (one == len && strncmp(choices, text, len) == 0) {
            return position;
        }
        if (choices[one] == '\0') {
            break;
        }
        choices += one + 1;
        position++;
    }
    return -1;
}

static bool
parse_integer(const char *text, int base, int64_t *number)
{
    char *end = NULL;

    /* strtoll would take white space and a plus sign. */
    if (strchr("-0123456789", text[0]) == NULL || text[0] == '\0') {
        return false;
    }
    errno = 0;
    *number = strtoll(text, &end, base);
    return errno == 0 && *end == '\0' && end != text;
}

static bool
parse_bool(const char *text, int64_t *number)
{
    for (size_t i = 0; i < ARRAY_COUNT(bool_texts); i++) {
        if (strcasecmp(text, bool_texts[i]) == 0) {
            *number = (int64_t)(i % 2);
            return true;
        }
    }
    return false;
}

static bool
check_range(const struct option_spec *spec, const char *text, int64_t number,
            struct error *error)
{
    char low[DURATION_SIZE], high[DURATION_SIZE];

    if ((spec->min == 0 && spec->max == 0) ||
        (number >= spec->min && (spec->max == 0 || number <= spec->max))) {
        return true;
    }
    if (spec->type == OPTION_DURATION) {
        error_set(error, STATUS_INVALID, "\"%s\" is not within %s and %s", text,
                  duration_format_exact(spec->min, low),
                  duration_format_exact(spec->max, high));
    } else if (spec->max == 0) {
        error_set(error, STATUS_INVALID, "%s is less than %lld", text,
                  (long long)spec->min);
    } else {
        error_set(error, STATUS_INVALID, "%s is not within %lld and %lld", text,
                  (long long)spec->min, (long long)spec->max);
    }
    return false;
}

static bool
parse_choice(const struct option_spec *spec, const char *text, int64_t *number,
             struct error *error)
{
    *number = choice_find(spec->choices, text);
    if (*number < 0) {
        error_set(error, STATUS_INVALID, "\"%s\" is none of %s", text, spec->choices);
    }
    return *number >= 0;
}

static bool
parse_mode(const char *text, int64_t *number, struct error *error)
{
    if (parse_integer(text, 8, number) && *number >= 0 && *number <= MODE_MAX) {
        return true;
    }
    return wrong(error, text, "a file mode from 0000 to 0777");
}

bool
option_parse(const struct option_spec *spec, const char *text,
             struct option_value *value, struct error *error)
{
    *value = (struct option_value){ 0 };
    switch (spec->type) {
    case OPTION_STRING:
    case OPTION_STRINGS:
    case OPTION_FILE_SECRET:
    case OPTION_FILE_LIST:
    case OPTION_COMMAND:
        return text[0] != '\0' || wrong(error, text, "a text: it is empty");
    case OPTION_PATH:
        return text[0] == '/' ||
               wrong(error, text, "an absolute path: it does not begin with \"/\"");
    case OPTION_BOOL:
        return parse_bool(text, &value->number) || wrong(error, text, "true or false");
    case OPTION_INTEGER:
        return (parse_integer(text, 10, &value->number) ||
                wrong(error, text, "a whole number")) &&
               check_range(spec, text, value->number, error);
    case OPTION_DURATION:
        return (duration_parse(text, &value->number) ||
                wrong(error, text,
                      "a duration such as \"500ms\", \"2s\" or \"1h 30min\"")) &&
               check_range(spec, text, value->number, error);
    case OPTION_SIZE:
        return (size_parse(text, &value->number) ||
                wrong(error, text, "a size such as \"512\", \"64K\" or \"64M\"")) &&
               check_range(spec, text, value->number, error);
    case OPTION_RATE:
        return rate_parse(text, &value->rate) ||
               wrong(error, text, "a rate such as \"10/s\" or \"300/5min\"");
    case OPTION_CHOICE:
        return parse_choice(spec, text, &value->number, error);
    case OPTION_MODE:
        return parse_mode(text, &value->number, error);
    }
    fatal("config: option %s has no type", spec->name);
}

/* { "a", "b" }: what stands between pairs of quotes. */
static void
add_quoted(const char *text, struct strings *values)
{
    const char *open = strchr(text, '"');

    while (open != NULL) {
        size_t len = strcspn(open + 1, "\"");

        strings_take(values, string_copy_n(open + 1, len));
        open = open[1 + len] == '\0' ? NULL : strchr(open + 2 + len, '"');
    }
}

void
option_default(const struct option_spec *spec, struct strings *values)
{
    if (spec->default_text == NULL) {
        return;
    }
    if (spec->default_text[0] == '{' || spec->default_text[0] == '"') {
        add_quoted(spec->default_text, values);
    } else {
        strings_add(values, spec->default_text);
    }
}
