/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The syslog driver: how logger(1) is called for each place and severity, and what its
 * end means.
 */
#include "test_delivery_fixture.h"

static void
init(struct post *post)
{
    post_init(post, "syslog");
    post->input.attempt = 1;
}

static bool
has_argument(const struct post *post, const char *argument)
{
    return strings_has(&post->request.arguments, argument);
}

/* The word after an option; "" when the option is not there. */
static const char *
value_of(const struct post *post, const char *option)
{
    const struct strings *arguments = &post->request.arguments;
    for (size_t i = 0; i + 1 < arguments->count; i++) {
        if (strcmp(arguments->items[i], option) == 0)
            return arguments->items[i + 1];
    }
    return "";
}

static void
test_this_machines_log(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("/usr/bin/logger", post.request.arguments.items[0]);
    assert_string_equal("budkavle", value_of(&post, "--tag"));
    assert_string_equal("/dev/log", value_of(&post, "--socket"));
    assert_true(has_argument(&post, "--socket-errors=on"));
    assert_false(has_argument(&post, "--rfc5424"));
    assert_false(has_argument(&post, "--server"));
    assert_true(post.request.allow_unix_sockets);
    const char *line = post.request.body.data;
    assert_non_null(strstr(line, "Täby kyrkby"));
    assert_ptr_equal(line + post.request.body.len - 1, strchr(line, '\n'));
    post_clear(&post);
}

static void
test_a_server(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "server", "[2001:db8::7]");
    post_set(&post, "port", "6514");
    post_set(&post, "transport", "tcp");
    post_set(&post, "facility", "local7");
    assert_true(post_is_accepted(&post));
    post_compose(&post);
    assert_string_equal("2001:db8::7", value_of(&post, "--server"));
    assert_string_equal("6514", value_of(&post, "--port"));
    assert_true(has_argument(&post, "--tcp"));
    assert_false(has_argument(&post, "--udp"));
    assert_true(has_argument(&post, "--rfc5424"));
    assert_string_equal("first", value_of(&post, "--msgid"));
    assert_string_equal("budkavle@32473", value_of(&post, "--sd-id"));
    assert_true(has_argument(&post, "incident=\"i_xyz567\""));
    assert_true(has_argument(&post, "status=\"confirmed\""));
    assert_true(has_argument(&post, "kind=\"power\""));
    assert_true(has_argument(&post, "message=\"m_abc234\""));
    assert_false(post.request.allow_unix_sockets);
    assert_string_equal("local7.warning", value_of(&post, "--priority"));
    post_unset(&post, "transport");
    post_set(&post, "format", "classic");
    post_compose(&post);
    assert_true(has_argument(&post, "--udp"));
    assert_true(has_argument(&post, "--rfc3164"));
    assert_false(has_argument(&post, "--rfc5424"));
    post_clear(&post);
}

static void
test_levels(void **state)
{
    static const struct {
        enum severity severity;
        enum incident_status status;
        enum notice notice;
        const char *priority;
    } rows[] = {
        { SEVERITY_EXTREME, INCIDENT_CONFIRMED, NOTICE_FIRST, "local0.alert" },
        { SEVERITY_SEVERE, INCIDENT_CONFIRMED, NOTICE_FIRST, "local0.crit" },
        { SEVERITY_MODERATE, INCIDENT_CONFIRMED, NOTICE_FIRST, "local0.err" },
        { SEVERITY_MINOR, INCIDENT_CONFIRMED, NOTICE_FIRST, "local0.warning" },
        { SEVERITY_UNKNOWN, INCIDENT_CONFIRMED, NOTICE_FIRST, "local0.warning" },
        { SEVERITY_EXTREME, INCIDENT_RESTORED, NOTICE_RESTORED, "local0.notice" },
        { SEVERITY_EXTREME, INCIDENT_CANCELLED, NOTICE_FALSE_ALARM, "local0.notice" },
        { SEVERITY_SEVERE, INCIDENT_PLANNED, NOTICE_PLANNED, "local0.notice" },
        { SEVERITY_UNKNOWN, INCIDENT_CONFIRMED, NOTICE_ALARM, "local0.err" },
        { SEVERITY_UNKNOWN, INCIDENT_CONFIRMED, NOTICE_ALARM_OVER, "local0.notice" },
        { SEVERITY_UNKNOWN, INCIDENT_CONFIRMED, NOTICE_STORM, "local0.warning" },
        { SEVERITY_UNKNOWN, INCIDENT_CONFIRMED, NOTICE_STORM_OVER, "local0.notice" },
    };
    struct post post;
    (void)state;
    init(&post);
    post_set(&post, "server", "log.example.se");
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post.message.facts.severity = rows[i].severity;
        post.message.facts.has |= FIELD_BIT(FIELD_SEVERITY);
        post.message.facts.status = rows[i].status;
        post.message.notice = rows[i].notice;
        post_compose(&post);
        if (strcmp(rows[i].priority, value_of(&post, "--priority")) != 0)
            fail_msg("row %zu: %s", i, value_of(&post, "--priority"));
        /* There is no incident in the daemon's own trouble, or in a summary. */
        assert_int_equal(notice_is_alarm(rows[i].notice) ||
                             notice_is_summary(rows[i].notice),
                         !has_argument(&post, "incident=\"i_xyz567\""));
    }
    post.input.is_test = true;
    post_compose(&post);
    assert_string_equal("local0.info", value_of(&post, "--priority"));
    post_clear(&post);
}

static void
test_language(void **state)
{
    struct post post;
    (void)state;
    init(&post);
    post_compose(&post);
    char *swedish = string_copy(post.request.body.data);
    post_set(&post, "language", "en");
    post_compose(&post);
    assert_string_not_equal(swedish, post.request.body.data);
    assert_non_null(strstr(post.request.body.data, "power"));
    free(swedish);
    post_clear(&post);
}

static void
test_faults(void **state)
{
    static const struct {
        const char *option, *value, *says;
    } rows[] = {
        { "port", "5140", "port is given without server" },
        { "transport", "tcp", "transport is given without server" },
        { "server", "log.example.se:514", "a number belongs in port" },
        { "server", "-x", "neither a host name nor an address" },
        { "server", "udp://log", "neither a host name nor an address" },
        { "sd_id", "budkavle", "NAME@NUMBER" },
        { "sd_id", "a]b@1", "NAME@NUMBER" },
        { "sd_id", "a@x", "NAME@NUMBER" },
        { "sd_id", "a-name-that-is-longer-than-32@32473", "NAME@NUMBER" },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        post_set(&post, rows[i].option, rows[i].value);
        if (!post_is_refused(&post, rows[i].says))
            fail_msg("row %zu: %s", i, post.error.text);
        post_unset(&post, rows[i].option);
    }
    post_set(&post, "port", "514"); /* as when nothing is given */
    post_set(&post, "transport", "udp");
    assert_true(post_is_accepted(&post));
    post_clear(&post);
}

static void
test_ends(void **state)
{
    static const struct {
        enum reply_result result;
        int64_t code;
        const char *says;
        enum outcome_kind kind;
    } rows[] = {
        { REPLY_ANSWERED, 0, NULL, OUTCOME_DELIVERED },
        { REPLY_ANSWERED, 0, "logger: send message failed: Connection refused",
          OUTCOME_TRANSPORT },
        { REPLY_ANSWERED, 1, "logger: socket /dev/log: No such file or directory",
          OUTCOME_TRANSPORT },
        { REPLY_ANSWERED, 1, NULL, OUTCOME_TRANSPORT },
        { REPLY_UNKNOWN, 0, "the program did not end in 30 s", OUTCOME_UNKNOWN },
        { REPLY_BAD_REQUEST, 0, "/usr/bin/logger cannot be started",
          OUTCOME_CREDENTIALS },
    };
    struct post post;
    (void)state;
    init(&post);
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct reply reply = { .result = rows[i].result, .code = rows[i].code };
        reply.detail = rows[i].says == NULL ? NULL : string_copy(rows[i].says);
        if (post_classify(&post, &reply, false)->kind != rows[i].kind)
            fail_msg("row %zu: %d", i, (int)post.outcome.kind);
        if (rows[i].says != NULL)
            assert_non_null(strstr(post.outcome.detail, rows[i].says));
    }
    post_clear(&post);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_this_machines_log),
        cmocka_unit_test(test_a_server),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
