/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Power cuts against the store: random work of the real pipeline is recorded file call
 * by file call, and cut at many moments. After each cut the database must be whole, must
 * open, and must hold exactly what it held after one commit: the last one that had
 * returned before the cut, or the one that was under way. So what was acknowledged is
 * there, and nothing is there by half.
 *
 * A disk that does not heed syncs is tried as well: when the laboratory sees nothing
 * wrong with that one, it is blind, and the test fails.
 *
 * usage: power_store CONFIG DROPS TEARS SEED
 */
#include "database_state.h"
#include "disk.h"
#include "stage.h"
#include "world.h"

#include "base/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    CUTS_PER_RUN = 100,
    DEAF_CUTS = 25,
    STEPS = 130,
    INCIDENTS = 9,
    WHY_SIZE = 600
};

static const int64_t begin_ms = INT64_C(1795439100000);

/* Linked with --wrap: the calls of the pipeline come here. */
enum status __real_store_commit(struct store *store, struct error *error);
enum status __wrap_store_commit(struct store *store, struct error *error);
enum status __real_store_open(const char *path, int64_t now_ms, struct store **store,
                              struct error *error);
enum status __wrap_store_open(const char *path, int64_t now_ms, struct store **store,
                              struct error *error);

struct state {
    uint64_t digest;
    size_t at; /* the record that says it was committed */
};

static struct {
    char *scratch;
    struct journal journal;
    struct state *states;
    size_t n_states;
    uint64_t random;
    int64_t n_events;
} lab;

static struct {
    size_t cuts, lossy, lost_writes, at_next_commit, wrong;
} tally;

static uint64_t
draw(uint64_t below)
{
    lab.random =
        lab.random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (lab.random >> 33) % below;
}

/* --- The recorded run ------------------------------------------------------------- */

static void
note_state(void)
{
    if (!journal_is_open()) {
        return;
    }
    lab.states = memory_grow(lab.states, lab.n_states, sizeof(*lab.states));
    lab.states[lab.n_states].digest = database_digest(database_last_opened());
    if (lab.states[lab.n_states].digest == 0) {
        fprintf(stderr, "power_store: the running database cannot be read\n");
        exit(2);
    }
    lab.n_states++;
    journal_mark("committed");
}

enum status
__wrap_store_commit(struct store *store, struct error *error)
{
    enum status status = __real_store_commit(store, error);

    if (status == STATUS_OK) {
        note_state();
    }
    return status;
}

enum status
__wrap_store_open(const char *path, int64_t now_ms, struct store **store,
                  struct error *error)
{
    enum status status = __real_store_open(path, now_ms, store, error);

    if (status == STATUS_OK) {
        note_state();
    }
    return status;
}

static void
add_event(struct buffer *text, int64_t incident)
{
    static const char *const more[] = {
        "\"cause\":\"tree\",\"crew\":\"on_site\"",
        "\"etr\":{\"at\":\"2026-11-24T18:00:00Z\",\"basis\":\"crew\"}",
        "\"status\":\"partly_restored\",\"customers_restored\":3",
        "\"status\":\"restored\",\"ended_at\":\"2026-11-23T13:30:00Z\"",
        "\"places\":[{\"name\":\"Täby kyrkby\"},{\"name\":\"Vallentuna\"}]",
    };

    buffer_addf(text, "{\"event_id\":\"e-%lld\",\"incident\":\"O-%lld\",",
                (long long)++lab.n_events, (long long)incident);
    if (draw(3) > 0) {
        buffer_addf(text, "%s}", more[draw(ARRAY_COUNT(more))]);
        return;
    }
    buffer_addf(text,
                "\"kind\":\"power\",\"status\":\"confirmed\",\"customers_affected\":"
                "%llu,\"started_at\":\"2026-11-23T12:00:00Z\"}",
                (unsigned long long)draw(200) + 1);
}

static void
submit_some(struct world *world)
{
    struct buffer text = { 0 };
    size_t n = 1 + draw(4);

    buffer_add_char(&text, '[');
    for (size_t i = 0; i < n; i++) {
        buffer_add(&text, i > 0 ? "," : "");
        add_event(&text, (int64_t)draw(INCIDENTS));
    }
    buffer_add_char(&text, ']');
    (void)world_submit(world, "oms", text.data); /* some are refused: nothing changes */
    buffer_clear(&text);
}

static void
change_habit(struct world *world)
{
    static const char *const channels[] = { "hook", "mail", "drill" };
    static const char *const answers[] = { "204",   "204", "503 Retry-After: 30",
                                           "reset", "204", "refused" };

    world_habit(world, channels[draw(ARRAY_COUNT(channels))],
                answers[draw(ARRAY_COUNT(answers))]);
}

static void
do_work(struct world *world)
{
    int64_t now_ms = begin_ms;

    for (int i = 0; i < STEPS; i++) {
        uint64_t what = draw(20);

        if (what < 13) {
            submit_some(world);
        } else if (what < 16) {
            change_habit(world);
        } else if (what < 19) {
            now_ms += (int64_t)draw(20) * 60 * 1000;
            world_advance(world, now_ms);
        } else {
            world_crash(world);
        }
    }
}

static void
index_marks(void)
{
    const char *path, *path2, *data;
    size_t n = 0;

    for (size_t i = 0; i < lab.journal.n_records && n < lab.n_states; i++) {
        if (journal_get(&lab.journal, i, &path, &path2, &data)->kind == JOURNAL_MARK) {
            lab.states[n++].at = i;
        }
    }
}

static char *
in_scratch(const char *name)
{
    return string_format("%s/%s", lab.scratch, name);
}

static void
record_a_run(const char *config)
{
    char *folder = in_scratch("disk");
    char *file = in_scratch("journal");
    struct world world;

    mkdir(folder, 0700);
    setenv("SCENARIO_FOLDER", folder, 1);
    lab.n_states = 0;
    free(lab.states);
    lab.states = NULL;
    journal_begin(file, folder);
    world_begin(&world, config, begin_ms);
    do_work(&world);
    journal_end();
    world_end(&world);
    stage_folder_remove(folder);
    journal_load(file, &lab.journal);
    index_marks();
    free(folder);
    free(file);
}

/* --- The cuts --------------------------------------------------------------------- */

/* Half of them just before a sync, when most is at stake. */
static size_t
choose_moment(void)
{
    const char *path, *path2, *data;
    size_t at = 1 + draw(lab.journal.n_records);
    bool before_sync = draw(2) == 0;

    while (before_sync && at < lab.journal.n_records &&
           journal_get(&lab.journal, at, &path, &path2, &data)->kind != JOURNAL_SYNC) {
        at++;
    }
    return at;
}

/* How many states were committed before the cut. */
static size_t
n_committed(size_t at)
{
    size_t n = 0;

    while (n < lab.n_states && lab.states[n].at < at) {
        n++;
    }
    return n;
}

/* The database of a start after the cut, by SQLite alone. */
static bool
holds_a_commit(const char *folder, const struct cut *cut, char *why)
{
    char *path = string_format("%s/state/budkavle.db", folder);
    size_t n = n_committed(cut->at);
    uint64_t digest;
    bool good;

    if (n == 0) {
        free(path);
        return true; /* it was being made, and nobody was told anything */
    }
    good = database_is_whole(path, &digest, why, WHY_SIZE);
    if (good && digest != lab.states[n - 1].digest) {
        good = n < lab.n_states && digest == lab.states[n].digest;
        tally.at_next_commit += good;
        if (!good) {
            (void)snprintf(why, WHY_SIZE,
                           "holds neither what it held after commit %zu, which had "
                           "returned, nor after the next",
                           n);
        }
    }
    free(path);
    return good;
}

static bool
opens(const char *folder, char *why)
{
    char *path = string_format("%s/state/budkavle.db", folder);
    struct store *store = NULL;
    struct error error = { 0 };
    enum status status;

    status = __real_store_open(path, begin_ms, &store, &error);
    if (status != STATUS_OK) {
        (void)snprintf(why, WHY_SIZE, "the store does not open: %s", error.text);
    }
    store_close(store);
    free(path);
    return status == STATUS_OK;
}

/* Each look gets a disk of its own, because looking repairs. */
static bool
survives_cut(struct cut *cut, char *why)
{
    char *folder = in_scratch("cut");
    bool good = true;

    for (int look = 0; look < 2 && good; look++) {
        char *state = string_format("%s/state", folder);

        disk_cut(&lab.journal, cut, folder);
        mkdir(state, 0700); /* systemd makes it if it is lost */
        good = look == 0 ? holds_a_commit(folder, cut, why) : opens(folder, why);
        free(state);
        stage_folder_remove(folder);
    }
    free(folder);
    return good;
}

static void
cut_once(enum cut_mode mode)
{
    struct cut cut = { .at = choose_moment(), .mode = mode, .seed = draw(UINT32_MAX) };
    char why[WHY_SIZE] = "";

    tally.cuts++;
    if (!survives_cut(&cut, why)) {
        tally.wrong++;
        fprintf(stderr,
                "power_store: cut at record %zu of %zu, %s, seed %" PRIu64 ": %s\n",
                cut.at, lab.journal.n_records, mode == CUT_DROP ? "drop" : "tear",
                cut.seed, why);
    }
    tally.lossy += cut.n_lost > 0;
    tally.lost_writes += cut.n_lost;
}

/* The same store on a disk that says it has synced and has not. */
static bool
is_seen_on_a_deaf_disk(void)
{
    char why[WHY_SIZE];
    bool seen = false;

    for (int i = 0; i < DEAF_CUTS && !seen; i++) {
        struct cut cut = { .at = choose_moment(),
                           .seed = draw(UINT32_MAX),
                           .deaf = true };

        seen = !survives_cut(&cut, why);
    }
    return seen;
}

int
main(int argc, char **argv)
{
    bool seen = false;
    size_t left[2];
    char *config;

    if (argc != 5) {
        fprintf(stderr, "usage: power_store CONFIG DROPS TEARS SEED\n");
        return 2;
    }
    left[CUT_DROP] = (size_t)strtoumax(argv[2], NULL, 10);
    left[CUT_TEAR] = (size_t)strtoumax(argv[3], NULL, 10);
    lab.random = (uint64_t)strtoumax(argv[4], NULL, 10) * 2 + 1;
    stage_silence();
    database_watch();
    config = stage_read(argv[1], NULL);
    lab.scratch = stage_folder_new();
    while (left[CUT_DROP] + left[CUT_TEAR] > 0) {
        record_a_run(config);
        for (int i = 0; i < CUTS_PER_RUN && left[CUT_DROP] + left[CUT_TEAR] > 0; i++) {
            enum cut_mode mode =
                left[CUT_TEAR] == 0 || (left[CUT_DROP] > 0 && draw(7) < 5) ? CUT_DROP
                                                                           : CUT_TEAR;
            left[mode]--;
            cut_once(mode);
        }
        seen = seen || is_seen_on_a_deaf_disk();
        fprintf(
            stderr,
            "power_store: %zu file calls, %zu commits recorded; so far %zu cuts, "
            "%zu of them lost writes (%zu in all), %zu found the next commit whole, "
            "%zu wrong; a deaf disk was %s\n",
            lab.journal.n_records, lab.n_states, tally.cuts, tally.lossy,
            tally.lost_writes, tally.at_next_commit, tally.wrong,
            seen ? "seen" : "not seen");
        journal_clear(&lab.journal);
    }
    stage_folder_remove(lab.scratch);
    free(lab.scratch);
    free(lab.states);
    free(config);
    if (!seen || tally.lossy == 0) {
        fprintf(stderr, "power_store: nothing was at stake; the laboratory is blind\n");
        return 1;
    }
    return tally.wrong == 0 ? 0 : 1;
}
