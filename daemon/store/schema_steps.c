/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The schema, version by version.
 *
 * Times are milliseconds; NULL is "none" or "never". Enums are stored as their numbers,
 * so the order of their members must not change without a step.
 */
#include "store/schema.h"

#include "base/memory.h"
#include "model/names.h"
#include "store/database.h"
#include "store/log.h"

_Static_assert(DELIVERY_HELD == 0 && DELIVERY_PENDING == 1 && DELIVERY_IN_FLIGHT == 2 &&
                   DELIVERY_UNKNOWN == 3 && DELIVERY_PARKED == 4 &&
                   DELIVERY_DELIVERED == 5 && DELIVERY_COVERED == 6 &&
                   DELIVERY_CANCELLED == 7 && DELIVERY_UNDELIVERABLE == 8 &&
                   DELIVERY_EXPANDED == 9,
               "the partial indexes and stored rows rely on these numbers");
_Static_assert(INCIDENT_PLANNED == 0 && INCIDENT_SUSPECTED == 1 &&
                   INCIDENT_CONFIRMED == 2 && INCIDENT_PARTLY_RESTORED == 3 &&
                   INCIDENT_RESTORED == 4 && INCIDENT_CANCELLED == 5,
               "the partial index of open incidents relies on these numbers");

static const char version_1_incidents[] =
    "CREATE TABLE meta ("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE note ("
    "  name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    /* Numbers that would take a scan: incidents by status (-1: waiting), messages. */
    "CREATE TABLE tally ("
    "  kind TEXT NOT NULL, key INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (kind, key)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE incident ("
    "  row INTEGER PRIMARY KEY, source TEXT NOT NULL, number TEXT NOT NULL,"
    "  known INTEGER NOT NULL, status INTEGER NOT NULL, mode INTEGER NOT NULL,"
    "  merged INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  created_at_ms INTEGER, updated_at_ms INTEGER, exists_since_ms INTEGER,"
    "  closed_at_ms INTEGER, next_check_ms INTEGER, record TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX incident_number ON incident (number, source);"
    "CREATE INDEX incident_open ON incident (merged, status)"
    "  WHERE known = 1 AND merged = 0 AND status <= 3;"
    "CREATE INDEX incident_closed ON incident (closed_at_ms)"
    "  WHERE closed_at_ms IS NOT NULL;"
    "CREATE INDEX incident_updated ON incident (updated_at_ms) WHERE known = 1;"
    "CREATE INDEX incident_waiting ON incident (known, created_at_ms) WHERE known = 0;"
    "CREATE INDEX incident_check ON incident (next_check_ms)"
    "  WHERE next_check_ms IS NOT NULL;"

    /* By the sender's number: the target may not be known yet. */
    "CREATE TABLE incident_merge ("
    "  row INTEGER PRIMARY KEY REFERENCES incident, source TEXT NOT NULL,"
    "  number TEXT NOT NULL) STRICT;"
    "CREATE INDEX incident_merge_target ON incident_merge (source, number);"

    "CREATE TABLE event ("
    "  receipt INTEGER PRIMARY KEY, source TEXT NOT NULL, event_id TEXT NOT NULL,"
    "  incident INTEGER NOT NULL REFERENCES incident, at_ms INTEGER,"
    "  received_at_ms INTEGER, digest TEXT NOT NULL, body TEXT NOT NULL,"
    "  result INTEGER NOT NULL, message INTEGER REFERENCES message, why TEXT) STRICT;"
    "CREATE UNIQUE INDEX event_identity ON event (source, event_id);"
    "CREATE INDEX event_incident ON event (incident);"

    "CREATE TABLE file_taken ("
    "  source TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,"
    "  taken_at_ms INTEGER,"
    "  PRIMARY KEY (source, name, sha256)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE file_attempt ("
    "  source TEXT NOT NULL, name TEXT NOT NULL, running INTEGER NOT NULL,"
    "  deaths INTEGER NOT NULL, PRIMARY KEY (source, name)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE message ("
    "  row INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incident,"
    "  sequence INTEGER NOT NULL, notice INTEGER NOT NULL, priority INTEGER NOT NULL,"
    "  written_at_ms INTEGER, record TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX message_sequence ON message (incident, sequence);";

static const char version_1_outbound[] =
    "CREATE TABLE channel ("
    "  row INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE incident_channel ("
    "  incident INTEGER NOT NULL REFERENCES incident, channel INTEGER NOT NULL,"
    "  last_sequence INTEGER NOT NULL,"
    "  PRIMARY KEY (incident, channel)) STRICT, WITHOUT ROWID;"

    /* recipient '': the channel itself. cursor: the last address that was expanded. */
    "CREATE TABLE outbound ("
    "  row INTEGER PRIMARY KEY, message INTEGER NOT NULL REFERENCES message,"
    "  incident INTEGER NOT NULL, sequence INTEGER NOT NULL,"
    "  previous INTEGER NOT NULL, channel INTEGER NOT NULL, recipient TEXT NOT NULL,"
    "  list INTEGER NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL,"
    "  ready INTEGER NOT NULL, late INTEGER NOT NULL DEFAULT 0,"
    "  transport INTEGER NOT NULL DEFAULT 0, created_at_ms INTEGER,"
    "  due_at_ms INTEGER NOT NULL, attempted_at_ms INTEGER, concluded_at_ms INTEGER,"
    "  attempts INTEGER NOT NULL DEFAULT 0, owner TEXT, lease_until_ms INTEGER,"
    "  last_error TEXT, remote_id TEXT, cursor TEXT) STRICT;"
    "CREATE UNIQUE INDEX outbound_order"
    "  ON outbound (incident, channel, recipient, sequence);"
    "CREATE INDEX outbound_incident ON outbound (incident);"
    "CREATE INDEX outbound_due ON outbound (channel, priority, due_at_ms)"
    "  WHERE state = " SQL_PENDING " AND ready = 1 AND list = 0;"
    "CREATE INDEX outbound_open ON outbound (channel, state, created_at_ms)"
    "  WHERE " SQL_OPEN_STATE ";"
    "CREATE INDEX outbound_transport ON outbound (channel, priority, due_at_ms)"
    "  WHERE state = " SQL_PENDING " AND transport = 1;"
    "CREATE INDEX outbound_list ON outbound (priority)"
    "  WHERE list <> 0 AND state <= 1;"
    "CREATE TABLE outbound_count ("
    "  channel INTEGER NOT NULL, state INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (channel, state)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE action ("
    "  row INTEGER PRIMARY KEY, at_ms INTEGER, uid INTEGER NOT NULL,"
    "  action TEXT NOT NULL, incident INTEGER REFERENCES incident,"
    "  outbound INTEGER REFERENCES outbound, channel TEXT, reason TEXT) STRICT;"
    "CREATE INDEX action_incident ON action (incident) WHERE incident IS NOT NULL;"

    "CREATE TABLE recipient_list ("
    "  row INTEGER PRIMARY KEY, channel INTEGER NOT NULL, sha256 TEXT NOT NULL,"
    "  complete INTEGER NOT NULL, size INTEGER NOT NULL, created_at_ms INTEGER) STRICT;"
    "CREATE INDEX recipient_list_channel ON recipient_list (channel);"
    "CREATE TABLE recipient ("
    "  list INTEGER NOT NULL, address TEXT NOT NULL,"
    "  PRIMARY KEY (list, address)) STRICT, WITHOUT ROWID;";

/* What covers a delivery, the daemon's own alarms, deaths without attempts, and what
 * makes removing old rows quick: how far it has come, and the way to each reference to a
 * row. */
static const char version_2[] =
    /* The delivery whose text says what this one would have said; set while that one
     * is under way, and final with it. */
    "ALTER TABLE outbound ADD COLUMN covered_by INTEGER REFERENCES outbound;"
    "CREATE INDEX outbound_covering ON outbound (covered_by)"
    "  WHERE covered_by IS NOT NULL;"
    /* An attempt may have arrived, though no answer said so. */
    "ALTER TABLE outbound ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;"

    "CREATE TABLE alarm ("
    "  kind INTEGER NOT NULL, subject TEXT NOT NULL, cause TEXT NOT NULL,"
    "  raised_at_ms INTEGER, told_at_ms INTEGER, ended_at_ms INTEGER,"
    "  times INTEGER NOT NULL, counted INTEGER NOT NULL,"
    "  PRIMARY KEY (kind, subject, cause)) STRICT, WITHOUT ROWID;"
    /* Why rows are parked, from one cause to the next. */
    "CREATE INDEX outbound_parked ON outbound (channel, last_error)"
    "  WHERE state = " SQL_PARKED ";"

    /* Which file was being parsed stands in a mark beside the database: the table has
     * those that the process died of. */
    "DELETE FROM file_attempt WHERE deaths = 0;"
    "ALTER TABLE file_attempt DROP COLUMN running;"

    "CREATE TABLE row_floor ("
    "  name TEXT PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "ALTER TABLE incident ADD COLUMN bodies_gone INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE incident ADD COLUMN deliveries_gone INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX incident_bodies ON incident (closed_at_ms)"
    "  WHERE closed_at_ms IS NOT NULL AND bodies_gone = 0;"
    "CREATE INDEX incident_deliveries ON incident (closed_at_ms)"
    "  WHERE closed_at_ms IS NOT NULL AND deliveries_gone = 0;"
    /* How many deliveries an incident had that are removed. */
    "CREATE TABLE outbound_removed ("
    "  incident INTEGER NOT NULL REFERENCES incident, channel INTEGER NOT NULL,"
    "  state INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (incident, channel, state)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX outbound_message ON outbound (message);"
    "CREATE INDEX event_message ON event (message) WHERE message IS NOT NULL;"
    "CREATE INDEX action_outbound ON action (outbound) WHERE outbound IS NOT NULL;"
    "CREATE INDEX action_alone ON action (at_ms) WHERE incident IS NULL;"
    "CREATE INDEX file_taken_age ON file_taken (taken_at_ms);";

/* What each channel was told last, where channels are not told the same. */
static const char version_3_told[] =
    /* The estimate in the newest message that the channel was given. */
    "ALTER TABLE incident_channel ADD COLUMN etr_at_ms INTEGER;";

/* When the oldest of what rests for the channel is due. */
static const char version_3_rest[] =
    "ALTER TABLE incident_channel ADD COLUMN rests_until_ms INTEGER;";

/* Why a delivery is held: enum hold. */
static const char version_3_hold[] =
    "ALTER TABLE outbound ADD COLUMN hold INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX outbound_held ON outbound (hold, channel, message)"
    "  WHERE state = 0;";

/* What was promised, so that those who are to keep it can be warned before it passes: when
 * it passes, when it was made, and how many passed without an event (policy/promise.h).
 * Of open incidents nothing but the next word or the estimate was waited for before. */
static const char version_3_promise[] =
    "ALTER TABLE incident ADD COLUMN promise_at_ms INTEGER;"
    "ALTER TABLE incident ADD COLUMN promise_made_ms INTEGER;"
    "ALTER TABLE incident ADD COLUMN lapses INTEGER NOT NULL DEFAULT 0;"
    "UPDATE incident SET promise_at_ms = next_check_ms,"
    " promise_made_ms = updated_at_ms WHERE known = 1 AND merged = 0"
    " AND status IN (1, 2, 3) AND next_check_ms IS NOT NULL;"
    "CREATE INDEX incident_promise"
    "  ON incident (promise_at_ms, promise_made_ms, lapses)"
    "  WHERE promise_at_ms IS NOT NULL AND lapses = 0;"
    "CREATE INDEX incident_lapsed"
    "  ON incident (lapses, promise_made_ms, promise_at_ms) WHERE lapses > 0;";

/* Who sent an event over the socket, and what waits for a second person. A row goes when
 * its message is released, cancelled or replaced; since_ms outlives a replacement. */
static const char version_3_approval[] =
    "ALTER TABLE event ADD COLUMN uid INTEGER;"
    "CREATE TABLE approval ("
    "  message INTEGER PRIMARY KEY, incident INTEGER NOT NULL UNIQUE,"
    "  rules INTEGER NOT NULL, since_ms INTEGER, uids TEXT NOT NULL,"
    "  audience TEXT NOT NULL) STRICT;";

/* What people did, as a chain of hashes (store/log.h); the rows of `action` move into it.
 * Incidents and deliveries are named as people know them, and may be gone. */
static const char version_3_log[] =
    "CREATE TABLE log ("
    "  row INTEGER PRIMARY KEY, at_ms INTEGER, uid INTEGER NOT NULL,"
    "  action TEXT NOT NULL, incident TEXT, outbound INTEGER, channel TEXT,"
    "  reason TEXT, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT;"
    "CREATE INDEX log_incident ON log (incident) WHERE incident IS NOT NULL;";

/* From which message of its incident on a message takes back what was said: all it says
 * (a retraction), or what it corrects; 0: nothing. */
static const char version_3_correction[] =
    "ALTER TABLE message ADD COLUMN wrong_from INTEGER NOT NULL DEFAULT 0;"
    "UPDATE message SET wrong_from = 1 WHERE notice IN (9, 16);";
_Static_assert(NOTICE_FALSE_ALARM == 9 && NOTICE_PLANNED_OFF == 16,
               "a statement names them");

/* Which channels are in storm mode, what each was given in the last hours, and what waits
 * for the end of a turn. */
static const char version_3_storm[] =
    "CREATE TABLE storm ("
    "  channel INTEGER PRIMARY KEY, incident INTEGER REFERENCES incident,"
    "  since_ms INTEGER, next_ms INTEGER, told_at_ms INTEGER, last_ms INTEGER) STRICT;"
    "CREATE INDEX storm_incident ON storm (incident);"
    /* departed 0: a delivery of it still waits, and at_ms means nothing. */
    "CREATE TABLE storm_word ("
    "  channel INTEGER NOT NULL, message INTEGER NOT NULL, incident INTEGER NOT NULL,"
    "  summary INTEGER NOT NULL, made_at_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    "  departed INTEGER NOT NULL,"
    "  PRIMARY KEY (channel, message)) STRICT, WITHOUT ROWID;"
    /* The newest message of each incident that is not decided about. With row ids: where
     * there are none, an upsert of SQLite 3.40.1 that runs out of memory can leave
     * behind a value that must not be NULL. */
    "CREATE TABLE storm_wait ("
    "  channel INTEGER NOT NULL, incident INTEGER NOT NULL, message INTEGER NOT NULL,"
    "  sequence INTEGER NOT NULL, customers INTEGER NOT NULL, class INTEGER NOT NULL,"
    "  held INTEGER NOT NULL,"
    "  PRIMARY KEY (channel, incident, held)) STRICT;"
    /* How much there was to say. */
    "CREATE TABLE storm_demand ("
    "  channel INTEGER NOT NULL, at_ms INTEGER NOT NULL, n INTEGER NOT NULL,"
    "  PRIMARY KEY (channel, at_ms)) STRICT, WITHOUT ROWID;"
    /* Bits: 1 a summary named the incident here, 2 it had a notice of its own. */
    "ALTER TABLE incident_channel ADD COLUMN named INTEGER NOT NULL DEFAULT 0;";

/* Recipients who left (store/left.h). */
static const char version_3_left[] =
    "CREATE TABLE recipient_left ("
    "  row INTEGER PRIMARY KEY, channel INTEGER NOT NULL, recipient TEXT NOT NULL,"
    "  since_ms INTEGER, reason INTEGER NOT NULL, detail TEXT) STRICT;"
    "CREATE UNIQUE INDEX recipient_left_address"
    "  ON recipient_left (channel, recipient);";

const struct schema_step schema_steps[] = {
    [0] = { .sql = { version_1_incidents, version_1_outbound } },
    [1] = { .sql = { version_2 } },
    [2] = { .sql = { version_3_told, version_3_rest, version_3_hold, version_3_promise,
                     version_3_approval, version_3_log, version_3_correction,
                     version_3_storm, version_3_left },
            .finish = log_take_over },
};
_Static_assert(ARRAY_COUNT(schema_steps) == STORE_SCHEMA_VERSION,
               "one step for each version");
