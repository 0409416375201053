/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The e-mail driver: what a recipient's mail program gets, whom the relay is told of,
 * which configurations are refused, and what the relay's answers mean.
 */
#include "test_email_fixture.h"

/* The content of the part of that type, decoded; caller frees. */
static char *
part(const struct post *post, const char *type)
{
    char *start = string_format("\r\nContent-Type: %s; charset=utf-8\r\n", type);
    const char *text = strstr(post->request.body.data, start);
    struct buffer out = { 0 };
    assert_non_null(text);
    text = strstr(text, "\r\n\r\n") + 4;
    for (; strncmp(text, "\r\n--=_", 6) != 0; text++) {
        if (strncmp(text, "=\r\n", 3) == 0) {
            text += 2;
        } else if (*text == '=') {
            char hex[3] = { text[1], text[2], '\0' };
            buffer_add_char(&out, (char)strtol(hex, NULL, 16));
            text += 2;
        } else if (*text != '\r') {
            buffer_add_char(&out, *text);
        }
    }
    free(start);
    return buffer_take(&out);
}

static void
test_envelope(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "username", "drift");
    post_set(&post, "password_file", "correct horse");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_int_equal(SENDER_SMTP, post.request.sender);
    assert_string_equal("smtp://mail.example.se:587/example.se", post.request.url);
    assert_string_equal("drift@example.se", post.request.mail_from);
    assert_string_equal("redaktion@example.se", post.request.rcpt_to);
    assert_string_equal("required", post.request.tls);
    assert_string_equal("drift", post.request.username);
    assert_string_equal("correct horse", post.request.password);
    assert_false(post.request.allow_private);
    assert_null(strstr(post.request.body.data, "correct horse"));
    assert_null(strstr(post.request.body.data, "jour@example.se"));
    set_again(&post, "ehlo", "drift1.example.se");
    set_again(&post, "relay", "smtps://mail.example.se/");
    post_compose(&post);
    assert_string_equal("smtps://mail.example.se/drift1.example.se", post.request.url);
    post_clear(&post);
}

static void
test_a_relay_on_this_machine(void **state)
{
    static const struct {
        const char *relay;
        bool is_loopback;
    } rows[] = {
        { "smtp://127.0.0.1:25", true },       { "smtp://127.1.2.3", true },
        { "smtp://localhost", true },          { "smtp://LOCALHOST:2525", true },
        { "smtp://[::1]:25", true },           { "smtp://127.example.se", false },
        { "smtp://localhost.example", false }, { "smtp://10.0.0.25", false },
        { "smtp://[2001:db8::1]", false },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        set_again(&post, "relay", rows[i].relay);
        assert_true(post_is_accepted(&post));
        post_compose(&post);
        assert_string_equal(rows[i].is_loopback ? "opportunistic" : "required",
                            post.request.tls);
        assert_int_equal(rows[i].is_loopback, post.request.allow_private);
    }
    set_again(&post, "relay", "smtp://127.0.0.1");
    set_again(&post, "tls", "none");
    post_compose(&post);
    assert_string_equal("none", post.request.tls);
    post_clear(&post);
}

static void
test_header(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.channel.reply_to = string_copy("svar@example.se");
    post_compose(&post);
    assert_header(&post, "From", "=?UTF-8?Q?T=C3=A4by_N=C3=A4t?= <drift@example.se>");
    assert_header(&post, "To", "<redaktion@example.se>");
    assert_header(&post, "Reply-To", "<svar@example.se>");
    assert_header(&post, "Date", "Mon, 23 Nov 2026 13:05:01 +0000");
    assert_header(&post, "Subject",
                  "=?UTF-8?Q?T=C3=A4by_N=C3=A4t=3A_Str=C3=B6mavbrott_T=C3=A4by_kyrkb?= "
                  "=?UTF-8?Q?y_=5BOMS-77120=5D?=");
    assert_header(&post, "Auto-Submitted", "auto-generated");
    assert_header(&post, "Precedence", "bulk");
    assert_header(&post, "List-Id", "<out.example.se>");
    assert_header(&post, "Content-Language", "sv, en");
    assert_header(&post, "MIME-Version", "1.0");
    post_clear(&post);
}

/* Mail programs make a thread of what answers what, under a subject that stays. */
static void
test_thread(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    char *first = header(&post, "Message-ID"), *subject = header(&post, "Subject");
    assert_null(header(&post, "In-Reply-To"));
    assert_null(header(&post, "References"));
    assert_true(strncmp(first, "<m_abc234.", 10) == 0);
    assert_non_null(strstr(first, "@example.se>"));
    assert_null(strstr(first, "redaktion"));

    (void)snprintf(post.message.id, sizeof post.message.id, "m_def567");
    post.message.notice = NOTICE_RESTORED;
    post.message.facts.status = INCIDENT_RESTORED;
    post.input.previous_ids = "m_abc234";
    post_compose(&post);
    assert_header(&post, "In-Reply-To", first);
    assert_header(&post, "References", first);
    assert_header(&post, "Subject", subject);

    post.input.recipient = "jour@example.se";
    post_compose(&post);
    char *of_other = header(&post, "In-Reply-To");
    assert_string_not_equal(first, of_other);
    free(of_other);
    free(first);
    free(subject);
    post_clear(&post);
}

static void
test_a_long_thread_keeps_its_beginning_and_end(void **state)
{
    struct post post;
    struct buffer ids = { 0 };
    size_t count = 0;
    (void)state;
    init(&post);
    for (int i = 1; i <= 100; i++)
        buffer_addf(&ids, "%sm_%d", i > 1 ? " " : "", i);
    post.input.previous_ids = ids.data;
    post_compose(&post);
    char *references = header(&post, "References"),
         *last = header(&post, "In-Reply-To");
    for (const char *c = references; (c = strchr(c, '<')) != NULL; c++)
        count++;
    assert_int_equal(20, count);
    assert_true(strncmp(references, "<m_1.", 5) == 0);
    assert_string_equal(last, strrchr(references, '<'));
    assert_true(strncmp(last, "<m_100.", 7) == 0);
    free(references);
    free(last);
    buffer_clear(&ids);
    post_clear(&post);
}

static void
test_a_repeat_keeps_its_id(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    char *id = header(&post, "Message-ID"), *date = header(&post, "Date");
    post.input.now_ms += 30 * HOURS_MS;
    post.input.late = true;
    post_compose(&post);
    assert_header(&post, "Message-ID", id);
    assert_header(&post, "Date", date);
    free(id);
    free(date);
    post_clear(&post);
}

static void
assert_says(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is missing in:\n%s", words, text);
}

static void
test_bodies(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    char *plain = part(&post, "text/plain"), *html = part(&post, "text/html");
    /* The message's own title is the first line; the facts are all there, in order of
     * the languages. */
    assert_true(strncmp(plain, "Strömmen är borta i Täby kyrkby", 33) == 0);
    assert_says(plain, "\nPlats: Täby kyrkby\n");
    assert_says(plain, "\nBörjade: 13.48\n");
    assert_says(plain, "1 432 kunder");
    assert_says(strstr(plain, "-----"), "\nBegan: 13:48\n");
    assert_says(plain, "https://drift.example.se/incident/i_xyz567.html");
    assert_says(html, "<html lang=\"sv\">");
    assert_says(html, "<div lang=\"en\">");
    assert_says(html, "<h1>Strömmen är borta i Täby kyrkby");
    assert_says(html, ">Plats</th><td>Täby kyrkby</td>");
    assert_says(html, "<a href=\"https://drift.example.se/incident/i_xyz567.html\">");
    free(plain);
    free(html);
    post_clear(&post);
}

static void
set_estimate(struct facts *facts)
{
    facts->etr.at_ms = moment("2026-11-24T16:30:00Z");
    facts->etr.basis = ETR_BASIS_CREW;
    localized_add(&facts->etr.reason, "sv", "Vi väntar på en reservdel");
    localized_add(&facts->cause.text, "", "En kran <b>föll</b> & slog av \"allt\"");
    facts->cause.code = CAUSE_OTHER;
    facts->crew = CREW_ON_SITE;
    facts->has |= FIELD_BIT(FIELD_ETR) | FIELD_BIT(FIELD_CAUSE) | FIELD_BIT(FIELD_CREW);
}

/* In both bodies and every language, with the times when they were written. */
static void
test_missed_messages_are_told(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    char *plain = part(&post, "text/plain"), *html = part(&post, "text/html");
    assert_null(strstr(plain, "Tidigare meddelanden"));
    assert_null(strstr(html, "<li>"));
    free(plain);
    free(html);
    post_miss(&post);
    post_compose(&post);
    assert_int_equal(2, post.n_carried);
    plain = part(&post, "text/plain");
    html = part(&post, "text/html");
    assert_says(plain, "\nTidigare meddelanden som kanske inte har nått dig:\n"
                       "- 13.05: Strömmen är borta i Täby kyrkby sedan 13.48\n"
                       "- 13.35: Strömmen är borta i Täby kyrkby sedan 13.48\n\n");
    assert_says(plain, "- 13:35: The power has been off in Täby kyrkby since 13:48\n");
    assert_says(html,
                "<p>Tidigare meddelanden som kanske inte har nått dig:</p>\n"
                "<ul>\n<li>13.05: Strömmen är borta i Täby kyrkby sedan 13.48</li>\n"
                "<li>13.35: Strömmen är borta i Täby kyrkby sedan 13.48</li>\n</ul>\n");
    free(plain);
    free(html);
    post_clear(&post);
}

static void
test_all_facts_are_told(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    set_estimate(&post.message.facts);
    post_compose(&post);
    char *plain = part(&post, "text/plain"), *html = part(&post, "text/html");
    assert_says(plain, "tisdag 24 november kl. 17.30");
    assert_says(plain, "Vi väntar på en reservdel");
    assert_says(plain, "Orsak: En kran <b>föll</b> & slog av \"allt\"\n");
    assert_says(html, "En kran &lt;b&gt;föll&lt;/b&gt; &amp; slog av &quot;allt&quot;");
    assert_null(strstr(html, "<b>"));
    free(plain);
    free(html);
    post_clear(&post);
}

static void
test_an_incident_that_is_over_promises_nothing(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    set_estimate(&post.message.facts);
    post.message.facts.status = INCIDENT_RESTORED;
    post.message.facts.ended_at_ms = moment("2026-11-23T13:00:00Z");
    post.message.facts.has |= FIELD_BIT(FIELD_ENDED_AT);
    post.message.notice = NOTICE_RESTORED;
    post.message.next_word_at_ms = TIME_NONE;
    post_compose(&post);
    char *plain = part(&post, "text/plain");
    assert_null(strstr(plain, "17.30"));
    assert_null(strstr(plain, "Nytt besked"));
    assert_says(plain, ": 14.00\n");
    free(plain);
    post_clear(&post);
}

static void
test_no_link_without_a_page(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.input.page_url = NULL;
    post_compose(&post);
    char *html = part(&post, "text/html");
    assert_null(strstr(html, "href"));
    free(html);
    post_clear(&post);
}

static void
test_tests_are_marked(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post.message.facts.mode = MODE_TEST;
    post.message.facts.has |= FIELD_BIT(FIELD_MODE);
    post.input.is_test = true;
    post_compose(&post);
    char *subject = header(&post, "Subject");
    char *plain = part(&post, "text/plain"), *html = part(&post, "text/html");
    assert_true(strncmp(subject, "=?UTF-8?Q?TEST=3A_", 18) == 0);
    assert_true(strncmp(plain, "*** ", 4) == 0);
    assert_says(html, "<strong>");
    free(subject);
    free(plain);
    free(html);
    post_clear(&post);
}

/* Whatever a sender puts into an event, the mail stays one mail to one recipient. */
static void
test_lines_and_header_hold(void **state)
{
    struct post post;
    struct buffer text = { 0 };
    (void)state;
    init(&post);
    for (int i = 0; i < 3000; i++)
        buffer_add(&text, i % 50 == 0 ? ".\n" : "ö");
    localized_add(&post.message.facts.note, "", text.data);
    post.message.facts.has |= FIELD_BIT(FIELD_NOTE);
    string_replace(&post.message.facts.places[0].name, "A\nBcc: x@example.se");
    string_replace(&post.message.incident, "7\r\nTo: y@example.se\r\n\r\nbody");
    post_compose(&post);
    assert_null(header(&post, "Bcc"));
    assert_header(&post, "To", "<redaktion@example.se>");
    const char *end;
    for (const char *line = post.request.body.data; *line != '\0'; line = end + 2) {
        end = strstr(line, "\r\n");
        assert_non_null(end);
        assert_true(end - line <= 76);
        assert_null(memchr(line, '\n', (size_t)(end - line)));
        for (const char *c = line; c < end; c++)
            assert_true((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f);
    }
    buffer_clear(&text);
    post_clear(&post);
}

static void
test_a_bad_address_never_reaches_the_relay(void **state)
{
    static const char *const bad[] = { "a@example.se\r\nRCPT TO:<b@example.se>",
                                       "åsa@example.se", "", "asa" };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        post.input.recipient = bad[i];
        assert_int_equal(STATUS_INVALID,
                         post.driver->compose(&post.input, &post.request, &post.error));
        assert_null(post.request.rcpt_to);
    }
    post.input.recipient = NULL;
    assert_int_equal(STATUS_INVALID,
                     post.driver->compose(&post.input, &post.request, &post.error));
    post_clear(&post);
}

static void
test_configurations(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } bad[] = {
        { "relay", "mail.example.se", "neither smtp:// nor smtps://" },
        { "relay", "smtp://", "no valid host" },
        { "relay", "smtp://mail example", "no valid host" },
        { "relay", "smtp://[::1", "no valid host" },
        { "relay", "smtp://mail.example.se:0", "port" },
        { "relay", "smtp://mail.example.se:99999", "port" },
        { "relay", "smtp://mail.example.se:25/x", "behind the host" },
        { "relay", "smtp://me:secret@mail.example.se", "username and password_file" },
        { "from", "Drift <drift@example.se>", "from: the address" },
        { "from", "drift@example.se\nX: y", "control character" },
        { "to", "åsa@example.se", "to, number 1: the address" },
        { "to_file", "list.txt", "to and to_file are both given" },
        { "ehlo", "not a host", "ehlo is" },
        { "username", "drift", "password_file" },
        { "password_file", "x", "username" },
    };
    struct post post;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        init(&post);
        assert_true(post_is_accepted(&post));
        set_again(&post, bad[i].option, bad[i].value);
        if (!post_is_refused(&post, bad[i].says))
            fail_msg("%s = %s: %s", bad[i].option, bad[i].value, post.error.text);
        assert_null(strstr(post.error.text, "me:secret"));
        post_clear(&post);
    }
}

static void
test_recipients(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_int_equal(2, post.driver->recipients(&post.channel)->count);
    post_set(&post, "to", "JOUR@example.se");
    assert_true(post_is_refused(&post, "twice"));
    post_unset(&post, "to");
    assert_true(post_is_refused(&post, "no recipient"));
    post_set(&post, "to_file", "list.txt");
    assert_true(post_is_accepted(&post));
    post.channel.reply_to = string_copy("not an address");
    assert_true(post_is_refused(&post, "reply_to: the address"));
    post_clear(&post);
}

/* A password is not sent where others can read it. */
static void
test_a_login_is_encrypted(void **state)
{
    static const struct {
        const char *relay, *tls, *says; /* NULL: accepted */
    } rows[] = {
        { "smtp://mail.example.se", NULL, NULL },
        { "smtp://mail.example.se", "required", NULL },
        { "smtp://mail.example.se", "opportunistic", "clear text" },
        { "smtp://mail.example.se", "none", "clear text" },
        { "smtps://mail.example.se", "opportunistic", NULL },
        { "smtps://mail.example.se", "none", "always encrypted" },
        { "smtp://127.0.0.1", NULL, NULL },
        { "smtp://127.0.0.1", "none", NULL },
        { "smtp://127.0.0.1", "opportunistic", "clear text" },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "username", "drift");
    post_set(&post, "password_file", "x");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        set_again(&post, "relay", rows[i].relay);
        set_again(&post, "tls", rows[i].tls);
        assert_true(rows[i].says == NULL ? post_is_accepted(&post)
                                         : post_is_refused(&post, rows[i].says));
    }
    /* Without tls a login makes it required on this machine too. */
    set_again(&post, "tls", NULL);
    post_compose(&post);
    assert_string_equal("required", post.request.tls);
    post_clear(&post);
}

static const struct {
    const char *line;
    bool has_recipient;
    enum outcome_kind kind;
    int64_t retry_after_ms;
} answers[] = {
    { "250 2.0.0 Ok: queued as 4F2A1B", true, OUTCOME_DELIVERED, -1 },
    { "421 4.3.2 Shutting down", true, OUTCOME_RETRY, -1 },
    { "450 4.2.0 Greylisted", true, OUTCOME_RETRY, 5 * MINUTES_MS },
    { "451 4.7.1 Try again later", true, OUTCOME_RETRY, 5 * MINUTES_MS },
    { "450 4.2.2 Over quota", true, OUTCOME_RETRY, 30 * MINUTES_MS },
    { "452 4.2.2 Over quota", true, OUTCOME_RETRY, 30 * MINUTES_MS },
    { "452 4.3.1 Insufficient storage", true, OUTCOME_RETRY, -1 },
    { "452 4.5.3 Too many recipients", true, OUTCOME_RETRY, -1 },
    { "454 4.7.0 TLS not available", true, OUTCOME_RETRY, -1 },
    { "530 5.7.0 Authentication required", true, OUTCOME_CREDENTIALS, -1 },
    { "530 Authentication required", false, OUTCOME_CREDENTIALS, -1 },
    { "534 5.7.9 Mechanism too weak", true, OUTCOME_CREDENTIALS, -1 },
    { "535 5.7.8 Bad credentials", true, OUTCOME_CREDENTIALS, -1 },
    { "550 5.7.1 Relaying denied", true, OUTCOME_CREDENTIALS, -1 },
    { "554 5.7.1 Message refused", false, OUTCOME_CREDENTIALS, -1 },
    { "553 5.1.8 Sender address rejected", true, OUTCOME_CREDENTIALS, -1 },
    { "550 5.1.1 No such user", true, OUTCOME_UNDELIVERABLE, -1 },
    { "550 5.1.1 No such user", false, OUTCOME_REFUSED, -1 },
    { "550 5.1.10 No such user", true, OUTCOME_UNDELIVERABLE, -1 },
    { "550-5.1.1 No such\r\n550 5.1.1 user", true, OUTCOME_UNDELIVERABLE, -1 },
    { "550-Sorry\r\n550-5.7.1 not here\r\n550 see example", true, OUTCOME_CREDENTIALS,
      -1 },
    { "550 5.2.1 Mailbox disabled", true, OUTCOME_UNDELIVERABLE, -1 },
    { "550 No such user", true, OUTCOME_UNDELIVERABLE, -1 },
    { "550 No such user", false, OUTCOME_REFUSED, -1 },
    { "550 5.4.4 Unrouteable", true, OUTCOME_REFUSED, -1 },
    { "551 User not local", true, OUTCOME_UNDELIVERABLE, -1 },
    { "553 Mailbox name not allowed", true, OUTCOME_UNDELIVERABLE, -1 },
    { "554 Transaction failed", true, OUTCOME_REFUSED, -1 },
    { "554 5.1.1 No such user", true, OUTCOME_UNDELIVERABLE, -1 },
    { "552 5.2.2 Mailbox full", true, OUTCOME_RETRY, 30 * MINUTES_MS },
    { "552 5.3.4 Message too big", true, OUTCOME_REFUSED, -1 },
    { "500 Syntax error", false, OUTCOME_REFUSED, -1 },
    { "354 Go on", true, OUTCOME_UNKNOWN, -1 },
};

/* Adds the lines of a reply, separated by CRLF in text. */
static void
add_lines(struct reply *reply, const char *text)
{
    while (text != NULL) {
        const char *end = strstr(text, "\r\n");
        size_t len = end == NULL ? strlen(text) : (size_t)(end - text);
        strings_take(&reply->headers, string_copy_n(text, len));
        text = end == NULL ? NULL : end + 2;
    }
}

static void
test_answers(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        struct reply reply = { .result = REPLY_ANSWERED };
        reply.code = strtol(answers[i].line, NULL, 10);
        add_lines(&reply, "220 mail.example.se ESMTP\r\n250-PIPELINING\r\n250 OK");
        add_lines(&reply, answers[i].line);
        add_lines(&reply, "221 2.0.0 Bye");
        const struct outcome *outcome =
            post_classify(&post, &reply, answers[i].has_recipient);
        if (outcome->kind != answers[i].kind)
            fail_msg("%s is taken for kind %d", answers[i].line, (int)outcome->kind);
        assert_int_equal(answers[i].retry_after_ms, outcome->retry_after_ms);
        assert_true((outcome->kind == OUTCOME_DELIVERED) == (outcome->detail == NULL));
    }
    post_clear(&post);
}

/* The only recipient of a channel is the channel: it needs a person, not a count. */
static void
test_the_only_recipient_is_not_one_of_many(void **state)
{
    struct post post;
    struct reply reply = { .result = REPLY_ANSWERED, .code = 550 };
    (void)state;
    init(&post);
    set_again(&post, "to", "redaktion@example.se");
    strings_add(&reply.headers, "550 5.1.1 No such user");
    assert_int_equal(OUTCOME_REFUSED, post_classify(&post, &reply, true)->kind);
    post_clear(&post);
}

static void
test_queue_ids(void **state)
{
    static const struct {
        const char *line, *id; /* NULL: the relay tells none */
    } rows[] = {
        { "250 2.0.0 Ok: queued as 4F2A1B", "4F2A1B" },
        { "250 OK id=1tExYz-000abc-Q1", "1tExYz-000abc-Q1" },
        { "250 2.0.0 b1c2d3 Message accepted for delivery", "b1c2d3" },
        { "250 Ok", NULL },
        { "250 queued as <script>", NULL },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = 250 };
        add_lines(&reply, "250 2.1.5 Ok");
        add_lines(&reply, rows[i].line);
        const struct outcome *outcome = post_classify(&post, &reply, true);
        assert_int_equal(OUTCOME_DELIVERED, outcome->kind);
        if (rows[i].id == NULL)
            assert_null(outcome->remote_id);
        else
            assert_string_equal(rows[i].id, outcome->remote_id);
    }
    post_clear(&post);
}

/* Details are logged; addresses of persons are not. */
static void
test_details_hide_addresses(void **state)
{
    struct post post;
    struct reply reply = { .result = REPLY_ANSWERED, .code = 550 };
    (void)state;
    init(&post);
    add_lines(&reply, "550 5.1.1 <asa.berg@example.se>: asa.berg@example.se is "
                      "unknown\x07 ");
    assert_string_equal("550 5.1.1 (there is no such mailbox) <…>: … is unknown\\x07",
                        post_classify(&post, &reply, true)->detail);
    reply = (struct reply){ .result = REPLY_ANSWERED, .code = 450 };
    assert_string_equal("450", post_classify(&post, &reply, true)->detail);
    reply = (struct reply){ .result = REPLY_NOT_SENT,
                            .detail = string_copy("connection refused") };
    assert_int_equal(OUTCOME_TRANSPORT, post_classify(&post, &reply, true)->kind);
    assert_string_equal("connection refused", post.outcome.detail);
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_envelope),
        cmocka_unit_test(test_a_relay_on_this_machine),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_thread),
        cmocka_unit_test(test_a_long_thread_keeps_its_beginning_and_end),
        cmocka_unit_test(test_a_repeat_keeps_its_id),
        cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_missed_messages_are_told),
        cmocka_unit_test(test_all_facts_are_told),
        cmocka_unit_test(test_an_incident_that_is_over_promises_nothing),
        cmocka_unit_test(test_no_link_without_a_page),
        cmocka_unit_test(test_tests_are_marked),
        cmocka_unit_test(test_lines_and_header_hold),
        cmocka_unit_test(test_a_bad_address_never_reaches_the_relay),
        cmocka_unit_test(test_configurations),
        cmocka_unit_test(test_recipients),
        cmocka_unit_test(test_a_login_is_encrypted),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_the_only_recipient_is_not_one_of_many),
        cmocka_unit_test(test_queue_ids),
        cmocka_unit_test(test_details_hide_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
