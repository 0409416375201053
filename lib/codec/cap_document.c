/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The one user of expat. What is refused stops the parser at once; the tree never gets
 * deeper or larger than the limits of an event.
 */
#include "codec/cap_document.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "codec/event_json.h"
#include "model/cap.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char other_versions[] = "urn:oasis:names:tc:emergency:cap:";

struct parsing {
    XML_Parser parser;
    struct reader *reader;
    enum status status;
    struct cap_element *root, *open;
    size_t depth;   /* of all elements */
    size_t skipped; /* depth below an element of another vocabulary; 0: none */
};

static void
stop(struct parsing *parsing, enum status status, const char *problem)
{
    parsing->status = status;
    parsing->reader->line = XML_GetCurrentLineNumber(parsing->parser);
    reader_fault(parsing->reader, "%s", problem);
    (void)XML_StopParser(parsing->parser, XML_FALSE);
}

/* Entities are declared in a document type: without one there are none to expand. */
static void
on_doctype(void *context, const char *name, const char *system_id,
           const char *public_id, int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    stop(context, STATUS_REFUSED,
         "has a document type (<!DOCTYPE), which CAP has not and which is not read; "
         "leave it out");
}

/* The bytes were taken for UTF-8 (or turned into it) before: what is declared must not
 * say otherwise. */
static void
on_declaration(void *context, const char *version, const char *encoding, int standalone)
{
    static const char *const allowed[] = { "UTF-8", "US-ASCII", "UTF-16", "UTF-16LE",
                                           "UTF-16BE" };
    char *shown, *problem;

    (void)version;
    (void)standalone;
    for (size_t i = 0; encoding != NULL && i < ARRAY_COUNT(allowed); i++) {
        if (strcasecmp(encoding, allowed[i]) == 0)
            return;
    }
    if (encoding == NULL)
        return;
    shown = utf8_printable(encoding, strlen(encoding), 40);
    problem = string_format("is declared as \"%s\"; CAP is UTF-8", shown);
    stop(context, STATUS_REFUSED, problem);
    free(problem);
    free(shown);
}

/* "urn:… alert" as expat gives it. */
static struct cap_element *
new_element(const char *name, size_t line)
{
    struct cap_element *element = memory_alloc(sizeof(*element));
    const char *blank = strrchr(name, ' ');

    element->line = line;
    element->name = string_copy(blank == NULL ? name : blank + 1);
    if (blank == NULL)
        element->name_space = string_copy("");
    else if ((size_t)(blank - name) != sizeof(CAP_NAMESPACE) - 1 ||
             strncmp(name, CAP_NAMESPACE, sizeof(CAP_NAMESPACE) - 1) != 0)
        element->name_space = string_copy_n(name, (size_t)(blank - name));
    return element;
}

static void
refuse_root(struct parsing *parsing, const struct cap_element *root)
{
    const char *space = root->name_space == NULL ? CAP_NAMESPACE : root->name_space;
    bool is_other = strncmp(space, other_versions, sizeof(other_versions) - 1) == 0;
    char *shown_space = utf8_printable(space, strlen(space), 80);
    char *shown_name = utf8_printable(root->name, strlen(root->name), 60);
    char *problem =
        root->name_space != NULL && is_other && strcmp(root->name, "alert") == 0
            ? string_format(
                  "is CAP %s (namespace \"%s\"); only CAP 1.2 is read: \"%s\"",
                  shown_space + sizeof(other_versions) - 1, shown_space, CAP_NAMESPACE)
            : string_format(
                  "is <%s> of namespace \"%s\"; what is read is <alert> of CAP "
                  "1.2: \"%s\"",
                  shown_name, shown_space, CAP_NAMESPACE);

    stop(parsing, STATUS_REFUSED, problem);
    free(problem);
    free(shown_name);
    free(shown_space);
}

static void
append(struct cap_element *parent, struct cap_element *child)
{
    child->parent = parent;
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
}

static void
on_start(void *context, const char *name, const char **attributes)
{
    struct parsing *parsing = context;
    struct cap_element *element;

    (void)attributes;
    if (++parsing->depth > EVENT_MAX_DEPTH) {
        stop(parsing, STATUS_LIMIT,
             "elements are nested more than 16 levels deep; CAP needs five");
        return;
    }
    if (parsing->skipped > 0) {
        parsing->skipped++;
        return;
    }
    element = new_element(name, XML_GetCurrentLineNumber(parsing->parser));
    if (parsing->open != NULL) {
        append(parsing->open, element);
    } else {
        parsing->root = element;
        if (element->name_space != NULL || strcmp(element->name, "alert") != 0)
            refuse_root(parsing, element);
    }
    parsing->open = element;
    parsing->skipped = element->name_space != NULL;
}

static void
on_end(void *context, const char *name)
{
    struct parsing *parsing = context;

    (void)name;
    parsing->depth--;
    if (parsing->skipped > 1) {
        parsing->skipped--;
        return;
    }
    parsing->skipped = 0;
    parsing->open = parsing->open->parent;
}

static void
on_text(void *context, const char *text, int len)
{
    struct parsing *parsing = context;

    if (parsing->open != NULL && parsing->skipped == 0)
        buffer_append(&parsing->open->text, text, (size_t)len);
}

static void
not_well_formed(struct parsing *parsing)
{
    parsing->status = STATUS_INVALID;
    parsing->reader->line = XML_GetCurrentLineNumber(parsing->parser);
    reader_fault(parsing->reader, "is no well-formed XML: %s (column %lu)",
                 XML_ErrorString(XML_GetErrorCode(parsing->parser)),
                 (unsigned long)XML_GetCurrentColumnNumber(parsing->parser) + 1);
}

struct cap_element *
cap_document_parse(const char *text, size_t len, struct reader *reader,
                   enum status *status)
{
    struct parsing parsing = { .reader = reader };

    /* The text is UTF-8 by now, also where it was declared to be UTF-16. */
    parsing.parser = XML_ParserCreateNS("UTF-8", ' ');
    if (parsing.parser == NULL)
        fatal("cap: out of memory");
    XML_SetUserData(parsing.parser, &parsing);
    XML_SetStartDoctypeDeclHandler(parsing.parser, on_doctype);
    XML_SetXmlDeclHandler(parsing.parser, on_declaration);
    XML_SetElementHandler(parsing.parser, on_start, on_end);
    XML_SetCharacterDataHandler(parsing.parser, on_text);
    if (XML_Parse(parsing.parser, text, (int)len, XML_TRUE) != XML_STATUS_OK &&
        parsing.status == STATUS_OK) {
        if (XML_GetErrorCode(parsing.parser) == XML_ERROR_NO_MEMORY)
            fatal("cap: out of memory");
        not_well_formed(&parsing);
    }
    XML_ParserFree(parsing.parser);
    *status = parsing.status;
    if (parsing.status != STATUS_OK) {
        cap_document_free(parsing.root);
        return NULL;
    }
    return parsing.root;
}

void
cap_document_free(struct cap_element *root)
{
    while (root != NULL) {
        struct cap_element *next = root->next;

        cap_document_free(root->first);
        free(root->name);
        free(root->name_space);
        buffer_clear(&root->text);
        free(root);
        root = next;
    }
}

static const struct cap_element *
find(const struct cap_element *element, const char *name)
{
    while (element != NULL &&
           (element->name_space != NULL || strcmp(element->name, name) != 0))
        element = element->next;
    return element;
}

const struct cap_element *
cap_child(const struct cap_element *parent, const char *name)
{
    return parent == NULL ? NULL : find(parent->first, name);
}

const struct cap_element *
cap_next(const struct cap_element *element)
{
    return find(element->next, element->name);
}

char *
cap_own_text(const struct cap_element *element)
{
    static const char blanks[] = " \t\r\n";
    const char *text = element->text.data == NULL ? "" : element->text.data;
    size_t len;

    text += strspn(text, blanks);
    len = strlen(text);
    while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
        len--;
    return len == 0 ? NULL : string_copy_n(text, len);
}

char *
cap_text(const struct cap_element *parent, const char *name)
{
    const struct cap_element *element = cap_child(parent, name);

    return element == NULL ? NULL : cap_own_text(element);
}
