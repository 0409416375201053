/* SPDX-License-Identifier: EUPL-1.2 */
/* What a story does and expects where two persons are needed. */
#include "steps.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* event-by UID {json}: over the socket, by that user. */
bool
step_event_by(struct story *story, char *rest)
{
    bool good;

    story->world.has_uid = true;
    story->world.uid = story_number(story_word(&rest));
    good = world_submit(&story->world, "oms", rest) == STATUS_OK;
    story->world.has_uid = false;
    return good ? true : story_failed(story, "the event was refused");
}

/* --- What is held ------------------------------------------------------------------- */

struct looking {
    const char *incident, *words; /* NULL: any */
    size_t n;
    char id[PUBLIC_ID_SIZE];
    char sha256[SHA256_HEX_SIZE];
};

static bool
has_words(const struct held *held, const char *words)
{
    for (size_t i = 0; i < held->n_channels; i++) {
        const struct texts *texts = &held->channels[i].texts;

        for (size_t j = 0; j < texts->count; j++) {
            if (strstr(texts->items[j].long_text, words) != NULL ||
                strstr(texts->items[j].short_text, words) != NULL) {
                return true;
            }
        }
    }
    return false;
}

static void
look_at(void *context, const struct held *held)
{
    struct looking *looking = context;

    if ((looking->incident != NULL &&
         strcmp(held->message->incident, looking->incident) != 0) ||
        (looking->words != NULL && !has_words(held, looking->words))) {
        return;
    }
    looking->n++;
    memcpy(looking->id, held->message->id, sizeof(looking->id));
    memcpy(looking->sha256, held->sha256, sizeof(looking->sha256));
}

static void
look(struct story *story, struct looking *looking)
{
    pipeline_held(story->world.pipeline, story->world.now_ms, look_at, looking);
}

/* expect held N ["words"]: so many wait, with these words. */
bool
expect_held(struct story *story, char *rest)
{
    int64_t want = story_number(story_word(&rest));
    const char *words = story_word(&rest);
    struct looking looking = { .words = words[0] != '\0' ? words : NULL };

    look(story, &looking);
    return (int64_t)looking.n == want
               ? true
               : story_failed(story, "%zu are held%s%s", looking.n,
                              words[0] != '\0' ? " with " : "", words);
}

/* read-held INCIDENT: the second person reads it, and releases what was read. */
bool
step_read_held(struct story *story, char *rest)
{
    struct looking looking = { .incident = story_word(&rest) };

    look(story, &looking);
    memcpy(story->held_id, looking.id, sizeof(story->held_id));
    memcpy(story->held_sha256, looking.sha256, sizeof(story->held_sha256));
    return looking.n == 1
               ? true
               : story_failed(story, "%zu of the incident are held", looking.n);
}

static enum status
release(struct story *story, int64_t uid, struct error *error)
{
    char sha256[SHA256_HEX_SIZE];
    int64_t count = 0;
    enum status status;

    memcpy(sha256, story->held_sha256, sizeof(sha256));
    status = pipeline_release(story->world.pipeline, story->held_id, uid,
                              story->world.now_ms, sha256, &count, error);
    world_settle(&story->world);
    return status;
}

/* release UID: what was read. */
bool
step_release(struct story *story, char *rest)
{
    struct error error = { 0 };

    return release(story, story_number(story_word(&rest)), &error) == STATUS_OK
               ? true
               : story_failed(story, "%s", error.text);
}

/* refuse-release UID own|changed|gone */
bool
step_refuse_release(struct story *story, char *rest)
{
    int64_t uid = story_number(story_word(&rest));
    const char *why = story_word(&rest);
    struct error error = { 0 };
    enum status status = release(story, uid, &error);
    enum status want = strcmp(why, "own") == 0       ? STATUS_REFUSED
                       : strcmp(why, "changed") == 0 ? STATUS_CONFLICT
                                                     : STATUS_NOT_FOUND;

    if (status == STATUS_OK) {
        return story_failed(story, "it was released");
    }
    return status == want ? true
                          : story_failed(story, "another refusal: %s", error.text);
}
