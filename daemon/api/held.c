/* SPDX-License-Identifier: EUPL-1.2 */
/* What waits for a second person: the list, and the release. */
#include "api/internal.h"
#include "api/rows.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

void
handle_held(struct call *call)
{
    const struct api_ports *ports = call_ports(call);

    answer_read(call, ports->held(ports->context));
}

static bool
is_digest(const char *text)
{
    return text != NULL && strlen(text) == SHA256_HEX_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == SHA256_HEX_SIZE - 1;
}

/* The digest that the body gives; false after 400 or 422 was answered. */
static bool
read_digest(struct call *call, char sha256[SHA256_HEX_SIZE])
{
    json_t *body = call_json(call);
    struct faults faults = { 0 };
    const char *name, *given;
    json_t *value;
    bool ok;

    if (body == NULL) {
        return false;
    }
    json_object_foreach(body, name, value)
    {
        if (strcmp(name, "sha256") != 0) {
            faults_add(&faults, 0, 0, name, "it is not known here; known: sha256");
        }
    }
    given = json_string_value(json_object_get(body, "sha256"));
    if (!is_digest(given)) {
        faults_add(&faults, 0, 0, "sha256",
                   "it is the 64 hexadecimal digits that GET /v1/held gives beside the "
                   "texts: {\"sha256\": \"…\"}");
    }
    ok = faults.count == 0;
    if (ok) {
        memcpy(sha256, given, SHA256_HEX_SIZE);
    } else {
        answer_problem(call, 422, title_of(422), "nothing was released: see faults",
                       &faults);
    }
    faults_clear(&faults);
    json_decref(body);
    return ok;
}

static void
answer_not_released(struct call *call, enum status status, const char *sha256,
                    const struct error *error)
{
    struct faults faults = { 0 };

    if (status == STATUS_REFUSED) {
        answer_problem(call, 403, title_of(403), error->text, NULL);
    } else if (status == STATUS_CONFLICT) {
        faults_add(&faults, 0, 0, "sha256", "%s",
                   sha256[0] != '\0' ? sha256 : "nothing of it waits any more");
        answer_problem(call, 409, title_of(409), error->text, &faults);
    } else {
        answer_error(call, status, error);
    }
    faults_clear(&faults);
}

void
handle_release(struct call *call)
{
    const struct api_ports *ports = call_ports(call);
    char sha256[SHA256_HEX_SIZE];
    struct error error = { "" };
    int64_t count = 0;
    enum status status;

    if (!read_digest(call, sha256)) {
        return;
    }
    status = ports->release(ports->context, call->parameters[0], call->uid, sha256,
                            &count, &error);
    call_join(call);
    if (status == STATUS_OK) {
        answer_after_commit(call, 200,
                            json_pack("{s:s, s:I}", "id", call->parameters[0], "count",
                                      (json_int_t)count));
    } else {
        answer_not_released(call, status, sha256, &error);
    }
}
