/* SPDX-License-Identifier: EUPL-1.2 */
/* What a story expects of an incident's timeline: the reasons that stand there. */
#include "steps.h"

#include "store/incidents.h"

#include <string.h>

struct search {
    const char *words;
    bool found;
};

static bool
look_at(void *context, const struct timeline_entry *entry)
{
    struct search *search = context;

    search->found = entry->why != NULL && strstr(entry->why, search->words) != NULL;
    return !search->found;
}

bool
expect_timeline(struct story *story, char *rest)
{
    const char *number = story_word(&rest);
    struct search search = { .words = story_word(&rest) };
    struct incident_row row = { 0 };

    if (!store_incident_find(story->world.store, "oms", number, &row)) {
        return story_failed(story, "there is no incident %s", number);
    }
    store_timeline(story->world.store, row.row, look_at, &search);
    incident_row_clear(&row);
    return search.found ? true
                        : story_failed(story, "no entry of the timeline says \"%s\"",
                                       search.words);
}
