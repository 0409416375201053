/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sends one event and asks for the status at the same time, without ever waiting for
 * one of them alone: each handle has a descriptor for the program's own event loop,
 * which is poll(2) here.
 *
 *   cc -o send_nonblocking send_nonblocking.c $(pkg-config --cflags --libs libbudkavle)
 *   ./send_nonblocking [SOCKET]
 */
#include <budkavle/client.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

static const char event[] =
    "{\"event_id\": \"example-1\", \"incident\": \"EXAMPLE-1\", \"mode\": \"exercise\","
    " \"kind\": \"power\", \"status\": \"suspected\", \"places\": [{\"name\": \"Lund\"}]}";

struct request {
    const char *name;
    struct budkavle *client;
    enum budkavle_result result;
};

/* Goes on with what is under way; prints it when it is over. */
static void
proceed(struct request *request)
{
    struct budkavle_answer answer;

    request->result = budkavle_proceed(request->client, &answer);
    if (request->result == BUDKAVLE_UNDER_WAY)
        return;
    if (request->result == BUDKAVLE_OK)
        printf("%s: %s\n", request->name, answer.body);
    else
        printf("%s: %s\n", request->name, budkavle_error(request->client));
    budkavle_answer_clear(&answer);
}

int
main(int argc, char **argv)
{
    const char *path = argc > 1 ? argv[1] : NULL;
    struct request requests[] = {
        { "event", budkavle_open(path), BUDKAVLE_FAILED },
        { "status", budkavle_open(path), BUDKAVLE_FAILED },
    };
    int n_under_way = 2;

    if (requests[0].client != NULL && requests[1].client != NULL) {
        requests[0].result =
            budkavle_begin_send(requests[0].client, event, strlen(event), 0);
        requests[1].result =
            budkavle_begin(requests[1].client, "GET", "/v1/status", NULL, NULL, 0);
        while (n_under_way > 0) {
            struct pollfd ready[2];
            int i;

            n_under_way = 0;
            for (i = 0; i < 2; i++) {
                int is_under_way = requests[i].result == BUDKAVLE_UNDER_WAY;

                ready[i].fd = is_under_way ? budkavle_fd(requests[i].client) : -1;
                ready[i].events = POLLIN;
                ready[i].revents = 0;
                n_under_way += is_under_way;
            }
            if (n_under_way > 0 && poll(ready, 2, -1) > 0) {
                for (i = 0; i < 2; i++) {
                    if (ready[i].revents != 0)
                        proceed(&requests[i]);
                }
            }
        }
    }
    budkavle_close(requests[0].client);
    budkavle_close(requests[1].client);
    return requests[0].result == BUDKAVLE_OK && requests[1].result == BUDKAVLE_OK ? 0
                                                                                  : 1;
}
