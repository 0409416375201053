/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What every fuzz target has: libFuzzer's entry, and checks that end the run.
 */
#ifndef BUDKAVLE_TEST_FUZZ_H
#define BUDKAVLE_TEST_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
fuzz_check(bool condition, const char *file, int line, const char *text)
{
    if (condition)
        return;
    fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
    abort();
}

#define FUZZ_CHECK(condition) fuzz_check(condition, __FILE__, __LINE__, #condition)

#endif
