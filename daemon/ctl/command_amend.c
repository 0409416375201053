/* SPDX-License-Identifier: EUPL-1.2 */
/* correct and retract: what was said wrong is set right, or taken back. */
#include "base/memory.h"
#include "ctl/session.h"
#include "ctl/table.h"
#include "ctl/view.h"
#include "model/names.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- FIELD=VALUE ------------------------------------------------------------------ */

/* "Täby, Vallentuna" */
static json_t *
places_value(const char *text)
{
    json_t *places = json_array();

    while (*text != '\0') {
        size_t len = strcspn(text, ",");
        char *name = string_copy_n(text, len);

        json_array_append_new(places,
                              json_pack("{s:s}", "name", name + strspn(name, " ")));
        free(name);
        text += len + (text[len] == ',' ? 1 : 0);
    }
    return places;
}

static json_t *
list_value(const char *text)
{
    json_t *list = json_array();

    while (*text != '\0') {
        size_t len = strcspn(text, ", ");

        if (len > 0) {
            json_array_append_new(list, json_stringn(text, len));
        }
        text += len + (text[len] != '\0' ? 1 : 0);
    }
    return list;
}

static json_t *
number_value(const char *text)
{
    char *end;
    long long number = strtoll(text, &end, 10);

    return text[0] != '\0' && *end == '\0' ? json_integer(number) : json_string(text);
}

/* How a value is written, where it is not a plain text. */
static const struct {
    enum event_field field;
    json_t *(*value)(const char *text);
} fields[] = {
    { FIELD_PLACES, places_value },
    { FIELD_PREMISES, list_value },
    { FIELD_ADVICE, list_value },
    { FIELD_CUSTOMERS_AFFECTED, number_value },
    { FIELD_CUSTOMERS_RESTORED, number_value },
};

/* JSON is taken as it is; nothing takes the field's value away. */
static json_t *
value_of(int field, const char *text)
{
    if (text[0] == '\0') {
        return json_null();
    }
    if (text[0] == '{' || text[0] == '[') {
        return json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    }
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        if ((int)fields[i].field == field) {
            return fields[i].value(text);
        }
    }
    return json_string(text);
}

/* 0, or the exit code of a usage fault. */
static int
add_field(const struct session *session, json_t *patch, const char *given)
{
    const char *equals = strchr(given, '=');
    char *name = string_copy_n(given, equals == NULL ? 0 : (size_t)(equals - given));
    json_t *value = NULL;
    int exit_code = CTL_OK;

    if (equals != NULL) {
        value = value_of(name_find(&field_names, name), equals + 1);
    }
    if (value == NULL) {
        exit_code = usage_fault(session,
                                "this is not FIELD=VALUE, UTF-8 or valid JSON:", given);
    } else if (json_object_get(patch, name) != NULL) {
        json_decref(value);
        exit_code = usage_fault(session, "the field is given twice:", name);
    } else {
        json_object_set_new(patch, name, value);
    }
    free(name);
    return exit_code;
}

static json_t *
patch_of_file(const char *name)
{
    struct buffer content = { 0 };
    json_error_t error = { .text = "" };
    json_t *patch = NULL;

    if (read_input(name, &content)) {
        buffer_add(&content, "");
        patch = json_loads(content.data, JSON_REJECT_DUPLICATES, &error);
        if (!json_is_object(patch)) {
            fprintf(stderr,
                    "budkavle: %s is not a JSON object of event fields%s%s; such as "
                    "{\"places\": [{\"name\": \"Vallentuna\"}]}\n",
                    name, error.text[0] != '\0' ? ": " : "", error.text);
            json_decref(patch);
            patch = NULL;
        }
    }
    buffer_clear(&content);
    return patch;
}

/* FIELD=VALUE..., or one FILE. */
static int
read_patch(const struct session *session, int argc, char **argv, json_t **patch)
{
    int exit_code = CTL_OK;

    if (argc == 1 && strchr(argv[0], '=') == NULL) {
        *patch = patch_of_file(argv[0]);
        return *patch != NULL ? CTL_OK : CTL_FAILED;
    }
    *patch = json_object();
    for (int i = 0; i < argc && exit_code == CTL_OK; i++) {
        exit_code = add_field(session, *patch, argv[i]);
    }
    return exit_code;
}

/* --- The answer ------------------------------------------------------------------- */

static void
print_channels(const json_t *channels)
{
    static const char *const headers[] = { "CHANNEL", "HEARD THE ERROR",
                                           "STOPPED BEFORE" };
    struct table *table = table_new(headers, ARRAY_COUNT(headers));
    const json_t *channel;
    size_t i;

    json_array_foreach(channels, i, channel)
    {
        char heard[24], waiting[24];
        const char *const cells[] = { text_of(channel, "channel"), heard, waiting };

        (void)snprintf(heard, sizeof(heard), "%lld", number_of(channel, "heard"));
        (void)snprintf(waiting, sizeof(waiting), "%lld", number_of(channel, "waiting"));
        table_add(table, cells);
    }
    table_print(table, "no channel");
}

static void
print_amended(const json_t *answer, bool check)
{
    const char *notice = text_of(answer, "notice");

    if (notice[0] == '\0') {
        printf("%s; nobody hears of it: %s\n", check ? "it would be kept" : "kept",
               text_of(answer, "why"));
        return;
    }
    printf("%s: %s, message %lld of the incident\n",
           check ? "would be said" : "is being said", notice,
           number_of(answer, "sequence"));
    print_channels(json_object_get(answer, "channels"));
    if (check) {
        view_previews(answer, false);
    }
}

/* --- The commands ----------------------------------------------------------------- */

struct asked {
    const char *reason;
    bool check;
};

/* 0, or the exit code of a usage fault. */
static int
read_options(const struct session *session, int argc, char **argv, struct asked *asked)
{
    static const struct option options[] = {
        { "reason", required_argument, NULL, 'r' },
        { "check", no_argument, NULL, 'c' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "r:c", options, NULL)) != -1) {
        switch (option) {
        case 'r':
            asked->reason = optarg;
            break;
        case 'c':
            asked->check = true;
            break;
        default:
            return usage_fault(session, "unknown option", NULL);
        }
    }
    return CTL_OK;
}

/* A reason may be texts by language, as JSON. */
static json_t *
reason_value(const char *reason)
{
    json_t *value = reason[0] == '{' ? json_loads(reason, 0, NULL) : NULL;

    return value != NULL ? value : json_string(reason);
}

static int
amend(struct session *session, const char *incident, const char *verb,
      const struct asked *asked, json_t *body)
{
    struct buffer path = { 0 };
    json_t *answer = NULL;
    int exit_code;
    char *id = session_incident_id(session, incident, &exit_code);
    char *text;

    if (id == NULL) {
        return exit_code;
    }
    if (asked->reason != NULL) {
        json_object_set_new(body, "reason", reason_value(asked->reason));
    }
    buffer_add(&path, "/v1/incidents/");
    path_add(&path, id);
    buffer_addf(&path, "/%s%s", verb, asked->check ? "?check=1" : "");
    text = json_dumps(body, JSON_COMPACT);
    exit_code = session_call(session, "POST", path.data, text, &answer);
    if (exit_code == CTL_OK && !session->json) {
        print_amended(answer, asked->check);
    }
    json_decref(answer);
    free(text);
    free(id);
    buffer_clear(&path);
    return exit_code;
}

int
command_retract(struct session *session, int argc, char **argv)
{
    struct asked asked = { 0 };
    json_t *body = json_object();
    int exit_code = read_options(session, argc, argv, &asked);

    if (exit_code == CTL_OK && argc - optind != 1) {
        exit_code = usage_fault(session, "give one incident", NULL);
    }
    if (exit_code == CTL_OK) {
        exit_code = amend(session, argv[optind], "retract", &asked, body);
    }
    json_decref(body);
    return exit_code;
}

int
command_correct(struct session *session, int argc, char **argv)
{
    struct asked asked = { 0 };
    json_t *body = json_object();
    json_t *patch = NULL;
    int exit_code = read_options(session, argc, argv, &asked);

    if (exit_code == CTL_OK && argc - optind < 2) {
        exit_code = usage_fault(
            session, "give one incident, and what is right: FIELD=VALUE... or a file",
            NULL);
    }
    if (exit_code == CTL_OK) {
        exit_code = read_patch(session, argc - optind - 1, argv + optind + 1, &patch);
    }
    if (exit_code == CTL_OK) {
        json_object_set(body, "patch", patch);
        exit_code = amend(session, argv[optind], "correct", &asked, body);
    }
    json_decref(patch);
    json_decref(body);
    return exit_code;
}
