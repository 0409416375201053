/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The yardstick of deliveries over HTTP: what libcurl reaches on this machine on the same
 * event loop, with pooled handles and kept connections, and nothing else to do: nothing
 * is durable, nothing is rendered. Each request posts a form of the given length.
 *
 * usage: bench_bare_loop URL REQUESTS CONCURRENCY BODY-LENGTH; prints requests a second
 */
#include "base/memory.h"
#include "sender/multi_glue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bare {
    struct loop *loop;
    struct multi_glue *glue;
    long n_to_start, n_under_way, n_failed;
};

static size_t
read_away(char *data, size_t size, size_t n, void *context)
{
    (void)data;
    (void)context;
    return size * n;
}

static void
start_next(struct bare *bare, CURL *easy)
{
    if (bare->n_to_start > 0) {
        bare->n_to_start--;
        bare->n_under_way++;
        multi_glue_add(bare->glue, easy);
    } else if (bare->n_under_way == 0) {
        loop_stop(bare->loop);
    }
}

static void
on_done(void *context, CURL *easy, CURLcode code)
{
    struct bare *bare = context;
    long status = 0;

    (void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    bare->n_failed += code != CURLE_OK || status != 200 ? 1 : 0;
    bare->n_under_way--;
    start_next(bare, easy);
}

static CURL *
make_handle(const char *url, const char *body)
{
    CURL *easy = curl_easy_init();

    if (easy == NULL) {
        fatal("libcurl gives no handle");
    }
    (void)curl_easy_setopt(easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, read_away);
    return easy;
}

int
main(int argc, char **argv)
{
    struct bare bare = { 0 };
    long n_requests, n_handles;
    CURL **handles;
    char *body;
    int64_t began_us;

    if (argc != 5) {
        fputs("usage: bench_bare_loop URL REQUESTS CONCURRENCY BODY-LENGTH\n", stderr);
        return 2;
    }
    n_requests = strtol(argv[2], NULL, 10);
    n_handles = strtol(argv[3], NULL, 10);
    body = memory_array(strtoul(argv[4], NULL, 10) + 1, 1);
    memset(body, 'x', strtoul(argv[4], NULL, 10));
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    bare.loop = loop_new();
    bare.glue = multi_glue_new(bare.loop, on_done, &bare);
    bare.n_to_start = n_requests;
    handles = memory_array((size_t)n_handles, sizeof(*handles));
    began_us = clock_mono_us();
    for (long i = 0; i < n_handles; i++) {
        handles[i] = make_handle(argv[1], body);
        start_next(&bare, handles[i]);
    }
    (void)loop_run(bare.loop);
    printf("%.0f\n", (double)n_requests * 1e6 / (double)(clock_mono_us() - began_us));
    for (long i = 0; i < n_handles; i++) {
        curl_easy_cleanup(handles[i]);
    }
    multi_glue_free(bare.glue);
    loop_free(bare.loop);
    free(handles);
    free(body);
    curl_global_cleanup();
    return bare.n_failed == 0 ? 0 : 1;
}
