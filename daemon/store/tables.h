/* SPDX-License-Identifier: EUPL-1.2 */
/* The tables of named statements, one of each file. */
#ifndef BUDKAVLE_STORE_TABLES_H
#define BUDKAVLE_STORE_TABLES_H

#include "store/statement.h"

extern const struct statement_table store_statements, counts_statements,
    events_statements, files_statements, incidents_statements,
    incident_lists_statements, timeline_statements, messages_statements,
    order_statements, queue_statements, catch_up_statements, covered_statements,
    outbound_lists_statements, operate_statements, recipients_statements,
    recipient_lists_statements, alarms_statements, told_statements,
    approvals_statements, restore_statements, retention_statements, promises_statements,
    log_statements, take_back_statements, storm_statements, storm_rows_statements,
    left_statements;

#endif
