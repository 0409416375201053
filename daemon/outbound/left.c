/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients who left: what was claimed for them goes no further, and who is gone by the
 * word of an answer is remembered. */
#include "store/left.h"

#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <string.h>

/* Whether the row's recipient left; the row is then concluded, and moves. */
static bool
end_row(struct outbound *outbound, struct outbound_row *row, int64_t now_ms,
        struct outbound_rows *concluded)
{
    struct left left = { 0 };
    bool has_left =
        row->recipient != NULL &&
        store_left_find(outbound->store, row->channel, row->recipient, &left);

    if (has_left) {
        store_left_conclude(outbound->store, row, &left, now_ms, concluded);
    }
    left_clear(&left);
    return has_left;
}

void
left_leave_out(struct outbound *outbound, struct outbound_rows *rows, int64_t now_ms)
{
    struct outbound_rows concluded = { 0 };
    size_t kept = 0;

    if (rows->count == 0 ||
        store_left_count(outbound->store, rows->items[0].channel) == 0) {
        return;
    }
    for (size_t i = 0; i < rows->count; i++) {
        if (!end_row(outbound, &rows->items[i], now_ms, &concluded)) {
            rows->items[kept++] = rows->items[i];
        }
    }
    outbound->more = outbound->more || kept < rows->count;
    rows->count = kept;
    outbound_tell(outbound, &concluded, now_ms);
}

/* Without the address: it does not stand in the log. */
void
left_note(struct outbound *outbound, const struct lane *lane,
          const struct outbound_row *row, const struct outcome *outcome, int64_t now_ms)
{
    const struct departure departure = { .channel = lane->name,
                                         .recipient = row->recipient,
                                         .detail = outcome->detail,
                                         .reason = LEFT_GONE,
                                         .uid = ACT_BY_DAEMON };
    int64_t number;

    if (!outcome->gone || outcome->kind != OUTCOME_UNDELIVERABLE ||
        row->recipient == NULL || !lists_has(lane)) {
        return;
    }
    number = store_left_add(outbound->store, &departure, now_ms);
    log_info("outbound: a recipient of channel \"%s\" is gone and is left out from now "
             "on number=%lld why=%s",
             lane->name, (long long)number,
             outcome->detail == NULL ? "" : outcome->detail);
}
