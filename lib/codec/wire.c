/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Frames between the core and its senders: a table of the fields of each struct, and
 * what makes a frame whole.
 */
#include "codec/wire.h"

#include "base/memory.h"
#include "codec/wire_types.h"

/* Tags of requests and replies do not overlap, so neither is taken for the other. */
enum wire_tag {
    TAG_REQUEST_ID = 1,
    TAG_SENDER,
    TAG_TIMEOUT,
    TAG_ALLOW_PRIVATE,
    TAG_ALLOW_HTTP,
    TAG_RECENT_CONNECTION,
    TAG_PROXY,
    TAG_CA_FILE,
    TAG_METHOD,
    TAG_URL,
    TAG_REQUEST_HEADER,
    TAG_REQUEST_BODY,
    TAG_MAIL_FROM,
    TAG_RCPT_TO,
    TAG_TLS,
    TAG_USERNAME,
    TAG_PASSWORD,
    TAG_DIRECTORY,
    TAG_FILE,
    TAG_CA_PEM,
    TAG_FILES_SHARED,
    TAG_MQTT_ACTION,
    TAG_MQTT_5,
    TAG_CHANNEL,
    TAG_CLIENT_ID,
    TAG_TOPIC,
    TAG_STATUS_TOPIC,
    TAG_ARGUMENT,
    TAG_ENVIRONMENT,
    TAG_ALLOW_UNIX_SOCKETS,
    TAG_REPLY_ID = 65,
    TAG_RESULT,
    TAG_CODE,
    TAG_REPLY_HEADER,
    TAG_REPLY_BODY,
    TAG_DETAIL,
    TAG_DURATION
};

struct wire_field {
    enum wire_tag tag;
    const struct wire_type *type;
    size_t offset; /* of the member */
    size_t limit;  /* numbers of an enum: below it; bytes: at most; 0: no limit */
};

#define REQUEST(member) offsetof(struct request, member)
#define REPLY(member) offsetof(struct reply, member)

static const struct wire_field request_fields[] = {
    { TAG_REQUEST_ID, &wire_unsigned, REQUEST(id), 0 },
    { TAG_SENDER, &wire_enum, REQUEST(sender), SENDER_KIND_COUNT },
    { TAG_TIMEOUT, &wire_signed, REQUEST(timeout_ms), 0 },
    { TAG_ALLOW_PRIVATE, &wire_bool, REQUEST(allow_private), 0 },
    { TAG_ALLOW_HTTP, &wire_bool, REQUEST(allow_http), 0 },
    { TAG_RECENT_CONNECTION, &wire_bool, REQUEST(recent_connection), 0 },
    { TAG_PROXY, &wire_string, REQUEST(proxy), 0 },
    { TAG_CA_FILE, &wire_string, REQUEST(ca_file), 0 },
    { TAG_METHOD, &wire_string, REQUEST(method), 0 },
    { TAG_URL, &wire_string, REQUEST(url), 0 },
    { TAG_REQUEST_HEADER, &wire_list, REQUEST(headers), 0 },
    { TAG_REQUEST_BODY, &wire_bytes, REQUEST(body), 0 },
    { TAG_MAIL_FROM, &wire_string, REQUEST(mail_from), 0 },
    { TAG_RCPT_TO, &wire_string, REQUEST(rcpt_to), 0 },
    { TAG_TLS, &wire_string, REQUEST(tls), 0 },
    { TAG_USERNAME, &wire_string, REQUEST(username), 0 },
    { TAG_PASSWORD, &wire_string, REQUEST(password), 0 },
    { TAG_DIRECTORY, &wire_string, REQUEST(directory), 0 },
    { TAG_FILE, &wire_files, 0, 0 },
    { TAG_CA_PEM, &wire_string, REQUEST(ca_pem), 0 },
    { TAG_FILES_SHARED, &wire_bool, REQUEST(files_shared), 0 },
    { TAG_MQTT_ACTION, &wire_enum, REQUEST(mqtt_action), MQTT_ACTION_COUNT },
    { TAG_MQTT_5, &wire_bool, REQUEST(mqtt_5), 0 },
    { TAG_CHANNEL, &wire_string, REQUEST(channel), 0 },
    { TAG_CLIENT_ID, &wire_string, REQUEST(client_id), 0 },
    { TAG_TOPIC, &wire_string, REQUEST(topic), 0 },
    { TAG_STATUS_TOPIC, &wire_string, REQUEST(status_topic), 0 },
    { TAG_ARGUMENT, &wire_list, REQUEST(arguments), 0 },
    { TAG_ENVIRONMENT, &wire_list, REQUEST(environment), 0 },
    { TAG_ALLOW_UNIX_SOCKETS, &wire_bool, REQUEST(allow_unix_sockets), 0 },
};

static const struct wire_field reply_fields[] = {
    { TAG_REPLY_ID, &wire_unsigned, REPLY(id), 0 },
    { TAG_RESULT, &wire_enum, REPLY(result), REPLY_RESULT_COUNT },
    { TAG_CODE, &wire_signed, REPLY(code), 0 },
    { TAG_REPLY_HEADER, &wire_list, REPLY(headers), 0 },
    { TAG_REPLY_BODY, &wire_bytes, REPLY(body), REPLY_MAX_BODY },
    { TAG_DETAIL, &wire_string, REPLY(detail), 0 },
    { TAG_DURATION, &wire_signed, REPLY(duration_ms), 0 },
};

/* Enumerations are put and got through unsigned. */
_Static_assert(sizeof(enum sender_kind) == sizeof(unsigned), "enums are unsigned");
_Static_assert(sizeof(enum mqtt_action) == sizeof(unsigned), "enums are unsigned");
_Static_assert(sizeof(enum reply_result) == sizeof(unsigned), "enums are unsigned");

static bool
put_frame(struct buffer *out, const struct wire_field *fields, size_t n_fields,
          const void *from)
{
    static const char no_length[WIRE_HEADER_BYTES];
    size_t start = out->len;
    size_t frame_bytes, i;

    buffer_append(out, no_length, sizeof(no_length));
    for (i = 0; i < n_fields; i++)
        fields[i].type->put(out, (unsigned char)fields[i].tag,
                            (const char *)from + fields[i].offset);
    frame_bytes = out->len - start;
    if (frame_bytes > WIRE_MAX_FRAME) {
        out->len = start;
        out->data[start] = '\0';
        return false;
    }
    wire_put_number(out->data + start, frame_bytes - WIRE_HEADER_BYTES,
                    WIRE_HEADER_BYTES);
    return true;
}

bool
wire_put_request(struct buffer *out, const struct request *request)
{
    return put_frame(out, request_fields, ARRAY_COUNT(request_fields), request);
}

bool
wire_put_reply(struct buffer *out, const struct reply *reply)
{
    return put_frame(out, reply_fields, ARRAY_COUNT(reply_fields), reply);
}

size_t
wire_frame_size(const char *data, size_t len)
{
    uint64_t size;

    if (len < WIRE_HEADER_BYTES)
        return 0;
    size = wire_get_number(data, WIRE_HEADER_BYTES) + WIRE_HEADER_BYTES;
    return size > WIRE_MAX_FRAME ? SIZE_MAX : (size_t)size;
}

/* Takes the next field off the frame. False when it is cut off. */
static bool
next_field(struct wire_piece *rest, unsigned *tag, struct wire_piece *value)
{
    uint64_t len;

    if (rest->len < WIRE_FIELD_HEADER_BYTES)
        return false;
    *tag = (unsigned char)rest->data[0];
    len = wire_get_number(rest->data + 1, WIRE_FIELD_HEADER_BYTES - 1);
    if (len > rest->len - WIRE_FIELD_HEADER_BYTES)
        return false;
    value->data = rest->data + WIRE_FIELD_HEADER_BYTES;
    value->len = (size_t)len;
    rest->data += WIRE_FIELD_HEADER_BYTES + value->len;
    rest->len -= WIRE_FIELD_HEADER_BYTES + value->len;
    return true;
}

/* The row of the tag; n_fields when there is none. */
static size_t
find_field(const struct wire_field *fields, size_t n_fields, unsigned tag)
{
    size_t i = 0;

    while (i < n_fields && fields[i].tag != tag)
        i++;
    return i;
}

static enum status
check_complete(const struct wire_field *fields, size_t n_fields, uint64_t seen,
               struct error *error)
{
    size_t i;

    for (i = 0; i < n_fields; i++) {
        if (fields[i].type->always && (seen >> i & 1) == 0)
            return error_set(error, STATUS_INVALID, "frame: field %u is missing",
                             (unsigned)fields[i].tag);
    }
    return STATUS_OK;
}

static enum status
get_fields(struct wire_piece rest, const struct wire_field *fields, size_t n_fields,
           void *to, struct error *error)
{
    struct wire_piece value;
    uint64_t seen = 0;
    unsigned tag = 0;

    while (rest.len > 0) {
        size_t i;

        if (!next_field(&rest, &tag, &value))
            return error_set(error, STATUS_INVALID, "frame: a field is cut off");
        i = find_field(fields, n_fields, tag);
        if (i == n_fields)
            return error_set(error, STATUS_INVALID, "frame: field %u is unknown", tag);
        if ((seen >> i & 1) == 1 && !fields[i].type->repeats)
            return error_set(error, STATUS_INVALID, "frame: field %u stands twice",
                             tag);
        seen |= UINT64_C(1) << i;
        if (!fields[i].type->get(value, (char *)to + fields[i].offset, fields[i].limit))
            return error_set(error, STATUS_INVALID, "frame: field %u has a wrong value",
                             tag);
    }
    return check_complete(fields, n_fields, seen, error);
}

static enum status
get_frame(const char *frame, size_t len, const struct wire_field *fields,
          size_t n_fields, void *to, struct error *error)
{
    struct wire_piece rest;

    if (len < WIRE_HEADER_BYTES || wire_frame_size(frame, len) != len)
        return error_set(error, STATUS_INVALID,
                         "frame: %zu bytes are not one whole frame", len);
    rest.data = frame + WIRE_HEADER_BYTES;
    rest.len = len - WIRE_HEADER_BYTES;
    return get_fields(rest, fields, n_fields, to, error);
}

enum status
wire_get_request(const char *frame, size_t len, struct request *request,
                 struct error *error)
{
    enum status status = get_frame(frame, len, request_fields,
                                   ARRAY_COUNT(request_fields), request, error);

    if (status != STATUS_OK)
        request_clear(request);
    return status;
}

enum status
wire_get_reply(const char *frame, size_t len, struct reply *reply, struct error *error)
{
    enum status status =
        get_frame(frame, len, reply_fields, ARRAY_COUNT(reply_fields), reply, error);

    if (status != STATUS_OK)
        reply_clear(reply);
    return status;
}
