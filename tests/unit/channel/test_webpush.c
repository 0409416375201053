/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Web Push: the RFC's own example step by step, subscriptions that are none, what a
 * browser decrypts, whose key it is, and what each answer of a push service leads to.
 */
#include "test_delivery_fixture.h"

#include "base/base64url.h"
#include "channel/push_encryption.h"
#include "channel/shown.h"
#include "channel/subscription.h"
#include "channel/vapid.h"

#include <jansson.h>
#include <openssl/evp.h>

/* RFC 8291, 5 and appendix A. */
static const char as_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char ua_private[] = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
static const char ua_public[] =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvT"
    "BHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char auth[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char salt[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char said[] = "When I grow up, I want to be a watermelon";
static const char body[] =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYL"
    "ocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyou"
    "BWLVWGNWQexSgSxsj_Qulcy4a-fN";

#define ENDPOINT "https://push.example/wpush/v2/gAAAAABsecret"
#define KEYS "\"keys\":{\"p256dh\":\"%s\",\"auth\":\"%s\"}"

static void
decode(const char *text, unsigned char *out, size_t size)
{
    unsigned char *bytes;
    size_t len;
    assert_true(base64url_decode(text, &bytes, &len));
    assert_int_equal(len, size);
    memcpy(out, bytes, size);
    free(bytes);
}

static void
assert_is(const void *data, size_t len, const char *text)
{
    char *encoded = base64url_encode(data, len);
    assert_string_equal(encoded, text);
    free(encoded);
}

static char *
subscription(const char *endpoint, const char *more)
{
    return string_format("{\"endpoint\":\"%s\"," KEYS "%s}", endpoint, ua_public, auth,
                         more);
}

/* --- The vector ------------------------------------------------------------------- */

static void
test_each_step_of_the_rfc(void **state)
{
    struct push_secrets secrets;
    struct push_keys keys;
    struct buffer out = { 0 };
    (void)state;
    decode(ua_public, secrets.browser_public, sizeof secrets.browser_public);
    decode(auth, secrets.auth, sizeof secrets.auth);
    decode(as_private, secrets.own_private, sizeof secrets.own_private);
    decode(salt, secrets.salt, sizeof secrets.salt);
    assert_true(p256_public(secrets.own_private, secrets.own_public));
    assert_true(push_keys_derive(&secrets, &keys));
    assert_is(keys.ecdh, sizeof keys.ecdh,
              "kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
    assert_is(keys.prk_key, sizeof keys.prk_key,
              "Snr3JMxaHVDXHWJn5wdC52WjpCtd2EIEGBykDcZW32k");
    assert_is(keys.ikm, sizeof keys.ikm, "S4lYMb_L0FxCeq0WhDx813KgSYqU26kOyzWUdsXYyrg");
    assert_is(keys.prk, sizeof keys.prk, "09_eUZGrsvxChDCGRCdkLiDXrReGOEVeSCdCcPBSJSc");
    assert_is(keys.cek, sizeof keys.cek, "oIhVW04MRdy2XN9CiKLxTg");
    assert_is(keys.nonce, sizeof keys.nonce, "4h_95klXJ5E_qnoN");
    assert_true(push_encrypt(&secrets, said, strlen(said), &out));
    assert_int_equal(out.len, 144);
    assert_is(out.data, out.len, body);
    buffer_clear(&out);
}

static void
test_room_of_one_record(void **state)
{
    static const char plain[PUSH_PLAIN_MOST_BYTES + 1];
    struct push_secrets secrets = { 0 };
    struct buffer out = { 0 };
    (void)state;
    decode(ua_public, secrets.browser_public, sizeof secrets.browser_public);
    decode(as_private, secrets.own_private, sizeof secrets.own_private);
    assert_int_equal(PUSH_PLAIN_MOST_BYTES, 3993);
    assert_true(push_encrypt(&secrets, plain, PUSH_PLAIN_MOST_BYTES, &out));
    assert_int_equal(out.len, PUSH_RECORD_BYTES);
    buffer_clear(&out);
    assert_false(push_encrypt(&secrets, plain, PUSH_PLAIN_MOST_BYTES + 1, &out));
    secrets.browser_public[7] ^= 1;
    assert_false(push_encrypt(&secrets, plain, 1, &out));
    assert_int_equal(out.len, 0);
}

/* --- Subscriptions ---------------------------------------------------------------- */

static void
test_what_is_no_subscription(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "", "this is no subscription" },
        { "[]", "this is no subscription" },
        { "{\"a\":1,\"a\":2}", "this is no subscription" },
        { "{}", "no endpoint" },
        { "{\"endpoint\":7}", "no endpoint" },
        { "{\"endpoint\":\"ftp://push.example/secret\"}", "https:// address" },
        { "{\"endpoint\":\"https://u:secret@push.example/\"}", "https:// address" },
        { "{\"endpoint\":\"https://push.example/secret\\nX: y\"}", "https:// address" },
        { "{\"endpoint\":\"https://push.example/secret\"}", "no keys.p256dh" },
        { "{\"endpoint\":\"https://push.example/secret\",\"keys\":{\"p256dh\":\"A+\"}}",
          "is not base64url" },
        { "{\"endpoint\":\"https://push.example/secret\",\"keys\":{\"p256dh\":\"AAAA\"}}",
          "keys.p256dh has 3 bytes; 65 are needed" },
        { "{\"endpoint\":\"https://push.example/secret\",\"keys\":{\"p256dh\":"
          "\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-"
          "AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4\",\"auth\":\"AAAA\"}}",
          "keys.auth has 3 bytes; 16 are needed" },
        { "{\"endpoint\":\"https://push.example/secret\",\"keys\":{\"p256dh\":"
          "\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-"
          "AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw8\",\"auth\":"
          "\"BTBZMqHH6r4Tts7J_aSIgg\"}}",
          "no point on the curve" },
        { "{\"endpoint\":\"https://push.example/secret\",\"keys\":{\"p256dh\":"
          "\"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-"
          "AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4\",\"auth\":"
          "\"BTBZMqHH6r4Tts7J_aSIgg\"},\"language\":\"sv se\"}",
          "language is none" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct subscription read = { 0 };
        struct error error = { 0 };
        if (subscription_parse(cases[i].text, &read, &error) == STATUS_OK ||
            strstr(error.text, cases[i].says) == NULL ||
            strstr(error.text, "secret") != NULL)
            fail_msg("%s: \"%s\"", cases[i].text, error.text);
        assert_null(read.endpoint);
    }
}

/* What browsers write around it makes no other recipient. */
static void
test_lines_that_mean_the_same(void **state)
{
    const struct driver *driver = driver_find("webpush");
    char *plain = subscription(ENDPOINT, "");
    char *chrome =
        string_format("{ \"expirationTime\" : null, \"keys\": {\"auth\":\"%s==\","
                      "\"p256dh\":\"%s=\"}, \"endpoint\":\"" ENDPOINT "\"}",
                      auth, ua_public);
    char *swedish = subscription(ENDPOINT, ",\"language\":\"sv\"");
    char *first = driver->read_recipient(plain, NULL);
    char *second = driver->read_recipient(chrome, NULL);
    char *third = driver->read_recipient(swedish, NULL);
    (void)state;
    assert_string_equal(first, plain);
    assert_string_equal(first, second);
    assert_string_equal(third, swedish);
    assert_int_equal(driver->check_recipient(third, NULL), STATUS_OK);
    assert_int_equal(driver->check_recipient("{}", NULL), STATUS_INVALID);
    free(first);
    free(second);
    free(third);
    free(plain);
    free(chrome);
    free(swedish);
}

static void
test_origins(void **state)
{
    static const struct {
        const char *endpoint, *origin;
    } cases[] = {
        { "https://push.example/a/b?c", "https://push.example" },
        { "https://Push.Example:443/a", "https://push.example" },
        { "https://push.example:8443/a:443", "https://push.example:8443" },
        { "http://127.0.0.1:80/a", "http://127.0.0.1" },
        { "http://127.0.0.1:443/a", "http://127.0.0.1:443" },
        { "https://[2001:db8::443]/a", "https://[2001:db8::443]" },
        { "https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443" },
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char *origin = subscription_origin(cases[i].endpoint);
        assert_string_equal(origin, cases[i].origin);
        free(origin);
    }
}

/* --- The request ------------------------------------------------------------------ */

struct push {
    struct post post;
    char *recipient;
};

static int
setup(void **state)
{
    struct push *push = memory_alloc(sizeof *push);
    post_init(&push->post, "webpush");
    post_set(&push->post, "subscriptions_file", "subscriptions.ndjson");
    post_set(&push->post, "vapid_key_file", as_private);
    post_set(&push->post, "subject", "mailto:drift@example.se");
    push->recipient = subscription(ENDPOINT, "");
    push->post.input.recipient = push->recipient;
    push->post.input.n_carried = &push->post.n_carried;
    *state = push;
    return 0;
}

static int
teardown(void **state)
{
    struct push *push = *state;
    post_clear(&push->post);
    free(push->recipient);
    free(push);
    return 0;
}

/* What the browser makes of the body, with its own key and the other way round: the
 * plain text; caller frees. */
static char *
decrypt(const struct request *request)
{
    const unsigned char *data = (const unsigned char *)request->body.data;
    struct push_secrets secrets;
    struct push_keys keys;
    unsigned char ecdh[P256_SHARED_BYTES], both[2 * P256_PUBLIC_BYTES];
    unsigned char private[P256_PRIVATE_BYTES];
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    size_t len = request->body.len - 86;
    unsigned char *plain = memory_alloc(len);
    int n = 0, end = 0;
    assert_int_equal(data[20], P256_PUBLIC_BYTES);
    decode(ua_private, private, sizeof private);
    assert_true(p256_agree(private, data + 21, ecdh));
    /* The rest of the steps, seen from the browser: the same, but for the pair. */
    memcpy(secrets.salt, data, sizeof secrets.salt);
    decode(auth, secrets.auth, sizeof secrets.auth);
    decode(ua_public, both, P256_PUBLIC_BYTES);
    memcpy(both + P256_PUBLIC_BYTES, data + 21, P256_PUBLIC_BYTES);
    hmac_sha256(secrets.auth, sizeof secrets.auth, ecdh, sizeof ecdh, keys.prk_key);
    struct buffer info = { 0 };
    buffer_append(&info, "WebPush: info", 14);
    buffer_append(&info, both, sizeof both);
    buffer_append(&info, "\x01", 1);
    hmac_sha256(keys.prk_key, sizeof keys.prk_key, info.data, info.len, keys.ikm);
    buffer_clear(&info);
    hmac_sha256(secrets.salt, sizeof secrets.salt, keys.ikm, sizeof keys.ikm, keys.prk);
    hmac_sha256(keys.prk, sizeof keys.prk, "Content-Encoding: aes128gcm\0\x01", 29,
                both);
    memcpy(keys.cek, both, sizeof keys.cek);
    hmac_sha256(keys.prk, sizeof keys.prk, "Content-Encoding: nonce\0\x01", 25, both);
    memcpy(keys.nonce, both, sizeof keys.nonce);
    assert_int_equal(
        EVP_DecryptInit_ex(context, EVP_aes_128_gcm(), NULL, keys.cek, keys.nonce), 1);
    assert_int_equal(
        EVP_DecryptUpdate(context, plain, &n, data + 86, (int)len - AES_GCM_TAG_BYTES),
        1);
    memcpy(both, data + request->body.len - AES_GCM_TAG_BYTES, AES_GCM_TAG_BYTES);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AES_GCM_TAG_BYTES, both);
    assert_int_equal(EVP_DecryptFinal_ex(context, plain + n, &end), 1);
    EVP_CIPHER_CTX_free(context);
    assert_int_equal(plain[n - 1], 2);
    plain[n - 1] = '\0';
    return (char *)plain;
}

static json_t *
payload_of(const struct post *post)
{
    char *text = decrypt(&post->request);
    json_t *payload = json_loads(text, 0, NULL);
    assert_true(strlen(text) <= 2500);
    assert_non_null(payload);
    free(text);
    return payload;
}

static const char *
text_at(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

static void
test_a_notification_as_the_browser_reads_it(void **state)
{
    struct push *push = *state;
    struct post *post = &push->post;
    json_t *payload;
    post->message.next_word_at_ms = post->input.now_ms + 3 * HOURS_MS;
    post_compose(post);
    assert_string_equal(post->request.method, "POST");
    assert_string_equal(post->request.url, ENDPOINT);
    assert_string_equal(post_header(post, "TTL"), "10800");
    assert_string_equal(post_header(post, "Urgency"), "normal");
    assert_string_equal(post_header(post, "Topic"), "i_xyz567");
    assert_string_equal(post_header(post, "Content-Encoding"), "aes128gcm");
    assert_string_equal(post_header(post, "Content-Type"), "application/octet-stream");
    payload = payload_of(post);
    assert_non_null(strstr(text_at(payload, "title"), "Täby kyrkby"));
    assert_non_null(strstr(text_at(payload, "body"), "Täby kyrkby"));
    assert_string_equal(text_at(payload, "url"),
                        "https://drift.example.se/incident/i_xyz567.html");
    assert_string_equal(text_at(payload, "tag"), "i_xyz567");
    assert_string_equal(text_at(payload, "incident"), "i_xyz567");
    assert_string_equal(text_at(payload, "language"), "sv");
    json_decref(payload);
    assert_true(post->request.body.len <= 2500 + PUSH_OVERHEAD_BYTES);
}

static void
test_language_of_the_subscription(void **state)
{
    struct push *push = *state;
    char *english = subscription(ENDPOINT, ",\"language\":\"EN\"");
    char *finnish = subscription(ENDPOINT, ",\"language\":\"fi\"");
    json_t *payload;
    push->post.input.recipient = english;
    post_compose(&push->post);
    payload = payload_of(&push->post);
    assert_string_equal(text_at(payload, "language"), "en");
    assert_string_equal(text_at(payload, "url"),
                        "https://drift.example.se/en/incident/i_xyz567.html");
    json_decref(payload);
    push->post.input.recipient = finnish; /* not configured: the first */
    post_compose(&push->post);
    payload = payload_of(&push->post);
    assert_string_equal(text_at(payload, "language"), "sv");
    json_decref(payload);
    free(english);
    free(finnish);
}

/* Another pair and another salt each time, of nothing but the random bytes. */
static void
test_random_bytes_are_the_callers(void **state)
{
    struct push *push = *state;
    char first[86];
    post_compose(&push->post);
    memcpy(first, push->post.request.body.data, sizeof first);
    post_compose(&push->post);
    assert_memory_equal(first, push->post.request.body.data, sizeof first);
    push->post.random[0] ^= 1;
    push->post.random[P256_SEED_BYTES] ^= 1;
    post_compose(&push->post);
    assert_memory_not_equal(first, push->post.request.body.data, 16);
    assert_memory_not_equal(first + 21, push->post.request.body.data + 21, 65);
}

/* The part of the token with this number, decoded; caller decrefs. */
static json_t *
token_part(const char *token, int number)
{
    unsigned char *bytes;
    size_t len;
    json_t *part;
    for (; number > 0; number--)
        token = strchr(token, '.') + 1;
    char *text = string_copy_n(token, strcspn(token, "."));
    assert_true(base64url_decode(text, &bytes, &len));
    part = json_loadb((const char *)bytes, len, 0, NULL);
    assert_non_null(part);
    free(bytes);
    free(text);
    return part;
}

static void
test_token(void **state)
{
    struct push *push = *state;
    unsigned char public[P256_PUBLIC_BYTES], signature[P256_SIGNATURE_BYTES];
    const char *header;
    json_t *part;
    post_compose(&push->post);
    header = post_header(&push->post, "Authorization");
    assert_int_equal(strncmp(header, "vapid t=", 8), 0);
    part = token_part(header + 8, 0);
    assert_string_equal(text_at(part, "typ"), "JWT");
    assert_string_equal(text_at(part, "alg"), "ES256");
    json_decref(part);
    part = token_part(header + 8, 1);
    assert_string_equal(text_at(part, "aud"), "https://push.example");
    assert_string_equal(text_at(part, "sub"), "mailto:drift@example.se");
    assert_int_equal(json_integer_value(json_object_get(part, "exp")),
                     push->post.input.now_ms / 1000 + 12 * 3600);
    json_decref(part);
    decode(strstr(header, ", k=") + 4, public, sizeof public);
    const char *end = strrchr(header, '.');
    char *text = string_copy_n(end + 1, strcspn(end + 1, ","));
    decode(text, signature, sizeof signature);
    assert_true(p256_verify(public, header + 8, (size_t)(end - header) - 8, signature));
    assert_is(
        public, sizeof public,
        "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wE"
        "qKK6PBru3jl7A8");
    free(text);
}

static void
test_how_long_it_is_of_use(void **state)
{
    struct push *push = *state;
    struct post *post = &push->post;
    post->message.next_word_at_ms = TIME_NONE;
    post_compose(post);
    assert_string_equal(post_header(post, "TTL"), "86400");
    post->message.next_word_at_ms = post->input.now_ms + 5 * MINUTES_MS;
    post_compose(post);
    assert_string_equal(post_header(post, "TTL"), "3600");
    post->message.next_word_at_ms = post->input.now_ms + 90 * DAYS_MS;
    post_compose(post);
    assert_string_equal(post_header(post, "TTL"), "86400");
    post->message.next_word_at_ms = post->input.now_ms + 2 * HOURS_MS;
    post->message.priority = PRIORITY_URGENT;
    post_compose(post);
    assert_string_equal(post_header(post, "TTL"), "86400");
    assert_string_equal(post_header(post, "Urgency"), "high");
    post->message.priority = PRIORITY_BULK;
    post_set(post, "ttl", "30min");
    post_compose(post);
    assert_string_equal(post_header(post, "TTL"), "1800");
    assert_string_equal(post_header(post, "Urgency"), "low");
}

/* An id that is too long for a topic becomes one that is not, and stays the same. */
static void
test_topic_of_a_long_id(void **state)
{
    struct push *push = *state;
    struct post *post = &push->post;
    char first[40];
    (void)snprintf(post->message.incident_id, sizeof post->message.incident_id,
                   "i_abcdefghijklmnopqrstuvwxyz23456789a");
    post_compose(post);
    assert_int_equal(strlen(post_header(post, "Topic")), 32);
    (void)snprintf(first, sizeof first, "%s", post_header(post, "Topic"));
    post_compose(post);
    assert_string_equal(post_header(post, "Topic"), first);
    post->message.incident_id[10] = 'x';
    post_compose(post);
    assert_string_not_equal(post_header(post, "Topic"), first);
}

/* What is escaped, and a long address, take their room from the text. */
static void
test_payload_keeps_its_room(void **state)
{
    struct push *push = *state;
    struct post *post = &push->post;
    char *url = string_format("https://drift.example.se/%01200d", 0);
    char *hopeless = string_format("https://drift.example.se/%02600d", 0);
    json_t *payload;
    string_replace(
        &post->message.facts.places[0].name,
        "\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"");
    post->input.page_url = url;
    post_miss(post);
    post_compose(post);
    payload = payload_of(post);
    assert_non_null(strstr(text_at(payload, "body"), "\"\"\"\""));
    assert_true(post->n_carried <= 2);
    json_decref(payload);
    post->input.page_url = hopeless;
    request_clear(&post->request);
    memset(&post->request, 0, sizeof post->request);
    assert_int_equal(post->driver->compose(&post->input, &post->request, &post->error),
                     STATUS_INVALID);
    assert_non_null(strstr(post->error.text, "page_url"));
    free(url);
    free(hopeless);
}

/* --- Answers ---------------------------------------------------------------------- */

static void
test_each_answer(void **state)
{
    static const struct post_row rows[] = {
        { .code = 200, .has_recipient = true, .kind = OUTCOME_DELIVERED },
        { .code = 201, .has_recipient = true, .kind = OUTCOME_DELIVERED },
        { .code = 202, .has_recipient = true, .kind = OUTCOME_DELIVERED },
        { .code = 404, .has_recipient = true, .kind = OUTCOME_UNDELIVERABLE },
        { .code = 410,
          .has_recipient = true,
          .body = "push subscription has unsubscribed or expired.\n",
          .kind = OUTCOME_UNDELIVERABLE,
          .says = "unsubscribed or expired" },
        { .code = 410, .has_recipient = false, .kind = OUTCOME_REFUSED },
        { .code = 400,
          .has_recipient = true,
          .body = "{\"reason\":\"VapidPkHashMismatch\"}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "VapidPkHashMismatch; subject" },
        { .code = 401,
          .has_recipient = true,
          .body =
              "{\"code\":401,\"errno\":109,\"message\":\"Request did not validate\"}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "Request did not validate" },
        { .code = 403,
          .has_recipient = true,
          .body = "{\"reason\":\"BadJwtToken\"}",
          .kind = OUTCOME_CREDENTIALS,
          .says = "another key" },
        { .code = 413, .has_recipient = true, .kind = OUTCOME_REFUSED },
        { .code = 429,
          .has_recipient = true,
          .header = "Retry-After: 120",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 120000 },
        { .code = 503,
          .has_recipient = true,
          .body = "{\"errno\":201,\"message\":\"back off\"}",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = 60000 },
        { .code = 503,
          .has_recipient = true,
          .body = "{\"errno\":202,\"message\":\"retry\"}",
          .kind = OUTCOME_RETRY,
          .retry_after_ms = -1 },
        { .code = 500, .has_recipient = true, .kind = OUTCOME_RETRY },
        { .code = 301, .has_recipient = true, .kind = OUTCOME_RETRY },
        /* An address in an answer may be the subscription's own: a secret. */
        { .code = 400,
          .has_recipient = true,
          .body = "no such " ENDPOINT,
          .kind = OUTCOME_CREDENTIALS,
          .says = "400 Bad Request; subject" },
    };
    struct push *push = *state;
    post_assert_rows(&push->post, rows, ARRAY_COUNT(rows));
    assert_null(strstr(push->post.outcome.detail, "gAAAA"));
}

static void
test_who_is_gone(void **state)
{
    static const struct {
        int64_t code;
        bool has_recipient, gone;
    } cases[] = { { 404, true, true },  { 410, true, true },  { 410, false, false },
                  { 201, true, false }, { 403, true, false }, { 500, true, false },
                  { 413, true, false } };
    struct push *push = *state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reply reply = { .result = REPLY_ANSWERED, .code = cases[i].code };
        const struct outcome *outcome =
            post_classify(&push->post, &reply, cases[i].has_recipient);
        assert_int_equal(outcome->gone, cases[i].gone);
    }
}

/* An address that a subscriber made up must not stop the channel for the others. */
static void
test_without_an_answer(void **state)
{
    static const struct {
        enum reply_result result;
        bool has_recipient;
        enum outcome_kind kind;
    } cases[] = { { REPLY_NOT_SENT, true, OUTCOME_TRANSPORT },
                  { REPLY_UNKNOWN, true, OUTCOME_UNKNOWN },
                  { REPLY_CERTIFICATE, true, OUTCOME_TRANSPORT },
                  { REPLY_FORBIDDEN, true, OUTCOME_UNDELIVERABLE },
                  { REPLY_BAD_REQUEST, true, OUTCOME_UNDELIVERABLE },
                  { REPLY_FORBIDDEN, false, OUTCOME_CREDENTIALS },
                  { REPLY_CERTIFICATE, false, OUTCOME_CREDENTIALS } };
    struct push *push = *state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct reply reply = { .result = cases[i].result };
        const struct outcome *outcome =
            post_classify(&push->post, &reply, cases[i].has_recipient);
        assert_int_equal(outcome->kind, cases[i].kind);
        assert_false(outcome->gone);
    }
}

static void
test_too_large_is_said_shorter(void **state)
{
    struct push *push = *state;
    size_t whole;
    post_miss(&push->post);
    post_begin(&push->post);
    whole = push->post.request.body.len;
    assert_true(post_answer(&push->post, 413, NULL));
    assert_true(push->post.request.body.len < whole);
    assert_false(post_answer(&push->post, 413, NULL));
    assert_int_equal(push->post.outcome.kind, OUTCOME_REFUSED);
    post_begin(&push->post);
    assert_false(post_answer(&push->post, 201, NULL));
    assert_int_equal(push->post.outcome.kind, OUTCOME_DELIVERED);
}

/* --- The configuration ------------------------------------------------------------ */

static void
test_options(void **state)
{
    struct push *push = *state;
    struct post *post = &push->post;
    char *one = subscription(ENDPOINT, "");
    char *recipient;
    assert_true(post_is_accepted(post));
    assert_null(post->driver->test_recipient(&post->channel));
    post_set(post, "test_subscription_file", "{}");
    assert_true(
        post_is_refused(post, "test_subscription_file: the subscription has no"));
    post_unset(post, "test_subscription_file");
    post_set(post, "test_subscription_file", one);
    assert_true(post_is_accepted(post));
    recipient = post->driver->test_recipient(&post->channel);
    assert_string_equal(recipient, one);
    free(recipient);
    free(one);
    post_unset(post, "vapid_key_file");
    post_set(post, "vapid_key_file", "not-a-key");
    assert_true(post_is_refused(post, "budkavle vapid"));
    assert_null(strstr(post->error.text, "not-a-key"));
}

static void
test_subjects(void **state)
{
    static const char *const right[] = { "mailto:drift@example.se",
                                         "https://example.se/kontakt" };
    static const char *const wrong[] = { "",
                                         "drift@example.se",
                                         "mailto:",
                                         "mailto:@example.se",
                                         "mailto:drift",
                                         "mailto:drift@",
                                         "mailto:drift@localhost",
                                         "https://",
                                         "https://LOCALHOST:8443/",
                                         "http://example.se",
                                         "mailto:<drift@example.se>" };
    struct error error;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(right); i++)
        assert_int_equal(vapid_subject_check(right[i], &error), STATUS_OK);
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        if (vapid_subject_check(wrong[i], &error) == STATUS_OK)
            fail_msg("%s was taken", wrong[i]);
    }
}

static void
test_shown_in_each_language(void **state)
{
    struct push *push = *state;
    struct shown shown = { 0 };
    push->post.input.recipient = NULL;
    driver_show(push->post.driver, &push->post.input, &shown);
    assert_int_equal(shown.count, 4);
    assert_string_equal(shown.items[0].part, "title");
    assert_string_equal(shown.items[1].part, "text");
    assert_string_equal(shown.items[3].language, "en");
    assert_true(strlen(shown.items[1].text) <= 1000);
    shown_clear(&shown);
}

#define PUSH_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_step_of_the_rfc),
        cmocka_unit_test(test_room_of_one_record),
        cmocka_unit_test(test_what_is_no_subscription),
        cmocka_unit_test(test_lines_that_mean_the_same),
        cmocka_unit_test(test_origins),
        PUSH_TEST(test_a_notification_as_the_browser_reads_it),
        PUSH_TEST(test_language_of_the_subscription),
        PUSH_TEST(test_random_bytes_are_the_callers),
        PUSH_TEST(test_token),
        PUSH_TEST(test_how_long_it_is_of_use),
        PUSH_TEST(test_topic_of_a_long_id),
        PUSH_TEST(test_payload_keeps_its_room),
        PUSH_TEST(test_each_answer),
        PUSH_TEST(test_who_is_gone),
        PUSH_TEST(test_without_an_answer),
        PUSH_TEST(test_too_large_is_said_shorter),
        PUSH_TEST(test_options),
        cmocka_unit_test(test_subjects),
        PUSH_TEST(test_shown_in_each_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
