/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Plays stories in which one call fails: an allocation, or a file call in every way it
 * can fail. Each run is a process of its own, which may go on, give up or abort; it may
 * not hang, do what a sanitizer reports, or have acknowledged what a later life on the
 * same folder does not know. What the story itself expects does not count, save without
 * a fault.
 *
 * usage: lab_sweep memory|files RUNS SEED CONFIG STORY...
 * RUNS are spread evenly over all there are; 0 runs all.
 */
#include "fault.h"
#include "memory_wrap.h"
#include "promises.h"
#include "stage.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    HANG_S = 30,
    SANITIZER_CODE = 99,
    FAULT_SIZE = 200,
    SHOWN_BYTES = 3000
};

/* The program of the stories. */
int scenario_main(int argc, char **argv);

/* The sanitizers ask for these. A process that gave up need not have freed anything. */
const char *__asan_default_options(void);
const char *
__asan_default_options(void)
{
    return "detect_leaks=0:exitcode=99:allocator_may_return_null=1";
}

struct shared {
    struct fault_counts counts;
    struct promises promises;
};

struct way {
    enum call call;
    const char *name, *error, *mode;
};

static const struct way memory_ways[] = {
    { CALL_MEMORY, "memory", "EIO", "once" },
};
static const struct way file_ways[] = {
    { CALL_WRITE, "write", "EIO", "once" },
    { CALL_WRITE, "write", "EIO", "forever" },
    { CALL_WRITE, "write", "ENOSPC", "once" },
    { CALL_WRITE, "write", "ENOSPC", "forever" },
    { CALL_WRITE, "write", "EINTR", "once" },
    { CALL_WRITE, "write", "EINTR", "forever" },
    { CALL_WRITE, "write", "SHORT", "once" },
    { CALL_WRITE, "write", "SHORT", "forever" },
    { CALL_SYNC, "fsync", "EIO", "once" },
    { CALL_SYNC, "fsync", "EIO", "forever" },
    { CALL_SYNC, "fsync", "ENOSPC", "once" },
    { CALL_SYNC, "fsync", "EINTR", "once" },
    { CALL_OPEN, "open", "EMFILE", "once" },
    { CALL_OPEN, "open", "EMFILE", "forever" },
    { CALL_OPEN, "open", "EIO", "once" },
    { CALL_OPEN, "open", "EINTR", "once" },
    { CALL_TRUNCATE, "ftruncate", "EIO", "once" },
    { CALL_TRUNCATE, "ftruncate", "ENOSPC", "forever" },
    { CALL_UNLINK, "unlink", "EIO", "once" },
    { CALL_RENAME, "rename", "EIO", "once" },
    { CALL_MKDIR, "mkdir", "ENOSPC", "once" },
};

static struct {
    struct shared *shared;
    char *scratch, *folder, *output;
    char *config_name, *config_text;
    const struct way *ways;
    size_t n_ways;
    char **stories;
    size_t n_stories;
    struct fault_counts *counts; /* of each story without a fault */
} lab;

static struct {
    size_t runs, failed, unmoved, gave_up, aborted, hung, reported, broken;
    size_t acknowledged;
} tally;

/* --- Processes -------------------------------------------------------------------- */

static void
to_output(void)
{
    int fd = open(lab.output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    (void)dup2(fd, STDOUT_FILENO);
    (void)dup2(fd, STDERR_FILENO);
    alarm(HANG_S); /* its signal ends the process */
}

static void
show_output(const char *what, const char *story, const char *fault)
{
    FILE *file = fopen(lab.output, "re");
    char text[SHOWN_BYTES];
    size_t len = file == NULL ? 0 : fread(text, 1, sizeof(text), file);

    fprintf(stderr, "lab_sweep: %s with %s: %s\n%.*s\n", story, fault, what, (int)len,
            text);
    if (file != NULL) {
        fclose(file);
    }
}

static void
play(char *story, const char *fault)
{
    char program[] = "scenario";
    char *arguments[] = { program, lab.config_name, story, NULL };

    to_output();
    memory_wrap_libraries();
    promises_note_in(&lab.shared->promises);
    fault_arm(fault, &lab.shared->counts);
    exit(scenario_main(3, arguments));
}

static void
look_back(void)
{
    to_output();
    stage_silence();
    exit(promises_are_kept(&lab.shared->promises, lab.config_text) ? 0 : 1);
}

static int
await(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            fprintf(stderr, "lab_sweep: a child is lost: %s\n", strerror(errno));
            exit(2);
        }
    }
    return status;
}

static int
play_in_child(char *story, const char *fault)
{
    pid_t child;

    memset(&lab.shared->counts, 0, sizeof(lab.shared->counts));
    lab.shared->promises.len = lab.shared->promises.kept = 0;
    stage_folder_remove(lab.folder);
    mkdir(lab.folder, 0700);
    child = fork();
    if (child == 0) {
        play(story, fault);
    }
    return await(child);
}

/* --- One run ---------------------------------------------------------------------- */

/* NULL when the story's process ended in a way that is allowed. */
static const char *
judge_end(int status)
{
    if (WIFSIGNALED(status)) {
        tally.aborted += WTERMSIG(status) == SIGABRT;
        tally.hung += WTERMSIG(status) == SIGALRM;
        return WTERMSIG(status) == SIGABRT   ? NULL
               : WTERMSIG(status) == SIGALRM ? "it hung"
                                             : "it was ended by a signal";
    }
    tally.unmoved += WEXITSTATUS(status) == 0;
    tally.gave_up += WEXITSTATUS(status) == 1 || WEXITSTATUS(status) == 2;
    tally.reported += WEXITSTATUS(status) == SANITIZER_CODE;
    return WEXITSTATUS(status) > 2 ? "a sanitizer or the laboratory complained" : NULL;
}

static void
count_promises(void)
{
    for (size_t i = 0; i < lab.shared->promises.kept; i++) {
        tally.acknowledged += lab.shared->promises.text[i] == '\n';
    }
}

static bool
run_once(char *story, const char *fault)
{
    int status = play_in_child(story, fault);
    const char *wrong = judge_end(status);
    pid_t child;

    tally.runs++;
    tally.failed += lab.shared->counts.failed > 0;
    if (wrong != NULL) {
        show_output(wrong, story, fault);
        return false;
    }
    count_promises();
    child = fork();
    if (child == 0) {
        look_back();
    }
    status = await(child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        tally.broken++;
        show_output("a promise is not kept", story, fault);
        return false;
    }
    return true;
}

/* --- All runs --------------------------------------------------------------------- */

static void
count_calls(void)
{
    lab.counts = memory_array(lab.n_stories, sizeof(*lab.counts));
    for (size_t i = 0; i < lab.n_stories; i++) {
        if (play_in_child(lab.stories[i], "n=0") != 0) {
            show_output("it fails as it is", lab.stories[i], "no fault");
            exit(1);
        }
        lab.counts[i] = lab.shared->counts;
    }
}

static int64_t
n_cells(void)
{
    int64_t n = 0;

    for (size_t i = 0; i < lab.n_stories; i++) {
        for (size_t w = 0; w < lab.n_ways; w++) {
            n += lab.counts[i].calls[lab.ways[w].call];
        }
    }
    return n;
}

static bool
run_cell(int64_t cell)
{
    char fault[FAULT_SIZE];

    for (size_t i = 0; i < lab.n_stories; i++) {
        for (size_t w = 0; w < lab.n_ways; w++) {
            const struct way *way = &lab.ways[w];
            int64_t n = lab.counts[i].calls[way->call];

            if (cell < n) {
                (void)snprintf(fault, sizeof(fault),
                               "call=%s,n=%" PRId64 ",error=%s,mode=%s", way->name,
                               cell + 1, way->error, way->mode);
                return run_once(lab.stories[i], fault);
            }
            cell -= n;
        }
    }
    return true;
}

static bool
run_cells(int64_t n_runs, int64_t seed)
{
    int64_t total = n_cells();
    bool good = true;

    if (n_runs == 0 || n_runs > total) {
        n_runs = total;
    }
    for (int64_t run = 0; run < n_runs; run++) {
        /* Evenly, and beginning elsewhere with every seed. */
        good = run_cell((run * total / n_runs + seed * 7919) % total) && good;
    }
    fprintf(
        stderr,
        "lab_sweep: %zu stories, %" PRId64 " calls that can fail, %zu runs, %zu with "
        "a failed call: %zu went on, %zu gave up, %zu aborted, %zu hung, %zu "
        "reported by a sanitizer; %zu events acknowledged, %zu lives broke a "
        "promise\n",
        lab.n_stories, total, tally.runs, tally.failed, tally.unmoved, tally.gave_up,
        tally.aborted, tally.hung, tally.reported, tally.acknowledged, tally.broken);
    return good;
}

static void
begin(char **argv)
{
    bool memory = strcmp(argv[1], "memory") == 0;

    lab.ways = memory ? memory_ways : file_ways;
    lab.n_ways = memory ? ARRAY_COUNT(memory_ways) : ARRAY_COUNT(file_ways);
    lab.config_name = argv[4];
    lab.config_text = stage_read(argv[4], NULL);
    lab.scratch = stage_folder_new();
    lab.folder = string_format("%s/disk", lab.scratch);
    lab.output = string_format("%s/output", lab.scratch);
    setenv("SCENARIO_FOLDER", lab.folder, 1);
    lab.shared = mmap(NULL, sizeof(*lab.shared), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (lab.shared == MAP_FAILED) {
        fprintf(stderr, "lab_sweep: no shared memory: %s\n", strerror(errno));
        exit(2);
    }
}

static void
end(void)
{
    stage_folder_remove(lab.scratch);
    free(lab.counts);
    free(lab.scratch);
    free(lab.folder);
    free(lab.output);
    free(lab.config_text);
}

int
main(int argc, char **argv)
{
    bool good;

    if (argc < 6) {
        fprintf(stderr, "usage: lab_sweep memory|files RUNS SEED CONFIG STORY...\n");
        return 2;
    }
    begin(argv);
    lab.stories = argv + 5;
    lab.n_stories = (size_t)argc - 5;
    count_calls();
    good = run_cells(strtoimax(argv[2], NULL, 10), strtoimax(argv[3], NULL, 10));
    end();
    if (tally.failed * 2 < tally.runs || tally.acknowledged == 0) {
        fprintf(stderr, "lab_sweep: hardly a call failed; nothing was tested\n");
        return 1;
    }
    return good ? 0 : 1;
}
