/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * usage: lab_flips CONFIG N [SEED]
 * Makes a database with all kinds of rows, and N times flips a few of its bits, or sets a
 * cell to what it never has, and lets the core live on it: until it runs well or in safe
 * mode, as systemd would. Every life is a process of its own. Prints what came of them;
 * exit 1 when one crashed, hung, never came to run, or the damaged file was not kept.
 * With LAB_LOG in the environment: also the log, and each edit.
 */
#include "world.h"

#include "base/log.h"
#include "base/memory.h"
#include "flipped_life.h"
#include "store/examine.h"

#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define BEGIN_MS INT64_C(1795439100000)

enum {
    LIVES_MOST = 6,
    LIFE_MOST_S = 10,
    FLIPS_MOST = 4,
    INCIDENTS = 12
};

struct tally {
    long ends[LIFE_END_COUNT];
    long crashed, hung, not_kept;
};

static uint64_t
draw(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random;
}

static char *
read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "re");
    struct buffer text = { 0 };
    char block[65536];
    size_t n;

    if (file == NULL) {
        perror(path);
        exit(2);
    }
    while ((n = fread(block, 1, sizeof(block), file)) > 0) {
        buffer_append(&text, block, n);
    }
    fclose(file);
    *len = text.len;
    return buffer_take(&text);
}

static void
write_file(const char *path, const char *data, size_t len)
{
    FILE *file = fopen(path, "we");

    if (file == NULL || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

/* --- The database ----------------------------------------------------------------- */

static void
submit(struct world *world, const char *id, int incident, const char *members)
{
    char *event = string_format("{\"event_id\":\"%s-%d\",\"incident\":\"O-%d\",%s}", id,
                                incident, incident, members);

    if (world_submit(world, "oms", event) != STATUS_OK) {
        fprintf(stderr, "lab_flips: %s was refused\n", event);
        exit(2);
    }
    free(event);
}

/* Delivered, waiting, under way, parked; open, over, merged and waiting incidents. */
static void
fill(struct world *world)
{
    static const char *const members[] = {
        "\"kind\":\"power\",\"status\":\"confirmed\",\"customers_affected\":700,"
        "\"places\":[{\"name\":\"Täby\"}]",
        "\"cause\":\"tree\",\"etr\":\"2026-11-23T20:00:00Z\","
        "\"advice\":[\"boil_water\"]",
        "\"status\":\"restored\"",
    };
    static const char *const ids[ARRAY_COUNT(members)] = { "first", "more", "end" };
    static const char *const answers[] = { "204", "503 Retry-After: 40", "422",
                                           "reset" };

    world_habit(world, "mail", "250");
    for (int i = 0; i < INCIDENTS; i++) {
        world_habit(world, "hook", answers[(size_t)i % ARRAY_COUNT(answers)]);
        for (int k = 0; k < 1 + i % 3; k++) {
            submit(world, ids[k], i, members[k]);
        }
    }
    world_habit(world, "hook", "nothing");
    submit(world, "w", 1000, "\"places\":[{\"name\":\"Lund\"}]");
    submit(world, "m", 1001,
           "\"kind\":\"power\",\"status\":\"confirmed\",\"merge_into\":\"O-0\"");
}

/* --- Flipping --------------------------------------------------------------------- */

/* Half of the flips hit where there is content; the rest anywhere. */
static void
flip(char *data, size_t len, uint64_t *random)
{
    int n = 1 + (int)(draw(random) % FLIPS_MOST);

    for (int i = 0; i < n; i++) {
        size_t at = draw(random) % len;

        for (int k = 0; k < 64 && draw(random) % 2 == 0 && data[at] == 0; k++) {
            at = draw(random) % len;
        }
        data[at] = (char)((unsigned char)data[at] ^ (1U << (draw(random) % 8)));
    }
}

/* A value that SQLite takes and this program never wrote. */
static void
edit(const char *path, uint64_t *random)
{
    static const char *const values[] = {
        "-1", "0",       "1",          "2",
        "3",  "5",       "9",          "16",
        "99", "1 << 40", "-(1 << 62)", "9223372036854775807",
        "''", "'x'",     "'{}'",       "CAST(x'c3' AS TEXT)"
    };
    static const char cells[] =
        "SELECT m.name, c.name, (abs(?1) % 97) FROM sqlite_schema m"
        " JOIN pragma_table_info(m.name) c WHERE m.type = 'table'"
        " AND m.name NOT IN ('meta', 'alarm') ORDER BY (m.rootpage * 31 + c.cid * 7 + ?1)"
        " % 1009 LIMIT 1";
    sqlite3_stmt *statement;
    sqlite3 *connection;
    char *sql;

    sqlite3_open(path, &connection);
    sqlite3_prepare_v2(connection, cells, -1, &statement, NULL);
    sqlite3_bind_int64(statement, 1, (int64_t)(draw(random) % 1000000));
    if (sqlite3_step(statement) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(statement, 0);
        const char *column = (const char *)sqlite3_column_text(statement, 1);
        const char *value = values[draw(random) % ARRAY_COUNT(values)];

        /* One row, or all of them; what breaks a constraint changes nothing. */
        sql = sqlite3_mprintf("UPDATE OR IGNORE \"%w\" SET \"%w\" = %s%s", table,
                              column, value,
                              draw(random) % 2 == 0 ? "" : " WHERE random() % 4 = 0");
        sqlite3_exec(connection, sql, NULL, NULL, NULL);
        if (getenv("LAB_LOG") != NULL) {
            fprintf(stderr, "edit: %s\n", sql);
        }
        sqlite3_free(sql);
    }
    sqlite3_finalize(statement);
    sqlite3_close(connection);
}

static void
remove_all(const char *folder)
{
    char *pattern = string_format("%s/*", folder);
    glob_t found = { 0 };

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            unlink(found.gl_pathv[i]);
        }
    }
    globfree(&found);
    free(pattern);
}

/* The flipped bytes, under the name they were given when they were set aside. */
static bool
is_kept(const char *folder, const char *data, size_t len)
{
    char *pattern = string_format("%s/budkavle.db.damaged-*Z", folder);
    glob_t found = { 0 };
    bool kept = false;

    if (glob(pattern, 0, NULL, &found) == 0) {
        size_t found_len;
        char *bytes = read_file(found.gl_pathv[0], &found_len);

        /* A life before may have written to it; one that did not left it as it was. */
        kept = found_len >= len || memcmp(bytes, data, found_len) == 0;
        free(bytes);
    }
    globfree(&found);
    free(pattern);
    return kept;
}

/* --- Lives ------------------------------------------------------------------------ */

static enum life_end
one_life(const char *path, const struct config *config, int64_t now_ms, bool is_large,
         struct tally *tally)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        alarm(LIFE_MOST_S);
        /* A large one is not examined at its start: what is wrong is met on the way. */
        if (is_large) {
            examine_cheap_bytes = 0;
        }
        exit((int)flipped_life(path, config, now_ms));
    }
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) < LIFE_END_COUNT) {
        return (enum life_end)WEXITSTATUS(status);
    }
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        tally->hung++;
    } else {
        tally->crashed++;
    }
    return LIFE_FAILED;
}

static void
lives(const struct world *world, const char *folder, const char *data, size_t len,
      bool is_large, uint64_t *random, struct tally *tally)
{
    char *path = string_format("%s/budkavle.db", folder);
    enum life_end end = LIFE_RESTARTS;

    remove_all(folder);
    write_file(path, data, len);
    if (random != NULL) {
        edit(path, random);
    }
    for (int i = 0; i < LIVES_MOST && end == LIFE_RESTARTS; i++) {
        end = one_life(path, world->config, world->now_ms + i * SECONDS_MS, is_large,
                       tally);
    }
    tally->ends[end]++;
    if (end == LIFE_SAFE_MODE && random == NULL && !is_kept(folder, data, len)) {
        tally->not_kept++;
    }
    free(path);
}

static bool
try_flips(const struct world *world, const char *folder, long n, uint64_t seed)
{
    char *path = string_format("%s/state/budkavle.db", world->folder);
    struct tally tally = { 0 };
    size_t len;
    char *whole = read_file(path, &len);
    char *data = memory_copy(whole, len);

    for (long i = 0; i < n; i++) {
        uint64_t random = (seed + (uint64_t)i) * UINT64_C(0x9e3779b97f4a7c15) + 1;
        long bad = tally.crashed + tally.hung + tally.not_kept +
                   tally.ends[LIFE_FAILED] + tally.ends[LIFE_RESTARTS];

        bool is_edit = i % 3 == 2; /* of cells, in place of bits */

        memcpy(data, whole, len);
        if (!is_edit) {
            flip(data, len, &random);
        }
        lives(world, folder, data, len, i % 2 == 1, is_edit ? &random : NULL, &tally);
        if (tally.crashed + tally.hung + tally.not_kept + tally.ends[LIFE_FAILED] +
                tally.ends[LIFE_RESTARTS] >
            bad) {
            printf("seed %" PRIu64 ": bad\n", seed + (uint64_t)i);
        }
    }
    printf("%ld databases of %zu bytes: %ld ran well, %ld in safe mode, %ld refused as "
           "newer, %ld as another program's; %ld crashed, %ld hung, %ld never ran, %ld "
           "not kept\n",
           n, len, tally.ends[LIFE_WELL], tally.ends[LIFE_SAFE_MODE],
           tally.ends[LIFE_NEWER], tally.ends[LIFE_STRANGER], tally.crashed, tally.hung,
           tally.ends[LIFE_FAILED] + tally.ends[LIFE_RESTARTS], tally.not_kept);
    free(data);
    free(whole);
    free(path);
    return tally.crashed + tally.hung + tally.not_kept + tally.ends[LIFE_FAILED] +
               tally.ends[LIFE_RESTARTS] ==
           0;
}

static void
ignore(void *context, enum log_level level, enum log_kind kind, const char *message,
       const struct log_field *fields, size_t n_fields)
{
    (void)context;
    (void)level;
    (void)kind;
    (void)message;
    (void)fields;
    (void)n_fields;
}

int
main(int argc, char **argv)
{
    /* In memory where there is such a place: nothing here is about a disk. */
    char in_memory[] = "/dev/shm/budkavle-flips.XXXXXX";
    char on_disk[] = "/tmp/budkavle-flips.XXXXXX";
    char *folder = access("/dev/shm", W_OK) == 0 ? in_memory : on_disk;
    struct world world;
    size_t len;
    char *config;
    bool good;

    setvbuf(stdout, NULL, _IOLBF, 0); /* or every life would print it again */
    if (argc < 3) {
        fputs("usage: lab_flips CONFIG N [SEED]\n", stderr);
        return 2;
    }
    if (getenv("LAB_LOG") == NULL) {
        log_set_sink(ignore, NULL);
    }
    config = read_file(argv[1], &len);
    world_begin(&world, config, BEGIN_MS);
    fill(&world);
    pipeline_free(world.pipeline);
    world.pipeline = NULL;
    store_close(world.store); /* moves the WAL into the file */
    world.store = NULL;
    if (mkdtemp(folder) == NULL) {
        perror(folder);
        return 2;
    }
    good = try_flips(&world, folder, strtol(argv[2], NULL, 10),
                     argc > 3 ? strtoull(argv[3], NULL, 10) : 1);
    remove_all(folder);
    rmdir(folder);
    world_end(&world);
    free(config);
    return good ? 0 : 1;
}
