/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A broker of a few bytes for the tests of the MQTT sender: it answers CONNECT and PUBLISH
 * as its script says, in MQTT 5, and remembers what it was told. Include after rig.h.
 */
#ifndef BUDKAVLE_TESTS_SENDER_MQTT_PEER_H
#define BUDKAVLE_TESTS_SENDER_MQTT_PEER_H

#include "rig.h"

enum {
    MQTT_CONNECT = 1,
    MQTT_PUBLISHED = 3,
    MQTT_PINGREQ = 12,
    MQTT_DISCONNECT = 14
};

struct mqtt_script {
    int connack;    /* its reason; -1: it says nothing; -2: it closes */
    int puback;     /* the same, for publications that are not the status */
    bool is_3_1_1;  /* what it speaks */
    int disconnect; /* reason said in the place of an acknowledgement; 0: none */
};

static inline bool
mqtt_read(int fd, unsigned char *bytes, size_t len)
{
    for (size_t n = 0; n < len;) {
        const ssize_t got = recv(fd, bytes + n, len - n, 0);
        if (got <= 0) {
            return false;
        }
        n += (size_t)got;
    }
    return true;
}

/* One packet, its fixed header taken off; the type with its flags, or -1. */
static inline int
mqtt_read_packet(int fd, struct buffer *packet)
{
    unsigned char byte = 0;
    size_t len = 0;
    unsigned shift = 0;
    if (!mqtt_read(fd, &byte, 1)) {
        return -1;
    }
    const int type = byte;
    do {
        if (!mqtt_read(fd, &byte, 1)) {
            return -1;
        }
        len |= (size_t)(byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) != 0);
    buffer_reset(packet);
    for (size_t i = 0; i < len; i++) {
        if (!mqtt_read(fd, &byte, 1)) {
            return -1;
        }
        buffer_add_char(packet, (char)byte);
    }
    return type;
}

static inline void mqtt_note(struct peer *peer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline void
mqtt_note(struct peer *peer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)pthread_mutex_lock(&peer->lock);
    buffer_addv(&peer->seen, format, arguments);
    (void)pthread_mutex_unlock(&peer->lock);
    va_end(arguments);
}

static inline bool
mqtt_say_connack(const struct mqtt_script *script, int fd)
{
    const char packet[] = { 0x20, 3, 0, (char)script->connack, 0 };
    const char packet_3[] = { 0x20, 2, 0, (char)script->connack };
    if (script->connack == -1) {
        peer_wait_for_end(fd);
    }
    return script->connack >= 0 &&
           (script->is_3_1_1 ? peer_send(fd, packet_3, sizeof(packet_3))
                             : peer_send(fd, packet, sizeof(packet))) &&
           script->connack == 0;
}

/* False when the connection is to be closed. */
static inline bool
mqtt_take_publication(struct peer *peer, int fd, int type, const struct buffer *packet)
{
    const struct mqtt_script *script = peer->context;
    const unsigned char *bytes = (const unsigned char *)packet->data;
    const size_t topic_len = (size_t)bytes[0] << 8 | bytes[1];
    const bool has_id = (type & 0x06) != 0;
    const size_t payload_at =
        2 + topic_len + (has_id ? 2 : 0) + (script->is_3_1_1 ? 0 : 1);
    const char *topic = packet->data + 2;
    mqtt_note(peer, "%.*s%s=%.*s\n", (int)topic_len, topic,
              (type & 1) != 0 ? " retained" : "", (int)(packet->len - payload_at),
              packet->data + payload_at);
    const bool is_status =
        topic_len > 7 && memcmp(topic + topic_len - 7, "/status", 7) == 0;
    const int reason = is_status ? 0 : script->puback;
    if (!is_status) {
        peer_count_request(peer);
    }
    if (!has_id) {
        return true;
    }
    if (!is_status && script->disconnect != 0) {
        const char packet_out[] = { (char)0xe0, 2, (char)script->disconnect, 0 };
        (void)peer_send(fd, packet_out, sizeof(packet_out));
        return false;
    }
    if (reason == -1) {
        return true; /* and not a word */
    }
    const char acknowledgement[] = {
        0x40, 4, (char)bytes[2 + topic_len], (char)bytes[3 + topic_len], (char)reason, 0
    };
    const char acknowledgement_3[] = { 0x40, 2, (char)bytes[2 + topic_len],
                                       (char)bytes[3 + topic_len] };
    return reason >= 0 &&
           (script->is_3_1_1
                ? peer_send(fd, acknowledgement_3, sizeof(acknowledgement_3))
                : peer_send(fd, acknowledgement, sizeof(acknowledgement)));
}

static inline void
mqtt_serve(struct peer *peer, int fd)
{
    const struct mqtt_script *script = peer->context;
    struct buffer packet = { 0 };
    bool is_open = true;
    int type;
    while (is_open && (type = mqtt_read_packet(fd, &packet)) >= 0) {
        switch (type >> 4) {
        case MQTT_CONNECT:
            mqtt_note(peer, "connect %d\n", packet.data[6]);
            is_open = mqtt_say_connack(script, fd);
            break;
        case MQTT_PUBLISHED:
            is_open = mqtt_take_publication(peer, fd, type, &packet);
            break;
        case MQTT_DISCONNECT:
            mqtt_note(peer, "disconnect\n");
            is_open = false;
            break;
        default:
            break;
        }
    }
    buffer_clear(&packet);
}

/* What it was told so far; caller frees. */
static inline char *
mqtt_seen(struct peer *peer)
{
    (void)pthread_mutex_lock(&peer->lock);
    char *seen =
        string_copy_n(peer->seen.len == 0 ? "" : peer->seen.data, peer->seen.len);
    (void)pthread_mutex_unlock(&peer->lock);
    return seen;
}

#endif
