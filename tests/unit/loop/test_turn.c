/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Turns: what is active in one round shares one commit, everybody who joined is told in
 * order, and what is joined later belongs to the next commit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "loop/turn.h"

#include <sys/socket.h>
#include <unistd.h>

struct book {
    struct loop *loop;
    struct turn *turn;
    char order[32];
    size_t n;
    size_t n_commits, stop_after_commits;
    enum status answer;
};

static void
note(struct book *book, char letter)
{
    assert_true(book->n + 1 < sizeof(book->order));
    book->order[book->n++] = letter;
}

static enum status
commit(void *context, struct error *error)
{
    struct book *book = context;
    note(book, 'C');
    if (++book->n_commits == book->stop_after_commits) {
        loop_stop(book->loop);
    }
    return book->answer == STATUS_OK ? STATUS_OK
                                     : error_set(error, book->answer, "disk is gone");
}

static void
on_first(void *context, enum status status, const struct error *error)
{
    struct book *book = context;
    assert_int_equal(status, book->answer);
    assert_string_equal(error->text, status == STATUS_OK ? "" : "disk is gone");
    note(book, '1');
}

static void
on_second(void *context, enum status status, const struct error *error)
{
    (void)status;
    (void)error;
    struct book *book = context;
    note(book, '2');
}

static void
on_join_again(void *context, enum status status, const struct error *error)
{
    (void)status;
    (void)error;
    struct book *book = context;
    note(book, 'j');
    turn_join(book->turn, on_second, book);
}

static void
on_free(void *context, enum status status, const struct error *error)
{
    (void)status;
    (void)error;
    struct book *book = context;
    note(book, 'f');
    turn_free(book->turn);
    book->turn = NULL;
}

static struct book
book_open(size_t stop_after_commits)
{
    return (struct book){ .loop = loop_new(),
                          .stop_after_commits = stop_after_commits };
}

static void
book_close(struct book *book)
{
    turn_free(book->turn);
    loop_free(book->loop);
}

static void
test_joined_are_told_in_order_after_one_commit(void **state)
{
    (void)state;
    struct book book = book_open(1);
    book.turn = turn_new(book.loop, commit, &book);
    turn_join(book.turn, on_first, &book);
    turn_join(book.turn, NULL, NULL);
    turn_join(book.turn, on_second, &book);
    turn_join(book.turn, on_first, &book);
    assert_int_equal(book.n, 0); /* nothing inside the call */
    assert_int_equal(loop_run(book.loop), 0);
    assert_string_equal(book.order, "C121");
    book_close(&book);
}

static void
test_a_failed_commit_is_told_with_its_sentence(void **state)
{
    (void)state;
    struct book book = book_open(1);
    book.answer = STATUS_IO;
    book.turn = turn_new(book.loop, commit, &book);
    turn_join(book.turn, on_first, &book);
    assert_int_equal(loop_run(book.loop), 0);
    assert_string_equal(book.order, "C1");
    book_close(&book);
}

static void
test_what_a_callback_joins_is_the_next_turns(void **state)
{
    (void)state;
    struct book book = book_open(2);
    book.turn = turn_new(book.loop, commit, &book);
    turn_join(book.turn, on_join_again, &book);
    turn_join(book.turn, on_first, &book);
    assert_int_equal(loop_run(book.loop), 0);
    assert_string_equal(book.order, "Cj1C2");
    book_close(&book);
}

struct client {
    struct book *book;
    char letter;
    int pair[2];
    struct loop_watch *watch;
};

static void
on_request(void *context, int what)
{
    (void)what;
    struct client *client = context;
    char byte = 0;
    assert_int_equal(read(client->pair[0], &byte, 1), 1);
    note(client->book, client->letter);
    turn_join(client->book->turn, on_first, client->book);
}

static void
test_requests_of_one_round_share_a_commit(void **state)
{
    (void)state;
    struct book book = book_open(1);
    book.turn = turn_new(book.loop, commit, &book);
    struct client clients[3];
    for (size_t i = 0; i < 3; i++) {
        clients[i] = (struct client){ .book = &book, .letter = 'r' };
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, clients[i].pair), 0);
        assert_int_equal(write(clients[i].pair[1], "x", 1), 1);
        clients[i].watch = loop_watch_new(book.loop, clients[i].pair[0], LOOP_READ,
                                          on_request, &clients[i]);
    }
    assert_int_equal(loop_run(book.loop), 0);
    assert_string_equal(book.order, "rrrC111");
    for (size_t i = 0; i < 3; i++) {
        loop_watch_free(clients[i].watch);
        (void)close(clients[i].pair[0]);
        (void)close(clients[i].pair[1]);
    }
    book_close(&book);
}

static void
on_join_and_stop(void *context)
{
    struct book *book = context;
    loop_stop(book->loop);
    turn_join(book->turn, on_first, book);
}

static void
test_a_turn_joined_in_the_last_round_is_committed(void **state)
{
    (void)state;
    struct book book = book_open(0);
    book.turn = turn_new(book.loop, commit, &book);
    struct loop_timer *timer = loop_timer_new(book.loop, on_join_and_stop, &book);
    loop_timer_set(timer, 0);
    assert_int_equal(loop_run(book.loop), 0);
    assert_string_equal(book.order, "C1");
    loop_timer_free(timer);
    book_close(&book);
}

static void
test_freeing_forgets_who_waits(void **state)
{
    (void)state;
    struct book book = book_open(1);
    book.turn = turn_new(book.loop, commit, &book);
    turn_join(book.turn, on_free, &book);
    turn_join(book.turn, on_second, &book);
    assert_int_equal(loop_run(book.loop), 0);
    assert_string_equal(book.order, "Cf");

    book.turn = turn_new(book.loop, commit, &book);
    turn_join(book.turn, on_second, &book);
    book_close(&book);
    assert_string_equal(book.order, "Cf");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_joined_are_told_in_order_after_one_commit),
        cmocka_unit_test(test_a_failed_commit_is_told_with_its_sentence),
        cmocka_unit_test(test_what_a_callback_joins_is_the_next_turns),
        cmocka_unit_test(test_requests_of_one_round_share_a_commit),
        cmocka_unit_test(test_a_turn_joined_in_the_last_round_is_committed),
        cmocka_unit_test(test_freeing_forgets_who_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
