/* SPDX-License-Identifier: EUPL-1.2 */
/* The disk of the state folder: free space, the reserve, and what follows from them. */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/quantity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    LOOK_MS = 20 * 1000,        /* while there is room */
    LOOK_SHORT_MS = 1000,       /* while there is not */
    LOOK_AGAIN_MS = 100,        /* at the earliest, for one more thing to take */
    NOT_YET_MS = 5 * 60 * 1000, /* where the disk says more than it has */
    MAKE_AGAIN_MS = 2 * 1000,   /* after the reserve could not be made */
    LOG_AGAIN_MS = 60 * 1000,
    BLOCK_BYTES = 512 /* of st_blocks */
};

/* --- The disk --------------------------------------------------------------------- */

static bool
read_disk(const char *folder, int64_t *free_bytes, int64_t *all_bytes)
{
    struct statvfs disk;

    if (statvfs(folder, &disk) != 0) {
        return false;
    }
    *free_bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    *all_bytes = (int64_t)disk.f_blocks * (int64_t)disk.f_frsize;
    return true;
}

static char *
reserve_path(const struct daemon *daemon)
{
    return string_format("%s/reserve", daemon->config->state_dir);
}

/* One of another size, or one that only looks as large, is none. */
static bool
reserve_stands(const struct daemon *daemon)
{
    char *path = reserve_path(daemon);
    struct stat info;
    bool stands = lstat(path, &info) == 0 && S_ISREG(info.st_mode) &&
                  info.st_size == daemon->room.limits.reserve_bytes &&
                  (int64_t)info.st_blocks * BLOCK_BYTES >= info.st_size;

    if (!stands) {
        (void)unlink(path);
    }
    free(path);
    return stands;
}

static int
allocate(const char *path, int64_t bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int failure = errno;

    if (fd >= 0) {
        failure = posix_fallocate(fd, 0, (off_t)bytes);
        close(fd);
        if (failure != 0) {
            (void)unlink(path);
        }
    }
    return failure;
}

static void
make_reserve(struct daemon *daemon)
{
    struct daemon_room *room = &daemon->room;
    char *path = reserve_path(daemon);
    int failure = allocate(path, room->limits.reserve_bytes);

    if (failure == 0) {
        room_made(&room->room);
        log_info("room: the reserve is set aside path=%s", path);
    } else if (!room->told) {
        log_warning("room: the reserve cannot be made path=%s: %s; it is tried again",
                    path, strerror(failure));
    }
    room->told = failure != 0;
    free(path);
}

static void
release_reserve(struct daemon *daemon)
{
    char *path = reserve_path(daemon);

    if (unlink(path) != 0 && errno != ENOENT) {
        log_error("room: the reserve cannot be given up path=%s: %s", path,
                  strerror(errno));
    }
    room_released(&daemon->room.room);
    log_warning("room: the disk is full: the reserve is given up, and only what is "
                "urgent is taken path=%s",
                path);
    free(path);
}

/* --- What follows ----------------------------------------------------------------- */

/* The one place where the trouble begins, changes and ends. */
static void
tell(struct daemon *daemon, enum room_level before)
{
    struct daemon_room *room = &daemon->room;
    enum room_level level = room->room.level;

    free(room->trouble);
    room->trouble = room_words(&room->room, &room->limits, daemon->config->state_dir);
    if (level == before) {
        return;
    }
    if (level < before) {
        room->retry = true;
    }
    troubles_of_room(daemon);
    log_fields(room->trouble != NULL ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE,
               LOG_KIND_ALARM, NULL, 0, "room: %s",
               room->trouble != NULL ? room->trouble : "there is room enough again");
}

static bool
is_short(const struct daemon_room *room)
{
    return room->trouble != NULL || room->retry ||
           (room->limits.reserve_bytes > 0 && !room->room.has_reserve);
}

static void
assess(struct daemon *daemon, int64_t now_ms)
{
    struct daemon_room *room = &daemon->room;
    enum room_level before = room->room.level;
    int64_t free_bytes, all_bytes;

    room->looked_at_ms = now_ms;
    if (!read_disk(daemon->config->state_dir, &free_bytes, &all_bytes)) {
        return; /* the store says what is wrong with its folder */
    }
    switch (room_assess(&room->room, &room->limits, free_bytes)) {
    case ROOM_LEAVE:
        break;
    case ROOM_MAKE:
        if (now_ms >= room->make_at_ms) {
            room->make_at_ms = now_ms + MAKE_AGAIN_MS;
            make_reserve(daemon);
        }
        break;
    case ROOM_RELEASE:
        release_reserve(daemon);
        break;
    }
    /* The reserve was made or given up: the level follows. */
    if (read_disk(daemon->config->state_dir, &free_bytes, &all_bytes)) {
        (void)room_assess(&room->room, &room->limits, free_bytes);
    }
    tell(daemon, before);
    if (daemon->pipeline != NULL) {
        pipeline_set_least(daemon->pipeline, room_least(&room->room));
    }
}

static void
set_timer(struct daemon *daemon, int64_t delay_ms)
{
    if (daemon->room.timer != NULL && !daemon->stopping) {
        loop_timer_set(daemon->room.timer, delay_ms);
    }
}

static void
on_timer(void *context)
{
    struct daemon *daemon = context;
    struct daemon_room *room = &daemon->room;

    assess(daemon, clock_mono_ms());
    troubles_of_spools(daemon);
    if (room->retry) {
        room->retry = false;
        intake_room(daemon);
        turn_join(daemon->turn, NULL, NULL);
    }
    set_timer(daemon, is_short(room) ? LOOK_SHORT_MS : LOOK_MS);
}

void
room_look(struct daemon *daemon)
{
    int64_t now_ms = clock_mono_ms();

    if (now_ms - daemon->room.looked_at_ms < LOOK_AGAIN_MS) {
        return;
    }
    assess(daemon, now_ms);
    if (daemon->room.retry) {
        set_timer(daemon, 0);
    }
}

void
room_explain(const struct daemon *daemon, struct faults *faults)
{
    if (daemon->room.trouble != NULL) {
        faults_add(faults, 0, 0, "", "%s", daemon->room.trouble);
    }
}

/* A quota, or a file system that promises more than it has: what is said to be free is
 * not, so the reserve would take again what it has just given up. */
static bool
looks_roomy(const struct daemon *daemon)
{
    const struct room_limits *limits = &daemon->room.limits;
    int64_t free_bytes, all_bytes;

    return read_disk(daemon->config->state_dir, &free_bytes, &all_bytes) &&
           free_bytes > limits->critical_bytes + 2 * limits->reserve_bytes;
}

bool
room_ran_out(struct daemon *daemon, const char *why)
{
    enum room_level before = daemon->room.room.level;
    bool had_reserve = daemon->room.room.has_reserve;
    int64_t now_ms = clock_mono_ms();

    /* A line for each turn would go on filling a disk that is full. */
    if (now_ms >= daemon->room.log_at_ms) {
        daemon->room.log_at_ms = now_ms + LOG_AGAIN_MS;
        log_error("store: what came cannot be kept: %s", why);
    }
    if (had_reserve) {
        release_reserve(daemon);
        if (looks_roomy(daemon)) {
            daemon->room.make_at_ms = now_ms + NOT_YET_MS;
        }
        tell(daemon, before);
        pipeline_set_least(daemon->pipeline, room_least(&daemon->room.room));
        daemon->room.retry = true;
    }
    set_timer(daemon, had_reserve ? 0 : LOOK_SHORT_MS);
    return had_reserve;
}

void
room_after_commit(struct daemon *daemon)
{
    if (store_is_short_of_room(daemon->store) && daemon->room.room.has_reserve) {
        (void)room_ran_out(daemon, "the log cannot be moved into the database");
    }
}

/* --- Life ------------------------------------------------------------------------- */

static void
set_limits(struct daemon *daemon)
{
    const struct config *config = daemon->config;

    daemon->room.limits = (struct room_limits){ .low_bytes = config->disk_low,
                                                .critical_bytes = config->disk_critical,
                                                .reserve_bytes = config->disk_reserve };
    daemon->room.room.has_reserve = reserve_stands(daemon);
}

void
room_open(struct daemon *daemon)
{
    set_limits(daemon);
    assess(daemon, clock_mono_ms());
}

void
room_start(struct daemon *daemon)
{
    pipeline_set_least(daemon->pipeline, room_least(&daemon->room.room));
    daemon->room.timer = loop_timer_new(daemon->loop, on_timer, daemon);
    set_timer(daemon, 0);
}

void
room_configure(struct daemon *daemon)
{
    set_limits(daemon);
    daemon->room.make_at_ms = 0;
    daemon->room.retry = true; /* limits may have become wider */
    set_timer(daemon, 0);
}

void
room_clear(struct daemon *daemon)
{
    loop_timer_free(daemon->room.timer);
    free(daemon->room.trouble);
}

/* The folder itself may be made later: the disk is that of the nearest one above it. */
void
room_check(struct config *config)
{
    char *folder = string_copy(config->state_dir);
    int64_t free_bytes, all_bytes = 0;
    char all_text[SIZE_TEXT_SIZE], low_text[SIZE_TEXT_SIZE];
    char *slash;

    while (!read_disk(folder, &free_bytes, &all_bytes) && errno == ENOENT &&
           (slash = strrchr(folder, '/')) != NULL && slash > folder) {
        *slash = '\0';
    }
    free(folder);
    if (all_bytes > 0 && config->disk_reserve + config->disk_critical > all_bytes) {
        strings_take(
            &config->warnings,
            string_format("%s: disk_reserve is %s and the disk of %s has %s in "
                          "all: it can never be set aside, and until it is "
                          "only urgent events are taken; make it smaller",
                          config->file, size_format(config->disk_reserve, low_text),
                          config->state_dir, size_format(all_bytes, all_text)));
    }
    if (all_bytes == 0 || all_bytes / 2 >= config->disk_low) {
        return;
    }
    strings_take(
        &config->warnings,
        string_format(
            "%s: disk_low is %s and the disk of %s has %s in all: planned work "
            "and minor news may never be taken; a smaller disk_low fits it",
            config->file, size_format(config->disk_low, low_text), config->state_dir,
            size_format(all_bytes, all_text)));
}
