/* SPDX-License-Identifier: EUPL-1.2 */
/* A person takes back or sets right what was said. */
#include "steps.h"

#include "base/memory.h"
#include "store/incidents.h"

#include <string.h>

static enum status
amend(struct story *story, const char *number, const char *patch, const char *reason)
{
    struct world *world = &story->world;
    struct incident_row row = { 0 };
    struct localized why = { 0 };
    struct amended amended = { 0 };
    struct amendment amendment = { .patch = patch, .uid = 1000 };
    enum status status;

    faults_clear(&world->faults);
    if (reason != NULL && reason[0] != '\0') {
        localized_add(&why, "", reason);
        amendment.reason = &why;
    }
    store_incident_find(world->store, "oms", number, &row);
    amendment.incident_id = row.id;
    status = pipeline_amend(world->pipeline, &amendment, world->now_ms, NULL, NULL,
                            &amended, &world->faults);
    world_settle(world);
    amended_clear(&amended);
    localized_clear(&why);
    incident_row_clear(&row);
    return status;
}

static bool
must_be_done(struct story *story, enum status status)
{
    struct buffer why = { 0 };

    if (status == STATUS_OK) {
        return true;
    }
    faults_format(&story->world.faults, &why);
    story_failed(story, "it was refused: %s", why.data);
    buffer_clear(&why);
    return false;
}

static bool
must_be_refused(struct story *story, enum status status, const char *words)
{
    struct buffer why = { 0 };
    bool good;

    if (status == STATUS_OK) {
        return story_failed(story, "it was done");
    }
    faults_format(&story->world.faults, &why);
    good = strstr(why.data, words) != NULL;
    if (!good) {
        story_failed(story, "it was refused otherwise: %s", why.data);
    }
    buffer_clear(&why);
    return good;
}

/* correct NUMBER {json} */
bool
step_correct(struct story *story, char *rest)
{
    const char *number = story_word(&rest);

    return must_be_done(story, amend(story, number, rest, NULL));
}

/* correct-because "REASON" NUMBER {json} */
bool
step_correct_because(struct story *story, char *rest)
{
    const char *reason = story_word(&rest);
    const char *number = story_word(&rest);

    return must_be_done(story, amend(story, number, rest, reason));
}

/* no-correct "WORDS" NUMBER {json} */
bool
step_no_correct(struct story *story, char *rest)
{
    const char *words = story_word(&rest);
    const char *number = story_word(&rest);

    return must_be_refused(story, amend(story, number, rest, NULL), words);
}

/* retract NUMBER ["REASON"] */
bool
step_retract(struct story *story, char *rest)
{
    const char *number = story_word(&rest);

    return must_be_done(story, amend(story, number, NULL, story_word(&rest)));
}

/* no-retract "WORDS" NUMBER */
bool
step_no_retract(struct story *story, char *rest)
{
    const char *words = story_word(&rest);

    return must_be_refused(story, amend(story, story_word(&rest), NULL, NULL), words);
}
