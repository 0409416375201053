/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Requests, replies and outcomes as plain data.
 */
#include "model/request.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const sender_names[SENDER_KIND_COUNT] = {
    [SENDER_HTTP] = "http", [SENDER_SMTP] = "smtp", [SENDER_FILES] = "files",
    [SENDER_MQTT] = "mqtt", [SENDER_EXEC] = "exec",
};

const char *
sender_kind_name(enum sender_kind kind)
{
    return sender_names[kind];
}

int
sender_kind_find(const char *name)
{
    for (int i = 0; i < SENDER_KIND_COUNT; i++) {
        if (strcmp(sender_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *
reply_header(const struct reply *reply, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < reply->headers.count; i++) {
        const char *header = reply->headers.items[i];

        if (strncasecmp(header, name, len) == 0 && header[len] == ':') {
            return header + len + 1 + strspn(header + len + 1, " \t");
        }
    }
    return NULL;
}

void
request_clear(struct request *request)
{
    free(request->proxy);
    free(request->ca_file);
    free(request->ca_pem);
    free(request->method);
    free(request->url);
    strings_clear(&request->headers);
    buffer_clear(&request->body);
    free(request->mail_from);
    free(request->rcpt_to);
    free(request->tls);
    free(request->username);
    string_wipe(&request->password);
    free(request->directory);
    for (size_t i = 0; i < request->n_files; i++) {
        free(request->files[i].name);
        buffer_clear(&request->files[i].content);
    }
    free(request->files);
    free(request->channel);
    free(request->client_id);
    free(request->topic);
    free(request->status_topic);
    strings_clear(&request->arguments);
    strings_clear(&request->environment);
    *request = (struct request){ 0 };
}

void
reply_clear(struct reply *reply)
{
    strings_clear(&reply->headers);
    buffer_clear(&reply->body);
    free(reply->detail);
    *reply = (struct reply){ 0 };
}

void
outcome_clear(struct outcome *outcome)
{
    free(outcome->remote_id);
    free(outcome->detail);
    string_wipe(&outcome->session);
    *outcome = (struct outcome){ 0 };
}
