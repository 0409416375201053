/* SPDX-License-Identifier: EUPL-1.2 */
/* Delivery reports from the socket to the pipeline: what came is read as a form. */
#include "daemon.h"

#include "channel/report.h"

#include <string.h>

static enum status
read_fields(const struct api_delivery_report *report, struct form *fields,
            struct form *body_fields, struct error *error)
{
    bool has_form = report->body_is_form && report->body->len > 0;
    size_t len = strlen(report->query);

    if (!form_read(fields, report->query, len)) {
        return error_set(error, STATUS_INVALID,
                         "the report's query is not name=value&name=value, "
                         "percent-encoded UTF-8");
    }
    if (has_form && (!form_read(fields, report->body->data, report->body->len) ||
                     !form_read(body_fields, report->body->data, report->body->len))) {
        return error_set(error, STATUS_INVALID,
                         "the report's body is not name=value&name=value, "
                         "percent-encoded UTF-8; another form needs its own "
                         "Content-Type");
    }
    return STATUS_OK;
}

enum status
control_delivery_report(void *context, const char *channel,
                        const struct api_delivery_report *report, struct error *error)
{
    struct daemon *daemon = context;
    struct form fields = { 0 };
    struct form body_fields = { 0 };
    struct report_call call = { .query = report->query,
                                .fields = &fields,
                                .body_fields = &body_fields,
                                .body = report->body,
                                .headers = report->headers };
    enum status status = read_fields(report, &fields, &body_fields, error);

    if (status == STATUS_OK) {
        status = pipeline_take_report(daemon->pipeline, channel, &call, clock_wall_ms(),
                                      error);
    } else {
        pipeline_count_report(daemon->pipeline, channel, REPORT_NONE, status);
    }
    form_clear(&fields);
    form_clear(&body_fields);
    return status;
}
