/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads a catalogue file, whose format its own first lines describe. Strict: a catalogue
 * with a fault is not used, and every fault is told with its line.
 */
#include "text/catalogue.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/catalogue_check.h"
#include "text/script.h"

#include <stdlib.h>
#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const char key_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";

/* Lines that several notices share. */
struct block {
    char *name;
    size_t line;
    bool used;
    struct strings lines;
    size_t first_line; /* of lines.items[0], which stand one after the other */
};

struct parser {
    struct catalogue *catalogue;
    struct catalogue_faults *faults;
    size_t line;
    struct script *notice; /* the notice that is being read, or NULL */
    struct script unknown; /* takes the lines of a notice that there is not */
    bool in_block;         /* the last of blocks is being read */
    unsigned paragraph;    /* the next sentence stands in */
    struct block *blocks;
    size_t n_blocks;
};

static char *
trimmed(const char *text, size_t len)
{
    while (len > 0 && strchr(" \t\r", text[len - 1])) {
        len--;
    }
    while (len > 0 && strchr(" \t\r", *text)) {
        text++;
        len--;
    }
    return string_copy_n(text, len);
}

#define parser_fault(parser, ...)                                                      \
    catalogue_fault((parser)->faults, (parser)->line, __VA_ARGS__)

static void
on_phrase(struct parser *parser, const char *rest)
{
    struct catalogue *catalogue = parser->catalogue;
    size_t key_len = strspn(rest, key_characters);
    const char *equals = rest + key_len + strspn(rest + key_len, " \t");

    if (key_len == 0 || *equals != '=') {
        parser_fault(parser, "a phrase is written \"phrase key = text\"");
        return;
    }
    catalogue->phrases = memory_resize(catalogue->phrases, catalogue->n_phrases + 1,
                                       sizeof(struct phrase));
    catalogue->phrases[catalogue->n_phrases++] =
        (struct phrase){ .key = string_copy_n(rest, key_len),
                         .text = trimmed(equals + 1, strlen(equals + 1)),
                         .line = parser->line };
}

static void
on_notice(struct parser *parser, const char *rest)
{
    int notice = name_find(&notice_names, rest);

    parser->notice = &parser->unknown;
    parser->in_block = false;
    if (notice <= NOTICE_NONE) {
        parser_fault(parser, "there is no notice \"%s\"", rest);
        return;
    }
    if (parser->catalogue->notices[notice].line != 0) {
        parser_fault(parser, "notice \"%s\" stands already in line %zu", rest,
                     parser->catalogue->notices[notice].line);
        return;
    }
    parser->notice = &parser->catalogue->notices[notice];
    parser->notice->line = parser->line;
    parser->paragraph = 0;
}

static struct block *
block_find(struct parser *parser, const char *name)
{
    for (size_t i = 0; i < parser->n_blocks; i++) {
        if (strcmp(parser->blocks[i].name, name) == 0) {
            return &parser->blocks[i];
        }
    }
    return NULL;
}

static void
on_block(struct parser *parser, const char *rest)
{
    parser->notice = NULL;
    parser->in_block = true;
    if (rest[0] == '\0' || block_find(parser, rest)) {
        parser_fault(parser, "a block needs a name of its own");
    }
    parser->blocks =
        memory_resize(parser->blocks, parser->n_blocks + 1, sizeof(struct block));
    parser->blocks[parser->n_blocks++] =
        (struct block){ .name = string_copy(rest), .line = parser->line };
}

static void
add_sentence(struct parser *parser, struct sentences *list, struct sentence settings,
             const char *text)
{
    struct sentence *sentence = sentences_add(list);
    struct buffer fault = { 0 };

    *sentence = settings;
    if (!sentence_parse(sentence, text, &fault)) {
        parser_fault(parser, "%s", fault.data);
    }
    buffer_clear(&fault);
}

static void
add_to_body(struct parser *parser, struct sentence settings, const char *text)
{
    settings.paragraph = parser->paragraph;
    add_sentence(parser, &parser->notice->body, settings, text);
}

static void
on_title(struct parser *parser, const char *rest)
{
    add_sentence(parser, &parser->notice->titles, (struct sentence){ 0 }, rest);
}

static void
on_long(struct parser *parser, const char *rest)
{
    add_to_body(parser, (struct sentence){ .in_long = true }, rest);
}

static void
on_paragraph(struct parser *parser, const char *rest)
{
    if (rest[0] != '\0') {
        parser_fault(parser, "nothing stands behind ---");
    }
    parser->paragraph++;
}

static void
on_ranked(struct parser *parser, char rank, const char *rest)
{
    static const char short_word[] = "short ";
    bool in_long = strncmp(rest, short_word, strlen(short_word)) != 0;

    add_to_body(parser, (struct sentence){ .rank = rank - '0', .in_long = in_long },
                in_long ? rest : rest + strlen(short_word));
}

static void parse_line(struct parser *parser, const char *text);

static void
on_include(struct parser *parser, const char *rest)
{
    struct block *block = block_find(parser, rest);
    size_t line = parser->line;

    if (!block) {
        parser_fault(parser, "there is no block \"%s\" above", rest);
        return;
    }
    block->used = true;
    for (size_t i = 0; i < block->lines.count; i++) {
        parser->line = block->first_line + i;
        parse_line(parser, block->lines.items[i]);
    }
    parser->line = line;
}

struct directive {
    const char *word;
    bool in_notice; /* stands in a notice or a block only */
    void (*handle)(struct parser *parser, const char *rest);
};

static const struct directive directives[] = {
    { "phrase", false, on_phrase },  { "notice", false, on_notice },
    { "block", false, on_block },    { "title", true, on_title },
    { "long", true, on_long },       { "---", true, on_paragraph },
    { "include", true, on_include },
};

static const struct directive *
directive_find(const char *word, size_t len)
{
    for (size_t i = 0; i < ARRAY_COUNT(directives); i++) {
        if (strlen(directives[i].word) == len &&
            memcmp(directives[i].word, word, len) == 0) {
            return &directives[i];
        }
    }
    return NULL;
}

static bool
is_rank(const char *word, size_t len)
{
    return len == 1 && word[0] >= '1' && word[0] <= '9';
}

static void
parse_line(struct parser *parser, const char *text)
{
    size_t len = strcspn(text, " \t");
    const char *rest = text + len + strspn(text + len, " \t");
    const struct directive *directive = directive_find(text, len);

    if (len == 0 || text[0] == '#') {
        return;
    }
    if (!directive && !is_rank(text, len)) {
        parser_fault(parser,
                     "\"%.*s\" is not phrase, notice, block, title, include, long, --- "
                     "or a rank from 1 to 9",
                     (int)len, text);
        return;
    }
    if (directive && !directive->in_notice) {
        directive->handle(parser, rest);
        return;
    }
    if (!parser->notice) {
        parser_fault(parser, "\"%.*s\" stands outside a notice", (int)len, text);
        return;
    }
    if (directive) {
        directive->handle(parser, rest);
    } else {
        on_ranked(parser, text[0], rest);
    }
}

/* A line of the file: kept for later while a block is being read. */
static void
take_line(struct parser *parser, const char *text)
{
    size_t len = strcspn(text, " \t");
    const struct directive *directive = directive_find(text, len);
    bool ends_block = directive && !directive->in_notice;
    bool includes = directive && directive->handle == on_include;

    if (!parser->in_block || ends_block) {
        parse_line(parser, text);
        return;
    }
    if (includes) {
        parser_fault(parser, "a block cannot include another");
        return;
    }
    struct block *block = &parser->blocks[parser->n_blocks - 1];
    if (block->lines.count == 0) {
        block->first_line = parser->line;
    }
    strings_add(&block->lines, text);
}

static void
parse_text(struct parser *parser, const char *text, size_t len)
{
    size_t offset = 0;

    if (!utf8_is_valid(text, len) || utf8_has_control(text, len, "\t\r\n")) {
        parser->line = 1;
        parser_fault(parser, "the file is not plain UTF-8 text");
        return;
    }
    if (len >= strlen(byte_order_mark) &&
        memcmp(text, byte_order_mark, strlen(byte_order_mark)) == 0) {
        offset = strlen(byte_order_mark);
    }
    while (offset < len) {
        const char *end = memchr(text + offset, '\n', len - offset);
        size_t line_len = end ? (size_t)(end - text) - offset : len - offset;
        char *line = trimmed(text + offset, line_len);

        parser->line++;
        take_line(parser, line);
        free(line);
        offset += line_len + 1;
    }
}

static void
blocks_free(struct parser *parser)
{
    for (size_t i = 0; i < parser->n_blocks; i++) {
        struct block *block = &parser->blocks[i];
        if (!block->used) {
            catalogue_fault(parser->faults, block->line,
                            "block \"%s\" is never included", block->name);
        }
        strings_clear(&block->lines);
        free(block->name);
    }
    free(parser->blocks);
}

enum status
catalogue_parse(const char *language, const char *file_name, const char *text,
                size_t len, struct catalogue **catalogue, struct error *error)
{
    struct catalogue_faults faults = { .file_name = file_name };
    struct parser parser = { .faults = &faults };
    enum status status = STATUS_OK;

    parser.catalogue = memory_alloc(sizeof(*parser.catalogue));
    parser.catalogue->language = string_copy(language);
    parse_text(&parser, text, len);
    blocks_free(&parser);
    sentences_clear(&parser.unknown.titles);
    sentences_clear(&parser.unknown.body);
    catalogue_check(parser.catalogue, parser.line, &faults);
    *catalogue = parser.catalogue;
    if (faults.count > 0) {
        status = error_set(error, STATUS_INVALID, "%s", faults.text.data);
        catalogue_free(parser.catalogue);
        *catalogue = NULL;
    }
    buffer_clear(&faults.text);
    return status;
}
