/* SPDX-License-Identifier: EUPL-1.2 */
/* The transport of a story: requests are kept, and answered when the story says so. */
#include "world.h"

#include "alerts.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A rendering says not which channel it is of; its folder does. */
static const char *
channel_of(const struct world *world, const struct request *request)
{
    for (size_t i = 0; i < world->config->n_channels; i++) {
        const struct channel *channel = &world->config->channels[i];
        const char *directory = channel_setting(channel, "directory");

        if (string_equal(channel->name, request->channel) ||
            (directory != NULL && string_equal(directory, request->directory))) {
            return channel->name;
        }
    }
    return "?";
}

void
world_tap(void *context, struct request *request)
{
    struct world *world = context;
    struct tapped *tapped;

    world->tapped =
        memory_resize(world->tapped, world->n_tapped + 1, sizeof(*world->tapped));
    tapped = &world->tapped[world->n_tapped++];
    memset(tapped, 0, sizeof(*tapped));
    tapped->channel = string_copy(channel_of(world, request));
    if (alerts_folder() != NULL && request->sender == SENDER_FILES) {
        alerts_keep(request);
    }
    tapped->request = *request;
    memset(request, 0, sizeof(*request));
}

struct tapped *
world_unanswered(struct world *world, const char *channel)
{
    for (size_t i = 0; i < world->n_tapped; i++) {
        struct tapped *tapped = &world->tapped[i];

        if (!tapped->answered && strcmp(tapped->channel, channel) == 0) {
            return tapped;
        }
    }
    return NULL;
}

struct tapped *
world_unseen(struct world *world, const char *channel)
{
    for (size_t i = 0; i < world->n_tapped; i++) {
        struct tapped *tapped = &world->tapped[i];

        if (!tapped->seen && strcmp(tapped->channel, channel) == 0) {
            return tapped;
        }
    }
    return NULL;
}

static void
fill_reply(struct reply *reply, const char *answer)
{
    static const struct {
        const char *word;
        enum reply_result result;
        const char *detail;
    } words[] = {
        { "refused", REPLY_NOT_SENT, "connection refused" },
        { "reset", REPLY_UNKNOWN, "the connection was reset" },
        { "certificate", REPLY_CERTIFICATE, "the certificate has expired" },
    };
    const char *more = strchr(answer, ' ');

    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (strcmp(answer, words[i].word) == 0) {
            reply->result = words[i].result;
            reply->detail = string_copy(words[i].detail);
            return;
        }
    }
    reply->result = REPLY_ANSWERED;
    reply->code = strtol(answer, NULL, 10);
    if (more != NULL && (more[1] == '{' || more[1] == '[')) {
        buffer_add(&reply->body, more + 1);
    } else if (more != NULL) {
        strings_add(&reply->headers, more + 1);
    }
}

bool
world_reply(struct world *world, const char *channel, const char *answer)
{
    struct tapped *tapped = world_unanswered(world, channel);
    struct reply reply = { 0 };

    if (tapped == NULL) {
        return false;
    }
    tapped->answered = true;
    reply.id = tapped->request.id;
    fill_reply(&reply, answer);
    pipeline_on_reply(world->pipeline, &reply);
    return true;
}

void
world_habit(struct world *world, const char *channel, const char *answer)
{
    for (size_t i = 0; i < world->n_habits; i++) {
        if (strcmp(world->habits[i].channel, channel) == 0) {
            string_replace(&world->habits[i].answer, answer);
            return;
        }
    }
    world->habits =
        memory_resize(world->habits, world->n_habits + 1, sizeof(*world->habits));
    world->habits[world->n_habits].channel = string_copy(channel);
    world->habits[world->n_habits].answer = string_copy(answer);
    world->n_habits++;
}
