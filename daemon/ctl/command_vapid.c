/* SPDX-License-Identifier: EUPL-1.2 */
/* The key that names the sender of Web Push messages: made, and its public half shown. The
 * daemon is not asked: the page needs the key before anything runs. */
#include "base/base64url.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/p256.h"
#include "ctl/session.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* False after saying why. */
static bool
write_all(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    size_t len = strlen(text);
    bool written = file >= 0 && write(file, text, len) == (ssize_t)len;
    int why = errno;

    if (file >= 0 && (close(file) != 0 || !written)) {
        why = written ? errno : why;
        written = false;
        (void)unlink(path);
    }
    if (!written) {
        fprintf(stderr, "budkavle: %s cannot be written: %s%s\n", path, strerror(why),
                why == EEXIST ? "; a key that is in use must not be replaced" : "");
    }
    return written;
}

static int
make_key(const char *path)
{
    unsigned char seed[P256_SEED_BYTES], private[P256_PRIVATE_BYTES];
    unsigned char public[P256_PUBLIC_BYTES];
    char *encoded, *line;
    bool written;

    random_bytes(seed, sizeof(seed));
    p256_from_seed(seed, private, public);
    encoded = base64url_encode(private, sizeof(private));
    line = string_format("%s\n", encoded);
    written = write_all(path, line);
    explicit_bzero(seed, sizeof(seed));
    explicit_bzero(private, sizeof(private));
    explicit_bzero(line, strlen(line));
    explicit_bzero(encoded, strlen(encoded));
    free(line);
    free(encoded);
    return written ? CTL_OK : CTL_FAILED;
}

/* White space around the key means nothing. */
static void
trim(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL) {
        text[--len] = '\0';
    }
}

static int
show_public(const struct session *session, const char *path)
{
    unsigned char private[P256_PRIVATE_BYTES], public[P256_PUBLIC_BYTES];
    struct buffer content = { 0 };
    char *text, *encoded;
    bool is_key;

    if (!read_input(path, &content)) {
        return CTL_FAILED;
    }
    buffer_add(&content, "");
    text = buffer_take(&content);
    trim(text);
    is_key = p256_private_parse(text, private) && p256_public(private, public);
    explicit_bzero(text, strlen(text));
    free(text);
    explicit_bzero(private, sizeof(private));
    if (!is_key) {
        fprintf(stderr,
                "budkavle: %s has no private key on the curve P-256, as PEM without a "
                "password or as base64url of its 32 bytes\n",
                path);
        return CTL_FAILED;
    }
    encoded = base64url_encode(public, sizeof(public));
    printf(session->json ? "{\"public_key\": \"%s\"}\n" : "%s\n", encoded);
    free(encoded);
    return CTL_OK;
}

int
command_vapid(struct session *session, int argc, char **argv)
{
    static const struct option options[] = {
        { "new", no_argument, NULL, 'n' },
        { NULL, 0, NULL, 0 },
    };
    bool is_new = false;
    int option;
    int exit_code = CTL_OK;

    while ((option = getopt_long(argc, argv, "n", options, NULL)) != -1) {
        if (option == '?') {
            return usage_fault(session, "unknown option", NULL);
        }
        is_new = true;
    }
    if (argc - optind != 1) {
        return usage_fault(session, "give the name of one file", NULL);
    }
    if (is_new) {
        exit_code = make_key(argv[optind]);
    }
    return exit_code == CTL_OK ? show_public(session, argv[optind]) : exit_code;
}
