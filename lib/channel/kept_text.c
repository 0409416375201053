/* SPDX-License-Identifier: EUPL-1.2 */
/* The last text of a channel. */
#include "channel/kept_text.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static bool
is_same_rule(const struct length_rule *a, const struct length_rule *b)
{
    return a->unit == b->unit && a->most == b->most && a->most_bytes == b->most_bytes &&
           a->link == b->link && a->ucs2 == b->ucs2;
}

char *
kept_text_find(const struct kept_text *kept, const struct strings *languages,
               const struct length_rule *rule)
{
    bool is_it = kept != NULL && kept->text != NULL && kept->languages == languages &&
                 is_same_rule(&kept->rule, rule);
    return is_it ? string_copy(kept->text) : NULL;
}

void
kept_text_set(struct kept_text *kept, const struct strings *languages,
              const struct length_rule *rule, const char *text)
{
    if (kept == NULL)
        return;
    string_replace(&kept->text, text);
    kept->languages = languages;
    kept->rule = *rule;
}

void
kept_text_clear(struct kept_text *kept)
{
    free(kept->text);
    memset(kept, 0, sizeof *kept);
}
