/* SPDX-License-Identifier: EUPL-1.2 */
/* The table of routes, and the way from a request to its handler. */
#include "api/internal.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define ROUTE(method, path, role, handler)                                             \
    {                                                                                  \
        { method, path, role }, handler                                                \
    }

const struct api_route api_route_table[] = {
    ROUTE("POST", "/v1/events", API_SUBMIT, handle_events),
    ROUTE("GET", "/v1/incidents", API_READ, handle_incidents),
    ROUTE("GET", "/v1/incidents/{id}", API_READ, handle_incident),
    ROUTE("GET", "/v1/incidents/{id}/timeline", API_READ, handle_timeline),
    ROUTE("POST", "/v1/incidents/{id}/correct", API_OPERATE, handle_incident_correct),
    ROUTE("POST", "/v1/incidents/{id}/retract", API_OPERATE, handle_incident_retract),
    ROUTE("GET", "/v1/messages", API_READ, handle_messages),
    ROUTE("GET", "/v1/deliveries", API_READ, handle_deliveries),
    ROUTE("POST", "/v1/deliveries/retry", API_OPERATE, handle_deliveries_retry),
    ROUTE("POST", "/v1/deliveries/cancel", API_OPERATE, handle_deliveries_cancel),
    ROUTE("POST", "/v1/deliveries/{id}/retry", API_OPERATE, handle_delivery_retry),
    ROUTE("POST", "/v1/deliveries/{id}/cancel", API_OPERATE, handle_delivery_cancel),
    ROUTE("GET", "/v1/held", API_READ, handle_held),
    ROUTE("POST", "/v1/held/{id}/release", API_APPROVE, handle_release),
    ROUTE("GET", "/v1/channels", API_READ, handle_channels),
    ROUTE("POST", "/v1/channels/{name}/pause", API_OPERATE, handle_channel_pause),
    ROUTE("POST", "/v1/channels/{name}/resume", API_OPERATE, handle_channel_resume),
    ROUTE("POST", "/v1/channels/{name}/test", API_OPERATE, handle_channel_test),
    ROUTE("POST", "/v1/channels/{name}/retry", API_OPERATE, handle_channel_retry),
    ROUTE("GET", "/v1/channels/{name}/left", API_OPERATE, handle_left),
    ROUTE("POST", "/v1/channels/{name}/left", API_OPERATE, handle_leave),
    ROUTE("POST", "/v1/channels/{name}/left/take-back", API_OPERATE, handle_take_back),
    ROUTE("POST", "/v1/channels/{name}/report", API_REPORT, handle_channel_report),
    ROUTE("GET", "/v1/channels/{name}/report", API_REPORT, handle_channel_report),
    ROUTE("POST", "/v1/preview", API_READ, handle_preview),
    ROUTE("GET", "/v1/audit", API_READ, handle_audit),
    ROUTE("GET", "/v1/log", API_READ, handle_log),
    ROUTE("GET", "/v1/status", API_READ, handle_status),
    ROUTE("GET", "/v1/stream", API_READ, handle_stream),
    ROUTE("POST", "/v1/reload", API_OPERATE, handle_reload),
    ROUTE("GET", "/v1/config", API_OPERATE, handle_config),
    ROUTE("GET", "/v1/backup", API_OPERATE, handle_backup),
    ROUTE("POST", "/v1/begin-anew", API_OPERATE, handle_begin_anew),
    ROUTE("GET", "/metrics", API_READ, handle_metrics),
    ROUTE("GET", "/v1/unsubscribe", API_REPORT, handle_unsubscribe_page),
    ROUTE("POST", "/v1/unsubscribe", API_REPORT, handle_unsubscribe),
    ROUTE("POST", "/v1/bounces", API_REPORT, handle_bounce),
};
const size_t api_route_count = ARRAY_COUNT(api_route_table);

size_t
api_routes(const struct api_route_row **rows)
{
    static struct api_route_row copied[ARRAY_COUNT(api_route_table)];

    for (size_t i = 0; i < api_route_count; i++) {
        copied[i] = api_route_table[i].row;
    }
    *rows = copied;
    return api_route_count;
}

const char *
api_role_name(enum api_role role)
{
    static const char *const names[API_ROLE_COUNT] = {
        [API_SUBMIT] = "submit",   [API_READ] = "read",     [API_OPERATE] = "operate",
        [API_APPROVE] = "approve", [API_REPORT] = "report",
    };

    return names[role];
}

static const struct {
    enum evhttp_cmd_type type;
    const char *name;
} methods[] = {
    { EVHTTP_REQ_GET, "GET" },       { EVHTTP_REQ_POST, "POST" },
    { EVHTTP_REQ_HEAD, "HEAD" },     { EVHTTP_REQ_PUT, "PUT" },
    { EVHTTP_REQ_DELETE, "DELETE" }, { EVHTTP_REQ_OPTIONS, "OPTIONS" },
    { EVHTTP_REQ_TRACE, "TRACE" },   { EVHTTP_REQ_CONNECT, "CONNECT" },
    { EVHTTP_REQ_PATCH, "PATCH" },
};

static const char *
method_name(enum evhttp_cmd_type type)
{
    for (size_t i = 0; i < ARRAY_COUNT(methods); i++) {
        if (methods[i].type == type) {
            return methods[i].name;
        }
    }
    return "this method";
}

/* --- Paths ------------------------------------------------------------------------ */

/* One segment of a path, without its slashes. */
struct segment {
    const char *text;
    size_t len;
};

/* The segment behind the slash at *path, which is moved behind it; false at the end. */
static bool
next_segment(const char **path, struct segment *segment)
{
    if (**path != '/') {
        return false;
    }
    segment->text = *path + 1;
    segment->len = strcspn(segment->text, "/");
    *path = segment->text + segment->len;
    return true;
}

static bool
segment_matches(const struct segment *pattern, const struct segment *given)
{
    if (pattern->text[0] == '{') {
        return given->len > 0;
    }
    return pattern->len == given->len &&
           memcmp(pattern->text, given->text, given->len) == 0;
}

static bool
path_matches(const char *pattern, const char *path)
{
    struct segment wanted, given;

    while (next_segment(&pattern, &wanted)) {
        if (!next_segment(&path, &given) || !segment_matches(&wanted, &given)) {
            return false;
        }
    }
    return *path == '\0';
}

/* NULL when it is not percent-encoded UTF-8 text. */
static char *
decode(const struct segment *segment)
{
    char *raw = string_copy_n(segment->text, segment->len);
    size_t len = 0;
    char *decoded = evhttp_uridecode(raw, 0, &len);
    char *text = NULL;

    if (decoded != NULL && strlen(decoded) == len && utf8_is_valid(decoded, len)) {
        text = string_copy(decoded);
    }
    free(raw);
    free(decoded);
    return text;
}

static bool
read_parameters(struct call *call, const char *path)
{
    const char *pattern = call->route->row.path;
    struct segment wanted, given;
    size_t n = 0;

    while (next_segment(&pattern, &wanted) && next_segment(&path, &given)) {
        if (wanted.text[0] == '{') {
            call->parameters[n] = decode(&given);
            if (call->parameters[n++] == NULL) {
                return false;
            }
        }
    }
    return true;
}

/* --- Dispatch --------------------------------------------------------------------- */

/* NULL: none for this method; allowed then has the methods that the path knows. */
static const struct api_route *
find_route(const char *method, const char *path, struct buffer *allowed)
{
    for (size_t i = 0; i < api_route_count; i++) {
        const struct api_route *route = &api_route_table[i];

        if (!path_matches(route->row.path, path)) {
            continue;
        }
        if (strcmp(route->row.method, method) == 0) {
            return route;
        }
        buffer_addf(allowed, "%s%s", allowed->len > 0 ? ", " : "", route->row.method);
    }
    return NULL;
}

static void
answer_no_route(struct call *call, const char *method, const char *path,
                const struct buffer *allowed)
{
    char *shown = utf8_printable(path, strlen(path), 200);

    if (allowed->len > 0) {
        evhttp_add_header(evhttp_request_get_output_headers(call->request), "Allow",
                          allowed->data);
        answer_problemf(call, 405, "%s has no %s; it has %s", shown, method,
                        allowed->data);
    } else {
        answer_problemf(call, 404,
                        "there is no %s; everything is below /v1/, and the metrics are "
                        "at /metrics",
                        shown);
    }
    free(shown);
}

static bool
is_permitted(struct call *call)
{
    const struct api_route_row *row = &call->route->row;
    const char *role = api_role_name(row->role);

    if (call_allowed(call, row->role)) {
        return true;
    }
    answer_problemf(call, 403,
                    "%s %s needs the role %s, which the user with uid %lu does not "
                    "have: add the user to a group that the configuration names in "
                    "access { %s = { \"group:NAME\" } }, or name the user or one of "
                    "its groups there",
                    row->method, row->path, role, (unsigned long)call->uid, role);
    return false;
}

static bool
read_query(struct call *call, const struct evhttp_uri *uri)
{
    const char *query = evhttp_uri_get_query(uri);

    if (query == NULL || query[0] == '\0') {
        return true;
    }
    if (evhttp_parse_query_str(query, &call->query) == 0) {
        return call_check_query(call);
    }
    answer_problem(call, 400, title_of(400),
                   "the query is not name=value&name=value, percent-encoded", NULL);
    return false;
}

void
call_dispatch(struct call *call)
{
    const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(call->request);
    const char *method = method_name(evhttp_request_get_command(call->request));
    const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
    struct buffer allowed = { 0 };

    path = path != NULL ? path : "";
    call->route = find_route(method, path, &allowed);
    if (call->route == NULL) {
        answer_no_route(call, method, path, &allowed);
    } else if (is_permitted(call) && read_query(call, uri)) {
        if (read_parameters(call, path)) {
            call->route->handle(call);
        } else {
            answer_problem(call, 404, title_of(404),
                           "a part of the path is not percent-encoded UTF-8", NULL);
        }
    }
    buffer_clear(&allowed);
}
