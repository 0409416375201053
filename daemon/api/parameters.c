/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The query parameters of each route. One that the route does not know is refused: a
 * filter that is misspelt would otherwise answer with everything.
 */
#include "api/internal.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum {
    MAX_PARAMETERS = 8,
    SHOWN_MAX_BYTES = 80
};

/* The gateway's own, whatever they are called. */
#define ANY "*"

/* Routes that are not here take none. */
static const struct {
    const char *path;
    const char *names[MAX_PARAMETERS]; /* to the first NULL */
} known[] = {
    { "/v1/events", { "check", "plain", "override" } },
    { "/v1/incidents/{id}/correct", { "check" } },
    { "/v1/incidents/{id}/retract", { "check" } },
    { "/v1/incidents", { "open", "waiting", "number", "after", "limit" } },
    { "/v1/messages", { "incident", "channel", "state", "after", "limit" } },
    { "/v1/deliveries",
      { "incident", "channel", "state", "unfinished", "report", "after", "limit" } },
    { "/v1/audit", { "incident", "after", "limit" } },
    { "/v1/channels/{name}/left", { "after", "limit" } },
    { "/v1/unsubscribe", { "token" } },
    { "/v1/bounces", { "recipient" } },
    { "/v1/log", { "incident", "after", "limit" } },
    { "/v1/channels/{name}/report", { ANY } },
};

static const char *const none[] = { NULL };

static const char *const *
names_of(const struct api_route_row *row)
{
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        if (strcmp(known[i].path, row->path) == 0) {
            return known[i].names;
        }
    }
    return none;
}

static bool
is_among(const char *const *names, const char *name)
{
    for (size_t i = 0; i < MAX_PARAMETERS && names[i] != NULL; i++) {
        if (strcmp(names[i], name) == 0 || strcmp(names[i], ANY) == 0) {
            return true;
        }
    }
    return false;
}

static void
answer_unknown(struct call *call, const char *const *names, const char *name)
{
    char *shown = utf8_printable(name, strlen(name), SHOWN_MAX_BYTES);
    struct buffer list = { 0 };

    for (size_t i = 0; i < MAX_PARAMETERS && names[i] != NULL; i++) {
        buffer_addf(&list, "%s%s", i == 0 ? "; it has " : ", ", names[i]);
    }
    answer_problemf(call, 400, "%s has no query parameter \"%s\"%s",
                    call->route->row.path, shown,
                    list.len > 0 ? list.data : "; it has none");
    buffer_clear(&list);
    free(shown);
}

bool
call_check_query(struct call *call)
{
    const char *const *names = names_of(&call->route->row);
    const struct evkeyval *given;

    TAILQ_FOREACH(given, &call->query, next)
    {
        if (!is_among(names, given->key)) {
            answer_unknown(call, names, given->key);
            return false;
        }
    }
    return true;
}
