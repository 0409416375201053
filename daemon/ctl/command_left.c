/* SPDX-License-Identifier: EUPL-1.2 */
/* Recipients who left a channel: the list, one more of them, and one who is back. */
#include "base/memory.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/view.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
view_left(const json_t *rows)
{
    static const char *const headers[] = { "NUMBER", "SINCE", "REASON", "RECIPIENT",
                                           "DETAIL" };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *row;
    size_t i;

    json_array_foreach(rows, i, row)
    {
        char since[SHORT_TIME_SIZE];
        char number[24];
        const char *const cells[] = { number, short_time(text_of(row, "since"), since),
                                      text_of(row, "reason"), text_of(row, "recipient"),
                                      text_of(row, "detail") };

        (void)snprintf(number, sizeof(number), "%lld", number_of(row, "number"));
        table_add(table, cells);
    }
    table_print(table, "nobody has left");
}

/* What is asked for: of whom, and what is said of them. */
struct asked {
    const char *channel, *address, *reason;
    int what; /* 0: the list; else the letter of the option */
};

/* "-": the first line of standard input, for what should not stand in a process list. */
static char *
read_address(const char *given)
{
    struct buffer input = { 0 };
    char *address = NULL;

    if (strcmp(given, "-") != 0) {
        return string_copy(given);
    }
    if (read_input("-", &input)) {
        buffer_add(&input, "");
        address = string_copy_n(input.data, strcspn(input.data, "\r\n"));
    }
    buffer_clear(&input);
    return address;
}

static int
say(struct session *session, const struct asked *asked, const char *address)
{
    bool back = asked->what == 't';
    json_t *body = json_pack("{s:s}", "recipient", address);
    struct buffer path = { 0 };
    json_t *answer = NULL;
    char *text;
    int exit_code;

    if (!back || asked->reason != NULL) {
        json_object_set_new(body, "reason",
                            json_string(back                 ? asked->reason
                                        : asked->what == 'g' ? "gone"
                                                             : "unsubscribed"));
    }
    buffer_add(&path, "/v1/channels/");
    path_add(&path, asked->channel);
    buffer_add(&path, back ? "/left/take-back" : "/left");
    text = json_dumps(body, 0);
    exit_code = session_call(session, "POST", path.data, text, &answer);
    if (exit_code == CTL_OK && !session->json) {
        printf(back ? "%s reaches this recipient again\n"
                    : "%s leaves this recipient out from now on\n",
               asked->channel);
    }
    json_decref(answer);
    json_decref(body);
    buffer_clear(&path);
    free(text);
    return exit_code;
}

static int
say_of_address(struct session *session, const struct asked *asked)
{
    char *address = read_address(asked->address);
    int exit_code = CTL_FAILED;

    if (address != NULL && address[0] != '\0') {
        exit_code = say(session, asked, address);
    } else if (address != NULL) {
        exit_code = usage_fault(session, "there is no address", NULL);
    }
    free(address);
    return exit_code;
}

static int
list(struct session *session, const struct asked *asked)
{
    struct buffer path = { 0 };
    int exit_code;

    buffer_add(&path, "/v1/channels/");
    path_add(&path, asked->channel);
    buffer_add(&path, "/left");
    exit_code = view_pages(session, path.data, "left", view_left);
    buffer_clear(&path);
    return exit_code;
}

int
command_channel_left(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "gone", required_argument, NULL, 'g' },
        { "unsubscribed", required_argument, NULL, 'u' },
        { "take-back", required_argument, NULL, 't' },
        { "reason", required_argument, NULL, 'r' },
        { NULL, 0, NULL, 0 },
    };
    struct asked asked = { 0 };
    int option;

    while ((option = getopt_long(argc, argv, "g:u:t:r:", options, NULL)) != -1) {
        if (option == '?') {
            return usage_fault(session, "unknown option", NULL);
        }
        if (option == 'r') {
            asked.reason = optarg;
        } else if (asked.what != 0) {
            return usage_fault(session, "say one thing of one address", NULL);
        } else {
            asked.what = option;
            asked.address = optarg;
        }
    }
    if (argc - optind != 1) {
        return usage_fault(session, "give the name of one channel", NULL);
    }
    if (asked.reason != NULL && asked.what != 't') {
        return usage_fault(session, "--reason goes with --take-back", NULL);
    }
    asked.channel = argv[optind];
    return asked.address == NULL ? list(session, &asked)
                                 : say_of_address(session, &asked);
}
