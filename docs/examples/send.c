/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sends a file of events, and goes on trying while the daemon is away.
 *
 *   cc -o send send.c $(pkg-config --cflags --libs libbudkavle)
 *   ./send events.json [SOCKET]
 *
 * Ends with 0 when every event is on the daemon's disk, 1 when they were refused.
 */
#include <budkavle/client.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    MOST_BYTES = 32 * 1024 * 1024,
    ATTEMPTS = 10
};

/* Whole content of a file; NULL: it cannot be read. To be freed. */
static char *
read_file(const char *name, size_t *len)
{
    FILE *file = fopen(name, "rb");
    char *content = malloc(MOST_BYTES);

    *len = 0;
    if (file == NULL || content == NULL) {
        free(content);
        content = NULL;
    } else {
        *len = fread(content, 1, MOST_BYTES, file);
    }
    if (file != NULL)
        fclose(file);
    return content;
}

/* Whether it helps to send the same once more. The daemon knows a repeat by its source
 * and event_id, so that an event that did arrive is not taken twice. */
static int
is_worth_another(enum budkavle_result result)
{
    return result == BUDKAVLE_TRY_LATER || result == BUDKAVLE_NOT_RUNNING ||
           result == BUDKAVLE_FAILED;
}

int
main(int argc, char **argv)
{
    struct budkavle *client = budkavle_open(argc > 2 ? argv[2] : NULL);
    enum budkavle_result result = BUDKAVLE_FAILED;
    struct budkavle_answer answer = { .retry_after_s = -1 };
    size_t len = 0;
    char *events = argc > 1 ? read_file(argv[1], &len) : NULL;
    int attempt;

    if (client == NULL || events == NULL) {
        fprintf(stderr, "usage: send FILE [SOCKET]\n");
        free(events);
        budkavle_close(client);
        return 2;
    }
    for (attempt = 1; attempt <= ATTEMPTS; attempt++) {
        budkavle_answer_clear(&answer);
        result = budkavle_send(client, events, len, 0, &answer);
        if (!is_worth_another(result))
            break;
        fprintf(stderr, "attempt %d: %s\n", attempt, budkavle_error(client));
        sleep(answer.retry_after_s > 0 ? (unsigned)answer.retry_after_s : 1);
    }
    if (result == BUDKAVLE_OK)
        puts(answer.body); /* what became of each event */
    else
        fprintf(stderr, "%s\n%s\n", budkavle_error(client),
                answer.body == NULL ? "" : answer.body);
    budkavle_answer_clear(&answer);
    budkavle_close(client);
    free(events);
    return result == BUDKAVLE_OK ? 0 : 1;
}
