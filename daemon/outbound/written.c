/* SPDX-License-Identifier: EUPL-1.2 */
/* A message as its readers need it, once for those who need the same. */
#include "outbound/written.h"

#include "outbound/internal.h"

#include "policy/correction.h"
#include "policy/recast.h"
#include "store/told.h"

#include <string.h>

void
written_clear(struct written *written)
{
    message_clear(&written->message);
    kept_text_clear(&written->text);
    memset(written, 0, sizeof(*written));
}

/* A reader who never heard what a correction is about is told what is right, as if it had
 * been right from the first. */
static void
recast_correction(struct written *written)
{
    struct message *message = &written->message;

    if (written->corrects_from != 0 && !written->heard) {
        message->notice = correction_plain_notice(&message->facts);
    }
}

/* For a reader who was told what was delivered here before; what is not known any more
 * changes nothing. */
static void
recast(struct outbound *outbound, const struct lane *lane, struct written *written)
{
    int64_t tolerance_ms = driver_etr_tolerance_ms(lane->driver, lane->channel);
    struct message told = { 0 };

    if (written->told_before == 0) {
        message_recast(&written->message, NULL, tolerance_ms);
    } else if (written->told_before > 0 &&
               message_load(outbound->store, written->told_before, &told)) {
        message_recast(&written->message, &told, tolerance_ms);
    }
    message_clear(&told);
}

static bool
is_kept(const struct written *written, int64_t message_row, int64_t now_ms)
{
    return written->message_row == message_row && now_ms >= written->at_ms &&
           now_ms - written->at_ms < WRITTEN_KEPT_MS;
}

/* Reads the message, and what it corrects, before it is recast. */
static bool
read_message(struct outbound *outbound, int64_t message_row, int64_t now_ms,
             struct written *written)
{
    written_clear(written);
    if (!message_load(outbound->store, message_row, &written->message)) {
        return false;
    }
    written->message_row = message_row;
    written->at_ms = now_ms;
    if (written->message.notice == NOTICE_CORRECTION) {
        written->corrects_from = written->message.correction.from;
    }
    return true;
}

static bool
has_heard(struct outbound *outbound, const struct outbound_row *row,
          const struct written *written)
{
    return written->corrects_from != 0 &&
           store_outbound_has_heard(outbound->store, row, written->corrects_from);
}

const struct message *
written_message(struct outbound *outbound, struct lane *lane,
                const struct outbound_row *row, int64_t now_ms)
{
    struct written *written = &lane->written;
    bool kept = is_kept(written, row->message_row, now_ms);
    bool heard;
    int64_t told_before;

    if (!kept && !read_message(outbound, row->message_row, now_ms, written)) {
        return NULL;
    }
    heard = has_heard(outbound, row, written);
    told_before =
        lane->driver->read_by_people ? store_told_before(outbound->store, row) : 0;
    if (kept && heard == written->heard && told_before == written->told_before) {
        return &written->message;
    }
    if (kept && !read_message(outbound, row->message_row, now_ms, written)) {
        return NULL;
    }
    written->heard = heard;
    written->told_before = told_before;
    recast_correction(written);
    if (lane->driver->read_by_people) {
        recast(outbound, lane, written);
    }
    return &written->message;
}

struct kept_text *
written_text(struct lane *lane, bool late)
{
    struct written *written = &lane->written;

    if (written->text_is_late != late) {
        kept_text_clear(&written->text);
        written->text_is_late = late;
    }
    return &written->text;
}
