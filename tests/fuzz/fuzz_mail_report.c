/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any bytes as a mail that came back, and as the part of one that machines read: what is
 * read keeps to its limits, and decides something.
 */
#include "fuzz.h"

#include "codec/mail_report.h"

#include <string.h>

static void
check(const struct mail_report *report)
{
    FUZZ_CHECK(report->kind < MAIL_REPORT_KIND_COUNT);
    FUZZ_CHECK(report->n_fates <= MAIL_FATES_MAX);
    FUZZ_CHECK(memchr(report->original_from, '\0', sizeof(report->original_from)));
    for (size_t i = 0; i < report->n_fates; i++) {
        FUZZ_CHECK(report->fates[i].action < MAIL_ACTION_COUNT);
        FUZZ_CHECK(report->fates[i].class >= -1 && report->fates[i].class <= 999);
        FUZZ_CHECK((report->fates[i].class < 0) == (report->fates[i].detail < 0));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_report report;

    mail_report_read((const char *)data, size, &report);
    check(&report);
    mail_report_read_status((const char *)data, size, &report);
    check(&report);
    FUZZ_CHECK(report.kind != MAIL_REPORT_COMPLAINT);
    return 0;
}
