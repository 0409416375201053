/* SPDX-License-Identifier: EUPL-1.2 */
/* Keeping `ready` true. */
#include "store/order.h"

#include "base/memory.h"
#include "store/database.h"
#include "store/tables.h"

#include <stdlib.h>
#include <string.h>

enum {
    PLACE,
    UNFINISHED,
    READY_SET
};

static const char *const sql[] = {
    [PLACE] = "SELECT row, incident, channel, recipient, state FROM outbound "
              "WHERE row = ?1",
    [UNFINISHED] =
        "SELECT row, state, ready, covered_by IS NULL FROM outbound WHERE incident = ?1 AND"
        " channel = ?2 AND recipient = ?3 AND " SQL_UNFINISHED_STATE
        " ORDER BY sequence",
    [READY_SET] = "UPDATE outbound SET ready = ?2 WHERE row = ?1",
};

const struct statement_table order_statements = { STATEMENTS_ORDER, sql,
                                                  ARRAY_COUNT(sql) };

bool
position_find(struct store *store, int64_t row, struct position *position)
{
    sqlite3_stmt *statement =
        statement_start(store, &order_statements, PLACE, VALUES(integer(row)));

    if (!statement_step(store, statement)) {
        return false;
    }
    position->row = column_integer(statement, 0);
    position->incident = column_integer(statement, 1);
    position->channel = column_integer(statement, 2);
    position->recipient = column_text_copy(statement, 3);
    position->state =
        (enum delivery_state)column_choice(statement, 4, 0, DELIVERY_STATE_COUNT);
    statement_end(statement);
    return true;
}

void
position_clear(struct position *position)
{
    free(position->recipient);
    memset(position, 0, sizeof(*position));
}

static void
set_ready(struct store *store, int64_t row, bool ready)
{
    statement_run(store, &order_statements, READY_SET,
                  VALUES(integer(row), integer(ready)));
}

void
order_settle(struct store *store, const struct position *position)
{
    sqlite3_stmt *statement =
        statement_start(store, &order_statements, UNFINISHED,
                        VALUES(integer(position->incident), integer(position->channel),
                               text(position->recipient)));
    int64_t first = 0;  /* the oldest one that waits, unless an older one is begun */
    int64_t holder = 0; /* the one that waits and is ready now */
    bool busy = false;

    while (statement_step(store, statement)) {
        int64_t row = column_integer(statement, 0);
        bool begun = column_integer(statement, 1) >= DELIVERY_IN_FLIGHT;

        busy = busy || begun;
        if (!begun && first == 0 && column_integer(statement, 3) != 0) {
            first = row;
        }
        if (!begun && column_integer(statement, 2) != 0) {
            holder = row;
        }
    }
    if (busy) {
        first = 0;
    }
    if (holder != 0 && holder != first) {
        set_ready(store, holder, false);
    }
    if (first != 0 && holder != first) {
        set_ready(store, first, true);
    }
}
