/* SPDX-License-Identifier: EUPL-1.2 */
/* Folders, files and the log of the laboratory. */
#include "stage.h"

#include "base/log.h"
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
stage_folder_new(void)
{
    static const char *const places[] = { "/dev/shm", "/tmp" };
    char name[64];

    for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
        (void)snprintf(name, sizeof(name), "%s/budkavle-lab.%ld", places[i],
                       (long)getpid());
        if (mkdir(name, 0700) == 0) {
            return string_copy(name);
        }
    }
    fprintf(stderr, "stage: %s cannot be made: %s\n", name, strerror(errno));
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
stage_folder_remove(const char *folder)
{
    (void)nftw(folder, on_found, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS);
}

char *
stage_read(const char *name, size_t *len)
{
    struct stat info;
    FILE *file = fopen(name, "re");
    size_t size = 0;
    char *text;

    if (file != NULL && fstat(fileno(file), &info) == 0) {
        size = (size_t)info.st_size;
    }
    text = memory_alloc(size + 1);
    if (file == NULL || fread(text, 1, size, file) != size) {
        fprintf(stderr, "stage: %s cannot be read: %s\n", name, strerror(errno));
        exit(2);
    }
    fclose(file);
    if (len != NULL) {
        *len = size;
    }
    return text;
}

static void
no_log(void *context, enum log_level level, enum log_kind kind, const char *message,
       const struct log_field *fields, size_t n_fields)
{
    (void)context;
    (void)level;
    (void)kind;
    (void)message;
    (void)fields;
    (void)n_fields;
}

void
stage_silence(void)
{
    log_set_sink(no_log, NULL);
}
