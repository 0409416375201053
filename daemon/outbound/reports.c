/* SPDX-License-Identifier: EUPL-1.2 */
/* Delivery reports: which delivery one is about, what becomes of it, and whether most of
 * a channel's say that nothing arrives. */
#include "store/reports.h"

#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"
#include "channel/delivery_token.h"
#include "channel/report.h"
#include "store/left.h"

#include <stdlib.h>
#include <string.h>

enum {
    REPORTS_LOOKED_AT = 20,
    REFUSED_LOGGED_EVERY_MS = 60 * 1000
};

/* --- Whose it is ------------------------------------------------------------------ */

static bool
token_is_right(const struct lane *lane, const struct outbound_row *row,
               const char *token)
{
    const char *keys = channel_secret(lane->channel, "token_key_file");
    const struct token_subject subject = {
        .channel = row->channel,
        .delivery = row->row,
        .recipient = row->recipient == NULL ? "" : row->recipient,
    };

    /* Another channel may have the same key, and its tokens be known to its readers. */
    return keys != NULL && strcmp(row->channel, lane->name) == 0 &&
           delivery_token_is_valid(keys, &subject, token);
}

/* STATUS_NOT_FOUND: nobody knows the delivery (any more). */
static enum status
find_by_token(struct outbound *outbound, const struct lane *lane, const char *token,
              struct outbound_row *row, struct error *error)
{
    int64_t number = delivery_token_number(token);

    if (number <= 0) {
        return error_set(error, STATUS_REFUSED,
                         "the report's token is none; a token is that of the address "
                         "which was sent along with the message");
    }
    if (!store_outbound_get(outbound->store, number, row)) {
        return error_set(error, STATUS_NOT_FOUND, "delivery %lld is not known any more",
                         (long long)number);
    }
    if (!token_is_right(lane, row, token)) {
        return error_set(error, STATUS_REFUSED,
                         "the report's token does not belong to delivery %lld of "
                         "channel \"%s\": it was made with another key than that in "
                         "token_key_file, or by somebody else",
                         (long long)number, lane->name);
    }
    return STATUS_OK;
}

static enum status
find_row(struct outbound *outbound, const struct lane *lane,
         const struct delivery_report *report, struct outbound_row *row,
         struct error *error)
{
    if (report->token != NULL) {
        return find_by_token(outbound, lane, report->token, row, error);
    }
    if (report->remote_id == NULL) {
        return error_set(error, STATUS_REFUSED,
                         "the report says neither by a token (%s=…) nor by an id which "
                         "delivery it is about",
                         REPORT_TOKEN_FIELD);
    }
    if (!store_report_find(outbound->store, lane->name, report->remote_id, row)) {
        return error_set(error, STATUS_BUSY,
                         "no delivery of channel \"%s\" is known by the id of the "
                         "report (yet)",
                         lane->name);
    }
    return STATUS_OK;
}

/* --- What becomes of it ----------------------------------------------------------- */

/* Without the address: it does not stand in the log. */
static void
leave_out(struct outbound *outbound, const struct lane *lane,
          const struct outbound_row *row, const struct delivery_report *report,
          int64_t now_ms)
{
    const struct departure departure = {
        .channel = lane->name,
        .recipient = row->recipient,
        .detail = report->reason,
        .reason = report->has_left ? LEFT_UNSUBSCRIBED : LEFT_GONE,
        .uid = ACT_BY_DAEMON,
    };
    int64_t number;

    if ((!report->gone && !report->has_left) || row->recipient == NULL ||
        !lists_has(lane)) {
        return;
    }
    number = store_left_add(outbound->store, &departure, now_ms);
    log_info("outbound: a recipient of channel \"%s\" is left out from now on, a "
             "delivery report says number=%lld why=%s",
             lane->name, (long long)number,
             report->reason == NULL ? "" : report->reason);
}

static void
note(struct outbound *outbound, struct lane *lane, const struct outbound_row *row,
     const struct delivery_report *report, int64_t now_ms)
{
    const struct report_entry entry = { .state = report->state,
                                        .reason = report->reason,
                                        .remote_id = report->remote_id };

    if (!store_report_note(outbound->store, row->row, &entry, now_ms)) {
        return;
    }
    lane->reports_known = false;
    if (report->state == REPORT_FAILED) {
        log_info("outbound: a delivery of channel \"%s\" is reported as failed "
                 "delivery=%lld why=%s",
                 lane->name, (long long)row->row,
                 report->reason == NULL ? "" : report->reason);
        leave_out(outbound, lane, row, report, now_ms);
    }
}

/* Strangers may reach the address: they do not fill the log. */
static void
log_refused(struct lane *lane, const struct error *error, int64_t now_ms)
{
    if (lane->report_refused_at_ms == TIME_NONE ||
        now_ms - lane->report_refused_at_ms >= REFUSED_LOGGED_EVERY_MS ||
        now_ms < lane->report_refused_at_ms) {
        log_warning("outbound: a delivery report for channel \"%s\" is not taken: %s",
                    lane->name, error->text);
        lane->report_refused_at_ms = now_ms;
    }
}

static enum status
take(struct outbound *outbound, struct lane *lane, struct report_call *call,
     int64_t now_ms, enum report_state *state, struct error *error)
{
    struct delivery_report report = { 0 };
    struct outbound_row row = { 0 };
    enum status status;

    call->channel = lane->channel;
    status = lane->driver->report(call, &report, error);
    if (status == STATUS_OK) {
        status = find_row(outbound, lane, &report, &row, error);
    }
    if (status == STATUS_OK) {
        note(outbound, lane, &row, &report, now_ms);
        *state = report.state;
    }
    outbound_row_clear(&row);
    delivery_report_clear(&report);
    return status;
}

enum status
outbound_take_report(struct outbound *outbound, const char *channel,
                     struct report_call *call, int64_t now_ms, enum report_state *state,
                     struct error *error)
{
    struct lane *lane = outbound_lane(outbound, channel);
    enum status status;

    *state = REPORT_NONE;
    if (lane == NULL || lane->channel == NULL) {
        return error_set(error, STATUS_NOT_FOUND, "there is no channel \"%s\"",
                         channel);
    }
    if (lane->driver->report == NULL) {
        return error_set(error, STATUS_NOT_FOUND,
                         "channel \"%s\" takes no delivery reports: its driver %s has "
                         "none",
                         channel, lane->driver->name);
    }
    status = take(outbound, lane, call, now_ms, state, error);
    if (status == STATUS_NOT_FOUND) {
        return STATUS_OK; /* of long ago: there is nothing that it could change */
    }
    if (status != STATUS_OK) {
        log_refused(lane, error, now_ms);
    }
    return status;
}

/* --- Most of them fail ------------------------------------------------------------ */

static void
look(struct outbound *outbound, struct lane *lane, int64_t now_ms)
{
    struct report_counts counts;

    store_report_counts(outbound->store, lane->name, now_ms - DAYS_MS,
                        REPORTS_LOOKED_AT, &counts);
    lane->reports_fail =
        counts.n == REPORTS_LOOKED_AT && counts.failed > REPORTS_LOOKED_AT / 2;
    lane->reports_until_ms =
        counts.oldest_ms == TIME_NONE ? TIME_NEVER : counts.oldest_ms + DAYS_MS + 1;
    lane->reports_known = true;
}

bool
reports_fail(struct outbound *outbound, struct lane *lane, int64_t now_ms,
             int64_t *until_ms)
{
    *until_ms = TIME_NEVER;
    if (lane->driver->report == NULL) {
        return false;
    }
    if (!lane->reports_known || now_ms >= lane->reports_until_ms) {
        look(outbound, lane, now_ms);
    }
    if (lane->reports_fail) {
        *until_ms = lane->reports_until_ms;
    }
    return lane->reports_fail;
}

void
reports_forget(struct outbound *outbound)
{
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        outbound->lanes[i]->reports_known = false;
    }
}
