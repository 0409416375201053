/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The files sender: carries out requests that are files to be put in place. It is a
 * process of its own so that a slow disk delays nothing else.
 */
#include "sender/serve.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "sender/file_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Codes as WebDAV would answer (RFC 4918): who must act is in them. */
enum {
    CODE_DONE = 200,
    CODE_NOT_ALLOWED = 403,
    CODE_FAILED = 500,
    CODE_NO_ROOM = 507
};

static const struct {
    int reason;
    int64_t code;
} codes[] = {
    { EACCES, CODE_NOT_ALLOWED },  { EPERM, CODE_NOT_ALLOWED },
    { EROFS, CODE_NOT_ALLOWED },   { ENOENT, CODE_NOT_ALLOWED },
    { ENOTDIR, CODE_NOT_ALLOWED }, { ELOOP, CODE_NOT_ALLOWED },
    { EISDIR, CODE_NOT_ALLOWED },  { ENOSPC, CODE_NO_ROOM },
    { EDQUOT, CODE_NO_ROOM },
};

static int64_t
code_of(int reason)
{
    for (size_t i = 0; i < ARRAY_COUNT(codes); i++) {
        if (codes[i].reason == reason) {
            return codes[i].code;
        }
    }
    return CODE_FAILED;
}

static void
tell_failure(struct reply *reply, const char *directory, const char *name,
             const struct file_failure *failure)
{
    char *shown = utf8_printable(name, strlen(name), 200);
    reply->result = failure->reason == EINVAL ? REPLY_BAD_REQUEST : REPLY_NOT_SENT;
    reply->code = code_of(failure->reason);
    reply->detail =
        string_format("%s%s%s %s: %s", directory, name[0] == '\0' ? "" : "/", shown,
                      failure->doing, strerror(failure->reason));
    free(shown);
}

static void
put_files(struct file_tree *tree, const struct request *request, struct reply *reply)
{
    struct file_failure failure = { 0 };
    for (size_t i = 0; i < request->n_files; i++) {
        if (!file_tree_put(tree, &request->files[i], request->files_shared, &failure)) {
            const char *name = request->files[i].name;
            tell_failure(reply, request->directory, name == NULL ? "" : name, &failure);
            return;
        }
    }
    if (!file_tree_sync(tree, &failure)) {
        tell_failure(reply, request->directory, "", &failure);
        return;
    }
    reply->result = REPLY_ANSWERED;
    reply->code = CODE_DONE;
}

/* A folder that was made or replaced after this process was confined is refused to it:
 * the next process, which is confined anew, reaches it. */
static bool
may_go_on(const struct reply *reply)
{
    return reply->code != CODE_NOT_ALLOWED;
}

static bool
handle_request(void *context, const struct request *request, struct reply *reply)
{
    (void)context;
    struct file_failure failure = { 0 };
    if (request->directory == NULL || request->directory[0] != '/') {
        reply->result = REPLY_BAD_REQUEST;
        reply->detail = string_copy("the channel's directory is not an absolute path");
        return true;
    }
    struct file_tree *tree = file_tree_open(request->directory, &failure);
    if (tree == NULL) {
        tell_failure(reply, request->directory, "", &failure);
        return may_go_on(reply);
    }
    put_files(tree, request, reply);
    file_tree_close(tree);
    return may_go_on(reply);
}

int
sender_files_run(int fd)
{
    return serve_one_by_one(fd, handle_request, NULL);
}
