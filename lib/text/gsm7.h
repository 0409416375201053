/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The GSM 03.38 alphabet (3GPP TS 23.038) with its extension table: what a text message
 * can hold.
 */
#ifndef BUDKAVLE_TEXT_GSM7_H
#define BUDKAVLE_TEXT_GSM7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GSM7_SINGLE_PART = 160
};

/* Septets of one code point, 1 or 2; 0: it is not in the alphabet. */
int gsm7_septets(int32_t code_point);

/* Septets the text takes (extension characters two), or -1 if it is not GSM-7. */
long gsm7_length(const char *text);

/*
 * The text with everything outside the alphabet replaced: quotes, dashes and spaces by
 * their plain forms, letters by their base letters, the rest by "?". Caller frees.
 */
char *gsm7_fold(const char *text);

/* The text can be folded without any letter becoming "?". */
bool gsm7_can_say(const char *text);

#endif
