/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of commands, the global options, and help. */
#include "ctl/ctl.h"

#include "ctl/session.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command commands[] = {
    { "status", "", "is all well, and if not, what to do", command_status },
    { "send",
      "[--check] [--override REASON] [--exercise [--name NAME] [--shift]] FILE|-",
      "send events; --check only says what would come of them, --override sends words "
      "that break a rule of plain language, --exercise makes a drill of them",
      command_send },
    { "incidents", "[--open] [--waiting]", "list incidents", command_incidents },
    { "show", "INCIDENT", "one incident and its timeline", command_show },
    { "queue", "[--channel NAME] [--state STATE] [--failed] [--all]",
      "list deliveries; --failed: those that a gateway reported later as failed",
      command_queue },
    { "channels", "", "list channels and how they are", command_channels },
    { "channel",
      "pause|resume|test|retry NAME | left NAME [--gone|--unsubscribed|--take-back "
      "ADDRESS|-] [--reason TEXT]",
      "act on one channel; left: recipients who left it, one more of them, or one who "
      "is back",
      command_channel },
    { "report", "CHANNEL EVENT FILE [ID]",
      "what SMS Server Tools says of a text message: for its event handler",
      command_report },
    { "preview", "[--diff] FILE|-",
      "each channel's text of these events; nothing is sent", command_preview },
    { "lint", "[--language LANGUAGE] [--sms] [--length LENGTH] FILE|-",
      "the rules of plain language, over a text of your own", command_lint },
    { "catalogue", "show LANGUAGE | check [--all] [--language LANGUAGE] FILE",
      "a built-in catalogue as a start; what an edited one says, and its faults",
      command_catalogue },
    { "held", "[--cancel ID --reason TEXT]",
      "what waits for a second person, with its texts; give one up", command_held },
    { "release", "ID [--sha256 HEX]",
      "let go what waits: as another person than the one who sent it",
      command_release },
    { "correct", "INCIDENT FIELD=VALUE...|FILE|- [--reason TEXT] [--check]",
      "what was said is wrong: say what is right, to whom it was said",
      command_correct },
    { "retract", "INCIDENT [--reason TEXT] [--check]",
      "it never was: take back what was said, where it was said", command_retract },
    { "audit", "[INCIDENT]", "has every message reached every channel? exit 0 or 1",
      command_audit },
    { "retry", "ID | [--channel NAME] [--state STATE] [--all]",
      "try deliveries again now", command_retry },
    { "cancel", "ID | [--channel NAME] [--state STATE] [--all]  --reason TEXT",
      "give deliveries up, for a reason", command_cancel },
    { "log", "[--after ROW] [--incident INCIDENT] | verify [--expect HASH]",
      "who did what; verify: exit 0 when nobody has changed the log", command_log },
    { "watch", "", "what happens, as it happens", command_watch },
    { "check", "[-w AGE] [-c AGE] [-t SECONDS] [--channel NAME]",
      "for monitoring: exit 0, 1, 2 or 3, one line, performance data", command_check },
    { "reload", "", "put the edited configuration in force, or say all its faults",
      command_reload },
    { "backup", "FILE", "write a whole copy of the database to FILE", command_backup },
    { "begin-anew", "--reason TEXT",
      "end safe mode: accept that what a set-aside database knew is lost",
      command_begin_anew },
    { "config", "check [FILE] | show",
      "check a configuration file; show what is in force", command_config },
    { "vapid", "[--new] FILE",
      "the public key of a Web Push channel, for the page; --new makes the key",
      command_vapid },
    { "unsubscribe", "TOKEN | --mail ADDRESS",
      "a reader leaves a list; --mail: by a mail on standard input to that address",
      command_unsubscribe },
    { "bounce", "[ADDRESS]",
      "for a mail server: a mail that came back to that address, on standard input",
      command_bounce },
    { "help", "[COMMAND]", "this list, or one command", command_help },
    { NULL, NULL, NULL, NULL },
};

const struct command *
commands_all(void)
{
    return commands;
}

static const struct command *
command_find(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0) {
            return command;
        }
    }
    return NULL;
}

static void
print_usage(FILE *out)
{
    fputs("usage: budkavle [--socket PATH] [--json] COMMAND [ARGUMENTS]\n\n", out);
    for (const struct command *command = commands; command->name != NULL; command++) {
        fprintf(out, "  %-10s %s\n", command->name, command->summary);
    }
    fputs(
        "\nbudkavle help COMMAND says how a command is written; budkavle(1) says more.\n"
        "The socket is " BUDKAVLE_DEFAULT_SOCKET
        " unless --socket or BUDKAVLE_SOCKET says otherwise.\n"
        "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 the daemon does not run,\n"
        "75 try later, 77 not allowed, 78 configuration.\n",
        out);
}

static int
print_command(const struct command *command)
{
    printf("usage: budkavle %s %s\n%s\n", command->name, command->usage,
           command->summary);
    return CTL_OK;
}

/* "COMMAND --help", as people try it. */
static bool
asks_for_help(int argc, char **argv)
{
    return argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
}

int
command_help(struct session *session, int argc, char **argv)
{
    const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;

    if (argc > 1 && command == NULL) {
        return usage_fault(session, "there is no command", argv[1]);
    }
    if (command != NULL) {
        return print_command(command);
    }
    print_usage(stdout);
    return CTL_OK;
}

int
usage_fault(const struct session *session, const char *problem, const char *argument)
{
    fprintf(stderr, "budkavle: %s", problem);
    if (argument != NULL) {
        fprintf(stderr, " \"%s\"", argument);
    }
    if (session->command != NULL && session->command->run != command_help) {
        fprintf(stderr, "\nusage: budkavle %s %s\n", session->command->name,
                session->command->usage);
    } else {
        fputs("; budkavle help lists the commands\n", stderr);
    }
    return CTL_USAGE;
}

/* Reads the options before the command; returns false on a fault. */
static bool
parse_global(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "socket", required_argument, NULL, 's' },
        { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "+s:jhV", options, NULL)) != -1) {
        switch (option) {
        case 's':
            session->socket = optarg;
            break;
        case 'j':
            session->json = true;
            break;
        case 'V':
            puts("budkavle " BUDKAVLE_VERSION);
            exit(CTL_OK);
        case 'h':
            print_usage(stdout);
            exit(CTL_OK);
        default:
            return false;
        }
    }
    return true;
}

int
ctl_main(int argc, char **argv)
{
    const char *from_environment = getenv("BUDKAVLE_SOCKET");
    struct session session = { .socket = from_environment != NULL
                                             ? from_environment
                                             : BUDKAVLE_DEFAULT_SOCKET };
    int exit_code;

    if (!parse_global(&session, argc, argv)) {
        print_usage(stderr);
        return CTL_USAGE;
    }
    if (optind == argc) {
        print_usage(stderr);
        return CTL_USAGE;
    }
    session.command = command_find(argv[optind]);
    if (session.command == NULL) {
        return usage_fault(&session, "there is no command", argv[optind]);
    }
    if (asks_for_help(argc - optind, argv + optind)) {
        return print_command(session.command);
    }
    session.client = budkavle_open(session.socket);
    if (session.client == NULL) {
        fputs("budkavle: out of memory\n", stderr);
        return CTL_FAILED;
    }
    argc -= optind;
    argv += optind;
    optind = 0; /* glibc: begin anew with the command's own options */
    exit_code = session.command->run(&session, argc, argv);
    budkavle_close(session.client);
    if (fflush(stdout) != 0) {
        perror("budkavle: standard output");
        return CTL_FAILED;
    }
    return exit_code;
}
