/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any line of a list of push subscriptions: what is taken is written in one form, which is
 * taken too and means the same; what is not taken is not quoted.
 */
#include "channel/subscription.h"
#include "fuzz.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void
check_taken(const struct subscription *subscription)
{
    struct subscription again = { 0 };
    char *text = subscription_format(subscription);
    char *origin = subscription_origin(subscription->endpoint);
    FUZZ_CHECK(text != NULL);
    FUZZ_CHECK(subscription_parse(text, &again, NULL) == STATUS_OK);
    char *twice = subscription_format(&again);
    FUZZ_CHECK(strcmp(text, twice) == 0);
    FUZZ_CHECK(strstr(origin, "://") != NULL);
    FUZZ_CHECK(strlen(origin) <= strlen(subscription->endpoint));
    subscription_clear(&again);
    free(origin);
    free(twice);
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct subscription subscription = { 0 };
    struct error error = { "" };
    char *line = string_copy_n((const char *)data, size);
    if (subscription_parse(line, &subscription, &error) == STATUS_OK)
        check_taken(&subscription);
    else
        FUZZ_CHECK(error.text[0] != '\0' && subscription.endpoint == NULL);
    FUZZ_CHECK(strstr(error.text, "push.example") == NULL);
    subscription_clear(&subscription);
    free(line);
    return 0;
}
