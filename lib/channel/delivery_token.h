/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What stands for one delivery in an address that comes back: the delivery's number and
 * a code over it that nobody makes without the key. Who sends it back has had the mail.
 * It names no person, survives servers that change the case of letters, and fits into
 * the part of a mail address before the "@".
 */
#ifndef BUDKAVLE_CHANNEL_DELIVERY_TOKEN_H
#define BUDKAVLE_CHANNEL_DELIVERY_TOKEN_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

#define DELIVERY_TOKEN_SLOT "{token}"

enum {
    DELIVERY_TOKEN_CODE_BYTES = 26, /* 5 bits each */
    DELIVERY_TOKEN_SIZE = 19 + 1 + DELIVERY_TOKEN_CODE_BYTES + 1
};

/* What a token is about; borrowed. */
struct token_subject {
    const char *channel;
    int64_t delivery; /* 0: a marked test, which is no delivery */
    const char *recipient;
};

/* STATUS_INVALID unless the file's content is one key or several, each a word of at least
 * 32 characters. The sentence names option. */
enum status delivery_token_check_keys(const char *keys, const char *option,
                                      struct error *error);

/* "4711-k2x…", with the first of the keys. */
void delivery_token_format(const char *keys, const struct token_subject *subject,
                           char out[DELIVERY_TOKEN_SIZE]);

/* The number of the delivery that a token names; -1: it has not the form of one. */
int64_t delivery_token_number(const char *token);

/* Whether one of the keys made the token for this subject. */
bool delivery_token_is_valid(const char *keys, const struct token_subject *subject,
                             const char *token);

/* Finds the first token in an address such as "b+4711-k2x…@alerts.example.se". */
bool delivery_token_find(const char *text, char out[DELIVERY_TOKEN_SIZE]);

/* The pattern with the token in the place of each {token}; caller frees. */
char *delivery_token_fill(const char *pattern, const char *token);

#endif
