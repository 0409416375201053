/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A message: one thing that is said about one incident, as a snapshot, so that it can
 * be written out for any channel at any later time. And the texts made from it.
 */
#ifndef BUDKAVLE_MODEL_MESSAGE_H
#define BUDKAVLE_MODEL_MESSAGE_H

#include "model/alarm.h"
#include "model/incident.h"
#include "model/summary.h"

/* What a message takes back of what was said. Zeroed: nothing. */
struct correction {
    uint32_t wrong;     /* FIELD_BITs that were said wrong; in a retraction none */
    struct facts was;   /* what was said of them */
    int64_t said_at_ms; /* when it was said first; 0: not known */
    int64_t from;       /* sequence of the message that said it first; 0: nothing is
                           taken back */
    struct localized reason; /* in the words of who corrects it; may be empty */
};
void correction_clear(struct correction *correction);

struct message {
    int64_t row;
    char id[PUBLIC_ID_SIZE]; /* m_…: constant over retries and channels */
    int64_t incident_row;
    int64_t sequence; /* from 1 within the incident */
    enum notice notice;
    enum priority priority;
    int64_t written_at_ms;
    char incident_id[PUBLIC_ID_SIZE];
    char *source;
    char *incident;     /* the sender's number */
    struct facts facts; /* the whole picture when it was written */
    int64_t revision;   /* of the newest event; -1: none */
    int64_t at_ms;      /* of the newest event */
    int64_t updated_at_ms;
    /* What was said before, for "we said …": */
    int64_t old_etr_at_ms;                          /* TIME_NONE: none */
    int64_t old_planned_from_ms, old_planned_to_ms; /* TIME_NONE: none */
    int64_t old_next_word_at_ms; /* the promise before this one; TIME_NONE: none */
    int64_t old_danger;          /* DANGER_BITs that were said before */
    int64_t next_word_at_ms; /* when the public hears next; TIME_NONE when it is over */
    char merged_into_id[PUBLIC_ID_SIZE]; /* "" unless notice is merged */
    struct correction correction;
    struct alarm alarm; /* while notice_is_alarm(notice): there is no incident then */
    struct summary summary; /* while notice_is_summary(notice): of many of them */
};

void message_clear(struct message *message);

/* What a message stands in for, besides what it says itself: earlier messages of its
 * incident that did not reach the reader. Valid when zeroed. */
struct missed {
    int64_t *sequences; /* of all of them, oldest first */
    size_t count;
    struct message *newest; /* those told one by one: the newest, oldest first */
    size_t n_newest;
    int64_t from_ms; /* when the oldest of all was written */
};
void missed_clear(struct missed *missed);

/* The texts of one message in one language. */
struct text_set {
    char *language;
    char *title;      /* one line */
    char *short_text; /* at most 160 GSM-7 characters */
    char *long_text;  /* paragraphs separated by an empty line */
};

struct texts {
    struct text_set *items;
    size_t count;
};
void texts_clear(struct texts *texts);
const struct text_set *texts_find(const struct texts *texts, const char *language);

#endif
