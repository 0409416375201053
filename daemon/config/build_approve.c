/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person, and what is said when there is none. */
#include "config/loading.h"

#include "base/memory.h"
#include "base/timestamp.h"

static bool
is_source(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->n_spools; i++) {
        if (string_equal(config->spools[i].name, name)) {
            return true;
        }
    }
    return string_equal(config->socket.source, name);
}

static void
check_sources(struct loading *loading, const struct section *section)
{
    const struct strings *sources = &loading->config->approve.free_text;

    for (size_t i = 0; i < sources->count; i++) {
        if (!is_source(loading->config, sources->items[i])) {
            loading_fault(loading, section, "free_text",
                          "there is no source \"%s\": it is the name of a spool, or "
                          "the source of the socket",
                          sources->items[i]);
        }
    }
}

/* A rule that nobody can answer would be silence, so there is none; and it is said. */
static void
warn_without_approvers(struct loading *loading)
{
    const struct section *access = source_find(&loading->source, "access");
    static const char text[] =
        "nobody may approve, so dangerous advice (boil water, do not drink), the "
        "senders' own words and words to very many go out without a second person; "
        "name who may in access { approve = { \"group:NAME\" } }";

    if (access != NULL) {
        loading_warning(loading, access, "approve", "%s", text);
    } else {
        strings_take(&loading->config->warnings,
                     string_format("%s: access: %s", loading->config->file, text));
    }
}

void
build_approve(struct loading *loading)
{
    const struct section *section = source_find(&loading->source, "approve");
    struct approve_config *approve = &loading->config->approve;

    approve->danger = loading_number(loading, "approve", section, "danger", 1) != 0;
    approve->recipients =
        loading_number(loading, "approve", section, "recipients", 10000);
    approve->alarm_after_ms =
        loading_number(loading, "approve", section, "alarm_after", 5 * MINUTES_MS);
    loading_values(loading, "approve", section, "free_text", &approve->free_text);
    check_sources(loading, section);
    if (loading->config->access.n_principals[ROLE_APPROVE] == 0) {
        warn_without_approvers(loading);
    }
}
