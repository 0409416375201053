/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands that change something. */
#include "base/memory.h"
#include "ctl/session.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- channel ---------------------------------------------------------------------- */

static void
say_done(const struct session *session, const char *verb, const char *channel,
         const json_t *answer)
{
    if (session->json) {
        return;
    }
    if (strcmp(verb, "test") == 0) {
        const char *detail = text_of(answer, "detail");

        printf("test on %s: %s%s%s\n", channel, text_of(answer, "outcome"),
               detail[0] != '\0' ? ": " : "", detail);
    } else if (strcmp(verb, "retry") == 0) {
        printf("%lld deliveries on %s are tried again now\n",
               number_of(answer, "count"), channel);
    } else {
        printf("%s is %sd\n", channel, verb);
    }
}

int
command_channel(struct session *session, int argc, char **argv)
{
    static const char *const verbs[] = { "pause", "resume", "test", "retry" };
    struct buffer path = { 0 };
    json_t *answer = NULL;
    bool known = false;
    int exit_code;

    if (argc > 1 && strcmp(argv[1], "left") == 0) {
        return command_channel_left(session, argc - 1, argv + 1);
    }
    if (argc != 3) {
        return usage_fault(session, "give an action and the name of a channel", NULL);
    }
    for (size_t i = 0; i < ARRAY_COUNT(verbs); i++) {
        known = known || strcmp(argv[1], verbs[i]) == 0;
    }
    if (!known) {
        return usage_fault(session, "there is no action", argv[1]);
    }
    buffer_add(&path, "/v1/channels/");
    path_add(&path, argv[2]);
    buffer_addf(&path, "/%s", argv[1]);
    exit_code = session_call(session, "POST", path.data, "{}", &answer);
    if (exit_code == CTL_OK) {
        say_done(session, argv[1], argv[2], answer);
        if (strcmp(argv[1], "test") == 0 &&
            strcmp(text_of(answer, "outcome"), "delivered") != 0) {
            exit_code = CTL_FAILED;
        }
    }
    json_decref(answer);
    buffer_clear(&path);
    return exit_code;
}

/* --- retry, cancel ---------------------------------------------------------------- */

struct picked {
    const char *id;
    const char *reason;
    json_t *selector;
    bool any; /* --channel, --state or --all was given */
};

/* 0, or the exit code of a usage fault. */
static int
pick(struct session *session, int argc, char **argv, struct picked *picked)
{
    static const struct option options[] = {
        { "channel", required_argument, NULL, 'c' },
        { "state", required_argument, NULL, 's' },
        { "reason", required_argument, NULL, 'r' },
        { "all", no_argument, NULL, 'a' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "c:s:r:a", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            json_object_set_new(picked->selector, "channel", json_string(optarg));
            break;
        case 's':
            json_object_set_new(picked->selector, "state", json_string(optarg));
            break;
        case 'r':
            picked->reason = optarg;
            json_object_set_new(picked->selector, "reason", json_string(optarg));
            continue;
        case 'a':
            break;
        default:
            return usage_fault(session, "unknown option", NULL);
        }
        picked->any = true;
    }
    picked->id = optind < argc ? argv[optind] : NULL;
    if (argc - optind > 1 || (picked->id != NULL) == picked->any) {
        return usage_fault(session,
                           "give either one delivery's ID or --channel, --state, --all",
                           NULL);
    }
    return CTL_OK;
}

static int
operate(struct session *session, const struct picked *picked, const char *verb,
        const char *done)
{
    struct buffer path = { 0 };
    char *body = json_dumps(picked->selector, 0);
    json_t *answer = NULL;
    int exit_code;

    buffer_add(&path, "/v1/deliveries/");
    if (picked->id != NULL) {
        path_add(&path, picked->id);
        buffer_add_char(&path, '/');
    }
    buffer_add(&path, verb);
    exit_code = session_call(session, "POST", path.data, body, &answer);
    if (exit_code == CTL_OK && !session->json) {
        printf("%lld deliveries %s\n", number_of(answer, "count"), done);
    }
    json_decref(answer);
    free(body);
    buffer_clear(&path);
    return exit_code;
}

int
command_retry(struct session *session, int argc, char **argv)
{
    struct picked picked = { .selector = json_object() };
    int exit_code = pick(session, argc, argv, &picked);

    if (exit_code == CTL_OK) {
        exit_code = operate(session, &picked, "retry", "are tried again now");
    }
    json_decref(picked.selector);
    return exit_code;
}

int
command_cancel(struct session *session, int argc, char **argv)
{
    struct picked picked = { .selector = json_object() };
    int exit_code = pick(session, argc, argv, &picked);

    if (exit_code == CTL_OK && picked.reason == NULL) {
        exit_code =
            usage_fault(session, "give a --reason: it stands in the timeline", NULL);
    }
    if (exit_code == CTL_OK) {
        exit_code = operate(session, &picked, "cancel", "are cancelled");
    }
    json_decref(picked.selector);
    return exit_code;
}

/* --- reload, config --------------------------------------------------------------- */

int
command_reload(struct session *session, int argc, char **argv)
{
    json_t *answer = NULL;
    int exit_code;

    if (argc > 1) {
        return usage_fault(session, "one argument too many:", argv[1]);
    }
    exit_code = session_call(session, "POST", "/v1/reload", "{}", &answer);
    if (exit_code == CTL_OK && !session->json) {
        puts("the configuration is in force");
    } else if (exit_code == CTL_FAILED) {
        fputs("budkavle: the earlier configuration stays in force\n", stderr);
        exit_code = CTL_CONFIG;
    }
    json_decref(answer);
    return exit_code;
}

/* The daemon that stands beside this command, or in sbin beside its bin. */
static char *
daemon_path(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    static const char *const places[] = { "budkavled", "../sbin/budkavled" };
    char *slash;

    if (n > 0) {
        self[n] = '\0';
        slash = strrchr(self, '/');
        *slash = '\0';
        for (size_t i = 0; i < ARRAY_COUNT(places); i++) {
            char *path = string_format("%s/%s", self, places[i]);

            if (access(path, X_OK) == 0) {
                return path;
            }
            free(path);
        }
    }
    return string_copy("/usr/sbin/budkavled");
}

/* The daemon itself checks, so that both always agree. */
static int
config_check(const char *file)
{
    char *path = daemon_path();

    if (file != NULL) {
        execl(path, path, "-t", "-c", file, (char *)NULL);
    } else {
        execl(path, path, "-t", (char *)NULL);
    }
    fprintf(stderr, "budkavle: %s cannot be run: %s\n", path, strerror(errno));
    free(path);
    return CTL_FAILED;
}

static int
config_show(struct session *session)
{
    struct budkavle_answer answer = { 0 };
    enum budkavle_result result =
        budkavle_call(session->client, "GET", "/v1/config", NULL, NULL, 0, &answer);
    int exit_code = CTL_OK;

    if (result == BUDKAVLE_OK) {
        fwrite(answer.body, 1, answer.body_len, stdout);
    } else {
        exit_code = session_explain(session, result, &answer, 0);
    }
    budkavle_answer_clear(&answer);
    return exit_code;
}

int
command_config(struct session *session, int argc, char **argv)
{
    if ((argc == 2 || argc == 3) && strcmp(argv[1], "check") == 0) {
        return config_check(argc == 3 ? argv[2] : NULL);
    }
    if (argc == 2 && strcmp(argv[1], "show") == 0) {
        return config_show(session);
    }
    return usage_fault(session, "say check or show", NULL);
}
