/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A spool on a real loop: inotify wakes it, and the turn's commit moves the files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sources/spool.h"

#include "base/log.h"
#include "base/memory.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct play {
    struct loop *loop;
    struct turn *turn;
    struct spool *spool;
    struct loop_timer *patience; /* ends a run that would never end */
    char *path;
    int taken, commits;
    bool committed_before_move, gave_up;
};

static int64_t
on_deaths(void *context, const char *source, const char *name)
{
    (void)context;
    (void)source;
    (void)name;
    return 0;
}

static bool
on_known(void *context, const char *source, const char *name, const char *sha256)
{
    (void)context;
    (void)source;
    (void)name;
    (void)sha256;
    return false;
}

static enum status
on_take(void *context, const char *source, const char *name, const char *sha256,
        struct events *events, struct faults *faults)
{
    struct play *play = context;

    (void)source;
    (void)name;
    (void)sha256;
    (void)faults;
    play->taken += (int)events->count;
    return STATUS_OK;
}

static void
on_name(void *context, const char *source, const char *name)
{
    (void)context;
    (void)source;
    (void)name;
}

static void
on_refused(void *context, const char *source, const char *name,
           const struct faults *faults)
{
    (void)faults;
    on_name(context, source, name);
}

static bool
is_there(const struct play *play, const char *relative)
{
    struct stat info;
    char *path = string_format("%s/%s", play->path, relative);
    bool there = lstat(path, &info) == 0;

    free(path);
    return there;
}

static enum status
on_commit(void *context, struct error *error)
{
    struct play *play = context;

    (void)error;
    play->commits++;
    play->committed_before_move = !is_there(play, "done/a.json");
    return STATUS_OK;
}

static void
on_patience(void *context)
{
    struct play *play = context;

    play->gave_up = true;
    loop_stop(play->loop);
}

static void
put(const struct play *play, const char *relative)
{
    char *path = string_format("%s/%s", play->path, relative);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs("{\"incident\":\"I-1\"}", file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
}

struct wait_for {
    struct play *play;
    const char *relative; /* NULL: no file is waited for */
    int taken;
    struct loop_timer *again;
};

static void
on_again(void *context)
{
    struct wait_for *wait = context;

    if (wait->play->taken >= wait->taken &&
        (wait->relative == NULL || is_there(wait->play, wait->relative))) {
        loop_stop(wait->play->loop);
    } else {
        loop_timer_set(wait->again, 5);
    }
}

static void
run_while_waiting(struct wait_for *wait)
{
    struct play *play = wait->play;

    wait->again = loop_timer_new(play->loop, on_again, wait);
    loop_timer_set(wait->again, 0);
    loop_timer_set(play->patience, 20000);
    assert_int_equal(loop_run(play->loop), 0);
    loop_timer_free(wait->again);
    assert_false(play->gave_up);
}

/* Runs the loop until the file is there. */
static void
run_until(struct play *play, const char *relative)
{
    struct wait_for wait = { .play = play, .relative = relative };

    run_while_waiting(&wait);
}

/* Runs the loop until so many events were taken. */
static void
run_until_taken(struct play *play, int taken)
{
    struct wait_for wait = { .play = play, .taken = taken };

    run_while_waiting(&wait);
}

static void
be_silent(void *context, enum log_level level, enum log_kind kind, const char *message,
          const struct log_field *fields, size_t n_fields)
{
    (void)context;
    (void)level;
    (void)kind;
    (void)message;
    (void)fields;
    (void)n_fields;
}

static int
set_up(void **state)
{
    char template[] = "/tmp/budkavle-spool-XXXXXX";
    struct play *play = memory_alloc(sizeof(*play));
    struct error error = { 0 };

    assert_non_null(mkdtemp(template));
    play->path = string_copy(template);
    play->loop = loop_new();
    play->turn = turn_new(play->loop, on_commit, play);
    play->patience = loop_timer_new(play->loop, on_patience, play);
    const struct spool_ports ports = { .context = play,
                                       .deaths = on_deaths,
                                       .parsing = on_name,
                                       .known = on_known,
                                       .take = on_take,
                                       .survived = on_name,
                                       .refused = on_refused };
    const struct spool_settings settings = {
        .source = "oms", .path = play->path, .settle_ms = 10, .keep_ms = 1000000
    };
    log_set_sink(be_silent, NULL);
    assert_int_equal(
        spool_open(play->loop, play->turn, &settings, &ports, &play->spool, &error),
        STATUS_OK);
    *state = play;
    return 0;
}

static void
remove_folder(const char *path)
{
    DIR *directory = opendir(path);
    const struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char *inner = string_format("%s/%s", path, entry->d_name);
        (void)unlink(inner);
        free(inner);
    }
    if (directory != NULL) {
        closedir(directory);
    }
    (void)rmdir(path);
}

static int
tear_down(void **state)
{
    static const char *const names[] = { "new", "drop", "done", "rejected", "" };
    struct play *play = *state;

    loop_timer_free(play->patience);
    turn_free(play->turn);
    spool_close(play->spool);
    loop_free(play->loop);
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        char *path = string_format("%s/%s", play->path, names[i]);
        remove_folder(path);
        free(path);
    }
    log_set_sink(NULL, NULL);
    free(play->path);
    free(play);
    return 0;
}

static void
test_what_is_there_at_the_start(void **state)
{
    struct play *play = *state;
    struct spool_state told;

    put(play, "new/a.json");
    run_until(play, "done/a.json");
    assert_int_equal(play->taken, 1);
    assert_true(play->committed_before_move);
    spool_state(play->spool, &told);
    assert_int_equal(told.taken, 1);
}

static void
on_put_later(void *context)
{
    put(context, "drop/b.json");
}

static void
test_what_comes_later_is_hinted(void **state)
{
    struct play *play = *state;
    struct loop_timer *later = loop_timer_new(play->loop, on_put_later, play);

    put(play, "new/a.json");
    run_until(play, "done/a.json");
    /* Written while the loop runs; the next look without a hint is a minute away. */
    loop_timer_set(later, 0);
    run_until(play, "done/b.json");
    assert_int_equal(play->taken, 2);
    loop_timer_free(later);
}

static void
test_growth_in_done_is_hinted(void **state)
{
    struct play *play = *state;

    put(play, "new/a.json");
    run_until(play, "done/a.json");
    char *path = string_format("%s/done/a.json", play->path);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_true(fputs("\n{\"incident\":\"I-2\"}\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
    run_until_taken(play, 3);
}

static void
test_stop(void **state)
{
    struct play *play = *state;

    put(play, "new/a.json");
    run_until(play, "done/a.json");
    spool_stop(play->spool);
    put(play, "new/b.json");
    loop_timer_set(play->patience, 50);
    assert_int_equal(loop_run(play->loop), 0);
    assert_true(is_there(play, "new/b.json"));
}

static void
test_a_folder_that_cannot_be_made(void **state)
{
    struct play *play = *state;
    struct spool *spool = play->spool;
    struct error error = { 0 };
    const struct spool_ports ports = { .context = play };
    struct spool_settings settings = { .source = "x", .settle_ms = 10 };
    char *path = string_format("%s/new/file/below", play->path);

    put(play, "new/file");
    settings.path = path;
    assert_int_not_equal(
        spool_open(play->loop, play->turn, &settings, &ports, &spool, &error),
        STATUS_OK);
    assert_null(spool);
    assert_non_null(strstr(error.text, path));
    free(path);
    spool_close(NULL);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_there_at_the_start),   TEST(test_what_comes_later_is_hinted),
        TEST(test_growth_in_done_is_hinted),     TEST(test_stop),
        TEST(test_a_folder_that_cannot_be_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
