/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One sentence of a catalogue: from its text to its parts, and from its parts to text.
 */
#include "text/script.h"

#include "base/memory.h"
#include "text/catalogue.h"

#include <stdlib.h>
#include <string.h>

static const char kind_prefix[] = "kind.";

const struct script *
catalogue_script(const struct catalogue *catalogue, enum notice notice)
{
    if (notice <= NOTICE_NONE || notice >= NOTICE_COUNT) {
        fatal("text: there is nothing to say for notice %d", (int)notice);
    }
    return &catalogue->notices[notice];
}

struct sentence *
sentences_add(struct sentences *list)
{
    list->items = memory_resize(list->items, list->count + 1, sizeof(struct sentence));
    list->items[list->count] = (struct sentence){ 0 };
    return &list->items[list->count++];
}

void
sentences_clear(struct sentences *list)
{
    for (size_t i = 0; i < list->count; i++) {
        for (size_t j = 0; j < list->items[i].n_parts; j++) {
            free(list->items[i].parts[j].words);
            free(list->items[i].parts[j].form);
        }
        free(list->items[i].parts);
    }
    free(list->items);
    *list = (struct sentences){ 0 };
}

static struct part *
add_part(struct sentence *sentence, unsigned group)
{
    sentence->parts =
        memory_resize(sentence->parts, sentence->n_parts + 1, sizeof(struct part));
    sentence->parts[sentence->n_parts] = (struct part){ .slot = -1, .group = group };
    return &sentence->parts[sentence->n_parts++];
}

/* A "[!etr]" in front of a sentence; NULL when there is none or it is wrong. */
static const char *
parse_condition(struct sentence *sentence, const char *text, struct buffer *fault)
{
    bool negated;
    const char *name;
    size_t len;
    int slot;

    if (*text != '[') {
        return NULL;
    }
    negated = text[1] == '!';
    name = text + (negated ? 2 : 1);
    len = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
    if (len == 0 || name[len] != ']') {
        return NULL;
    }
    slot = slot_find(name, len);
    if (slot < 0) {
        buffer_addf(fault, "there is no condition [%.*s]", (int)len, name);
        return NULL;
    }
    *(negated ? &sentence->absent : &sentence->present) |= SLOT_BIT(slot);
    name += len + 1;
    return name + strspn(name, " ");
}

/* text stands behind the "{". Returns what follows the "}", or NULL with a fault. */
static const char *
parse_slot(struct sentence *sentence, const char *text, unsigned group,
           struct buffer *fault)
{
    size_t len = strcspn(text, "}");
    struct part *part = add_part(sentence, group);

    if (text[len] == '\0') {
        buffer_add(fault, "a { has no }");
        return NULL;
    }
    if (strncmp(text, kind_prefix, strlen(kind_prefix)) == 0) {
        part->form =
            string_copy_n(text + strlen(kind_prefix), len - strlen(kind_prefix));
        return text + len + 1;
    }
    part->slot = slot_find(text, len);
    if (part->slot < 0 || slot_rows[part->slot].is_flag) {
        buffer_addf(fault, "there is no slot {%.*s}", (int)len, text);
        return NULL;
    }
    if (group == 0) {
        sentence->present |= SLOT_BIT(part->slot);
    }
    return text + len + 1;
}

static bool
parse_parts(struct sentence *sentence, const char *text, struct buffer *fault)
{
    unsigned group = 0;
    unsigned n_groups = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, "{}[]");

        if (len > 0) {
            add_part(sentence, group)->words = string_copy_n(text, len);
            text += len;
        } else if (*text == '{') {
            text = parse_slot(sentence, text + 1, group, fault);
            if (!text) {
                return false;
            }
        } else if (*text == '[' && group == 0) {
            group = ++n_groups;
            text++;
        } else if (*text == ']' && group != 0) {
            group = 0;
            text++;
        } else {
            buffer_addf(fault, "a %c stands where it has no meaning", *text);
            return false;
        }
    }
    if (group != 0) {
        buffer_add(fault, "a [ has no ]");
    }
    return group == 0;
}

bool
sentence_parse(struct sentence *sentence, const char *text, struct buffer *fault)
{
    const char *rest;

    while ((rest = parse_condition(sentence, text, fault))) {
        text = rest;
    }
    if (fault->len > 0) {
        return false;
    }
    if (*text == '\0') {
        buffer_add(fault, "the sentence is empty");
        return false;
    }
    return parse_parts(sentence, text, fault);
}

bool
sentence_applies(const struct sentence *sentence, const struct slot_values *values)
{
    for (int i = 0; i < SLOT_COUNT; i++) {
        uint64_t bit = SLOT_BIT(i);
        bool known = values->items[i] != NULL;

        if ((sentence->present & bit && !known) || (sentence->absent & bit && known)) {
            return false;
        }
    }
    return true;
}

static bool
group_is_known(const struct sentence *sentence, unsigned group,
               const struct slot_values *values)
{
    for (size_t i = 0; i < sentence->n_parts; i++) {
        const struct part *part = &sentence->parts[i];
        if (part->group == group && part->slot >= 0 && !values->items[part->slot]) {
            return false;
        }
    }
    return true;
}

/* A value that ends its own sentence is not given a second full stop. */
static void
add_words(struct buffer *out, const char *words)
{
    bool ended = out->len > 0 && strchr(".!?", out->data[out->len - 1]);

    buffer_add(out, ended && words[0] == '.' ? words + 1 : words);
}

static void
add_form(struct buffer *out, const struct catalogue *catalogue, const char *kind,
         const char *form)
{
    char *key = string_format("kind.%s.%s", kind, form);

    buffer_add(out, catalogue_phrase(catalogue, key));
    free(key);
}

uint64_t
sentence_write(const struct sentence *sentence, const struct catalogue *catalogue,
               const struct slot_values *values, struct buffer *out)
{
    uint64_t used = 0;

    for (size_t i = 0; i < sentence->n_parts; i++) {
        const struct part *part = &sentence->parts[i];

        if (part->group != 0 && !group_is_known(sentence, part->group, values)) {
            continue;
        }
        if (part->words) {
            add_words(out, part->words);
        } else if (part->form) {
            add_form(out, catalogue, values->kind, part->form);
        } else {
            buffer_add(out, values->items[part->slot]);
            used |= SLOT_BIT(part->slot);
        }
    }
    return used;
}
