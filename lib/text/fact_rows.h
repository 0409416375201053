/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is known of an incident as rows of a label and a value, in the catalogue's words:
 * the same facts in the same order wherever there is room for a table. How a row looks
 * is the channel's: it gets the value in parts.
 */
#ifndef BUDKAVLE_TEXT_FACT_ROWS_H
#define BUDKAVLE_TEXT_FACT_ROWS_H

#include "base/buffer.h"
#include "model/event.h"
#include "text/catalogue.h"

enum fact_part_kind {
    FACT_WORDS,
    FACT_TIME,    /* text says time_ms */
    FACT_NAME,    /* of a place, one of several below each other */
    FACT_LINK,    /* to href */
    FACT_REMARK,  /* a sentence of ours about the value */
    FACT_SENTENCE /* the sender's own words */
};

struct fact_part {
    enum fact_part_kind kind;
    char *text;
    int64_t time_ms;  /* of FACT_TIME */
    const char *href; /* of FACT_LINK; borrowed from the view */
};

struct fact_row {
    const char *label; /* borrowed from the catalogue */
    bool is_main;      /* the one that people look for: the time it is expected back */
    struct fact_part *parts;
    size_t n_parts;
};

/* Valid when zeroed. */
struct fact_rows {
    struct fact_row *items;
    size_t count;
};
void fact_rows_clear(struct fact_rows *rows);

enum fact_places {
    PLACES_LEFT_OUT,
    PLACES_IN_A_ROW, /* as people say them; or that none is known */
    PLACES_EACH
};

/* What is to be told. Borrowed. */
struct fact_view {
    const struct catalogue *catalogue;
    const struct facts *facts;
    enum incident_status status;
    int64_t ended_at_ms;     /* TIME_NONE: not over, or not known */
    int64_t next_word_at_ms; /* TIME_NONE: none is promised */
    int64_t now_ms;
    bool with_days;  /* every time with its day, for what is read on another */
    bool with_head;  /* kind and status too, where no heading says them */
    bool with_words; /* the sender's own words too */
    enum fact_places places;
    const char *part_of,
        *part_of_href; /* another incident's name and address, or NULL */
};

/* Clears *rows first. What is neither known nor waited for has no row. */
void fact_rows_fill(const struct fact_view *view, struct fact_rows *rows);

/* The value on one line of plain text; caller frees. */
char *fact_row_text(const struct fact_row *row);

#endif
