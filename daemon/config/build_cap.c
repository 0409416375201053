/* SPDX-License-Identifier: EUPL-1.2 */
/* What the CAP alerts of a spool, or of the socket, are taken for. */
#include "config/loading.h"

#include <stdlib.h>

void
build_cap_kinds(struct loading *loading, const char *section_name,
                const struct section *section, struct cap_kinds *kinds)
{
    char *otherwise = loading_text(loading, section_name, section, "cap_kind");
    struct strings words = { 0 };
    int kind = name_find(&kind_names, otherwise);

    kinds->otherwise = kind < 0 ? KIND_OTHER : (enum incident_kind)kind;
    loading_values(loading, section_name, section, "cap_kinds", &words);
    for (size_t i = 0; i < words.count; i++) {
        enum incident_kind named;
        size_t len;

        if (cap_kinds_word(words.items[i], &len, &named)) {
            strings_add(&kinds->words, words.items[i]);
        } else {
            struct buffer allowed = { 0 };

            names_list(&kind_names, &allowed);
            loading_fault(
                loading, section, "cap_kinds",
                "\"%s\" is not \"EVENT=KIND\", such as \"Power outage=power\"; "
                "kinds are %s",
                words.items[i], allowed.data);
            buffer_clear(&allowed);
        }
    }
    strings_clear(&words);
    free(otherwise);
}
