/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Plays a story: reads it line by line, fills in times, runs each step.
 * usage: scenario CONFIG STORY
 */
#include "steps.h"

#include "alerts.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All stories begin on a Monday afternoon: 2026-11-23, 14:05 in Sweden. */
static const int64_t story_begin_ms = INT64_C(1795439100000);

static char *
read_file(const char *name)
{
    struct buffer content = { 0 };
    FILE *file = fopen(name, "re");
    char block[4096];
    size_t n;

    if (file == NULL) {
        fprintf(stderr, "%s cannot be read\n", name);
        exit(2);
    }
    while ((n = fread(block, 1, sizeof(block), file)) > 0) {
        buffer_append(&content, block, n);
    }
    fclose(file);
    return buffer_take(&content);
}

/* "<+2h>" and "<-10min>" become times, counted from the story's beginning. */
static char *
filled_in(const char *text, int64_t begin_ms)
{
    struct buffer out = { 0 };

    while (*text != '\0') {
        const char *end = *text == '<' ? strchr(text, '>') : NULL;
        char stamp[TIMESTAMP_SIZE];
        int64_t offset;
        char *inside;

        if (end == NULL || (text[1] != '+' && text[1] != '-')) {
            buffer_add_char(&out, *text++);
            continue;
        }
        inside = string_copy_n(text + 2, (size_t)(end - text) - 2);
        if (!duration_parse(inside, &offset)) {
            fprintf(stderr, "\"%s\" is not a duration\n", inside);
            exit(2);
        }
        offset = text[1] == '-' ? -offset : offset;
        buffer_addf(&out, "\"%s\"", timestamp_format(begin_ms + offset, stamp));
        free(inside);
        text = end + 1;
    }
    return buffer_take(&out);
}

/* A line that ends in a backslash goes on in the next. NULL at the end. */
static char *
next_line(char **text, int *line)
{
    char *start = *text;
    char *end;

    if (*start == '\0') {
        return NULL;
    }
    for (end = start; *end != '\0' && *end != '\n'; end++) {
        if (end[0] == '\\' && end[1] == '\n') {
            end[0] = ' ';
            end[1] = ' ';
            ++*line;
        }
    }
    ++*line;
    *text = *end == '\n' ? end + 1 : end;
    *end = '\0';
    return start + strspn(start, " ");
}

static int
play(struct story *story, char *text)
{
    int n_steps = 0;
    char *line;

    while ((line = next_line(&text, &story->line)) != NULL) {
        char *step;
        bool good;

        if (line[0] == '\0' || line[0] == '#') {
            continue;
        }
        step = filled_in(line, story->begin_ms);
        good = step_run(story, step);
        free(step);
        n_steps++;
        if (!good && alerts_folder() == NULL) {
            return 1;
        }
    }
    printf("%s: %d steps\n", story->file, n_steps);
    return n_steps > 0 ? 0 : 1;
}

static void
no_log(void *context, enum log_level level, enum log_kind kind, const char *message,
       const struct log_field *fields, size_t n_fields)
{
    (void)context;
    (void)level;
    (void)kind;
    (void)message;
    (void)fields;
    (void)n_fields;
}

int
main(int argc, char **argv)
{
    struct story story = { .begin_ms = story_begin_ms };
    char *config, *text;
    int result;

    if (argc != 3) {
        fprintf(stderr, "usage: scenario CONFIG STORY\n");
        return 2;
    }
    if (getenv("SCENARIO_LOG") == NULL) {
        log_set_sink(no_log, NULL);
    }
    story.file = argv[2];
    config = read_file(argv[1]);
    text = read_file(argv[2]);
    buffer_add(&story.config, config);
    story.config_len = story.config.len;
    world_begin(&story.world, config, story.begin_ms);
    if (alerts_folder() != NULL) {
        world_habit(&story.world, "alerts", "200");
        world_habit(&story.world, "drills", "200");
    }
    result = play(&story, text);
    world_end(&story.world);
    buffer_clear(&story.config);
    free(config);
    free(text);
    return result;
}
