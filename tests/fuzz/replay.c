/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Runs a fuzz target without libFuzzer: replay FOLDER COUNT [NUMBER] gives it every file
 * of the folder and then COUNT mutations of them. Mutation n depends on n and the files
 * only; NUMBER runs that one alone. When a run dies, the environment variable
 * FUZZ_TRACE=1 makes it tell each number first.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>

enum {
    MAX_INPUT_BYTES = 64 * 1024,
    MAX_CHANGES = 8,
    MAX_RUN_BYTES = 64
};

struct input {
    uint8_t *data;
    size_t size;
};

struct corpus {
    struct input *inputs;
    size_t count;
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t
next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* 0 to below - 1; 0 for 0. */
static size_t
random_below(uint64_t *state, size_t below)
{
    return below == 0 ? 0 : (size_t)(next_random(state) % below);
}

static void
out_of_memory(void)
{
    fputs("replay: memory is out\n", stderr);
    exit(2);
}

/* Puts bytes in at offset, cut to what the input may hold. */
static void
insert(struct input *input, size_t offset, const void *data, size_t size)
{
    if (size > MAX_INPUT_BYTES - input->size)
        size = MAX_INPUT_BYTES - input->size;
    memmove(input->data + offset + size, input->data + offset, input->size - offset);
    if (size > 0)
        memcpy(input->data + offset, data, size);
    input->size += size;
}

static void
flip_bit(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    (void)corpus;
    if (input->size > 0)
        input->data[random_below(state, input->size)] ^=
            (uint8_t)(1U << random_below(state, 8));
}

static void
set_byte(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    (void)corpus;
    if (input->size > 0)
        input->data[random_below(state, input->size)] =
            (uint8_t)random_below(state, 256);
}

static void
remove_run(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    size_t offset = random_below(state, input->size);
    size_t size = 1 + random_below(state, MAX_RUN_BYTES);

    (void)corpus;
    if (size > input->size - offset)
        size = input->size - offset;
    memmove(input->data + offset, input->data + offset + size,
            input->size - offset - size);
    input->size -= size;
}

static void
repeat_run(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    size_t offset = random_below(state, input->size);
    size_t size = random_below(state, MAX_RUN_BYTES);
    uint8_t run[MAX_RUN_BYTES];

    (void)corpus;
    if (size > input->size - offset)
        size = input->size - offset;
    memcpy(run, input->data + offset, size);
    insert(input, random_below(state, input->size + 1), run, size);
}

static void
cut_off(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    (void)corpus;
    input->size = random_below(state, input->size + 1);
}

/* Pieces that formats are made of, so that mutations get past the first check. */
static void
insert_token(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    static const char *const tokens[] = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "null",
        "true",
        "1e309",
        "-1",
        "9007199254740993",
        "\\u0000",
        "\\ud83d",
        "\\ude00",
        "\n",
        "\r\n",
        "\xef\xbb\xbf",
        "\xff\xfe",
        "\xcc\x8a",
        "\xc3\xa5",
        "\xff",
        "\x01\x01\x01",
        "{\"incident\":\"A\"}",
        "\"etr\":",
        "\"at\":",
        "2026-11-23T17:30:00Z",
        "<",
        ">",
        "&#0;",
        "]]>",
        "\t",
    };
    const char *token = tokens[random_below(state, sizeof(tokens) / sizeof(tokens[0]))];

    (void)corpus;
    insert(input, random_below(state, input->size + 1), token, strlen(token));
}

/* The beginning of this one and the end of another. */
static void
splice(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    const struct input *other = &corpus->inputs[random_below(state, corpus->count)];
    size_t from = random_below(state, other->size + 1);

    input->size = random_below(state, input->size + 1);
    insert(input, input->size, other->data + from, other->size - from);
}

static void
mutate(struct input *input, const struct corpus *corpus, uint64_t *state)
{
    static void (*const ways[])(struct input * input, const struct corpus *corpus,
                                uint64_t *state) = {
        flip_bit, set_byte, remove_run, repeat_run, cut_off, insert_token, splice,
    };
    size_t n = 1 + random_below(state, MAX_CHANGES);

    for (; n > 0; n--)
        ways[random_below(state, sizeof(ways) / sizeof(ways[0]))](input, corpus, state);
}

/* In a block of exactly its size, so that the sanitizer sees a read behind it. */
static void
run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);

    if (exact == NULL)
        out_of_memory();
    if (size > 0)
        memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void
run_mutation(const struct corpus *corpus, struct input *scratch, uint64_t number)
{
    uint64_t state = number;
    const struct input *seed = &corpus->inputs[random_below(&state, corpus->count)];

    if (getenv("FUZZ_TRACE") != NULL)
        fprintf(stderr, "mutation %llu\n", (unsigned long long)number);
    memcpy(scratch->data, seed->data, seed->size);
    scratch->size = seed->size;
    mutate(scratch, corpus, &state);
    run(scratch->data, scratch->size);
}

static bool
load(const char *folder, const char *name, struct input *input)
{
    char path[4096];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    input->data = malloc(MAX_INPUT_BYTES);
    if (input->data == NULL)
        out_of_memory();
    if (file == NULL) {
        perror(path);
        return false;
    }
    input->size = fread(input->data, 1, MAX_INPUT_BYTES, file);
    fclose(file);
    return true;
}

static int
is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* In the order of names, so that numbers mean the same everywhere. */
static bool
load_corpus(const char *folder, struct corpus *corpus)
{
    struct dirent **entries = NULL;
    int i, n = scandir(folder, &entries, is_seed, alphasort);
    bool good = n > 0;

    corpus->inputs = n > 0 ? calloc((size_t)n, sizeof(*corpus->inputs)) : NULL;
    if (n > 0 && corpus->inputs == NULL)
        out_of_memory();
    for (i = 0; i < n; i++) {
        good = load(folder, entries[i]->d_name, &corpus->inputs[i]) && good;
        corpus->count++;
        free(entries[i]);
    }
    free(entries);
    return good;
}

static void
run_all(const struct corpus *corpus, uint64_t first, uint64_t count)
{
    struct input scratch = { malloc(MAX_INPUT_BYTES), 0 };
    uint64_t number;
    size_t i;

    if (scratch.data == NULL)
        out_of_memory();
    for (i = 0; i < corpus->count; i++)
        run(corpus->inputs[i].data, corpus->inputs[i].size);
    for (number = first; number < first + count; number++)
        run_mutation(corpus, &scratch, number);
    free(scratch.data);
}

int
main(int argc, char **argv)
{
    struct corpus corpus = { 0 };
    uint64_t count, first = 0;
    int code = 0;
    size_t i;

    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: %s FOLDER COUNT [NUMBER]\n", argv[0]);
        return 2;
    }
    count = strtoull(argv[2], NULL, 10);
    if (argc == 4) {
        first = strtoull(argv[3], NULL, 10);
        count = 1;
    }
    if (load_corpus(argv[1], &corpus)) {
        run_all(&corpus, first, count);
        printf("%zu files and %llu mutations\n", corpus.count,
               (unsigned long long)count);
    } else {
        fprintf(stderr, "%s: no corpus\n", argv[1]);
        code = 2;
    }
    for (i = 0; i < corpus.count; i++)
        free(corpus.inputs[i].data);
    free(corpus.inputs);
    return code;
}
