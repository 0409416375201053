/* SPDX-License-Identifier: EUPL-1.2 */
/* Keys on P-256 and base64url, against the published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/base64url.h"
#include "base/memory.h"
#include "base/p256.h"

#include <stdlib.h>
#include <string.h>

/* RFC 8291, 5. */
static const char as_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char as_public[] =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
    "InmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
static const char ua_public[] =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvT"
    "BHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char shared_secret[] = "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs";

static void
decode(const char *text, unsigned char *out, size_t size)
{
    unsigned char *bytes;
    size_t len;

    assert_true(base64url_decode(text, &bytes, &len));
    assert_int_equal(len, size);
    memcpy(out, bytes, size);
    free(bytes);
}

static void
assert_encodes(const void *data, size_t len, const char *text)
{
    char *encoded = base64url_encode(data, len);

    assert_string_equal(encoded, text);
    free(encoded);
}

static void
test_base64url(void **state)
{
    static const char *const wrong[] = { "A",  "AA=", "AA===", "A+A", "A/A",
                                         "AB", "A A", "AAA=A", "====" };
    static const char *const right[] = {
        "", "AA", "AA==", "AAA", "AAA=", "-_8", "AAAA"
    };
    unsigned char *bytes;
    size_t len;

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        if (base64url_decode(wrong[i], &bytes, &len)) {
            fail_msg("%s was taken", wrong[i]);
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(right); i++) {
        if (!base64url_decode(right[i], &bytes, &len)) {
            fail_msg("%s was not taken", right[i]);
        }
        free(bytes);
    }
    assert_encodes("\xfb\xff", 2, "-_8");
    assert_encodes("", 0, "");
}

static void
test_agreement_of_the_rfc(void **state)
{
    unsigned char private[P256_PRIVATE_BYTES], own[P256_PUBLIC_BYTES];
    unsigned char peer[P256_PUBLIC_BYTES], shared[P256_SHARED_BYTES];

    (void)state;
    decode(as_private, private, sizeof(private));
    decode(ua_public, peer, sizeof(peer));
    assert_true(p256_public(private, own));
    assert_encodes(own, sizeof(own), as_public);
    assert_true(p256_agree(private, peer, shared));
    assert_encodes(shared, sizeof(shared), shared_secret);
}

static void
test_what_is_no_key_is_refused(void **state)
{
    unsigned char private[P256_PRIVATE_BYTES], shared[P256_SHARED_BYTES];
    unsigned char peer[P256_PUBLIC_BYTES], public[P256_PUBLIC_BYTES];
    unsigned char signature[P256_SIGNATURE_BYTES];

    (void)state;
    decode(as_private, private, sizeof(private));
    decode(ua_public, peer, sizeof(peer));
    assert_true(p256_is_public(peer));
    peer[40] ^= 1; /* off the curve */
    assert_false(p256_is_public(peer));
    assert_false(p256_agree(private, peer, shared));
    peer[40] ^= 1;
    peer[0] = 6; /* a form that libcrypto knows and RFC 8291 does not */
    assert_false(p256_is_public(peer));
    memset(peer, 0, sizeof(peer));
    assert_false(p256_is_public(peer));
    /* Zero, and what is not below the order. */
    memset(private, 0, sizeof(private));
    assert_false(p256_public(private, public));
    assert_false(p256_sign(private, "x", 1, signature));
    memset(private, 0xFF, sizeof(private));
    assert_false(p256_public(private, public));
}

static void
test_pairs_from_random_bytes(void **state)
{
    unsigned char seed[P256_SEED_BYTES], private[P256_PRIVATE_BYTES];
    unsigned char public[P256_PUBLIC_BYTES], again[P256_PUBLIC_BYTES];
    static const unsigned char one[P256_PRIVATE_BYTES] = { [31] = 1 };

    (void)state;
    /* The least seed gives the least key; a large one gives a key too. */
    memset(seed, 0, sizeof(seed));
    p256_from_seed(seed, private, public);
    assert_memory_equal(private, one, sizeof(one));
    memset(seed, 0xFF, sizeof(seed));
    p256_from_seed(seed, private, public);
    assert_true(p256_public(private, again));
    assert_memory_equal(public, again, sizeof(again));
    assert_true(p256_is_public(public));
}

static void
test_signatures(void **state)
{
    static const char said[] = "eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJodHRwczovL3B1c2gifQ";
    unsigned char private[P256_PRIVATE_BYTES], public[P256_PUBLIC_BYTES];
    unsigned char signature[P256_SIGNATURE_BYTES];

    (void)state;
    decode(as_private, private, sizeof(private));
    assert_true(p256_public(private, public));
    /* r or s is short in one of 128: their zeros must stay in front. */
    for (int i = 0; i < 400; i++) {
        assert_true(p256_sign(private, said, sizeof(said) - 1, signature));
        assert_true(p256_verify(public, said, sizeof(said) - 1, signature));
    }
    assert_false(p256_verify(public, said, sizeof(said) - 2, signature));
    signature[5] ^= 1;
    assert_false(p256_verify(public, said, sizeof(said) - 1, signature));
}

/* RFC 7515, A.3: a signature that somebody else made. */
static void
test_signature_of_the_rfc(void **state)
{
    static const char signed_text[] =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
        "Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    unsigned char public[P256_PUBLIC_BYTES] = { 4 };
    unsigned char signature[P256_SIGNATURE_BYTES];

    (void)state;
    decode("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", public + 1, 32);
    decode("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", public + 33, 32);
    decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-"
        "Kg6NU1Q",
        signature, sizeof(signature));
    assert_true(p256_verify(public, signed_text, sizeof(signed_text) - 1, signature));
}

/* openssl ecparam -name prime256v1 -genkey -noout, and openssl pkcs8 -topk8 of it; one of
 * another curve; one with a password. Made for this test. */
static const char sec1[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIA+oTZX9zlaS4bxdIzODT3hx5TfIbaR9SQ/VHrHGksSxoAoGCCqGSM49\n"
    "AwEHoUQDQgAE8tjVXvEWCSU43Byk8akZwA5quV5RaMy7U0VcBBLRS1PyRTIqZ4SG\n"
    "A/g90agS+q9RIbI0ED6yYBVjLyYhDN86Mw==\n"
    "-----END EC PRIVATE KEY-----\n";
static const char pkcs8[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgD6hNlf3OVpLhvF0j\n"
    "M4NPeHHlN8htpH1JD9UescaSxLGhRANCAATy2NVe8RYJJTjcHKTxqRnADmq5XlFo\n"
    "zLtTRVwEEtFLU/JFMipnhIYD+D3RqBL6r1EhsjQQPrJgFWMvJiEM3zoz\n"
    "-----END PRIVATE KEY-----\n";
static const char other_curve[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MIGkAgEBBDCzV/KfRqC5lmXIF+nhentj6KSO2wOIQZthTGAAxPgJVdP7uqIV5WHK\n"
    "mlqKc4ULrPagBwYFK4EEACKhZANiAATULGwQ38EHfM9iL+5/fMTxGQmqYuqB4UHY\n"
    "ZkcAnBWHci2iq4I60O6NvOpK0IobTzlNByh253gmvGplPT9hrF249X0TjXAoalip\n"
    "xZxijP1Dy2wpgeA1ccx0mC7qH0MiOiM=\n"
    "-----END EC PRIVATE KEY-----\n";
static const char with_password[] =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj07+v5xrLwogICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEOM97QgRLNNX3Ifi+OCkDZcEgZC+\n"
    "VkwtXBo21+FRa4OAjVAXcnOq+nZEphtHNv8kWLHH+JFlrY+tmcVP6tKaVRJtS/Aw\n"
    "qpH2vwFelQICOKgZn3MDFhL1x37Z14198nhCJLXoKyy3dM/c71Dpdxbs4nhJoNm7\n"
    "WeAjQ9Qu7PCiJ2nLMOY5YceCBBGf3Bj4M/gPQbeFMYmpEK4DyGmIKTAvJ8TCLS8=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";
static const char raw[] = "D6hNlf3OVpLhvF0jM4NPeHHlN8htpH1JD9UescaSxLE";

static void
test_private_keys_in_files(void **state)
{
    static const char *const wrong[] = { "",
                                         "x",
                                         other_curve,
                                         with_password,
                                         "-----BEGIN EC PRIVATE KEY-----\nAAAA\n",
                                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                         "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oR" };
    unsigned char first[P256_PRIVATE_BYTES], second[P256_PRIVATE_BYTES];

    (void)state;
    assert_true(p256_private_parse(raw, first));
    assert_true(p256_private_parse(sec1, second));
    assert_memory_equal(first, second, sizeof(first));
    assert_true(p256_private_parse(pkcs8, second));
    assert_memory_equal(first, second, sizeof(first));
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        if (p256_private_parse(wrong[i], first)) {
            fail_msg("%s was taken", wrong[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_base64url),
        cmocka_unit_test(test_agreement_of_the_rfc),
        cmocka_unit_test(test_what_is_no_key_is_refused),
        cmocka_unit_test(test_pairs_from_random_bytes),
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_signature_of_the_rfc),
        cmocka_unit_test(test_private_keys_in_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
