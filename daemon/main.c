/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * budkavled: reads the command line, loads the configuration, and starts what runs. The
 * same program is the core, the launcher and the senders.
 */
#include "daemon.h"

#include "base/log.h"
#include "base/memory.h"
#include "sender/main.h"
#include "service/confine.h"
#include "service/service.h"
#include "text/local_time.h"

#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    EXIT_USAGE = 64
};

struct arguments {
    const char *config_file;
    const char *backup; /* to restore; NULL */
    bool check_only;
};

static void
print_usage(FILE *out)
{
    fputs(
        "usage: budkavled [-c FILE] [-t] [--restore FILE] [-V]\n"
        "  -c FILE  the configuration (default " CONFIG_DEFAULT_PATH ")\n"
        "  -t       check the configuration: every fault with file and line; exit 78\n"
        "  --restore FILE  put a backup in the place of the database, while no daemon\n"
        "           runs, and say what is lost\n"
        "  -V       print the version\n"
        "See budkavled(8).\n",
        out);
}

/* Returns -1 to go on, else the exit code. */
static int
parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' },  { "test", no_argument, NULL, 't' },
        { "version", no_argument, NULL, 'V' },       { "help", no_argument, NULL, 'h' },
        { "restore", required_argument, NULL, 'r' }, { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "c:tVh", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            arguments->config_file = optarg;
            break;
        case 'r':
            arguments->backup = optarg;
            break;
        case 't':
            arguments->check_only = true;
            break;
        case 'V':
            puts("budkavled " BUDKAVLE_VERSION);
            return EXIT_OK;
        case 'h':
            print_usage(stdout);
            return EXIT_OK;
        default:
            print_usage(stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "budkavled: \"%s\" is one argument too many\n", argv[optind]);
        print_usage(stderr);
        return EXIT_USAGE;
    }
    return -1;
}

static void
print_faults(const char *file, const struct faults *faults)
{
    struct buffer text = { 0 };

    config_faults_format(file, faults, &text);
    fputs(text.len > 0 ? text.data : "", stderr);
    buffer_clear(&text);
}

/* NULL after the faults were printed. */
static struct config *
load_or_explain(const char *file)
{
    struct config *config = NULL;
    struct faults faults = { 0 };

    if (daemon_load_config(file, NULL, &config, &faults) != STATUS_OK) {
        print_faults(file, &faults);
    }
    faults_clear(&faults);
    return config;
}

static int
check_config(const char *file)
{
    struct config *config = load_or_explain(file);

    if (config == NULL) {
        return EXIT_CONFIG;
    }
    for (size_t i = 0; i < config->warnings.count; i++) {
        fprintf(stderr, "warning: %s\n", config->warnings.items[i]);
    }
    printf("%s: ok: %zu channels, %zu routes, %zu spools\n", file, config->n_channels,
           config->n_routes, config->n_spools);
    config_free(config);
    return EXIT_OK;
}

/* Pages and frames of megabytes come and go: they are mapped, and given back at once. */
enum {
    MAPPED_FROM_BYTES = 256 * 1024
};

/* As many descriptors as the system lets this process have, within reason: what walks
 * through all of them must end. */
static void
raise_descriptors(void)
{
    const rlim_t enough = 65536;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < enough) {
        limit.rlim_cur = limit.rlim_max < enough ? limit.rlim_max : enough;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Memory holds credentials and addresses: no core dumps, and nobody looks in. A limit on
 * the size of files is a full disk, and no reason to die. */
static void
prepare_process(void)
{
    raise_descriptors();
    signal(SIGXFSZ, SIG_IGN);
    mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
    (void)confine_memory();
    signal(SIGPIPE, SIG_IGN);
}

static int
restore(const struct arguments *arguments)
{
    struct daemon daemon = { .config_file = arguments->config_file,
                             .lock_fd = -1,
                             .senders_lock_fd = -1 };
    int exit_code = EXIT_CONFIG;

    daemon.config = load_or_explain(arguments->config_file);
    if (daemon.config != NULL) {
        exit_code = daemon_restore(&daemon, arguments->backup);
    }
    daemon_clear(&daemon);
    return exit_code;
}

/* The configuration to run on: as it is written, or the last good one. */
static bool
load_to_run(struct daemon *daemon)
{
    struct faults faults = { 0 };
    struct error error = { 0 };
    bool is_loaded = daemon_load_config(daemon->config_file, NULL, &daemon->config,
                                        &faults) == STATUS_OK;

    if (!is_loaded) {
        print_faults(daemon->config_file, &faults);
        is_loaded = last_good_load(daemon, &faults, &error) == STATUS_OK;
    }
    if (!is_loaded) {
        char *fault = daemon_first_fault(daemon->config_file, &faults);

        service_status(fault);
        fprintf(stderr, "budkavled: nothing to start on instead: %s\n", error.text);
        free(fault);
    }
    faults_clear(&faults);
    return is_loaded;
}

static int
run(const struct arguments *arguments)
{
    struct daemon daemon = { .config_file = arguments->config_file,
                             .lock_fd = -1,
                             .senders_lock_fd = -1 };
    struct error error = { 0 };
    int exit_code;

    service_init();
    if (!load_to_run(&daemon)) {
        return EXIT_CONFIG;
    }
    service_log_init();
    if (geteuid() == 0) {
        log_warning(
            "daemon: running as root; a user of its own is safer (the systemd unit "
            "has one)");
    }
    exit_code = local_zone_set(daemon.config->timezone, &error) == STATUS_OK
                    ? daemon_start(&daemon, &error)
                    : EXIT_CONFIG;
    if (exit_code == EXIT_OK) {
        exit_code = daemon_run(&daemon);
    } else {
        log_error("daemon: %s", error.text);
    }
    daemon_clear(&daemon);
    return exit_code;
}

int
main(int argc, char **argv)
{
    struct arguments arguments = { .config_file = CONFIG_DEFAULT_PATH };
    int exit_code;

    prepare_process();
    if (argc >= 3 && strcmp(argv[1], "--sender") == 0) {
        int kind = sender_kind_find(argv[2]);

        return kind < 0
                   ? EXIT_USAGE
                   : sender_main((enum sender_kind)kind, argv + 3, (size_t)argc - 3);
    }
    exit_code = parse_arguments(argc, argv, &arguments);
    if (exit_code >= 0) {
        return exit_code;
    }
    if (arguments.backup != NULL && !arguments.check_only) {
        return restore(&arguments);
    }
    return arguments.check_only ? check_config(arguments.config_file) : run(&arguments);
}
