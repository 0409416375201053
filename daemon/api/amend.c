/* SPDX-License-Identifier: EUPL-1.2 */
/* What was said is taken back or set right: one person, one request. */
#include "api/internal.h"
#include "api/rows.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum {
    REASON_MAX_CHARACTERS = 500
};

/* --- The body --------------------------------------------------------------------- */

static void
add_reason(const char *language, json_t *value, struct localized *reason,
           struct faults *faults)
{
    const char *text = json_string_value(value);

    if (text == NULL || text[0] == '\0') {
        faults_add(
            faults, 0, 0, "reason",
            "it is a text, or texts by language: {\"sv\": \"…\", \"en\": \"…\"}");
    } else if (utf8_has_control(text, strlen(text), "")) {
        faults_add(faults, 0, 0, "reason", "it has control characters");
    } else if (utf8_count_code_points(text) > REASON_MAX_CHARACTERS) {
        faults_add(faults, 0, 0, "reason", "it has more than %d characters",
                   (int)REASON_MAX_CHARACTERS);
    } else {
        localized_add(reason, language, text);
    }
}

/* People read it, so it may be given in each of their languages. */
static void
read_reason(json_t *value, struct localized *reason, struct faults *faults)
{
    const char *language;
    json_t *text;

    if (!json_is_object(value)) {
        add_reason("", value, reason, faults);
        return;
    }
    json_object_foreach(value, language, text)
    {
        add_reason(language, text, reason, faults);
    }
}

/* False after 422 was answered. */
static bool
read_body(struct call *call, json_t *body, bool takes_patch, char **patch,
          struct localized *reason)
{
    struct faults faults = { 0 };
    const char *name;
    json_t *value;
    bool good;

    json_object_foreach(body, name, value)
    {
        if (strcmp(name, "reason") == 0) {
            read_reason(value, reason, &faults);
        } else if (takes_patch && strcmp(name, "patch") == 0 && json_is_object(value)) {
            *patch = json_dumps(value, JSON_COMPACT);
        } else {
            faults_add(&faults, 0, 0, name, "it is not known here; known: %sreason",
                       takes_patch ? "patch (an object of fields), " : "");
        }
    }
    if (takes_patch && *patch == NULL && faults.count == 0) {
        faults_add(&faults, 0, 0, "patch",
                   "it is missing: {\"patch\": {\"places\": [{\"name\": \"…\"}]}}");
    }
    good = faults.count == 0;
    if (!good) {
        answer_problem(call, 422, title_of(422), "nothing was done: see faults",
                       &faults);
    }
    faults_clear(&faults);
    return good;
}

/* --- The answer ------------------------------------------------------------------- */

static void
answer_faults(struct call *call, enum status status, const struct faults *faults)
{
    int code = code_of(status);
    const char *problem = faults->count > 0 ? faults->items[0].problem : "";
    const char *field = faults->count > 0 ? faults->items[0].field : "";
    char *detail;

    if (code == 503) {
        answer_retry_later(call, "it cannot be kept now; nothing was done",
                           RETRY_AFTER_S);
        return;
    }
    detail = string_format("nothing was done: %s%s%s", field,
                           field[0] != '\0' ? ": " : "", problem);
    answer_problem(call, code, title_of(code), detail, faults);
    free(detail);
}

static void
amend(struct call *call, const char *patch, const struct localized *reason, bool check)
{
    const struct api_ports *ports = call_ports(call);
    const struct api_amendment amendment = { .incident_id = call->parameters[0],
                                             .patch = patch,
                                             .reason = reason->texts.count > 0 ? reason
                                                                               : NULL,
                                             .uid = call->uid,
                                             .check = check };
    struct faults faults = { 0 };
    json_t *answer = NULL;
    enum status status = ports->amend(ports->context, &amendment, &answer, &faults);

    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 200, answer);
    } else {
        answer_faults(call, status, &faults);
    }
    faults_clear(&faults);
}

static void
handle(struct call *call, bool takes_patch)
{
    struct incident_row row = { 0 };
    struct localized reason = { 0 };
    char *patch = NULL;
    json_t *body;
    bool check;

    if (!call_check_flag(call, &check)) {
        return;
    }
    body = call_json(call);
    if (body != NULL && rows_find_incident(call, call->parameters[0], &row) &&
        read_body(call, body, takes_patch, &patch, &reason)) {
        amend(call, patch, &reason, check);
    }
    json_decref(body);
    free(patch);
    localized_clear(&reason);
    incident_row_clear(&row);
}

void
handle_incident_correct(struct call *call)
{
    handle(call, true);
}

void
handle_incident_retract(struct call *call)
{
    handle(call, false);
}
