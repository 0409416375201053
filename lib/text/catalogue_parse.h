/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parser of catalogue files: what it keeps from line to line. Inside lib/text only.
 */
#ifndef BUDKAVLE_TEXT_CATALOGUE_PARSE_H
#define BUDKAVLE_TEXT_CATALOGUE_PARSE_H

#include "base/strings.h"
#include "text/catalogue_check.h"
#include "text/script.h"

/* Lines that several notices share. */
struct block {
    char *name;
    size_t line;
    bool used;
    bool is_local; /* of a file of changes */
    struct strings lines;
    size_t first_line; /* of lines.items[0], which stand one after the other */
};

struct parser {
    struct catalogue *catalogue;
    struct catalogue_faults *faults;
    size_t line;           /* counted through all files */
    size_t first_line;     /* of the file that is being read */
    bool is_local;         /* the file changes single phrases, notices and blocks */
    bool only_blocks;      /* of the file nothing else is read this time */
    struct script *notice; /* the notice that is being read, or NULL */
    struct script unknown; /* takes the lines of a notice that there is not */
    bool in_block;         /* the last of blocks is being read */
    bool skips_block;      /* … or one that another stands in for */
    unsigned paragraph;    /* the next sentence stands in */
    struct block *blocks;
    size_t n_blocks;
};

/* Reads a file whose first line has the number parser->first_line. */
void parser_read(struct parser *parser, const char *text, size_t len);
/* Tells blocks that nobody used, and frees what the parser holds. */
void parser_end(struct parser *parser);

#endif
