/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * usage: lab_schema VERSION
 * Prints the SQL that makes an empty database of this version of the schema, as the
 * program itself makes it.
 */
#include "base/memory.h"
#include "store/database.h"
#include "store/schema.h"

#include <stdio.h>
#include <stdlib.h>

int
main(int argc, char **argv)
{
    long version = argc == 2 ? strtol(argv[1], NULL, 10) : 0;

    if (version < 1 || version > STORE_SCHEMA_VERSION) {
        fprintf(stderr, "usage: lab_schema VERSION, from 1 to %d\n",
                (int)STORE_SCHEMA_VERSION);
        return 2;
    }
    for (long step = 0; step < version; step++) {
        const struct schema_step *texts = &schema_steps[step];

        for (size_t i = 0; i < ARRAY_COUNT(texts->sql) && texts->sql[i] != NULL; i++) {
            puts(texts->sql[i]);
        }
    }
    printf("PRAGMA application_id = %d;\nPRAGMA user_version = %ld;\n",
           (int)STORE_APPLICATION_ID, version);
    return 0;
}
