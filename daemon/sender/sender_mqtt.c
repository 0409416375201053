/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The MQTT sender: a connection for each channel, on one loop. It is a process of its own
 * because its connections stand as long as the daemon does, and say so.
 */
#include "sender/serve.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/mqtt_link.h"
#include "sender/serve_loop.h"

#include <mosquitto.h>
#include <stdlib.h>
#include <string.h>

struct named_link {
    char *channel;
    struct mqtt_link *link;
};

struct mqtt_sender {
    struct loop *loop;
    struct serve_loop *serve;
    struct named_link *links;
    size_t n_links;
};

static void
on_reply(void *context, const struct reply *reply)
{
    struct mqtt_sender *sender = context;
    serve_loop_answer(sender->serve, reply);
}

/* n_links when there is none. */
static size_t
find_link(const struct mqtt_sender *sender, const char *channel)
{
    size_t i = 0;
    while (i < sender->n_links && strcmp(sender->links[i].channel, channel) != 0) {
        i++;
    }
    return i;
}

static void
add_link(struct mqtt_sender *sender, const char *channel)
{
    sender->links =
        memory_grow(sender->links, sender->n_links, sizeof(sender->links[0]));
    sender->links[sender->n_links++] =
        (struct named_link){ string_copy(channel),
                             mqtt_link_new(sender->loop, on_reply, sender) };
}

static void
remove_link(struct mqtt_sender *sender, size_t i)
{
    mqtt_link_free(sender->links[i].link);
    free(sender->links[i].channel);
    sender->links[i] = sender->links[--sender->n_links];
}

static void
on_request(void *context, struct request *request_take)
{
    struct mqtt_sender *sender = context;
    const char *channel = request_take->channel == NULL ? "" : request_take->channel;
    size_t i = find_link(sender, channel);
    if (request_take->mqtt_action == MQTT_LEAVE) {
        const struct reply reply = { .id = request_take->id, .code = MQTT_CODE_DONE };
        if (i < sender->n_links) {
            remove_link(sender, i);
        }
        on_reply(sender, &reply);
        request_clear(request_take);
        return;
    }
    if (i == sender->n_links) {
        add_link(sender, channel);
    }
    mqtt_link_take(sender->links[i].link, request_take);
}

int
sender_mqtt_run(int fd)
{
    struct mqtt_sender sender = { 0 };
    int exit_code = 1;
    if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS) {
        log_error("sender: libmosquitto cannot be started");
        return 1;
    }
    sender.loop = loop_new();
    sender.serve = serve_loop_new(sender.loop, fd, on_request, NULL, &sender);
    if (sender.serve != NULL && loop_run(sender.loop) == 0) {
        exit_code = serve_loop_exit_code(sender.serve);
    }
    while (sender.n_links > 0) {
        remove_link(&sender, sender.n_links - 1);
    }
    free(sender.links);
    serve_loop_free(sender.serve);
    loop_free(sender.loop);
    (void)mosquitto_lib_cleanup();
    return exit_code;
}
