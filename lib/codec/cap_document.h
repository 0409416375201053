/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * XML to a small tree of elements with their lines. It knows the namespace of CAP 1.2
 * and nothing of its elements. No document type is read, so there are no entities
 * beyond the five of XML, and nothing is ever fetched.
 */
#ifndef BUDKAVLE_CODEC_CAP_DOCUMENT_H
#define BUDKAVLE_CODEC_CAP_DOCUMENT_H

#include "base/buffer.h"
#include "base/status.h"
#include "codec/reader.h"

#include <stdbool.h>
#include <stddef.h>

struct cap_element {
    char *name; /* without its namespace */
    char
        *name_space; /* of another vocabulary, whose contents are left out; NULL: CAP */
    size_t line;
    struct buffer text; /* of an element without children, as it was written */
    struct cap_element *parent, *first, *last, *next;
};

/*
 * UTF-8 text that holds one XML document. NULL after a fault: STATUS_INVALID: not well
 * formed, or cut off; STATUS_REFUSED: well formed so far and not CAP 1.2;
 * STATUS_LIMIT: nested too deep.
 */
struct cap_element *cap_document_parse(const char *text, size_t len,
                                       struct reader *reader, enum status *status);
void cap_document_free(struct cap_element *root);

/* The first child of that name, or the first after another; NULL: none. */
const struct cap_element *cap_child(const struct cap_element *parent, const char *name);
const struct cap_element *cap_next(const struct cap_element *element);

/* The text of the first child of that name without white space around it, the caller's;
 * NULL when there is none, or it is empty. The parent may be NULL. */
char *cap_text(const struct cap_element *parent, const char *name);
/* The same of the element itself. */
char *cap_own_text(const struct cap_element *element);

#endif
