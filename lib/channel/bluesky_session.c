/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes, renews and reads sessions. In memory one is three words with a space between.
 */
#include "channel/bluesky_session.h"

#include "base/memory.h"
#include "channel/bluesky_record.h"
#include "channel/http_request.h"
#include "channel/json_post.h"
#include "channel/json_reply.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_URL "https://bsky.social"

enum {
    TOKEN_MAX_BYTES = 8192,
};

char *
bluesky_url(const struct channel *channel, const char *method)
{
    const char *url = channel_setting(channel, "url");
    char *path = string_format("/xrpc/%s", method);
    char *whole = http_url_join(url == NULL ? DEFAULT_URL : url, path);
    free(path);
    return whole;
}

void
bluesky_session_clear(struct bluesky_session *session)
{
    free(session->did);
    string_wipe(&session->access);
    string_wipe(&session->refresh);
    *session = (struct bluesky_session){ 0 };
}

bool
bluesky_session_parse(const char *text, struct bluesky_session *session)
{
    const char *access = text == NULL ? NULL : strchr(text, ' ');
    const char *refresh = access == NULL ? NULL : strchr(access + 1, ' ');
    *session = (struct bluesky_session){ 0 };
    if (refresh == NULL)
        return false;
    session->did = string_copy_n(text, (size_t)(access - text));
    session->access = string_copy_n(access + 1, (size_t)(refresh - access - 1));
    session->refresh = string_copy(refresh + 1);
    return true;
}

/* Visible ASCII on one line, as a header needs it. */
static const char *
token_of(const json_t *body, const char *member)
{
    const char *token = json_string_value(json_object_get(body, member));
    size_t len = token == NULL ? 0 : strlen(token);
    for (size_t i = 0; i < len; i++) {
        if (token[i] <= ' ' || token[i] > '~')
            return NULL;
    }
    return len > 0 && len <= TOKEN_MAX_BYTES ? token : NULL;
}

char *
bluesky_session_read(const struct reply *reply)
{
    if (reply->result != REPLY_ANSWERED || reply->code / 100 != 2)
        return NULL;
    json_t *body = json_reply(reply);
    const char *did = json_string_value(json_object_get(body, "did"));
    const char *access = token_of(body, "accessJwt");
    const char *refresh = token_of(body, "refreshJwt");
    char *text = NULL;
    if (access != NULL && refresh != NULL && bluesky_is_did(did))
        text = string_format("%s %s %s", did, access, refresh);
    json_decref(body);
    return text;
}

void
bluesky_session_create(const struct channel *channel, struct request *request)
{
    char *url = bluesky_url(channel, "com.atproto.server.createSession");
    json_post(request, url,
              json_pack("{s:s,s:s}", "identifier",
                        channel_setting(channel, "identifier"), "password",
                        channel_secret(channel, "password_file")));
    free(url);
}

void
bluesky_session_refresh(const struct channel *channel,
                        const struct bluesky_session *session, struct request *request)
{
    http_request(request, "POST",
                 bluesky_url(channel, "com.atproto.server.refreshSession"));
    request_bearer(request, session->refresh);
}
