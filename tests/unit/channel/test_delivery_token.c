/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tokens of deliveries: who has one had the mail, and nobody else makes one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "channel/delivery_token.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define KEY "00112233445566778899aabbccddeeff"
#define OTHER_KEY "ffeeddccbbaa99887766554433221100"

static const struct token_subject subject = { .channel = "mail",
                                              .delivery = 4711,
                                              .recipient = "asa@example.se" };

static void
test_a_token_is_of_one_delivery(void **state)
{
    char token[DELIVERY_TOKEN_SIZE], other[DELIVERY_TOKEN_SIZE];
    struct token_subject changed = subject;
    (void)state;
    delivery_token_format(KEY, &subject, token);
    assert_int_equal(4711, delivery_token_number(token));
    assert_int_equal(4 + 1 + 26, strlen(token));
    assert_null(strstr(token, "asa"));
    assert_true(delivery_token_is_valid(KEY, &subject, token));
    assert_false(delivery_token_is_valid(OTHER_KEY, &subject, token));

    changed.channel = "mail2";
    assert_false(delivery_token_is_valid(KEY, &changed, token));
    changed = subject;
    changed.recipient = "bo@example.se";
    assert_false(delivery_token_is_valid(KEY, &changed, token));
    changed = subject;
    changed.delivery = 4712;
    assert_false(delivery_token_is_valid(KEY, &changed, token));
    delivery_token_format(KEY, &changed, other);
    assert_string_not_equal(token + 5, other + 5);
}

/* Any one of its characters changed, it is another's. */
static void
test_every_character_counts(void **state)
{
    char token[DELIVERY_TOKEN_SIZE];
    (void)state;
    delivery_token_format(KEY, &subject, token);
    for (size_t i = 0; token[i] != '\0'; i++) {
        char was = token[i];
        token[i] = was == '7' ? '6' : '7';
        assert_false(delivery_token_is_valid(KEY, &subject, token));
        token[i] = was;
    }
    assert_true(delivery_token_is_valid(KEY, &subject, token));
}

/* Mail servers on the way may change the case of letters. */
static void
test_case_does_not_count(void **state)
{
    char token[DELIVERY_TOKEN_SIZE];
    (void)state;
    delivery_token_format(KEY, &subject, token);
    for (char *c = token; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    assert_true(delivery_token_is_valid(KEY, &subject, token));
}

static void
test_an_old_key_is_still_known(void **state)
{
    static const char keys[] = " " OTHER_KEY "\n" KEY "\n";
    char token[DELIVERY_TOKEN_SIZE], newer[DELIVERY_TOKEN_SIZE];
    (void)state;
    delivery_token_format(KEY, &subject, token);
    delivery_token_format(keys, &subject, newer);
    assert_string_not_equal(token, newer);
    assert_true(delivery_token_is_valid(keys, &subject, token));
    assert_true(delivery_token_is_valid(keys, &subject, newer));
}

#define CODE "abcdefghijklmnopqrstuvwxyz"

static void
test_form(void **state)
{
    static const struct {
        const char *token;
        int64_t number;
    } rows[] = {
        { "4711-" CODE, 4711 },
        { "0-" CODE, 0 },
        { "9223372036854775807-" CODE, INT64_MAX },
        { "9223372036854775808-" CODE, -1 },
        { "12345678901234567890-" CODE, -1 },
        { "04711-" CODE, -1 },
        { "-" CODE, -1 },
        { "4711" CODE, -1 },
        { "4711-abc", -1 },
        { "4711-" CODE "a", -1 },
        { "4711-" CODE " ", -1 },
        { "-4711-" CODE, -1 },
        { "", -1 },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (delivery_token_number(rows[i].token) != rows[i].number)
            fail_msg("%s", rows[i].token);
    }
}

static void
test_found_in_addresses(void **state)
{
    static const struct {
        const char *text, *token; /* NULL: there is none */
    } rows[] = {
        { "b+4711-" CODE "@alerts.example.se", "4711-" CODE },
        { "<b-4711-" CODE "@alerts.example.se>", "4711-" CODE },
        { "drift2.4711-" CODE "@example.se", "4711-" CODE },
        { "4711-" CODE, "4711-" CODE },
        { "b2-4711-" CODE "@example.se", "4711-" CODE },
        { "b+4711-abc@example.se", NULL },
        { "b+1234567890123456789012-" CODE "@example.se", NULL },
        { "b@example.se", NULL },
        { "", NULL },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char token[DELIVERY_TOKEN_SIZE] = "";
        bool found = delivery_token_find(rows[i].text, token);
        if (found != (rows[i].token != NULL) ||
            (found && strcmp(token, rows[i].token) != 0))
            fail_msg("%s: %s", rows[i].text, token);
    }
}

static void
test_patterns(void **state)
{
    static const struct {
        const char *pattern, *filled;
    } rows[] = {
        { "b+{token}@example.se", "b+T@example.se" },
        { "{token}{token}", "TT" },
        { "none", "none" },
        { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char *filled = delivery_token_fill(rows[i].pattern, "T");
        assert_string_equal(rows[i].filled, filled);
        free(filled);
    }
}

static void
test_keys(void **state)
{
    struct error error = { "" };
    (void)state;
    assert_int_equal(STATUS_OK,
                     delivery_token_check_keys(KEY "\n", "token_key_file", &error));
    assert_int_equal(STATUS_OK, delivery_token_check_keys(KEY "\n" OTHER_KEY,
                                                          "token_key_file", &error));
    assert_int_equal(STATUS_INVALID,
                     delivery_token_check_keys(" \n", "token_key_file", &error));
    assert_non_null(strstr(error.text, "token_key_file: the file is empty"));
    assert_int_equal(STATUS_INVALID, delivery_token_check_keys(
                                         KEY "\nshort", "token_key_file", &error));
    assert_non_null(strstr(error.text, "key 2 in the file has 5 characters"));
    assert_null(strstr(error.text, "short"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_is_of_one_delivery),
        cmocka_unit_test(test_every_character_counts),
        cmocka_unit_test(test_case_does_not_count),
        cmocka_unit_test(test_an_old_key_is_still_known),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_found_in_addresses),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
