/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What every sender process does first, and the table of their kinds.
 */
#include "sender/main.h"

#include "sender/serve.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static int (*const run_kind[SENDER_KIND_COUNT])(int fd) = {
    [SENDER_HTTP] = sender_http_run,
    [SENDER_SMTP] = sender_smtp_run,
    [SENDER_FILES] = sender_files_run,
};

/* Requests carry credentials: no other process of the same user may look in, and no
 * core file may hold them. The core alone decides when a sender ends. */
static void
protect_process(void)
{
    static const int ignored[] = { SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGQUIT };
    for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
        (void)signal(ignored[i], SIG_IGN);
    }
    (void)prctl(PR_SET_DUMPABLE, 0);
    const struct rlimit none = { 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
}

int
sender_main(enum sender_kind kind)
{
    protect_process();
    return run_kind[kind](SENDER_FD);
}
