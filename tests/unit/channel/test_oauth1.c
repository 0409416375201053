/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * OAuth 1.0a: the vendor's published example, a request with a JSON body, and what is
 * encoded and sorted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/oauth1.h"

#include <stdlib.h>
#include <string.h>

static const struct oauth1_keys short_keys = { "ck", "cs", "tk", "ts" };

static void
assert_signature(const struct oauth1_keys *keys, const struct oauth1_request *request,
                 const char *wanted)
{
    char *signature = oauth1_signature(keys, request);
    assert_string_equal(signature, wanted);
    free(signature);
}

static void
test_the_published_example(void **state)
{
    static const struct oauth1_keys keys = {
        "xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"
    };
    static const struct oauth1_field fields[] = {
        { "status", "Hello Ladies + Gentlemen, a signed OAuth request!" },
        { "include_entities", "true" },
    };
    const struct oauth1_request request = {
        .method = "POST",
        .url = "https://api.x.com/1.1/statuses/update.json",
        .fields = fields,
        .n_fields = ARRAY_COUNT(fields),
        .nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        .timestamp_s = 1318622958,
    };
    (void)state;
    assert_signature(&keys, &request, "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=");
}

static void
test_a_post_with_a_json_body(void **state)
{
    const struct oauth1_request request = { .method = "POST",
                                            .url = "https://api.x.com/2/tweets",
                                            .nonce = "n0nce",
                                            .timestamp_s = 1700000000 };
    (void)state;
    assert_signature(&short_keys, &request, "CLLBGJ2Eb8U/xjoL90njvAnyaOk=");
    char *header = oauth1_header(&short_keys, &request);
    assert_string_equal(header, "OAuth oauth_signature=\"CLLBGJ2Eb8U%2FxjoL90njvAnyaOk"
                                "%3D\", oauth_consumer_key=\"ck\", "
                                "oauth_nonce=\"n0nce\", "
                                "oauth_signature_method=\"HMAC-SHA1\", "
                                "oauth_timestamp=\"1700000000\", oauth_token=\"tk\", "
                                "oauth_version=\"1.0\"");
    free(header);
}

/* The order in which fields are given is no matter; their names' order is. */
static void
test_fields_are_sorted_as_they_are_encoded(void **state)
{
    static const struct oauth1_field one[] = {
        { "b", "2" }, { "a", "x" }, { "a", "+" }, { "aå", "~" }
    };
    static const struct oauth1_field other[] = {
        { "aå", "~" }, { "a", "+" }, { "b", "2" }, { "a", "x" }
    };
    struct oauth1_request request = { .method = "GET",
                                      .url = "https://api.x.com/2/users/me",
                                      .fields = one,
                                      .n_fields = 4,
                                      .nonce = "n",
                                      .timestamp_s = 1 };
    (void)state;
    char *signature = oauth1_signature(&short_keys, &request);
    request.fields = other;
    assert_signature(&short_keys, &request, signature);
    free(signature);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_example),
        cmocka_unit_test(test_a_post_with_a_json_body),
        cmocka_unit_test(test_fields_are_sorted_as_they_are_encoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
