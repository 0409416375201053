/* SPDX-License-Identifier: EUPL-1.2 */
/* What a notice needs: its sender, a place, a time, the next word, what to do. */
#include "text/plain_rules.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "text/gsm7.h"
#include "text/places.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PLACE_PREFIX = 12, /* bytes of a name that a shortened one keeps */
    FOREIGN_SIZE = 8   /* one character */
};

static const struct facts *
facts_of(const struct check *check)
{
    return check->subject->message != NULL ? &check->subject->message->facts : NULL;
}

/* The text behind the words that mark an exercise or a test. */
static const char *
without_mode(const struct check *check)
{
    static const char *const modes[] = { "mode.exercise", "mode.test" };
    const char *text = check->subject->text;

    for (size_t i = 0; i < ARRAY_COUNT(modes); i++) {
        const char *mode = plain_list(check, modes[i]);

        if (mode != NULL && strncmp(text, mode, strlen(mode)) == 0) {
            text += strlen(mode);
            return text + strspn(text, ":. \n");
        }
    }
    return text;
}

void
plain_check_sender(struct check *check)
{
    const char *organisation = check->subject->organisation;

    if (organisation != NULL &&
        strncmp(without_mode(check), organisation, strlen(organisation)) != 0) {
        plain_find(check, "the text does not begin with its sender; begin with \"%s:\"",
                   organisation);
    }
}

void
plain_place_names(const struct message *message, struct strings *names)
{
    place_names(&message->facts, names);
    for (size_t i = 0; i < message->summary.n_places; i++) {
        strings_add(names, message->summary.places[i].name);
    }
}

/* Nothing is out of order any more, so there is no place. */
static bool
is_about_nothing(const struct message *message)
{
    return notice_is_summary(message->notice) && message->summary.n_places == 0;
}

void
plain_check_place(struct check *check)
{
    const struct message *message = check->subject->message;
    const char *unknown = plain_list(check, "plain.place_unknown");
    struct strings names = { 0 };
    bool named = false;

    if (message == NULL || is_about_nothing(message)) {
        return;
    }
    plain_place_names(message, &names);
    for (size_t i = 0; i < names.count && !named; i++) {
        char *prefix =
            string_copy_n(names.items[i], utf8_cut(names.items[i], PLACE_PREFIX));

        named = strstr(check->subject->text, prefix) != NULL;
        free(prefix);
    }
    named = named || (unknown != NULL && strstr(check->subject->text, unknown));
    strings_clear(&names);
    if (!named) {
        plain_find(check,
                   "no place is named; say where, or that the place is not known");
    }
}

void
plain_check_clock(struct check *check)
{
    if (!plain_has_clock(check)) {
        plain_find(check,
                   "there is no clock time; say since when, until when, or when the "
                   "next word comes");
    }
}

void
plain_check_next_word(struct check *check)
{
    const char *next = check->subject->next_word;

    if (next != NULL && strstr(check->subject->text, next) == NULL) {
        plain_find(check, "the incident is open and the next word (%s) is not promised",
                   next);
    }
}

/* The sender's reason, or that there is none yet. A text message leaves it to the long
 * text where there is no room. */
static bool
says_reason(const struct check *check, const struct facts *facts)
{
    const char *language = catalogue_language(check->subject->catalogue);
    const char *reason = localized_find(&facts->etr.reason, language);
    bool said = check->subject->short_form;

    if (!said && reason != NULL) {
        char *prefix = string_copy_n(reason, utf8_cut(reason, PLACE_PREFIX));

        said = strstr(check->subject->text, prefix) != NULL;
        free(prefix);
    }
    return said || term_find(plain_list(check, "plain.not_known"), &check->tokens) <
                       check->tokens.count;
}

void
plain_check_changed_time(struct check *check)
{
    const struct message *message = check->subject->message;
    size_t clocks = 0;

    if (message == NULL || message->notice != NOTICE_ETR_CHANGED ||
        !facts_has(&message->facts, FIELD_ETR)) {
        return;
    }
    for (size_t i = 0; i < check->tokens.count; i++) {
        clocks += check->tokens.items[i].kind == TOKEN_CLOCK ? 1 : 0;
    }
    if (clocks < 2) {
        plain_find(check,
                   "the time was changed, and the old and the new one are not both "
                   "said");
    }
    if (!says_reason(check, &message->facts)) {
        plain_find(check, "the time was changed, and the text does not say why; give "
                          "the reason, or say that it is not known yet");
    }
}

/* The first character that a text message cannot have; "" when there is none. */
static void
first_foreign(const char *text, char out[FOREIGN_SIZE])
{
    size_t offset = 0, start = 0, len = strlen(text);

    out[0] = '\0';
    while (out[0] == '\0' && utf8_next(text, len, &offset) >= 0) {
        snprintf(out, FOREIGN_SIZE, "%.*s", (int)(offset - start), text + start);
        if (gsm7_length(out) >= 0) {
            out[0] = '\0';
        }
        start = offset;
    }
}

void
plain_check_one_sms(struct check *check)
{
    char foreign[FOREIGN_SIZE];
    long length;

    if (!check->subject->short_form) {
        return;
    }
    length = gsm7_length(check->subject->text);
    if (length < 0) {
        first_foreign(check->subject->text, foreign);
        plain_find(check,
                   "\"%s\" is not in the GSM-7 alphabet: one such character makes 70 "
                   "characters of 160; use plain quotes and dashes and no symbols",
                   foreign);
    } else if (length > GSM7_SINGLE_PART) {
        plain_find(check, "%ld characters are more than one text message (%d)", length,
                   GSM7_SINGLE_PART);
    }
}

void
plain_check_question(struct check *check)
{
    const struct message *message = check->subject->message;

    if (message != NULL &&
        (message->notice == NOTICE_RESTORED ||
         message->notice == NOTICE_PLANNED_ENDED) &&
        strchr(check->subject->text, '?') == NULL) {
        plain_find(check,
                   "\"restored\" in a dark house is the worst message there is: ask "
                   "whether it is so");
    }
}

static bool
advice_comes_first(const struct check *check, const struct facts *facts)
{
    const char *first = plain_list(check, "advice_first");

    for (size_t i = 0; first != NULL && i < facts->advice.count; i++) {
        if (strstr(first, facts->advice.items[i]) != NULL) {
            return true;
        }
    }
    return false;
}

void
plain_check_imperative(struct check *check)
{
    const struct facts *facts = facts_of(check);
    const char *text = without_mode(check);
    struct tokens tokens = { 0 };

    if (facts == NULL || !facts_has(facts, FIELD_ADVICE) ||
        !status_is_open(facts->status) || !advice_comes_first(check, facts)) {
        return;
    }
    if (check->subject->organisation != NULL &&
        strncmp(text, check->subject->organisation,
                strlen(check->subject->organisation)) == 0) {
        text += strlen(check->subject->organisation);
    }
    tokens_read(text, NULL, &tokens);
    for (size_t i = 0; i < tokens.count; i++) {
        if (tokens.items[i].kind == TOKEN_WORD) {
            if (term_at(plain_list(check, "plain.imperatives"), &tokens, i) == 0) {
                plain_find(check,
                           "health is at stake: begin with what to do, not with \"%s\"",
                           tokens.items[i].text);
            }
            break;
        }
    }
    tokens_clear(&tokens);
}

/* "https://a.se.b.com" does not lead to "https://a.se". */
static bool
leads_to(const char *address, const char *page)
{
    size_t len = page != NULL ? strlen(page) : 0;

    return len > 0 && strncmp(address, page, len) == 0 &&
           strchr("/?#", address[len]) != NULL;
}

void
plain_check_link(struct check *check)
{
    const char *page = check->subject->page_url;

    for (size_t i = 0; i < check->tokens.count; i++) {
        const struct token *token = &check->tokens.items[i];
        bool own = leads_to(token->text, page);

        if (token->kind == TOKEN_ADDRESS && !own && strchr(token->text, '@') == NULL) {
            plain_find(check,
                       "\"%s\" leads elsewhere; people trust links to the page only",
                       token->text);
        }
    }
}

void
plain_check_exercise(struct check *check)
{
    static const char *const marks[MODE_COUNT] = {
        [MODE_EXERCISE] = "mode.exercise",
        [MODE_TEST] = "mode.test",
    };
    const struct facts *facts = facts_of(check);
    const char *mark = NULL;

    if (facts != NULL && facts_has(facts, FIELD_MODE) && marks[facts->mode] != NULL) {
        mark = plain_list(check, marks[facts->mode]);
    }
    if (mark != NULL && strncmp(check->subject->text, mark, strlen(mark)) != 0) {
        plain_find(check, "what is not for real must begin with \"%s\"", mark);
    }
}
