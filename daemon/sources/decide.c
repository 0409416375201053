/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is to be done with a file that was seen: a function of what is known of it and
 * the time.
 */
#include "base/memory.h"
#include "base/timestamp.h"
#include "sources/scan.h"

static const struct {
    mode_t type;
    const char *reason;
} special_files[] = {
    { S_IFLNK, "this is a symbolic link; only plain files are taken, it was not read" },
    { S_IFIFO, "this is a pipe (FIFO); only plain files are taken, it was not read" },
    { S_IFSOCK, "this is a socket; only plain files are taken, it was not read" },
    { S_IFCHR, "this is a device; only plain files are taken, it was not read" },
    { S_IFBLK, "this is a device; only plain files are taken, it was not read" },
};

static struct decision
refuse(const char *reason)
{
    return (struct decision){ .verdict = VERDICT_REFUSE, .reason = reason };
}

static struct decision
take_from(int64_t due_ms, int64_t now_ms)
{
    return (struct decision){ .verdict = now_ms >= due_ms ? VERDICT_TAKE : VERDICT_WAIT,
                              .due_ms = due_ms };
}

static int64_t
later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static const char *
special_reason(mode_t mode)
{
    for (size_t i = 0; i < ARRAY_COUNT(special_files); i++) {
        if ((mode & S_IFMT) == special_files[i].type) {
            return special_files[i].reason;
        }
    }
    return NULL;
}

/* A second link is waited for: SFTP servers rename by link and unlink. */
static struct decision
decide_linked(const struct seen_file *file, int64_t now_ms)
{
    int64_t due_ms = file->linked_since_ms + LINK_WAIT_MS;

    if (now_ms >= due_ms) {
        return refuse("the file has a second name (a hard link), so that somebody else "
                      "can change it; it was not read");
    }
    /* The unlink mostly follows at once, and no event tells of it: look again soon. */
    if (now_ms + LINK_LOOK_MS < due_ms) {
        due_ms = now_ms + LINK_LOOK_MS;
    }
    return (struct decision){ .verdict = VERDICT_WAIT, .due_ms = due_ms };
}

static struct decision
decide_plain(const struct seen_file *file, int64_t settle_ms, int64_t now_ms)
{
    /* A file in new/ is complete; a rest is asked of it only after it was seen to
     * change all the same. */
    bool complete = file->folder == FOLDER_NEW && !file->unsteady;
    int64_t rest_ms = complete ? file->rest_ms : later(settle_ms, file->rest_ms);
    struct decision decision =
        take_from(later(file->since_ms + rest_ms, file->not_before_ms), now_ms);

    if (decision.verdict == VERDICT_TAKE && file->mark.size > SPOOL_MAX_FILE_BYTES) {
        return refuse("the file is larger than 64 MiB; it was not read");
    }
    if (decision.verdict == VERDICT_TAKE && file->folder == FOLDER_NEW &&
        file->mark.size == 0) {
        return refuse("the file is empty; a file in new/ is complete when it appears");
    }
    return decision;
}

struct decision
scan_decide(const struct seen_file *file, int64_t settle_ms, int64_t now_ms)
{
    const struct decision leave = { .verdict = VERDICT_LEAVE };

    if (file->folder == FOLDER_DROP && file->name_unfinished) {
        return leave;
    }
    if (file->folder == FOLDER_DONE) {
        /* What else is put into done/ is nobody's business here. */
        if (!S_ISREG(file->mode) || file->links != 1 ||
            scan_mark_equal(&file->mark, &file->taken)) {
            return leave;
        }
        return decide_plain(file, settle_ms, now_ms);
    }
    if (S_ISDIR(file->mode)) {
        return (struct decision){ .verdict = VERDICT_FOLDER };
    }
    const char *reason = special_reason(file->mode);
    if (reason == NULL) {
        reason = file->name_problem;
    }
    if (reason != NULL) {
        return refuse(reason);
    }
    if (file->links > 1) {
        return decide_linked(file, now_ms);
    }
    return decide_plain(file, settle_ms, now_ms);
}
