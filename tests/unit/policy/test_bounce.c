/* SPDX-License-Identifier: EUPL-1.2 */
/* What a report of a mail means for its recipient, cell by cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "policy/bounce.h"

static void
test_one_fate(void **state)
{
    static const struct {
        struct mail_fate fate;
        enum bounce bounce;
    } rows[] = {
        { { MAIL_ACTION_FAILED, 5, 1, 1 }, BOUNCE_GONE },
        { { MAIL_ACTION_FAILED, 5, 1, 0 }, BOUNCE_GONE },
        { { MAIL_ACTION_FAILED, 5, 1, 2 }, BOUNCE_GONE },
        { { MAIL_ACTION_FAILED, 5, 1, 10 }, BOUNCE_GONE },
        { { MAIL_ACTION_FAILED, 5, 2, 1 }, BOUNCE_GONE },
        { { MAIL_ACTION_FAILED, 5, 1, 7 }, BOUNCE_FAILED }, /* our own address */
        { { MAIL_ACTION_FAILED, 5, 1, 8 }, BOUNCE_FAILED },
        { { MAIL_ACTION_FAILED, 5, 2, 2 }, BOUNCE_FAILED }, /* full */
        { { MAIL_ACTION_FAILED, 5, 7, 1 }, BOUNCE_FAILED },
        { { MAIL_ACTION_FAILED, 5, 0, 0 }, BOUNCE_FAILED },
        { { MAIL_ACTION_FAILED, 4, 4, 7 }, BOUNCE_FAILED },
        { { MAIL_ACTION_FAILED, 4, 1, 1 }, BOUNCE_FAILED },
        { { MAIL_ACTION_FAILED, -1, -1, -1 }, BOUNCE_FAILED },
        { { MAIL_ACTION_DELAYED, 4, 1, 1 }, BOUNCE_DELAYED },
        { { MAIL_ACTION_DELAYED, 5, 1, 1 }, BOUNCE_DELAYED },
        { { MAIL_ACTION_DELIVERED, 2, 0, 0 }, BOUNCE_NOTHING },
        { { MAIL_ACTION_RELAYED, 5, 1, 1 }, BOUNCE_NOTHING },
        { { MAIL_ACTION_EXPANDED, 2, 0, 0 }, BOUNCE_NOTHING },
        { { MAIL_ACTION_OTHER, 5, 1, 1 }, BOUNCE_NOTHING },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct mail_report report = { .kind = MAIL_REPORT_DELIVERY,
                                      .fates = { rows[i].fate },
                                      .n_fates = 1 };

        if (bounce_of(&report) != rows[i].bounce) {
            fail_msg("row %zu is taken for %s", i, bounce_name(bounce_of(&report)));
        }
    }
}

/* An address that stands for several persons. */
static void
test_the_mildest_of_several_counts(void **state)
{
    static const struct mail_fate gone = { MAIL_ACTION_FAILED, 5, 1, 1 };
    struct mail_report report = { .kind = MAIL_REPORT_DELIVERY,
                                  .fates = { gone, gone },
                                  .n_fates = 2 };

    (void)state;
    assert_int_equal(bounce_of(&report), BOUNCE_GONE);
    report.fates[1].detail = 7;
    assert_int_equal(bounce_of(&report), BOUNCE_FAILED);
    report.fates[1].action = MAIL_ACTION_RELAYED;
    assert_int_equal(bounce_of(&report), BOUNCE_NOTHING);
    report.n_fates = 0;
    assert_int_equal(bounce_of(&report), BOUNCE_NOTHING);
    for (report.n_fates = 0; report.n_fates < MAIL_FATES_MAX; report.n_fates++) {
        report.fates[report.n_fates] = gone;
    }
    assert_int_equal(bounce_of(&report), BOUNCE_FAILED); /* more may follow */
}

static void
test_other_reports(void **state)
{
    struct mail_report report = { .kind = MAIL_REPORT_COMPLAINT, .is_unwanted = true };

    (void)state;
    assert_int_equal(bounce_of(&report), BOUNCE_COMPLAINT);
    report.is_unwanted = false;
    assert_int_equal(bounce_of(&report), BOUNCE_NOTHING);
    report = (struct mail_report){ .is_automatic = true };
    assert_int_equal(bounce_of(&report), BOUNCE_NOTHING);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_fate),
        cmocka_unit_test(test_the_mildest_of_several_counts),
        cmocka_unit_test(test_other_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
