/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads single values out of parsed JSON and says what is wrong with them, by the path
 * of the field. It knows kinds of values (a time, a text, a name from a table), not
 * which fields there are.
 */
#ifndef BUDKAVLE_CODEC_READER_H
#define BUDKAVLE_CODEC_READER_H

#include "base/buffer.h"
#include "model/event.h"
#include "model/fault.h"

#include <jansson.h>

enum {
    ID_MAX_CHARACTERS = 120,
    TEXT_MAX_CHARACTERS = 2000,
};
#define INTEGER_MAX INT64_C(9007199254740992) /* 2^53: exact in every JSON reader */

struct reader {
    struct faults *faults;
    size_t event, line;
    struct buffer path;
    size_t n_faults; /* of this event, those dropped included */
};

/* Enter a member or an element; the mark is given back to reader_leave. */
size_t reader_enter_key(struct reader *reader, const char *key);
size_t reader_enter_index(struct reader *reader, size_t index);
void reader_leave(struct reader *reader, size_t mark);

/* A fault at the present path. */
void reader_fault(struct reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "VALUE is not WHAT": says what was found. Returns false. */
bool reader_refuse(struct reader *reader, json_t *value, const char *what);

/* A non-empty string of at most max_characters (0: any number); *out is replaced. */
bool reader_string(struct reader *reader, json_t *value, size_t max_characters,
                   char **out);
bool reader_time(struct reader *reader, json_t *value, int64_t *time_ms);
/* 0 to INTEGER_MAX. */
bool reader_integer(struct reader *reader, json_t *value, int64_t *out);
/* The value of a name in the table, or -1 after a fault that lists what is allowed. */
int reader_name(struct reader *reader, json_t *value, const struct names *names);
/* A text: a string, or an object of language to string. Empty ones are left out. */
bool reader_text(struct reader *reader, json_t *value, struct localized *out);

/* A member of an object with its rule; a null member is an absent one. */
struct reader_member {
    const char *key;
    bool required;
    bool (*read)(struct reader *reader, json_t *value, void *out);
    size_t offset; /* of what read fills in, in the struct that the members make */
};
bool reader_members(struct reader *reader, json_t *object,
                    const struct reader_member *members, size_t n_members, void *out);

/* reader_time and reader_text as rules of members. */
bool reader_time_member(struct reader *reader, json_t *value, void *out);
bool reader_text_member(struct reader *reader, json_t *value, void *out);

/*
 * Normalises every string below value to NFC in place; control characters other than
 * line feed are faults, in keys too.
 */
void reader_clean(struct reader *reader, json_t *value);

#endif
