/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The files sender: files appear whole under their names with their modes, and nothing
 * is ever written outside the directory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rig.h"
#include "sender/file_tree.h"
#include "sender/places.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>

static struct rig *rig;
static char directory[64];

static int
remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

static int
set_up(void **state)
{
    (void)state;
    (void)snprintf(directory, sizeof(directory), "/tmp/budkavle-files-XXXXXX");
    assert_non_null(mkdtemp(directory));
    rig = rig_open(1);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    rig_close(rig);
    return nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct request
files_request(uint64_t id, size_t n_files)
{
    struct request request = { .id = id, .sender = SENDER_FILES, .n_files = n_files };
    request.directory = string_copy(directory);
    request.files = memory_array(n_files, sizeof(request.files[0]));
    return request;
}

static void
set_file(struct request *request, size_t i, const char *name, const char *content)
{
    request->files[i].name = string_copy(name);
    buffer_add(&request->files[i].content, content);
}

static char *
path_of(const char *name)
{
    return string_format("%s/%s", directory, name);
}

static void
assert_file(const char *name, const char *content)
{
    char *path = path_of(name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    char text[256] = "";
    (void)!fread(text, 1, sizeof(text) - 1, file);
    (void)fclose(file);
    assert_string_equal(text, content);
    free(path);
}

static unsigned int
mode_of(const char *name)
{
    char *path = path_of(name);
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    free(path);
    return status.st_mode & 07777U;
}

static bool
exists(const char *name)
{
    char *path = path_of(name);
    const bool is_there = access(path, F_OK) == 0;
    free(path);
    return is_there;
}

static void
test_files_are_put_in_place_with_their_folders(void **state)
{
    (void)state;
    struct request request = files_request(1, 4);
    set_file(&request, 0, "index.html", "<p>one");
    set_file(&request, 1, "en/incident/7.html", "seven");
    set_file(&request, 2, "en/incident/8.html", "eight");
    set_file(&request, 3, "empty.json", "");
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_ANSWERED);
    assert_int_equal(reply->code, 200);
    assert_file("index.html", "<p>one");
    assert_file("en/incident/7.html", "seven");
    assert_file("en/incident/8.html", "eight");
    assert_file("empty.json", "");

    struct request again = files_request(2, 1);
    set_file(&again, 0, "index.html", "<p>two");
    assert_int_equal(rig_exchange(rig, &again)->code, 200);
    assert_file("index.html", "<p>two");
}

static void
test_modes_do_not_depend_on_the_umask(void **state)
{
    (void)state;
    rig_close(rig);
    const mode_t before = umask(0077);
    rig = rig_open(1); /* the sender inherits it */
    (void)umask(before);
    struct request request = files_request(1, 1);
    set_file(&request, 0, "incident/1.html", "x");
    assert_int_equal(rig_exchange(rig, &request)->code, 200);
    assert_int_equal(mode_of("incident/1.html"), 0644);
    assert_int_equal(mode_of("incident"), 0755);
}

static void
test_a_missing_directory_is_made_if_its_parent_is_there(void **state)
{
    (void)state;
    struct request request = files_request(1, 1);
    free(request.directory);
    request.directory = path_of("page");
    set_file(&request, 0, "index.html", "x");
    assert_int_equal(rig_exchange(rig, &request)->code, 200);
    assert_file("page/index.html", "x");
    assert_int_equal(mode_of("page"), 0755);

    struct request far = files_request(2, 1);
    free(far.directory);
    far.directory = path_of("no/such/page");
    set_file(&far, 0, "index.html", "x");
    const struct reply *reply = rig_exchange(rig, &far);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_int_equal(reply->code, 403);
    assert_non_null(strstr(reply->detail, "no/such/page cannot be opened"));
}

static void
test_names_that_would_leave_the_directory(void **state)
{
    (void)state;
    static const char *const names[] = {
        "",   "/etc/x", "..",  "../x", "a/../../x", "a//b",
        "a/", "./a",    "a/.", "a\nb", "a/..",
    };
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        assert_false(file_name_is_allowed(names[i]));
        if (names[i][0] == '\0') {
            continue; /* no frame carries it */
        }
        struct request request = files_request(i, 1);
        set_file(&request, 0, names[i], "x");
        const struct reply *reply = rig_exchange(rig, &request);
        assert_int_equal(reply->result, REPLY_BAD_REQUEST);
    }
    assert_true(file_name_is_allowed("a..b/...c/.d"));
}

static void
test_links_are_not_followed(void **state)
{
    (void)state;
    char *outside = path_of("outside");
    char *folder = path_of("page");
    char *link = path_of("page/en");
    assert_int_equal(mkdir(outside, 0755), 0);
    assert_int_equal(mkdir(folder, 0755), 0);
    assert_int_equal(symlink("../outside", link), 0);
    struct request request = files_request(1, 1);
    string_replace(&request.directory, folder);
    set_file(&request, 0, "en/x.html", "x");
    const struct reply *reply = rig_exchange(rig, &request);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_int_equal(reply->code, 403);
    assert_false(exists("outside/x.html"));

    /* A file that is a link is replaced, and its target left alone. */
    char *target = path_of("outside/target");
    char *file_link = path_of("page/index.html");
    assert_int_equal(symlink(target, file_link), 0);
    struct request over = files_request(2, 1);
    string_replace(&over.directory, folder);
    set_file(&over, 0, "index.html", "x");
    assert_int_equal(rig_exchange(rig, &over)->code, 200);
    assert_file("page/index.html", "x");
    assert_false(exists("outside/target"));
    free(outside);
    free(folder);
    free(link);
    free(target);
    free(file_link);
}

static void
test_a_failure_names_the_file_and_leaves_the_old_one(void **state)
{
    (void)state;
    struct request first = files_request(1, 2);
    set_file(&first, 0, "feed.json", "old");
    set_file(&first, 1, "taken/inner", "x");
    assert_int_equal(rig_exchange(rig, &first)->code, 200);

    struct request second = files_request(2, 1);
    set_file(&second, 0, "taken", "a file where a folder is");
    const struct reply *reply = rig_exchange(rig, &second);
    assert_int_equal(reply->result, REPLY_NOT_SENT);
    assert_int_equal(reply->code, 403);
    assert_non_null(strstr(reply->detail, "/taken cannot be put in place"));
    assert_false(exists(".taken.tmp"));

    struct request third = files_request(3, 1);
    set_file(&third, 0, "feed.json/x", "a folder where a file is");
    assert_int_equal(rig_exchange(rig, &third)->code, 403);
    assert_file("feed.json", "old");
}

static void
test_what_a_crash_left_beside_is_replaced(void **state)
{
    (void)state;
    char *left = path_of(".index.html.tmp");
    FILE *file = fopen(left, "we");
    assert_non_null(file);
    (void)fputs("half a pa", file);
    (void)fclose(file);
    struct request request = files_request(1, 1);
    set_file(&request, 0, "index.html", "whole");
    assert_int_equal(rig_exchange(rig, &request)->code, 200);
    assert_file("index.html", "whole");
    assert_false(exists(".index.html.tmp"));
    free(left);
}

static void
test_directories_that_cannot_be_used(void **state)
{
    (void)state;
    struct request request = files_request(1, 1);
    string_replace(&request.directory, "/dev"); /* no folder can be made in a file */
    set_file(&request, 0, "full/x", "x");
    assert_int_equal(rig_exchange(rig, &request)->code, 403);
    struct request relative = files_request(2, 1);
    string_replace(&relative.directory, "page");
    set_file(&relative, 0, "x", "x");
    assert_int_equal(rig_exchange(rig, &relative)->result, REPLY_BAD_REQUEST);
}

/* --- Confined ---------------------------------------------------------------------- */

static char *
make_folder(const char *name)
{
    char *path = path_of(name);
    assert_int_equal(mkdir(path, 0755), 0);
    return path;
}

static int64_t
put_in(uint64_t id, const char *folder)
{
    struct request request = files_request(id, 1);
    string_replace(&request.directory, folder);
    set_file(&request, 0, "index.html", "<p>");
    return rig_exchange(rig, &request)->code;
}

static void
confine(const char *hidden, const char *first, const char *second)
{
    struct strings places = { 0 };
    places_add_hidden(&places, hidden);
    places_add_writable(&places, first);
    if (second != NULL) {
        places_add_writable(&places, second);
    }
    senders_confine(rig->senders, &places);
    strings_clear(&places);
}

static void
test_a_confined_sender_writes_where_it_was_told(void **state)
{
    (void)state;
    char *store = make_folder("state");
    char *page = path_of("page"); /* the sender makes it before it is confined */
    char *other = make_folder("other");
    confine(store, page, NULL);
    assert_int_equal(put_in(1, page), 200);
    assert_true(exists("page/index.html"));
    assert_int_not_equal(put_in(2, store), 200);
    assert_false(exists("state/index.html"));
    if (senders_trouble(rig->senders) != NULL) {
        print_message("%s\n", senders_trouble(rig->senders));
    }
    /* Another configuration: processes are replaced, no reply is lost. */
    confine(store, page, other);
    assert_int_equal(put_in(3, other), 200);
    assert_int_equal(put_in(4, page), 200);
    assert_true(exists("other/index.html"));
    free(store);
    free(page);
    free(other);
}

static void
test_a_folder_that_is_replaced_is_reached_again(void **state)
{
    (void)state;
    char *store = make_folder("state");
    char *page = make_folder("page");
    char *old = path_of("old");
    confine(store, page, NULL);
    assert_int_equal(put_in(1, page), 200);
    assert_int_equal(rename(page, old), 0);
    assert_int_equal(mkdir(page, 0755), 0);
    /* At most one attempt fails: then another process is there. */
    if (put_in(2, page) != 200) {
        assert_int_equal(put_in(3, page), 200);
    }
    assert_true(exists("page/index.html"));
    free(store);
    free(page);
    free(old);
}

int
main(int argc, char **argv)
{
    rig_become_sender(argc, argv);
#define FILES_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        FILES_TEST(test_files_are_put_in_place_with_their_folders),
        FILES_TEST(test_modes_do_not_depend_on_the_umask),
        FILES_TEST(test_a_missing_directory_is_made_if_its_parent_is_there),
        FILES_TEST(test_names_that_would_leave_the_directory),
        FILES_TEST(test_links_are_not_followed),
        FILES_TEST(test_a_failure_names_the_file_and_leaves_the_old_one),
        FILES_TEST(test_what_a_crash_left_beside_is_replaced),
        FILES_TEST(test_directories_that_cannot_be_used),
        FILES_TEST(test_a_confined_sender_writes_where_it_was_told),
        FILES_TEST(test_a_folder_that_is_replaced_is_reached_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
