/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A folder with configuration files, some drivers to load them with, and accounts that
 * do not depend on the machine. Included by each test program of this folder.
 */
#ifndef BUDKAVLE_TESTS_CONFIG_FIXTURE_H
#define BUDKAVLE_TESTS_CONFIG_FIXTURE_H

#include "base/memory.h"
#include "base/timestamp.h"
#include "config/config.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_spec webhook_options[] = {
    { .name = "url", .type = OPTION_STRING, .required = true, .doc = "Where to." },
    { .name = "secret_file", .type = OPTION_FILE_SECRET, .doc = "The key." },
    { .name = "batch", .type = OPTION_BOOL, .default_text = "false", .doc = "Many." },
    { .name = "max_body", .type = OPTION_SIZE, .default_text = "64K", .doc = "Most." },
};
static const struct option_spec email_options[] = {
    { .name = "relay", .type = OPTION_STRING, .required = true, .doc = "The relay." },
    { .name = "from", .type = OPTION_STRING, .required = true, .doc = "The sender." },
    { .name = "to", .type = OPTION_STRINGS, .doc = "The recipients." },
    { .name = "to_file", .type = OPTION_FILE_LIST, .doc = "A list of them." },
    { .name = "language", .type = OPTION_STRING, .doc = "Of the texts." },
    { .name = "tls",
      .type = OPTION_CHOICE,
      .choices = "required|opportunistic|none",
      .default_text = "required",
      .doc = "Encryption." },
};
static const struct option_spec exec_options[] = {
    { .name = "command", .type = OPTION_COMMAND, .required = true, .doc = "It." },
};
static const struct option_spec page_options[] = {
    { .name = "directory", .type = OPTION_PATH, .required = true, .doc = "Where." },
};

static inline enum status
check_webhook(const struct channel *channel, struct error *error)
{
    if (strncmp(channel_setting(channel, "url"), "http", 4) != 0) {
        return error_set(error, STATUS_INVALID, "url is not an address");
    }
    return STATUS_OK;
}

static const char *const page_no_effect[] = { "backlog", NULL };

static const struct driver_options test_drivers[] = {
    { "webhook", webhook_options, ARRAY_COUNT(webhook_options), check_webhook, false,
      NULL },
    { "email", email_options, ARRAY_COUNT(email_options), NULL, false, NULL },
    { "exec", exec_options, ARRAY_COUNT(exec_options), NULL, false, NULL },
    { "page", page_options, ARRAY_COUNT(page_options), NULL, true, page_no_effect },
};

static inline bool
find_account(const char *name, bool is_group, uint32_t *id)
{
    *id = is_group ? 7 : 8;
    return strncmp(name, is_group ? "budkavle" : "operator", 8) == 0;
}

struct fixture {
    char folder[64];
    char *path;
    struct config *config;
    struct faults faults;
};

static inline void
fixture_write(struct fixture *fixture, const char *name, mode_t mode, const char *text)
{
    char *path = string_format("%s/%s", fixture->folder, name);
    FILE *file = fopen(path, "w");

    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 ||
        chmod(path, mode) != 0) {
        abort();
    }
    free(path);
}

static inline void
fixture_clear_result(struct fixture *fixture)
{
    config_free(fixture->config);
    fixture->config = NULL;
    faults_clear(&fixture->faults);
}

/* Loads the text as the main file; the folder's other files stay. */
static inline enum status
fixture_load(struct fixture *fixture, const char *text)
{
    fixture_clear_result(fixture);
    fixture_write(fixture, "budkavle.conf", 0644, text);
    return config_load(fixture->path, test_drivers, ARRAY_COUNT(test_drivers),
                       &fixture->config, &fixture->faults);
}

static inline int
fixture_setup(void **state)
{
    struct fixture *fixture = memory_alloc(sizeof(*fixture));

    snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/budkavle-config-XXXXXX");
    if (mkdtemp(fixture->folder) == NULL) {
        return -1;
    }
    fixture->path = string_format("%s/budkavle.conf", fixture->folder);
    config_set_account_lookup(find_account);
    *state = fixture;
    return 0;
}

static inline int
remove_one(const char *path, const struct stat *info, int flag, struct FTW *at)
{
    (void)info;
    (void)flag;
    (void)at;
    return remove(path);
}

static inline int
fixture_teardown(void **state)
{
    struct fixture *fixture = *state;

    fixture_clear_result(fixture);
    nftw(fixture->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(fixture->path);
    free(fixture);
    config_set_account_lookup(NULL);
    return 0;
}

#endif
