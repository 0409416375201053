/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Digests against published vectors, base64 against RFC 4648.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/digest.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FIPS 180-2, appendix B. */
static void
test_sha256(void **state)
{
    char out[SHA256_HEX_SIZE];

    (void)state;
    sha256_hex("", 0, out);
    assert_string_equal(
        out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_hex("abc", 3, out);
    assert_string_equal(
        out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct sha256 *pieces = sha256_new();
    sha256_add(pieces, "a", 1);
    sha256_add(pieces, "", 0);
    sha256_add(pieces, "bc", 2);
    sha256_finish(pieces, out);
    assert_string_equal(
        out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* RFC 4231, test case 2. */
static void
test_hmac(void **state)
{
    unsigned char out[SHA256_BYTES];
    char hex[2 * SHA256_BYTES + 1];

    (void)state;
    hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        (void)snprintf(hex + 2 * i, 3, "%02x", out[i]);
    }
    assert_string_equal(
        hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 4648, section 10. */
static void
test_base64(void **state)
{
    static const char *const cells[][2] = {
        { "", "" },
        { "f", "Zg==" },
        { "fo", "Zm8=" },
        { "foo", "Zm9v" },
        { "foob", "Zm9vYg==" },
        { "fooba", "Zm9vYmE=" },
        { "foobar", "Zm9vYmFy" },
        { "\xFB\xFF\xBE", "+/++" },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cells); i++) {
        unsigned char *data = NULL;
        size_t len = 99;
        char *text = base64_encode(cells[i][0], strlen(cells[i][0]));

        assert_string_equal(text, cells[i][1]);
        assert_true(base64_decode(text, &data, &len));
        assert_int_equal(len, strlen(cells[i][0]));
        assert_memory_equal(data, cells[i][0], len);
        free(data);
        free(text);
    }
}

static void
test_what_is_not_base64(void **state)
{
    static const char *const texts[] = { "Z",    "Zg",   "Zg=",  "Zg==\n", "Z===",
                                         "====", "Zh==", "Zm9=", "Zm 9v",  "Zm9v=",
                                         "Z=g=", "Zm-_", "=Zm9" };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        unsigned char *data = NULL;
        size_t len;
        assert_false(base64_decode(texts[i], &data, &len));
        assert_null(data);
    }
}

static void
test_random_ids(void **state)
{
    char one[41];
    char other[41];

    (void)state;
    random_id(one, 40);
    random_id(other, 40);
    assert_int_equal(strlen(one), 40);
    assert_int_equal(strspn(one, "abcdefghijklmnopqrstuvwxyz234567"), 40);
    assert_string_not_equal(one, other);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256),     cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_base64),     cmocka_unit_test(test_what_is_not_base64),
        cmocka_unit_test(test_random_ids),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
