/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What comes back of deliveries: a reader who leaves a list, and a mail that was not
 * delivered. A mail server runs these with a mail on standard input, and goes by their
 * exit codes: with 75 it keeps the mail and tries again.
 */
#include "base/memory.h"
#include "codec/mail_report.h"
#include "ctl/session.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

/* The beginning of the mail; all of it is read, so that who writes it is not cut off. */
static bool
read_mail(struct buffer *mail)
{
    char piece[16 * 1024];
    size_t n;

    while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0) {
        size_t room = MAIL_REPORT_MAX_BYTES - mail->len;

        buffer_append(mail, piece, n < room ? n : room);
    }
    if (ferror(stdin)) {
        perror("budkavle: standard input");
        return false;
    }
    buffer_add(mail, ""); /* data is there even when nothing came */
    return true;
}

/* For a mail server: what a person can mend is tried again. */
static int
exit_for_mail_server(enum budkavle_result result, long status)
{
    switch (result) {
    case BUDKAVLE_OK:
        return EX_OK;
    case BUDKAVLE_REFUSED:
        return status == 404 ? EX_NOUSER : EX_DATAERR;
    case BUDKAVLE_NOT_ALLOWED:
    case BUDKAVLE_TRY_LATER:
    case BUDKAVLE_NOT_RUNNING:
    case BUDKAVLE_FAILED:
    case BUDKAVLE_UNDER_WAY:
        break;
    }
    return EX_TEMPFAIL;
}

static void
print_answer(const struct session *session, const struct budkavle_answer *answer)
{
    json_t *body = json_loadb(answer->body, answer->body_len, 0, NULL);
    const char *why = text_of(body, "why");

    if (session->json) {
        puts(answer->body);
    } else {
        printf("%s%s%s%s\n", text_of(body, "result"),
               number_of(body, "left") > 0 ? ": left out from now on" : "",
               why[0] != '\0' ? ": " : "", why);
    }
    json_decref(body);
}

static int
post(struct session *session, const char *path, const char *type,
     const struct buffer *body, bool for_mail_server)
{
    struct budkavle_answer answer = { 0 };
    enum budkavle_result result = budkavle_call(session->client, "POST", path, type,
                                                body->data, body->len, &answer);
    int exit_code = exit_for_mail_server(result, answer.status);

    if (result == BUDKAVLE_OK) {
        print_answer(session, &answer);
    } else {
        int usual = session_explain(session, result, &answer, 0);

        exit_code = for_mail_server ? exit_code : usual;
    }
    budkavle_answer_clear(&answer);
    return exit_code;
}

/* --- bounce ----------------------------------------------------------------------- */

int
command_bounce(struct session *session, int argc, char **argv)
{
    const char *address = argc > 1 ? argv[1] : getenv("ORIGINAL_RECIPIENT");
    struct buffer path = { 0 }, mail = { 0 };
    int exit_code = EX_TEMPFAIL;

    if (argc > 2 || address == NULL) {
        (void)usage_fault(session, "give the address that the mail came to", NULL);
        return EX_USAGE;
    }
    buffer_add(&path, "/v1/bounces");
    query_add(&path, "recipient", address);
    if (read_mail(&mail)) {
        exit_code = post(session, path.data, "message/rfc822", &mail, true);
    }
    buffer_clear(&mail);
    buffer_clear(&path);
    return exit_code;
}

/* --- unsubscribe ------------------------------------------------------------------ */

static int
unsubscribe(struct session *session, const char *token, bool for_mail_server)
{
    json_t *body = json_object();
    struct buffer text = { 0 };
    char *dumped;
    int exit_code;

    /* NULL when it is not UTF-8, which no token is. */
    json_object_set_new(body, "token", json_string(token));
    dumped = json_dumps(body, 0);
    buffer_add(&text, dumped);
    exit_code =
        post(session, "/v1/unsubscribe", "application/json", &text, for_mail_server);
    free(dumped);
    buffer_clear(&text);
    json_decref(body);
    return exit_code;
}

/* A person's mail to the address in List-Unsubscribe; not a holiday reply. */
static int
unsubscribe_by_mail(struct session *session, const char *address)
{
    struct mail_report report = { 0 };
    struct buffer mail = { 0 };
    int exit_code = EX_TEMPFAIL;

    if (read_mail(&mail)) {
        mail_report_read(mail.data, mail.len, &report);
        if (report.is_automatic || report.kind != MAIL_REPORT_NONE) {
            puts("dropped: no person wrote it");
            exit_code = EX_OK;
        } else {
            exit_code = unsubscribe(session, address, true);
        }
    }
    buffer_clear(&mail);
    return exit_code;
}

int
command_unsubscribe(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "mail", no_argument, NULL, 'm' },
        { NULL, 0, NULL, 0 },
    };
    bool by_mail = false;
    int option;

    while ((option = getopt_long(argc, argv, "m", options, NULL)) != -1) {
        if (option == '?') {
            return usage_fault(session, "unknown option", NULL);
        }
        by_mail = true;
    }
    if (argc - optind != 1) {
        return usage_fault(session, "give the token of a mail, or an address with it",
                           NULL);
    }
    return by_mail ? unsubscribe_by_mail(session, argv[optind])
                   : unsubscribe(session, argv[optind], false);
}
