/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads the lines of catalogue files, whose format their own first lines describe. Lines
 * are counted through all files of a catalogue, one after the other.
 */
#include "text/catalogue_parse.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static const char byte_order_mark[] = "\xEF\xBB\xBF";
static const char key_characters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";

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

/* Phrases of which a file of one's own may have more than there are. */
static bool
may_be_added(const char *key)
{
    static const char *const families[] = { "advice.", "plain.", "kind." };

    for (size_t i = 0; i < ARRAY_COUNT(families); i++) {
        if (strncmp(key, families[i], strlen(families[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* In a file of changes a phrase takes the place of the one that is there; true when it
 * has, or when there is none and there should be. */
static bool
replace_phrase(struct parser *parser, const char *key, size_t key_len, const char *text)
{
    struct catalogue *catalogue = parser->catalogue;

    for (size_t i = 0; i < catalogue->n_phrases; i++) {
        struct phrase *phrase = &catalogue->phrases[i];

        if (strlen(phrase->key) != key_len || memcmp(phrase->key, key, key_len) != 0) {
            continue;
        }
        if (phrase->line >= parser->first_line) {
            return false; /* twice in the same file: told when they are sorted */
        }
        free(phrase->text);
        phrase->text = trimmed(text, strlen(text));
        phrase->line = parser->line;
        return true;
    }
    if (may_be_added(key)) {
        return false;
    }
    parser_fault(parser,
                 "there is no phrase \"%.*s\" to change; budkavle catalogue show lists "
                 "them",
                 (int)key_len, key);
    return true;
}

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
    if (parser->is_local && replace_phrase(parser, rest, key_len, equals + 1)) {
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
    if (parser->catalogue->notices[notice].line >= parser->first_line) {
        parser_fault(parser, "notice \"%s\" stands already in line %zu", rest,
                     parser->catalogue->notices[notice].line - parser->first_line + 1);
        return;
    }
    parser->notice = &parser->catalogue->notices[notice];
    sentences_clear(&parser->notice->titles);
    sentences_clear(&parser->notice->body);
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

/* Blocks of a file of changes are read before everything else, and stand in for those of
 * the same name. */
static void
on_block(struct parser *parser, const char *rest)
{
    const struct block *known = block_find(parser, rest);

    parser->notice = NULL;
    parser->in_block = true;
    parser->skips_block =
        parser->is_local ? !parser->only_blocks : known && known->is_local;
    if (parser->skips_block) {
        return;
    }
    if (rest[0] == '\0' || known) {
        parser_fault(parser, "a block needs a name of its own");
    }
    parser->blocks =
        memory_resize(parser->blocks, parser->n_blocks + 1, sizeof(struct block));
    parser->blocks[parser->n_blocks++] = (struct block){ .name = string_copy(rest),
                                                         .line = parser->line,
                                                         .is_local = parser->is_local };
}

static void
add_sentence(struct parser *parser, struct sentences *list, struct sentence settings,
             const char *text)
{
    struct sentence *sentence = sentences_add(list);
    struct buffer fault = { 0 };

    *sentence = settings;
    sentence->line = parser->line;
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

    if (parser->only_blocks && ends_block) {
        parser->in_block = false;
        if (directive->handle == on_block) {
            on_block(parser, text + len + strspn(text + len, " \t"));
        }
        return;
    }
    if (!parser->in_block || ends_block) {
        if (!parser->only_blocks) {
            parse_line(parser, text);
        }
        return;
    }
    if (parser->skips_block) {
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

void
parser_read(struct parser *parser, const char *text, size_t len)
{
    size_t offset = 0;

    parser->line = parser->first_line - 1;
    parser->notice = NULL;
    parser->in_block = false;
    if (!utf8_is_valid(text, len) || utf8_has_control(text, len, "\t\r\n")) {
        parser->line = parser->first_line;
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

void
parser_end(struct parser *parser)
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
    sentences_clear(&parser->unknown.titles);
    sentences_clear(&parser->unknown.body);
}
