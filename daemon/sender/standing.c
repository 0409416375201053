/* SPDX-License-Identifier: EUPL-1.2 */
/* Standing requests, one for each channel, compared by their bytes. */
#include "sender/standing.h"

#include "base/memory.h"
#include "base/strings.h"
#include "codec/wire.h"

#include <stdlib.h>
#include <string.h>

static void
add_parcel(struct parcel_list *list, const struct buffer *frame)
{
    struct parcel *parcel = memory_alloc(sizeof(*parcel));
    parcel->id = STANDING_ID;
    buffer_append(&parcel->frame, frame->data, frame->len);
    parcel_list_add(list, parcel);
}

static const struct standing_request *
find(const struct standing *standing, enum sender_kind kind, const char *channel)
{
    for (size_t i = 0; i < standing->count; i++) {
        if (standing->items[i].kind == kind &&
            strcmp(standing->items[i].channel, channel) == 0) {
            return &standing->items[i];
        }
    }
    return NULL;
}

/* Requests of this size always fit a frame. */
static void
encode(const struct request *request, struct standing_request *item)
{
    *item = (struct standing_request){ .kind = request->sender,
                                       .channel = string_copy(request->channel) };
    (void)wire_put_request(&item->frame, request);
}

static void
tell_leave(const struct standing_request *item, struct parcel_list *list)
{
    struct request request = { .id = STANDING_ID,
                               .sender = item->kind,
                               .mqtt_action = MQTT_LEAVE,
                               .channel = string_copy(item->channel) };
    struct buffer frame = { 0 };
    (void)wire_put_request(&frame, &request);
    add_parcel(list, &frame);
    buffer_clear(&frame);
    request_clear(&request);
}

static bool
is_same(const struct standing_request *old, const struct standing_request *item)
{
    return old != NULL && old->frame.len == item->frame.len &&
           memcmp(old->frame.data, item->frame.data, item->frame.len) == 0;
}

void
standing_replace(struct standing *standing, const struct request *requests, size_t n,
                 struct parcel_list news[SENDER_KIND_COUNT])
{
    struct standing next = { .items = memory_array(n + 1, sizeof(next.items[0])),
                             .count = n };
    for (size_t i = 0; i < n; i++) {
        encode(&requests[i], &next.items[i]);
    }
    for (size_t i = 0; i < standing->count; i++) {
        const struct standing_request *old = &standing->items[i];
        if (find(&next, old->kind, old->channel) == NULL) {
            tell_leave(old, &news[old->kind]);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const struct standing_request *item = &next.items[i];
        if (!is_same(find(standing, item->kind, item->channel), item)) {
            add_parcel(&news[item->kind], &item->frame);
        }
    }
    standing_clear(standing);
    *standing = next;
}

void
standing_clear(struct standing *standing)
{
    for (size_t i = 0; i < standing->count; i++) {
        struct standing_request *item = &standing->items[i];
        free(item->channel);
        if (item->frame.len > 0) {
            explicit_bzero(item->frame.data, item->frame.len); /* credentials */
        }
        buffer_clear(&item->frame);
    }
    free(standing->items);
    *standing = (struct standing){ 0 };
}

bool
standing_has(const struct standing *standing, enum sender_kind kind)
{
    for (size_t i = 0; i < standing->count; i++) {
        if (standing->items[i].kind == kind) {
            return true;
        }
    }
    return false;
}

void
standing_add(const struct standing *standing, enum sender_kind kind,
             struct parcel_list *list)
{
    for (size_t i = 0; i < standing->count; i++) {
        if (standing->items[i].kind == kind) {
            add_parcel(list, &standing->items[i].frame);
        }
    }
}

void
standing_drop(struct parcel_list *list)
{
    struct parcel *parcel;
    while ((parcel = parcel_list_take(list, STANDING_ID)) != NULL) {
        parcel_free(parcel);
    }
}
