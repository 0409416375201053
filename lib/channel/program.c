/* SPDX-License-Identifier: EUPL-1.2 */
/* Programs as peers. */
#include "channel/program.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "channel/outcome.h"

#include <stdlib.h>
#include <string.h>

enum {
    ID_BYTES = 200
};

const char *const program_no_effect[] = { "proxy", "ca_file", "allow_private",
                                          "allow_http", NULL };

static void
add(struct request *request, const char *name, const char *value)
{
    strings_take(&request->environment, string_format("BUDKAVLE_%s=%s", name, value));
}

void
program_environment(const struct delivery_input *input, struct request *request)
{
    char *attempt = string_format("%lld", (long long)input->attempt);
    add(request, "CHANNEL", input->channel->name);
    add(request, "MESSAGE", input->message->id);
    add(request, "INCIDENT", input->message->incident_id);
    add(request, "ATTEMPT", attempt);
    if (input->is_test)
        add(request, "TEST", "1");
    free(attempt);
}

/* Its first line of printable characters; NULL: none. Caller frees. */
static char *
first_line(const struct buffer *text)
{
    size_t len = text->len == 0 ? 0 : strcspn(text->data, "\r\n");
    return len == 0 ? NULL : utf8_printable(text->data, len, ID_BYTES);
}

void
program_outcome(const struct reply *reply, enum outcome_kind kind,
                struct outcome *outcome)
{
    if (outcome_without_answer(reply, outcome))
        return;
    if (kind == OUTCOME_DELIVERED) {
        outcome_set(outcome, kind, NULL);
        outcome->remote_id = first_line(&reply->body);
        return;
    }
    bool has_said = reply->detail != NULL && reply->detail[0] != '\0';
    outcome_set(outcome, kind, has_said ? "%s (exit code %lld)" : "%sexit code %lld",
                has_said ? reply->detail : "", (long long)reply->code);
}
