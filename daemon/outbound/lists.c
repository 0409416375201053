/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Distribution lists: a file of addresses, one a line, is read into the store once for
 * each content it has, a batch a turn, so that a million lines hold nobody up. Messages
 * are expanded from the store's copy: what a message's list is does not change while it
 * goes out.
 */
#include "outbound/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_MAX_BYTES = 1024,
    BAD_LINES_SHOWN = 5
};

struct list_import {
    struct list_import *next;
    char *channel;
    char *path;
    FILE *file;
    char digest[SHA256_HEX_SIZE];
    int64_t list; /* the store's key; 0 until the first batch */
    int64_t line, bad;
    bool finished; /* in a transaction that is not known to be committed yet */
    int64_t started_at_ms;
};

static void
import_free(struct list_import *import)
{
    if (import->file != NULL) {
        fclose(import->file);
    }
    free(import->channel);
    free(import->path);
    free(import);
}

void
lists_free(struct outbound *outbound)
{
    while (outbound->imports != NULL) {
        struct list_import *import = outbound->imports;

        outbound->imports = import->next;
        import_free(import);
    }
}

/* Why the list of the channel is not usable, for the alarm; NULL: it is. */
static void
set_trouble(struct outbound *outbound, const char *channel, char *trouble_take)
{
    struct lane *lane = outbound_lane(outbound, channel);

    if (lane != NULL) {
        string_replace(&lane->list_trouble, trouble_take);
    }
    free(trouble_take);
}

static void
judge_size(struct outbound *outbound, const char *channel, const char *path,
           int64_t list)
{
    set_trouble(outbound, channel,
                store_list_size(outbound->store, list) > 0
                    ? NULL
                    : string_format("%s has no address in it", path));
}

static bool
file_digest(FILE *file, char out[SHA256_HEX_SIZE])
{
    struct sha256 *digest = sha256_new();
    char block[65536];
    size_t n;

    while ((n = fread(block, 1, sizeof(block), file)) > 0) {
        sha256_add(digest, block, n);
    }
    sha256_finish(digest, out);
    return ferror(file) == 0 && fseek(file, 0, SEEK_SET) == 0;
}

static const char *
list_path(const struct lane *lane)
{
    if (lane->driver == NULL || lane->driver->list_option == NULL) {
        return NULL;
    }
    return channel_setting(lane->channel, lane->driver->list_option);
}

bool
lists_has(const struct lane *lane)
{
    return lane->channel != NULL && list_path(lane) != NULL;
}

static void
configure_lane(struct outbound *outbound, const struct lane *lane, int64_t now_ms)
{
    const char *path = list_path(lane);
    struct list_import *import;

    if (path == NULL) {
        set_trouble(outbound, lane->name, NULL);
        return;
    }
    import = memory_alloc(sizeof(*import));
    import->channel = string_copy(lane->name);
    import->path = string_copy(path);
    import->started_at_ms = now_ms;
    import->file = fopen(path, "re");
    if (import->file == NULL || !file_digest(import->file, import->digest)) {
        const char *why = strerror(errno);

        set_trouble(outbound, lane->name,
                    string_format("%s cannot be read (%s)", path, why));
        log_error(
            "outbound: the list of channel \"%s\" cannot be read path=%s error=%s; "
            "the addresses read before are kept",
            lane->name, path, why);
        import_free(import);
        return;
    }
    if (store_list_find(outbound->store, lane->name, import->digest) ==
            store_list_current(outbound->store, lane->name) &&
        store_list_current(outbound->store, lane->name) != 0) {
        judge_size(outbound, lane->name, path,
                   store_list_current(outbound->store, lane->name));
        import_free(import);
        return;
    }
    import->next = outbound->imports;
    outbound->imports = import;
}

void
lists_configure(struct outbound *outbound, int64_t now_ms)
{
    lists_free(outbound);
    for (size_t i = 0; i < outbound->n_lanes; i++) {
        if (outbound->lanes[i]->channel != NULL) {
            configure_lane(outbound, outbound->lanes[i], now_ms);
        }
    }
}

/* The address on the line, cut of white space in place; NULL for a blank or a comment. */
static const char *
address_of(char *line)
{
    size_t len;

    line += strspn(line, " \t\r\n");
    len = strlen(line);
    while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL) {
        line[--len] = '\0';
    }
    return len == 0 || line[0] == '#' ? NULL : line;
}

/* Without the line's own words: addresses do not stand in the log. */
static void
refuse_line(struct list_import *import)
{
    if (import->bad++ < BAD_LINES_SHOWN) {
        log_warning(
            "outbound: %s line %lld is no address that this channel can reach; the "
            "line is passed over",
            import->path, (long long)import->line);
    }
}

static void
import_line(struct outbound *outbound, struct list_import *import,
            const struct driver *driver, char *line)
{
    const char *address;

    import->line++;
    address = address_of(line);
    if (address == NULL) {
        return;
    }
    if (driver->check_recipient != NULL &&
        driver->check_recipient(address, NULL) != STATUS_OK) {
        refuse_line(import);
        return;
    }
    store_list_add(outbound->store, import->list, address);
}

static void
import_finish(struct outbound *outbound, struct list_import *import)
{
    store_list_finish(outbound->store, import->list);
    judge_size(outbound, import->channel, import->path, import->list);
    log_info(
        "outbound: the list of channel \"%s\" was read addresses=%lld refused=%lld "
        "path=%s",
        import->channel, (long long)store_list_size(outbound->store, import->list),
        (long long)import->bad, import->path);
}

/* A file that cannot be read to its end is no list: the earlier one is kept. */
static void
import_end(struct outbound *outbound, struct list_import *import)
{
    if (ferror(import->file) != 0) {
        log_error(
            "outbound: the list of channel \"%s\" cannot be read to its end path=%s; "
            "the addresses read before are kept",
            import->channel, import->path);
        set_trouble(outbound, import->channel,
                    string_format("%s cannot be read to its end", import->path));
    } else {
        import_finish(outbound, import);
        outbound->n_lists_read++;
    }
}

/* True while there is more to read. */
static bool
import_batch(struct outbound *outbound, struct list_import *import)
{
    struct lane *lane = outbound_lane(outbound, import->channel);
    char line[LINE_MAX_BYTES];

    if (import->list == 0) {
        import->list = store_list_begin(outbound->store, import->channel,
                                        import->digest, import->started_at_ms);
    }
    for (int i = 0; i < LIST_BATCH; i++) {
        if (fgets(line, sizeof(line), import->file) == NULL) {
            import_end(outbound, import);
            return false;
        }
        import_line(outbound, import, lane->driver, line);
    }
    return true;
}

bool
lists_work(struct outbound *outbound)
{
    struct list_import *import = outbound->imports;

    if (import != NULL && import->finished) {
        outbound->imports = import->next;
        import_free(import);
        import = outbound->imports;
    }
    if (import == NULL) {
        return false;
    }
    import->finished = !import_batch(outbound, import);
    return true;
}

void
lists_restart(struct outbound *outbound)
{
    for (struct list_import *import = outbound->imports; import != NULL;
         import = import->next) {
        rewind(import->file);
        import->finished = false;
        import->list = 0;
        import->line = 0;
        import->bad = 0;
    }
}

int64_t
lists_current(struct outbound *outbound, const struct lane *lane)
{
    int64_t list;

    if (list_path(lane) == NULL) {
        return 0;
    }
    list = store_list_current(outbound->store, lane->name);
    return list != 0 ? list : -1;
}
