/* SPDX-License-Identifier: EUPL-1.2 */
/* The form of an act that its hash is made of. */
#include "model/act.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/timestamp.h"

#include <stdlib.h>
#include <string.h>

void
act_clear(struct act *act)
{
    free(act->action);
    free(act->channel);
    free(act->reason);
    memset(act, 0, sizeof(*act));
}

static void
add_value(struct buffer *form, const char *value)
{
    for (const char *p = value == NULL ? "" : value; *p != '\0'; p++) {
        if (*p == '\n') {
            buffer_add(form, "\\n");
        } else if (*p == '\\') {
            buffer_add(form, "\\\\");
        } else {
            buffer_add_char(form, *p);
        }
    }
    buffer_add_char(form, '\n');
}

static void
add_number(struct buffer *form, int64_t number)
{
    buffer_addf(form, "%lld\n", (long long)number);
}

void
act_hash(const struct act *act, char out[SHA256_HEX_SIZE])
{
    char at[TIMESTAMP_SIZE];
    struct buffer form = { 0 };

    add_value(&form, act->previous);
    add_number(&form, act->row);
    add_value(&form, timestamp_format(act->at_ms, at));
    add_number(&form, act->uid);
    add_value(&form, act->action);
    add_value(&form, act->incident_id);
    if (act->delivery != 0) {
        add_number(&form, act->delivery);
    } else {
        add_value(&form, NULL);
    }
    add_value(&form, act->channel);
    add_value(&form, act->reason);
    sha256_hex(form.data, form.len, out);
    buffer_clear(&form);
}
