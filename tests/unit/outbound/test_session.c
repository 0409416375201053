/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a channel remembers: kept until it is another one, never carried over to other
 * options.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "outbound/lane.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec spec = { .name = "password_file",
                                         .type = OPTION_FILE_SECRET,
                                         .doc = "The password." };

struct world {
    struct lane lane;
    struct channel channel;
};

static void
init(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->channel.driver = string_copy("bluesky");
    world->channel.n_settings = 1;
    world->channel.settings = memory_array(1, sizeof(*world->channel.settings));
    world->channel.settings[0].spec = &spec;
    world->channel.settings[0].secret = string_copy("one");
    lane_init(&world->lane, "blue");
    world->lane.channel = &world->channel;
    lane_session_configure(&world->lane);
}

static void
clear(struct world *world)
{
    lane_clear(&world->lane);
    channel_clear(&world->channel);
}

/* What an answer says under these options; the text is taken in any case. */
static void
take(struct world *world, const char *options, const char *text)
{
    char *session = string_copy(text);

    lane_session_take(&world->lane, options, &session);
    assert_null(session);
}

static void
test_the_last_word_is_remembered(void **state)
{
    struct world world;

    (void)state;
    init(&world);
    assert_null(world.lane.session);
    take(&world, world.lane.session_options, "a");
    take(&world, world.lane.session_options, NULL);
    assert_string_equal(world.lane.session, "a");
    take(&world, world.lane.session_options, "b");
    assert_string_equal(world.lane.session, "b");
    take(&world, world.lane.session_options, "");
    assert_null(world.lane.session);
    clear(&world);
}

static void
test_the_same_configuration_again_changes_nothing(void **state)
{
    struct world world;

    (void)state;
    init(&world);
    take(&world, world.lane.session_options, "a");
    world.channel.timeout_ms = 7;
    lane_session_configure(&world.lane);
    assert_string_equal(world.lane.session, "a");
    clear(&world);
}

/* An answer that comes after the change belongs to the account before. */
static void
test_another_password_forgets(void **state)
{
    char before[SHA256_HEX_SIZE];
    struct world world;

    (void)state;
    init(&world);
    memcpy(before, world.lane.session_options, sizeof(before));
    take(&world, before, "a");
    string_replace(&world.channel.settings[0].secret, "two");
    lane_session_configure(&world.lane);
    assert_null(world.lane.session);
    take(&world, before, "b");
    assert_null(world.lane.session);
    take(&world, world.lane.session_options, "c");
    assert_string_equal(world.lane.session, "c");
    clear(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_last_word_is_remembered),
        cmocka_unit_test(test_the_same_configuration_again_changes_nothing),
        cmocka_unit_test(test_another_password_forgets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
