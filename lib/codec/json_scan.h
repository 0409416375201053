/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where JSON values begin and end and how deep they are, without parsing them: limits
 * hold before the parser runs, and a batch is cut into events that are parsed once.
 * It says nothing about whether the text is JSON.
 */
#ifndef BUDKAVLE_CODEC_JSON_SCAN_H
#define BUDKAVLE_CODEC_JSON_SCAN_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>

bool json_is_space(char c);

/* The first offset from which there is no white space; len when there is none. */
size_t json_skip_space(const char *text, size_t len, size_t offset);

/* The deepest nesting: 0 for a number, 1 for {}, 2 for [{}]. */
size_t json_depth(const char *text, size_t len);

/* The offset behind the first object or array; SIZE_MAX when it is not closed. */
size_t json_value_end(const char *text, size_t len);

/* The offset of the comma or bracket that ends the element at offset; SIZE_MAX: none. */
size_t json_element_end(const char *text, size_t len, size_t offset);

/* Adds the path of what stands at offset, such as "places[2].name". */
void json_path_at(const char *text, size_t offset, struct buffer *path);

/* Adds ".key" (or "key" to an empty path), printable and cut if long. */
void json_path_add_key(struct buffer *path, const char *key, size_t len);
void json_path_add_index(struct buffer *path, size_t index);

#endif
