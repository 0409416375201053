/* SPDX-License-Identifier: EUPL-1.2 */
/* held and release: what waits for a second person is read, and then let go or given
 * up. */
#include "base/memory.h"
#include "base/utf8.h"
#include "ctl/session.h"
#include "ctl/table.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- Shown -------------------------------------------------------------------------- */

/* Outside text, each line behind a margin: what is to be released stands out from what
 * is said of it, and nothing of it moves the cursor. */
static void
print_quoted(const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = utf8_printable(text, len, len * 4 + 4);

        printf("    | %s\n", line);
        free(line);
        text += len;
        text += *text == '\n' ? 1 : 0;
    }
}

static void
print_texts(json_t *texts)
{
    const char *language;
    json_t *text;

    json_object_foreach(texts, language, text)
    {
        printf("  %s, short\n", language);
        print_quoted(text_of(text, "short"));
        printf("  %s, long\n", language);
        print_quoted(text_of(text, "title"));
        puts("    |");
        print_quoted(text_of(text, "long"));
    }
}

static void
print_list(const char *label, const json_t *list)
{
    const json_t *item;
    size_t i;

    printf("  %s ", label);
    json_array_foreach(list, i, item)
    {
        printf("%s%s", i > 0 ? ", " : "", json_string_value(item));
    }
    putchar('\n');
}

static void
print_people(const json_t *held)
{
    const json_t *people = json_object_get(held, "submitted_by");
    const json_t *person;
    size_t i;

    printf("  from      %s", text_of(held, "source"));
    json_array_foreach(people, i, person)
    {
        printf(", uid %lld", number_of(person, "uid"));
        if (text_of(person, "name")[0] != '\0') {
            printf(" (%s)", text_of(person, "name"));
        }
    }
    putchar('\n');
}

static void
print_channels(const json_t *channels)
{
    const json_t *channel;
    size_t i;

    printf("  channels  ");
    json_array_foreach(channels, i, channel)
    {
        printf("%s%s", i > 0 ? ", " : "", text_of(channel, "name"));
        if (number_of(channel, "recipients") > 0) {
            printf(" (%lld recipients)", number_of(channel, "recipients"));
        }
    }
    putchar('\n');
    json_array_foreach(channels, i, channel)
    {
        json_t *own = json_object_get(channel, "texts");

        if (own != NULL) {
            printf("  on %s it reads\n", text_of(channel, "name"));
            print_texts(own);
        }
    }
}

static void
print_held(const json_t *held)
{
    char since[SHORT_TIME_SIZE];

    printf("%s  incident %s (%s), notice %s\n", text_of(held, "id"),
           text_of(held, "incident"), text_of(held, "incident_id"),
           text_of(held, "notice"));
    printf("  since     %s\n", short_time(text_of(held, "since"), since));
    print_people(held);
    print_list("because   ", json_object_get(held, "rules"));
    print_texts(json_object_get(held, "texts"));
    print_channels(json_object_get(held, "channels"));
    printf("  sha256    %s\n", text_of(held, "sha256"));
}

static int
show_all(struct session *session)
{
    json_t *answer = NULL;
    int exit_code = session_get(session, "/v1/held", &answer);
    const json_t *list = json_object_get(answer, "held");
    const json_t *held;
    size_t i;

    if (exit_code == CTL_OK && !session->json) {
        json_array_foreach(list, i, held)
        {
            print_held(held);
            printf("  release   budkavle release %s\n\n", text_of(held, "id"));
        }
        if (json_array_size(list) == 0) {
            puts("nothing is held for a second person");
        }
    }
    json_decref(answer);
    return exit_code;
}

/* --- Found -------------------------------------------------------------------------- */

/* The one with this id, or of this incident; a new reference. NULL after saying that
 * there is none. Nothing of the answer is printed. */
static json_t *
find_held(struct session *session, const char *given, int *exit_code)
{
    bool json = session->json;
    json_t *answer = NULL;
    json_t *found = NULL;
    json_t *held;
    size_t i;

    session->json = false;
    *exit_code = session_get(session, "/v1/held", &answer);
    session->json = json;
    json_array_foreach(json_object_get(answer, "held"), i, held)
    {
        if (strcmp(text_of(held, "id"), given) == 0 ||
            strcmp(text_of(held, "incident_id"), given) == 0 ||
            strcmp(text_of(held, "incident"), given) == 0) {
            found = found == NULL ? json_incref(held) : found;
        }
    }
    json_decref(answer);
    if (found == NULL && *exit_code == CTL_OK) {
        fprintf(
            stderr,
            "budkavle: nothing of \"%s\" is held for a second person; budkavle held "
            "lists what is\n",
            given);
        *exit_code = CTL_FAILED;
    }
    return found;
}

/* --- Given up ----------------------------------------------------------------------- */

static int
cancel_one(struct session *session, long long delivery, const char *reason)
{
    char *path = string_format("/v1/deliveries/%lld/cancel", delivery);
    json_t *body = json_pack("{s:s}", "reason", reason);
    char *text = json_dumps(body, 0);
    json_t *answer = NULL;
    int exit_code = session_call(session, "POST", path, text, &answer);

    json_decref(answer);
    json_decref(body);
    free(text);
    free(path);
    return exit_code;
}

/* All deliveries of the message that are held, a page at a time: those cancelled are not
 * on the next one. */
static int
cancel_page(struct session *session, const json_t *held, const char *reason,
            long long *n)
{
    struct buffer path = { 0 };
    json_t *answer = NULL;
    const json_t *row;
    size_t i;
    int exit_code;

    buffer_add(&path, "/v1/deliveries");
    query_add(&path, "incident", text_of(held, "incident_id"));
    query_add(&path, "state", "held");
    query_add(&path, "limit", "1000");
    exit_code = session_get(session, path.data, &answer);
    json_array_foreach(json_object_get(answer, "deliveries"), i, row)
    {
        if (exit_code == CTL_OK &&
            strcmp(text_of(row, "message"), text_of(held, "id")) == 0) {
            exit_code = cancel_one(session, number_of(row, "id"), reason);
            *n += exit_code == CTL_OK ? 1 : 0;
        }
    }
    json_decref(answer);
    buffer_clear(&path);
    return exit_code;
}

static int
cancel_held(struct session *session, const char *given, const char *reason)
{
    bool json = session->json;
    long long n = 0;
    long long before = -1;
    int exit_code;
    json_t *held = find_held(session, given, &exit_code);

    session->json = false;
    while (held != NULL && exit_code == CTL_OK && n > before) {
        before = n;
        exit_code = cancel_page(session, held, reason, &n);
    }
    session->json = json;
    if (held != NULL && json) {
        printf("{\"count\": %lld}\n", n);
    } else if (held != NULL) {
        printf("%lld deliveries of %s are cancelled\n", n, text_of(held, "id"));
    }
    json_decref(held);
    return exit_code;
}

int
command_held(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "cancel", required_argument, NULL, 'c' },
        { "reason", required_argument, NULL, 'r' },
        { NULL, 0, NULL, 0 },
    };
    const char *cancel = NULL;
    const char *reason = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "c:r:", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            cancel = optarg;
            break;
        case 'r':
            reason = optarg;
            break;
        default:
            return usage_fault(session, "unknown option", NULL);
        }
    }
    if (optind < argc) {
        return usage_fault(session, "one argument too many:", argv[optind]);
    }
    if ((cancel != NULL) != (reason != NULL)) {
        return usage_fault(session,
                           "give --cancel ID and --reason TEXT together: the reason "
                           "stands in the timeline",
                           NULL);
    }
    return cancel != NULL ? cancel_held(session, cancel, reason) : show_all(session);
}

/* --- Released ----------------------------------------------------------------------- */

static int
release(struct session *session, const char *id, const char *sha256)
{
    struct buffer path = { 0 };
    json_t *body = json_pack("{s:s}", "sha256", sha256);
    char *text = json_dumps(body, 0);
    json_t *answer = NULL;
    int exit_code;

    buffer_add(&path, "/v1/held/");
    path_add(&path, id);
    buffer_add(&path, "/release");
    exit_code = session_call(session, "POST", path.data, text, &answer);
    if (exit_code == CTL_OK && !session->json) {
        printf("%s is released: %lld deliveries go now\n", id,
               number_of(answer, "count"));
    }
    json_decref(answer);
    json_decref(body);
    free(text);
    buffer_clear(&path);
    return exit_code;
}

static bool
says_yes(void)
{
    char line[16];

    fputs("Release exactly this? Type yes: ", stderr);
    return fgets(line, sizeof(line), stdin) != NULL && strcmp(line, "yes\n") == 0;
}

/* The texts are shown, and the digest that goes with what was shown is sent. */
static int
show_and_release(struct session *session, const char *given)
{
    int exit_code;
    json_t *held;

    if (!isatty(STDIN_FILENO)) {
        return usage_fault(session,
                           "there is no terminal to ask on; read budkavle held, then "
                           "give its --sha256",
                           NULL);
    }
    held = find_held(session, given, &exit_code);
    if (held == NULL) {
        return exit_code;
    }
    print_held(held);
    fflush(stdout);
    if (says_yes()) {
        exit_code = release(session, text_of(held, "id"), text_of(held, "sha256"));
    } else {
        fputs("budkavle: nothing was released\n", stderr);
        exit_code = CTL_FAILED;
    }
    json_decref(held);
    return exit_code;
}

int
command_release(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "sha256", required_argument, NULL, 's' },
        { NULL, 0, NULL, 0 },
    };
    const char *sha256 = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "s:", options, NULL)) != -1) {
        if (option != 's') {
            return usage_fault(session, "unknown option", NULL);
        }
        sha256 = optarg;
    }
    if (argc - optind != 1) {
        return usage_fault(session, "give the ID that budkavle held shows", NULL);
    }
    return sha256 != NULL ? release(session, argv[optind], sha256)
                          : show_and_release(session, argv[optind]);
}
