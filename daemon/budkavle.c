/* SPDX-License-Identifier: EUPL-1.2 */
/* budkavle: the command. All of it is in ctl/. */
#include "ctl/ctl.h"

int
main(int argc, char **argv)
{
    return ctl_main(argc, argv);
}
