/* SPDX-License-Identifier: EUPL-1.2 */
/* A copy of the database, and what is done when the database was lost. */
#include "base/digest.h"
#include "base/memory.h"
#include "ctl/session.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- backup ----------------------------------------------------------------------- */

/* The copy under its unfinished name, with the rights of who asked for it. */
struct copy {
    char *unfinished;
    int file;
    struct sha256 *digest;
    long long size;
    int failure; /* errno of a write; 0 */
};

static int
on_block(void *context, const void *data, size_t len)
{
    struct copy *copy = context;
    const char *next = data;

    sha256_add(copy->digest, data, len);
    copy->size += (long long)len;
    while (len > 0) {
        ssize_t n = write(copy->file, next, len);

        if (n < 0 && errno != EINTR) {
            copy->failure = errno;
            return 0;
        }
        if (n > 0) {
            next += n;
            len -= (size_t)n;
        }
    }
    return 1;
}

static bool
sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? string_copy(".")
                                 : string_copy_n(path, (size_t)(slash - path) + 1);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0) {
        close(fd);
    }
    free(folder);
    return done;
}

static int
explain(const struct session *session, const char *file, const char *what)
{
    fprintf(stderr, "budkavle: %s was not written: %s\n", file, what);
    (void)session;
    return CTL_FAILED;
}

/* What came is what the daemon has, and it lies on the disk. */
static int
keep(const struct session *session, const char *file, struct copy *copy,
     const char *announced)
{
    unsigned char bytes[SHA256_BYTES];
    char *digest;
    bool same;

    sha256_finish_bytes(copy->digest, bytes);
    copy->digest = NULL;
    digest = base64_encode(bytes, sizeof(bytes));
    same = strcmp(digest, announced) == 0;
    free(digest);
    if (!same) {
        return explain(session, file,
                       "what came is not what the daemon announced; do "
                       "it again");
    }
    if (fsync(copy->file) != 0 || rename(copy->unfinished, file) != 0 ||
        !sync_folder_of(file)) {
        return explain(session, file, strerror(errno));
    }
    if (session->json) {
        json_t *said =
            json_pack("{s:s, s:I}", "file", file, "bytes", (json_int_t)copy->size);

        json_dumpf(said, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(said);
    } else {
        printf("%s: %lld bytes\n", file, copy->size);
    }
    return CTL_OK;
}

static int
fetch(struct session *session, const char *file, struct copy *copy)
{
    char announced[BUDKAVLE_SHA256_SIZE];
    struct budkavle_answer answer = { 0 };
    enum budkavle_result result =
        budkavle_backup(session->client, on_block, copy, announced, &answer);
    int exit_code;

    if (copy->failure != 0) {
        exit_code = explain(session, file, strerror(copy->failure));
    } else if (result != BUDKAVLE_OK) {
        exit_code = session_explain(session, result, &answer, 0);
    } else {
        exit_code = keep(session, file, copy, announced);
    }
    budkavle_answer_clear(&answer);
    return exit_code;
}

int
command_backup(struct session *session, int argc, char **argv)
{
    struct copy copy = { .file = -1 };
    unsigned char unused[SHA256_BYTES];
    int exit_code;

    if (argc != 2) {
        return usage_fault(session, "give the file that the copy is to become", NULL);
    }
    copy.unfinished = string_format("%s.part", argv[1]);
    (void)unlink(copy.unfinished);
    copy.file = open(copy.unfinished,
                     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (copy.file < 0) {
        exit_code = explain(session, argv[1], strerror(errno));
        free(copy.unfinished);
        return exit_code;
    }
    copy.digest = sha256_new();
    exit_code = fetch(session, argv[1], &copy);
    if (copy.digest != NULL) {
        sha256_finish_bytes(copy.digest, unused);
    }
    close(copy.file);
    if (exit_code != CTL_OK) {
        (void)unlink(copy.unfinished);
    }
    free(copy.unfinished);
    return exit_code;
}

/* --- begin-anew ------------------------------------------------------------------- */

int
command_begin_anew(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "reason", required_argument, NULL, 'r' },
        { NULL, 0, NULL, 0 },
    };
    const char *reason = NULL;
    json_t *order;
    json_t *answer = NULL;
    char *body;
    int option;
    int exit_code;

    while ((option = getopt_long(argc, argv, "r:", options, NULL)) != -1) {
        if (option != 'r') {
            return usage_fault(session, "unknown option", NULL);
        }
        reason = optarg;
    }
    if (reason == NULL || optind < argc) {
        return usage_fault(session,
                           "give a --reason, and nothing else: it is kept with "
                           "who decided",
                           NULL);
    }
    order = json_pack("{s:s}", "reason", reason);
    if (order == NULL) {
        return usage_fault(session, "the reason is not UTF-8", NULL);
    }
    body = json_dumps(order, 0);
    exit_code = session_call(session, "POST", "/v1/begin-anew", body, &answer);
    if (exit_code == CTL_OK && !session->json) {
        puts("safe mode is over: events are taken again");
    }
    json_decref(answer);
    json_decref(order);
    free(body);
    return exit_code;
}
