/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The command `budkavle`: one table of commands over the control socket. Data goes to
 * stdout, everything else to stderr.
 */
#ifndef BUDKAVLE_CTL_CTL_H
#define BUDKAVLE_CTL_CTL_H

/* Returns the exit code: see enum exit_code in ctl/session.h. */
int ctl_main(int argc, char **argv);

#endif
