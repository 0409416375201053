/* SPDX-License-Identifier: EUPL-1.2 */
/* The earlier messages that a delivery stands in for, read for its text. */
#include "outbound/internal.h"

#include "base/memory.h"
#include "policy/recast.h"

#include <stdlib.h>

enum {
    MISSED_TOLD = 20 /* one by one; older ones are counted */
};

struct keys {
    int64_t *rows, *sequences;
    size_t n;
};

static bool
on_missed(void *context, int64_t message_row, int64_t sequence)
{
    struct keys *keys = context;

    keys->rows = memory_resize(keys->rows, keys->n + 1, sizeof(*keys->rows));
    keys->sequences =
        memory_resize(keys->sequences, keys->n + 1, sizeof(*keys->sequences));
    keys->rows[keys->n] = message_row;
    keys->sequences[keys->n++] = sequence;
    return true;
}

/* Reads the newest; one that is damaged is only counted. */
static void
load_newest(struct outbound *outbound, const struct keys *keys, struct missed *missed)
{
    size_t first = keys->n > MISSED_TOLD ? keys->n - MISSED_TOLD : 0;

    missed->newest = memory_array(keys->n - first, sizeof(*missed->newest));
    for (size_t i = first; i < keys->n; i++) {
        struct message *message = &missed->newest[missed->n_newest];

        if (message_load(outbound->store, keys->rows[i], message)) {
            missed->n_newest++;
        } else {
            message_clear(message);
        }
    }
}

static int64_t
written_at(struct outbound *outbound, int64_t message_row, int64_t otherwise)
{
    struct message_row row = { 0 };
    int64_t at_ms = store_message_get(outbound->store, message_row, &row)
                        ? row.written_at_ms
                        : otherwise;

    message_row_clear(&row);
    return at_ms;
}

void
missed_load(struct outbound *outbound, const struct outbound_row *row, int64_t now_ms,
            struct missed *missed)
{
    struct keys keys = { 0 };

    missed_clear(missed);
    store_outbound_missed(outbound->store, row->row, on_missed, &keys);
    if (keys.n > 0) {
        load_newest(outbound, &keys, missed);
        missed->from_ms = written_at(outbound, keys.rows[0], now_ms);
    }
    missed->sequences = keys.sequences;
    missed->count = keys.n;
    free(keys.rows);
}

size_t
missed_take_burst(struct missed *missed, const struct message *newest,
                  int64_t hold_down_ms)
{
    size_t n = 0;

    while (
        missed->n_newest > 0 &&
        recast_carries(newest, &missed->newest[missed->n_newest - 1], hold_down_ms) &&
        missed->newest[missed->n_newest - 1].sequence ==
            missed->sequences[missed->count - 1]) {
        message_clear(&missed->newest[--missed->n_newest]);
        missed->count--;
        n++;
    }
    return n;
}
