/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads reports of mails.
 */
#include "codec/mail_report.h"

#include "base/memory.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    NAME_SIZE = 64,
    VALUE_SIZE = 1024,  /* of a field; the rest of a longer one is passed over */
    BOUNDARY_SIZE = 71, /* RFC 2046, 5.1.1 */
    PARTS_MAX = 64
};

/* What is still to be read. */
struct cursor {
    const char *at, *end;
};

/* Without its end. */
struct line {
    const char *text;
    size_t len;
};

struct field {
    char name[NAME_SIZE];
    char value[VALUE_SIZE]; /* unfolded, without blanks around it */
};

/* --- Lines and fields ------------------------------------------------------------- */

static bool
next_line(struct cursor *cursor, struct line *line)
{
    const char *feed;

    if (cursor->at == cursor->end) {
        return false;
    }
    feed = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    line->text = cursor->at;
    line->len = (size_t)((feed == NULL ? cursor->end : feed) - cursor->at);
    cursor->at = feed == NULL ? cursor->end : feed + 1;
    if (line->len > 0 && line->text[line->len - 1] == '\r') {
        line->len--;
    }
    return true;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Adds the line to the value, one blank for those around it, as far as there is room.
 * What is not text becomes "?". */
static void
add_value(struct field *field, const char *text, size_t len)
{
    size_t used = strlen(field->value);

    while (len > 0 && is_blank(text[0])) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1])) {
        len--;
    }
    if (used > 0 && len > 0 && used + 1 < sizeof(field->value)) {
        field->value[used++] = ' ';
    }
    for (size_t i = 0; i < len && used + 1 < sizeof(field->value); i++) {
        field->value[used] = text[i];
        if ((unsigned char)text[i] < ' ') {
            field->value[used] = '?';
        }
        used++;
    }
    field->value[used] = '\0';
}

/* False when the line is no field. */
static bool
begin_field(const struct line *line, struct field *field)
{
    const char *colon = line->len > 0 ? memchr(line->text, ':', line->len) : NULL;
    size_t len = colon == NULL ? 0 : (size_t)(colon - line->text);

    while (len > 0 && is_blank(line->text[len - 1])) {
        len--;
    }
    if (len == 0 || len >= sizeof(field->name)) {
        return false;
    }
    memcpy(field->name, line->text, len);
    field->name[len] = '\0';
    field->value[0] = '\0';
    add_value(field, colon + 1, line->len - (size_t)(colon + 1 - line->text));
    return true;
}

/* The next field of a block; false at its end, which is an empty line. Lines that are no
 * fields, such as mbox's "From ", are passed over. */
static bool
next_field(struct cursor *cursor, struct field *field)
{
    struct line line;
    struct cursor ahead;

    do {
        if (!next_line(cursor, &line) || line.len == 0) {
            return false;
        }
    } while (is_blank(line.text[0]) || !begin_field(&line, field));
    for (ahead = *cursor;
         next_line(&ahead, &line) && line.len > 0 && is_blank(line.text[0]);
         *cursor = ahead) {
        add_value(field, line.text, line.len);
    }
    return true;
}

static bool
is_named(const struct field *field, const char *name)
{
    return strcasecmp(field->name, name) == 0;
}

/* --- Values ----------------------------------------------------------------------- */

/* The value begins with the word, which ends there: "multipart/report; …". */
static bool
begins_with(const char *value, const char *word)
{
    size_t len = strlen(word);

    return strncasecmp(value, word, len) == 0 &&
           (value[len] == '\0' || strchr("; \t(", value[len]) != NULL);
}

/* A quoted string or a token at text; what follows it. */
static const char *
read_word(const char *text, char *out, size_t size)
{
    bool quoted = *text == '"';
    size_t n = 0;

    text += quoted ? 1 : 0;
    while (*text != '\0' && (quoted ? *text != '"' : !strchr("; \t", *text))) {
        if (quoted && *text == '\\' && text[1] != '\0') {
            text++;
        }
        if (n + 1 < size) {
            out[n++] = *text;
        }
        text++;
    }
    out[n] = '\0';
    return *text == '"' ? text + 1 : text;
}

/* The parameter of a Content-Type (RFC 2045, 5.1); "" when there is none. */
static void
read_parameter(const char *value, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    char ignored[VALUE_SIZE];

    out[0] = '\0';
    while ((value = strchr(value, ';')) != NULL) {
        const char *equals;

        value += 1 + strspn(value + 1, " \t");
        equals = value + strcspn(value, "=;");
        if (*equals != '=') {
            continue;
        }
        if ((size_t)(equals - value) == len && strncasecmp(value, name, len) == 0) {
            (void)read_word(equals + 1, out, size);
            return;
        }
        value = read_word(equals + 1, ignored, sizeof(ignored));
    }
}

static enum mail_action
read_action(const char *value)
{
    static const char *const words[MAIL_ACTION_OTHER] = {
        [MAIL_ACTION_FAILED] = "failed",       [MAIL_ACTION_DELAYED] = "delayed",
        [MAIL_ACTION_DELIVERED] = "delivered", [MAIL_ACTION_RELAYED] = "relayed",
        [MAIL_ACTION_EXPANDED] = "expanded",
    };

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (begins_with(value, words[i])) {
            return (enum mail_action)i;
        }
    }
    return MAIL_ACTION_OTHER;
}

/* A number of at most three digits, and what follows it; NULL. */
static const char *
read_number(const char *text, int *number)
{
    size_t len = strspn(text, "0123456789");

    if (len == 0 || len > 3) {
        return NULL;
    }
    *number = (int)strtol(text, NULL, 10);
    return text + len;
}

/* "5.1.1 (no such user)". */
static void
read_status(const char *value, struct mail_fate *fate)
{
    struct mail_fate read = *fate;
    const char *at = read_number(value, &read.class);

    at = at != NULL && *at == '.' ? read_number(at + 1, &read.subject) : NULL;
    at = at != NULL && *at == '.' ? read_number(at + 1, &read.detail) : NULL;
    if (at != NULL && (*at == '\0' || strchr(" \t(;", *at) != NULL)) {
        *fate = read;
    }
}

/* --- Parts ------------------------------------------------------------------------ */

/* One group of fields; the first is about the mail, each other about a recipient, which
 * is told by its Action. False at the end. */
static bool
read_group(struct cursor *cursor, struct mail_report *report)
{
    struct mail_fate fate = { MAIL_ACTION_OTHER, -1, -1, -1 };
    struct field field;
    bool is_recipient = false;

    if (cursor->at == cursor->end) {
        return false;
    }
    while (next_field(cursor, &field)) {
        if (is_named(&field, "Action")) {
            is_recipient = true;
            fate.action = read_action(field.value);
        } else if (is_named(&field, "Status")) {
            read_status(field.value, &fate);
        }
    }
    if (is_recipient) {
        report->fates[report->n_fates++] = fate;
    }
    return report->n_fates < MAIL_FATES_MAX;
}

static void
read_delivery_status(struct cursor part, struct mail_report *report)
{
    report->n_fates = 0;
    while (read_group(&part, report)) {
    }
    report->kind = report->n_fates > 0 ? MAIL_REPORT_DELIVERY : MAIL_REPORT_NONE;
}

/* Not "not-spam", which takes a complaint back, and not reports about signatures. */
static bool
is_unwanted(const char *type)
{
    static const char *const words[] = { "abuse", "fraud", "opt-out" };

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (begins_with(type, words[i])) {
            return true;
        }
    }
    return false;
}

static void
read_feedback(struct cursor part, struct mail_report *report)
{
    struct field field;

    while (next_field(&part, &field)) {
        if (is_named(&field, "Feedback-Type")) {
            report->kind = MAIL_REPORT_COMPLAINT;
            report->is_unwanted = is_unwanted(field.value);
        } else if (is_named(&field, "Original-Mail-From") &&
                   strlen(field.value) < sizeof(report->original_from)) {
            memcpy(report->original_from, field.value, strlen(field.value) + 1);
        }
    }
}

static const struct {
    const char *type;
    void (*read)(struct cursor part, struct mail_report *report);
} parts[] = {
    { "message/delivery-status", read_delivery_status },
    { "message/global-delivery-status", read_delivery_status }, /* RFC 6533 */
    { "message/feedback-report", read_feedback },
};

/* What is encoded is not read: RFC 3464, 2.1 wants it plain. */
static void
read_part(struct cursor part, struct mail_report *report)
{
    struct field field;
    char type[VALUE_SIZE] = "";
    bool is_plain = true;

    while (next_field(&part, &field)) {
        if (is_named(&field, "Content-Type")) {
            memcpy(type, field.value, sizeof(type));
        } else if (is_named(&field, "Content-Transfer-Encoding")) {
            is_plain = strcasecmp(field.value, "base64") != 0 &&
                       strcasecmp(field.value, "quoted-printable") != 0;
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(parts) && is_plain; i++) {
        if (begins_with(type, parts[i].type)) {
            parts[i].read(part, report);
        }
    }
}

/* "--boundary", or "--boundary--" which is the last. */
static bool
is_delimiter(const struct line *line, const char *boundary, bool *is_last)
{
    size_t len = strlen(boundary);
    size_t end = line->len;

    while (end > 0 && is_blank(line->text[end - 1])) {
        end--;
    }
    if (end < len + 2 || memcmp(line->text, "--", 2) != 0 ||
        memcmp(line->text + 2, boundary, len) != 0) {
        return false;
    }
    *is_last = end == len + 4 && memcmp(line->text + len + 2, "--", 2) == 0;
    return end == len + 2 || *is_last;
}

/* A mail that was cut off ends its last part. */
static void
read_parts(struct cursor body, const char *boundary, struct mail_report *report)
{
    struct cursor part = { NULL, NULL };
    struct line line;
    bool is_last = false;

    for (size_t n = 0; n < PARTS_MAX && !is_last && next_line(&body, &line);) {
        if (is_delimiter(&line, boundary, &is_last)) {
            part.end = line.text;
            if (part.at != NULL) {
                read_part(part, report);
            }
            part.at = body.at;
            n++;
        }
    }
    if (part.at != NULL && !is_last) {
        part.end = body.end;
        read_part(part, report);
    }
}

/* --- Mails ------------------------------------------------------------------------ */

void
mail_report_read(const char *mail, size_t len, struct mail_report *report)
{
    struct cursor cursor = { mail, len == 0 ? mail : mail + len };
    struct field field;
    char type[VALUE_SIZE] = "";
    char boundary[BOUNDARY_SIZE];

    *report = (struct mail_report){ 0 };
    while (next_field(&cursor, &field)) {
        if (is_named(&field, "Content-Type")) {
            memcpy(type, field.value, sizeof(type));
        } else if (is_named(&field, "Auto-Submitted")) {
            report->is_automatic = !begins_with(field.value, "no");
        }
    }
    read_parameter(type, "boundary", boundary, sizeof(boundary));
    if (begins_with(type, "multipart/report") && boundary[0] != '\0') {
        read_parts(cursor, boundary, report);
    }
}

void
mail_report_read_status(const char *content, size_t len, struct mail_report *report)
{
    *report = (struct mail_report){ 0 };
    read_delivery_status((struct cursor){ content, len == 0 ? content : content + len },
                         report);
}
