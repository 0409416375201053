/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Makes a chosen allocation (fault.h, call=memory) of a statically linked program fail:
 * its own through the linker's --wrap, those of SQLite and jansson through their hooks.
 * Unlike a preloaded malloc it goes together with the sanitizers.
 */
#ifndef BUDKAVLE_LAB_MEMORY_WRAP_H
#define BUDKAVLE_LAB_MEMORY_WRAP_H

/* Before SQLite and jansson are used for the first time. */
void memory_wrap_libraries(void);

#endif
