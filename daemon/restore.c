/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * budkavled --restore FILE: puts a backup in the place of the database while no daemon
 * runs, and says exactly what is lost by it and what can be had again.
 */
#include "daemon.h"

#include "base/memory.h"
#include "store/restore.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static int
exit_code_of(enum status status)
{
    static const int codes[STATUS_COUNT] = {
        [STATUS_OK] = EXIT_OK,
        [STATUS_INVALID] = EXIT_DATA,
        [STATUS_NOT_FOUND] = EXIT_NO_INPUT,
        [STATUS_CONFLICT] = EXIT_DATA,
        [STATUS_REFUSED] = EXIT_DATA,
        [STATUS_LIMIT] = EXIT_DATA,
        [STATUS_BUSY] = EXIT_BUSY,
        [STATUS_FULL] = EXIT_STORE,
        [STATUS_IO] = EXIT_STORE,
    };

    return codes[status];
}

static const char *
time_or_unknown(int64_t time_ms, char text[TIMESTAMP_SIZE])
{
    return time_ms == TIME_NONE ? "an unknown time"
                                : timestamp_format_seconds(time_ms, text);
}

static void
print_backup(const char *file, const struct restore_report *report)
{
    char made[TIMESTAMP_SIZE], newest[TIMESTAMP_SIZE];

    printf("restored %s, a backup of %s\n", file,
           time_or_unknown(report->backup_at_ms, made));
    printf("it has %lld events; ", (long long)report->n_events);
    if (report->newest_ms != TIME_NONE) {
        printf("the newest was received at %s\n",
               timestamp_format_seconds(report->newest_ms, newest));
    } else {
        puts("none was received");
    }
    printf(
        "%lld deliveries were unfinished in it and may have gone out since: they are "
        "unknown now, and are sent again, marked late, or parked, as on_unknown of "
        "their channel says\n",
        (long long)report->n_unfinished);
}

static void
print_loss(const struct restore_loss *loss)
{
    char first[TIMESTAMP_SIZE], last[TIMESTAMP_SIZE];

    printf("kept: %s\n", loss->file);
    if (!loss->is_readable) {
        puts("  it could not be read to its end: what is told of it is the least");
    }
    if (loss->n_events == 0) {
        puts("  lost: no event of it that could be read is missing in the backup");
        return;
    }
    printf("  lost: %lld events of it that the backup lacks, received from %s to %s\n",
           (long long)loss->n_events, time_or_unknown(loss->first_ms, first),
           time_or_unknown(loss->last_ms, last));
}

/* Moving a file into done/ changes its change time, and nothing of its content does. */
static int64_t
count_taken_since(const char *folder, int64_t since_ms)
{
    DIR *files = opendir(folder);
    int64_t n = 0;

    if (files == NULL) {
        return 0;
    }
    for (struct dirent *entry = readdir(files); entry != NULL; entry = readdir(files)) {
        struct stat status;

        if (fstatat(dirfd(files), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) &&
            status.st_ctim.tv_sec * SECONDS_MS + status.st_ctim.tv_nsec / 1000000 >=
                since_ms) {
            n++;
        }
    }
    closedir(files);
    return n;
}

static void
print_spool(const struct spool_config *spool, int64_t backup_at_ms)
{
    char *done = string_format("%s/done", spool->path);
    char since[TIMESTAMP_SIZE];
    int64_t n = count_taken_since(done, backup_at_ms / SECONDS_MS * SECONDS_MS);

    printf("spool %s: %lld files were taken after the backup\n", spool->name,
           (long long)n);
    if (n > 0) {
        printf("  to take them again (what is known is passed over): find '%s' "
               "-maxdepth 1 -type f -newerct '%s' -exec mv -n -t '%s/new' {} +\n",
               done, timestamp_format_seconds(backup_at_ms, since), spool->path);
    }
    free(done);
}

static void
print_report(const struct daemon *daemon, const char *file,
             const struct restore_report *report)
{
    print_backup(file, report);
    for (size_t i = 0; i < report->n_losses; i++) {
        print_loss(&report->losses[i]);
    }
    for (size_t i = 0;
         i < daemon->config->n_spools && report->backup_at_ms != TIME_NONE; i++) {
        print_spool(&daemon->config->spools[i], report->backup_at_ms);
    }
    puts("now start the daemon; budkavle status says how it is");
}

int
daemon_restore(struct daemon *daemon, const char *file)
{
    struct restore_report report = { 0 };
    struct error error = { 0 };
    enum status status;
    char *path;
    int exit_code = locks_take(daemon, &error);

    if (exit_code != EXIT_OK) {
        fprintf(stderr, "budkavled: %s\n", error.text);
        return exit_code;
    }
    path = string_format("%s/budkavle.db", daemon->config->state_dir);
    status = store_restore(path, file, clock_wall_ms(), &report, &error);
    if (status == STATUS_OK) {
        print_report(daemon, file, &report);
    } else {
        fprintf(stderr, "budkavled: %s; nothing was changed\n", error.text);
    }
    restore_report_clear(&report);
    free(path);
    return exit_code_of(status);
}
