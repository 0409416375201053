/* SPDX-License-Identifier: EUPL-1.2 */
/* In the place of the MQTT sender where the program is built without libmosquitto. */
#include "sender/serve.h"

#include "base/memory.h"

#ifdef BUDKAVLE_WITHOUT_MQTT
static bool
refuse(void *context, const struct request *request, struct reply *reply)
{
    (void)context;
    (void)request;
    reply->result = REPLY_BAD_REQUEST;
    reply->detail = string_copy("this program was built without MQTT");
    return true;
}

int
sender_mqtt_run(int fd)
{
    return serve_one_by_one(fd, refuse, NULL);
}
#endif
