/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Any answer to any driver: whatever a peer says, the delivery comes to an end after a
 * few requests, its outcome can be shown and logged, and no secret is in it.
 *
 * An input is the driver's name and letters for the situation in the first line, then the
 * answers, one after the other, each begun by \x1e: code, headers to an empty line, body.
 *   t a test, d in doubt, f a first message was there before, p another one after it,
 *   m something was missed
 */
#include "../unit/channel/test_delivery_fixture.h"
#include "fuzz.h"

#include "base/utf8.h"

#include <ctype.h>

enum {
    ANSWER_MARK = 0x1e,
    STEPS_MOST = 24, /* more requests than any delivery may take */
    DETAIL_BYTES = 200,
    REMOTE_ID_BYTES = 500,
    DRIVERS_MOST = 100,
};

#define SECRET "hidden0123456789abcdefghijklmnop"

struct cursor {
    const char *at;
    size_t left;
};

/* The text up to mark, or to the end. Caller frees. */
static char *
take_until(struct cursor *cursor, char mark, size_t *len)
{
    const char *end = memchr(cursor->at, mark, cursor->left);
    size_t size = end == NULL ? cursor->left : (size_t)(end - cursor->at);
    char *text = memory_alloc(size + 1);
    memcpy(text, cursor->at, size);
    cursor->at += size + (end != NULL);
    cursor->left -= size + (end != NULL);
    *len = size;
    return text;
}

/* By its name, or where a mutation spoiled that, by its letters. */
static const struct driver *
driver_of(const char *line)
{
    size_t count, sum = 0;
    const struct driver *const *drivers = drivers_all(&count);
    size_t len = strcspn(line, " ");
    for (size_t i = 0; i < count; i++) {
        if (strlen(drivers[i]->name) == len &&
            strncmp(drivers[i]->name, line, len) == 0)
            return drivers[i];
    }
    for (size_t i = 0; i < len; i++)
        sum += (unsigned char)line[i];
    return drivers[sum % count];
}

/* A key that is one, and a subscriber's address, which is a secret too. */
#define PUSH_KEY "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
#define SUBSCRIPTION                                                                   \
    "{\"endpoint\":\"https://push.example/" SECRET                                     \
    "\",\"keys\":{\"p256dh\":\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-"     \
    "AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4\",\"auth\":\"BTBZMqHH6r4Tts7J_aSIgg\"}}"

static const char *
secret_of(const struct option_spec *option)
{
    if (strcmp(option->name, "vapid_key_file") == 0)
        return PUSH_KEY;
    if (strcmp(option->name, "test_subscription_file") == 0)
        return SUBSCRIPTION;
    return strstr(option->name, "webhook") != NULL ? "https://hooks.example/" SECRET
                                                   : SECRET;
}

/* "name = value" of a line of the page's example; a list gives its first. */
static void
set_from_line(struct post *post, char *line)
{
    char *name = line + strspn(line, " ");
    char *value = strchr(name, '=');
    if (value == NULL)
        return;
    name[strcspn(name, " =")] = '\0';
    value += strspn(value, "= {");
    bool is_quoted = *value == '"';
    value += is_quoted ? 1 : 0;
    value[strcspn(value, is_quoted ? "\"" : " #\n")] = '\0';
    for (size_t i = 0; i < post->driver->n_options; i++) {
        const struct option_spec *option = &post->driver->options[i];
        if (strcmp(option->name, name) == 0)
            post_set(post, name,
                     option->type == OPTION_FILE_SECRET ? secret_of(option) : value);
    }
}

/* The channel as the driver's page has it in its example. */
static void
configure(struct post *post)
{
    char *path =
        string_format("%s/docs/channels/%s.md", SOURCE_DIR, post->driver->name);
    char *driver = string_format("\"%s\"", post->driver->name);
    FILE *file = fopen(path, "r");
    char line[1024];
    bool is_ours = false;
    FUZZ_CHECK(file != NULL);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strstr(line, "driver ") != NULL && strstr(line, driver) != NULL)
            is_ours = true;
        else if (line[0] == '}' && is_ours)
            break;
        else if (is_ours)
            set_from_line(post, line);
    }
    FUZZ_CHECK(is_ours); /* the page has an example */
    (void)fclose(file);
    free(driver);
    free(path);
}

static void
check_request(const struct post *post)
{
    for (size_t i = 0; i < post->request.headers.count; i++) {
        const char *line = post->request.headers.items[i];
        FUZZ_CHECK(strpbrk(line, "\r\n") == NULL);
        FUZZ_CHECK(strchr(line, ':') != NULL);
    }
    if (post->request.url == NULL)
        return;
    for (const char *c = post->request.url; *c != '\0'; c++)
        FUZZ_CHECK((unsigned char)*c > ' ' && (unsigned char)*c < 0x7f);
}

static void
check_outcome(const struct outcome *outcome)
{
    FUZZ_CHECK((int)outcome->kind >= 0 && outcome->kind < OUTCOME_KIND_COUNT);
    FUZZ_CHECK(outcome->retry_after_ms >= -1);
    if (outcome->detail != NULL) {
        char *printable =
            utf8_printable(outcome->detail, strlen(outcome->detail), DETAIL_BYTES);
        FUZZ_CHECK(strcmp(printable, outcome->detail) == 0);
        FUZZ_CHECK(strstr(outcome->detail, SECRET) == NULL);
        free(printable);
    }
    if (outcome->remote_id != NULL) {
        char *printable = utf8_printable(outcome->remote_id, strlen(outcome->remote_id),
                                         REMOTE_ID_BYTES);
        FUZZ_CHECK(strcmp(printable, outcome->remote_id) == 0);
        free(printable);
    }
}

/* The next answer of the input; where there are no more, the peer is silent. */
static void
take_answer(struct cursor *cursor, struct reply *reply)
{
    size_t len;
    if (cursor->left == 0) {
        reply->result = REPLY_UNKNOWN;
        return;
    }
    char *text = take_until(cursor, ANSWER_MARK, &len);
    struct cursor answer = { text, len };
    char *line = take_until(&answer, '\n', &len);
    reply->result = REPLY_ANSWERED;
    reply->code = strtol(line, NULL, 10) % 1000;
    free(line);
    line = take_until(&answer, '\n', &len);
    while (len > 0) {
        if (strchr(line, ':') != NULL)
            strings_add(&reply->headers, line);
        free(line);
        line = take_until(&answer, '\n', &len);
    }
    free(line);
    buffer_append(&reply->body, answer.at, answer.left);
    free(text);
}

/* False when the driver says that the message cannot be written so. */
static bool
compose(struct post *post)
{
    request_clear(&post->request);
    memset(&post->request, 0, sizeof post->request);
    if (post->driver->compose(&post->input, &post->request, &post->error) != STATUS_OK)
        return false;
    check_request(post);
    return true;
}

static void
deliver(struct post *post, struct cursor *cursor)
{
    bool follows = true;
    if (post->driver->next_step != NULL)
        follows =
            post->driver->next_step(&post->input, NULL, &post->step, &post->outcome);
    for (int n = 0; follows && compose(post); n++) {
        struct reply reply = { 0 };
        FUZZ_CHECK(n < STEPS_MOST);
        take_answer(cursor, &reply);
        outcome_clear(&post->outcome);
        post->outcome.retry_after_ms = -1;
        driver_classify(post->driver, &post->channel, &reply,
                        post->input.recipient != NULL, post->input.now_ms,
                        &post->outcome);
        check_outcome(&post->outcome);
        follows =
            post->driver->next_step != NULL && !post->input.is_test &&
            post->driver->next_step(&post->input, &reply, &post->step, &post->outcome);
        check_outcome(&post->outcome);
        post_remember(post);
        reply_clear(&reply);
    }
}

/* Of the first message and of the one after it, as the driver gave them. */
static const char *const *
ids_of(const struct post *post)
{
    static const char *const numbers[] = { "100", "105" };
    static const char *const posts[] = {
        "at://did:plc:abc/app.bsky.feed.post/3l5ab2cdefg2h bafyone",
        "at://did:plc:abc/app.bsky.feed.post/3l5ab2cdefg2i bafytwo",
    };
    return strcmp(post->driver->name, "bluesky") == 0 ? posts : numbers;
}

static void
set_situation(struct post *post, const char *letters)
{
    const struct strings *named = post->driver->recipients == NULL
                                      ? NULL
                                      : post->driver->recipients(&post->channel);
    post->input.n_carried = &post->n_carried;
    post->input.begun_at_ms = post->message.written_at_ms;
    post->input.is_test = strchr(letters, 't') != NULL;
    post->input.in_doubt = strchr(letters, 'd') != NULL;
    if (post->input.in_doubt)
        post->input.now_ms += 2 * HOURS_MS;
    if (strchr(letters, 'f') != NULL)
        post->input.first_remote_id = post->input.previous_remote_id = ids_of(post)[0];
    if (strchr(letters, 'p') != NULL)
        post->input.previous_remote_id = ids_of(post)[1];
    if (strchr(letters, 'm') != NULL)
        post_miss(post);
    if (named != NULL && named->count > 0)
        post->input.recipient = named->items[0];
    else if (post->driver->test_recipient != NULL)
        post->input.recipient = SUBSCRIPTION;
    else if (post->driver->list_option != NULL)
        post->input.recipient = "+46701234567";
}

/* The channel and the message of a driver, made once: catalogues take longer to read than
 * an answer. */
static struct post *
post_of(const struct driver *driver)
{
    static struct post *posts[DRIVERS_MOST];
    size_t count, i = 0;
    const struct driver *const *drivers = drivers_all(&count);
    FUZZ_CHECK(count <= DRIVERS_MOST);
    while (drivers[i] != driver)
        i++;
    if (posts[i] == NULL) {
        posts[i] = memory_alloc(sizeof *posts[i]);
        post_init(posts[i], driver->name);
        configure(posts[i]);
    }
    return posts[i];
}

/* As it was made. */
static void
reset(struct post *post)
{
    struct delivery_input before = post->input;
    missed_clear(&post->missed);
    free(post->step.note);
    free(post->session);
    request_clear(&post->request);
    outcome_clear(&post->outcome);
    memset(&post->missed, 0, sizeof post->missed);
    memset(&post->step, 0, sizeof post->step);
    post->session = NULL;
    memset(&post->request, 0, sizeof post->request);
    memset(&post->outcome, 0, sizeof post->outcome);
    post->message.sequence = 2;
    post->n_carried = 0;
    post->input = (struct delivery_input){
        .channel = before.channel,
        .message = before.message,
        .previous = 1,
        .previous_ids = "",
        .step = &post->step,
        .catalogues = before.catalogues,
        .n_catalogues = before.n_catalogues,
        .organisation = before.organisation,
        .contact = before.contact,
        .page_url = before.page_url,
        .now_ms = moment("2026-11-23T13:05:10Z"),
        .random = before.random,
    };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cursor cursor = { (const char *)data, size };
    size_t len;
    char *line = take_until(&cursor, ANSWER_MARK, &len);
    const struct driver *driver = driver_of(line);
    if (driver->compose != NULL) {
        struct post *post = post_of(driver);
        set_situation(post, line + strcspn(line, " "));
        deliver(post, &cursor);
        reset(post);
    }
    free(line);
    return 0;
}
