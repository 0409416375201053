/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Asks for posts, and reads what they answer.
 */
#include "channel/bluesky_thread.h"

#include "base/memory.h"
#include "channel/bluesky_record.h"
#include "channel/http_request.h"
#include "channel/json_reply.h"

#include <stdlib.h>
#include <string.h>

static void
look(const struct channel *channel, const char *did, const char *key,
     struct request *request)
{
    struct buffer url = { 0 };
    char *method = bluesky_url(channel, "com.atproto.repo.getRecord?");
    buffer_add(&url, method);
    form_add(&url, "repo", did);
    form_add(&url, "collection", BLUESKY_COLLECTION);
    form_add(&url, "rkey", key);
    http_request(request, "GET", buffer_take(&url));
    free(method);
}

void
bluesky_look_own(const struct delivery_input *input,
                 const struct bluesky_session *session, struct request *request)
{
    char key[BLUESKY_KEY_SIZE];
    bluesky_key(input, key);
    look(input->channel, session->did, key, request);
}

void
bluesky_look(const struct channel *channel, const char *remote_id,
             struct request *request)
{
    struct bluesky_post post;
    char *did = NULL, *key = NULL;
    if (bluesky_post_parse(remote_id, &post) && bluesky_uri_split(post.uri, &did, &key))
        look(channel, did, key, request);
    bluesky_post_clear(&post);
    free(did);
    free(key);
}

void
bluesky_look_root(const struct channel *channel, const char *note,
                  struct request *request)
{
    char *root = bluesky_thread_root(note);
    bluesky_look(channel, root, request);
    free(root);
}

bool
bluesky_is_post(const char *remote_id)
{
    struct bluesky_post post;
    char *did = NULL, *key = NULL;
    bool is_post =
        bluesky_post_parse(remote_id, &post) && bluesky_uri_split(post.uri, &did, &key);
    bluesky_post_clear(&post);
    free(did);
    free(key);
    return is_post;
}

/* Servers say it by a name of its own, or, older ones, by a sentence. */
bool
bluesky_is_gone(const struct reply *reply)
{
    static const char *const words[] = { "RecordNotFound", "Could not locate record",
                                         "RepoNotFound", "Could not find repo" };
    if (reply->result != REPLY_ANSWERED || reply->code / 100 != 4)
        return false;
    char *name = json_reply_text(reply, "error");
    char *message = json_reply_text(reply, "message");
    bool is_gone = false;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        is_gone = is_gone || (name != NULL && strcmp(name, words[i]) == 0) ||
                  (message != NULL && strstr(message, words[i]) != NULL);
    free(name);
    free(message);
    return is_gone;
}

static char *
note_of(const char *parent, const char *root)
{
    return string_format("%s\n%s", parent, root);
}

char *
bluesky_thread_note(const struct reply *reply, const char *remote_id)
{
    json_t *body = json_reply(reply);
    char *root = bluesky_post_text(json_at(body, "/value/reply/root"));
    char *note = note_of(remote_id, bluesky_is_post(root) ? root : remote_id);
    free(root);
    json_decref(body);
    return note;
}

char *
bluesky_thread_known(const struct delivery_input *input)
{
    const char *last = input->previous_remote_id;
    const char *first = input->first_remote_id;
    if (!bluesky_is_post(last))
        return NULL;
    return note_of(last, bluesky_is_post(first) ? first : last);
}

char *
bluesky_thread_parent(const char *note)
{
    return note == NULL ? NULL : string_copy_n(note, strcspn(note, "\n"));
}

char *
bluesky_thread_root(const char *note)
{
    const char *end = note == NULL ? NULL : strchr(note, '\n');
    return end == NULL ? NULL : string_copy(end + 1);
}

char *
bluesky_text_said(const struct reply *reply)
{
    json_t *body = json_reply(reply);
    char *text = string_copy(json_string_value(json_at(body, "/value/text")));
    json_decref(body);
    return text;
}
