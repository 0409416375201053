/* SPDX-License-Identifier: EUPL-1.2 */
/* The mark of the file that is being parsed: "source", NUL, "name", NUL, zeros. */
#include "sources/parse_mark.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    /* A title of 64 bytes and a name of 255 fit; within one page, so that the kernel
     * takes it whole or not at all. */
    RECORD_BYTES = 512
};

struct parse_mark {
    int fd;
    bool told;                 /* a failure was logged */
    char record[RECORD_BYTES]; /* as it stands in the file */
};

static bool
write_record(struct parse_mark *mark)
{
    ssize_t written;

    do {
        written = pwrite(mark->fd, mark->record, RECORD_BYTES, 0);
    } while (written < 0 && errno == EINTR);
    if (written == RECORD_BYTES) {
        return true;
    }
    if (!mark->told) {
        mark->told = true;
        log_warning("sources: the mark of the file being parsed cannot be written: %s; "
                    "a file that ends the daemon is not counted meanwhile",
                    written < 0 ? strerror(errno) : "it was cut short");
    }
    return false;
}

/* Anything but two whole words is no mark: an empty file, one of another size. */
static void
load_record(struct parse_mark *mark)
{
    ssize_t got = pread(mark->fd, mark->record, RECORD_BYTES, 0);

    if (got != RECORD_BYTES || mark->record[RECORD_BYTES - 1] != '\0' ||
        mark->record[0] == '\0' || mark->record[strlen(mark->record) + 1] == '\0') {
        memset(mark->record, 0, RECORD_BYTES);
    }
}

enum status
parse_mark_open(const char *path, struct parse_mark **mark, struct error *error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    *mark = NULL;
    if (fd < 0) {
        return error_set(error, STATUS_IO,
                         "%s, the mark of the file being parsed, cannot be opened: %s",
                         path, strerror(errno));
    }
    *mark = memory_alloc(sizeof(**mark));
    (*mark)->fd = fd;
    load_record(*mark);
    /* Its block is taken now, while there is room on the disk; a mark that stands stays
     * as it is. */
    (void)write_record(*mark);
    return STATUS_OK;
}

void
parse_mark_close(struct parse_mark *mark)
{
    if (mark != NULL) {
        close(mark->fd);
        free(mark);
    }
}

bool
parse_mark_standing(const struct parse_mark *mark, const char **source,
                    const char **name)
{
    *source = mark->record;
    *name = mark->record + strlen(mark->record) + 1;
    return mark->record[0] != '\0';
}

void
parse_mark_set(struct parse_mark *mark, const char *source, const char *name)
{
    size_t source_size = strlen(source) + 1;
    size_t name_size = strlen(name) + 1;

    memset(mark->record, 0, RECORD_BYTES);
    if (source_size + name_size <= RECORD_BYTES) {
        memcpy(mark->record, source, source_size);
        memcpy(mark->record + source_size, name, name_size);
    }
    (void)write_record(mark);
}

void
parse_mark_clear(struct parse_mark *mark)
{
    memset(mark->record, 0, RECORD_BYTES);
    (void)write_record(mark);
}
