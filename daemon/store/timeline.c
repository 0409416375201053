/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything that happened around one incident, in one list. */
#include "base/memory.h"
#include "store/database.h"
#include "store/incidents.h"
#include "store/tables.h"

enum {
    TIMELINE
};

/* Columns: time, kind, key, event_id, body, result, why, notice, sequence, channel, uid,
 * action, covered by, recipients, reported, its reason. The kinds are numbered as enum timeline_kind. Deliveries
 * to single recipients are one entry for all that ended alike: there may be thousands. */
static const char *const sql[] = {
    [TIMELINE] =
        "SELECT received_at_ms, 0, receipt, event_id, body, result, why, -1, 0, NULL,"
        " -1, NULL, 0, 0, 0, NULL FROM event WHERE incident = ?1 "
        "UNION ALL "
        "SELECT written_at_ms, 1, row, NULL, NULL, 0, NULL, notice, sequence, NULL,"
        " -1, NULL, 0, 0, 0, NULL FROM message WHERE incident = ?1 "
        "UNION ALL "
        "SELECT max(o.concluded_at_ms), 2, max(o.row), NULL, NULL, o.state,"
        " max(o.last_error), -1, o.sequence, c.name, -1, NULL,"
        " (SELECT n.sequence FROM outbound n WHERE n.row = o.covered_by) AS said_with,"
        " count(*), o.reported, max(o.report_reason) FROM channel c CROSS JOIN outbound o"
        " ON o.incident = ?1 AND o.channel = c.row "
        "WHERE o.concluded_at_ms IS NOT NULL AND o.state <> " SQL_EXPANDED " "
        "GROUP BY c.row, o.sequence, o.state, said_with, o.reported "
        "UNION ALL "
        "SELECT at_ms, 3, row, NULL, NULL, 0, reason, -1, 0, channel, uid, action,"
        " 0, 0, 0, NULL FROM log WHERE incident = ?2 "
        "ORDER BY 1, 2, 3",
};
_Static_assert(TIMELINE_EVENT == 0 && TIMELINE_MESSAGE == 1 && TIMELINE_DELIVERY == 2 &&
                   TIMELINE_ACTION == 3,
               "the statement numbers the kinds");

const struct statement_table timeline_statements = { STATEMENTS_TIMELINE, sql,
                                                     ARRAY_COUNT(sql) };

void
store_timeline(struct store *store, int64_t incident_row,
               bool (*each)(void *context, const struct timeline_entry *entry),
               void *context)
{
    char id[PUBLIC_ID_SIZE];
    sqlite3_stmt *statement;
    struct timeline_entry entry;

    public_id_format(store, 'i', incident_row, id, sizeof(id));
    statement = statement_start(store, &timeline_statements, TIMELINE,
                                VALUES(integer(incident_row), text(id)));

    while (statement_step(store, statement)) {
        entry = (struct timeline_entry){
            .at_ms = column_moment(statement, 0, TIME_NONE),
            .kind =
                (enum timeline_kind)column_choice(statement, 1, 0, TIMELINE_ACTION + 1),
            .event_id = column_text(statement, 3),
            .body = column_text(statement, 4),
            .result = column_choice(statement, 5, 0, DELIVERY_STATE_COUNT),
            .why = column_text(statement, 6),
            .notice = -1,
            .sequence = column_integer(statement, 8),
            .channel = column_text(statement, 9),
            .uid = column_integer(statement, 10),
            .action = column_text(statement, 11),
            .covered_by = column_integer(statement, 12),
            .recipients = column_integer(statement, 13),
            .reported = (enum report_state)column_choice(statement, 14, REPORT_NONE,
                                                         REPORT_STATE_COUNT),
            .report_reason = column_text(statement, 15),
        };
        if (entry.kind == TIMELINE_MESSAGE) {
            entry.notice = column_choice(statement, 7, NOTICE_NONE + 1, NOTICE_COUNT);
        }
        if (!each(context, &entry)) {
            statement_end(statement);
            return;
        }
    }
}
