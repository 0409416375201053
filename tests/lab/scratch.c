/* SPDX-License-Identifier: EUPL-1.2 */
/* Making and removing folders of the laboratory. */
#include "scratch.h"

#include "base/memory.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FOLDERS_OPEN = 16
};

char *
scratch_new(void)
{
    static const char *const places[] = { "/dev/shm", "/tmp" };
    char name[64];

    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        /* mkdtemp() is replaced in the programs that use this. */
        (void)snprintf(name, sizeof(name), "%s/budkavle-lab.%ld", places[i],
                       (long)getpid());
        if (mkdir(name, 0700) == 0) {
            return string_copy(name);
        }
    }
    fprintf(stderr, "scratch: %s cannot be made: %s\n", name, strerror(errno));
    exit(2);
}

static int
on_found(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info;
    (void)type;
    (void)walk;
    return remove(path);
}

void
scratch_remove(const char *folder)
{
    (void)nftw(folder, on_found, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}
