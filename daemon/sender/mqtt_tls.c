/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * libmosquitto is given an address, so that what was looked at is what is connected to;
 * it would verify that, and ask for it. OpenSSL is told the name here.
 */
#include "sender/mqtt_tls.h"

#include "base/memory.h"
#include "sender/address_guard.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdint.h>
#include <stdlib.h>

static struct mqtt_tls *
tls_of(const SSL *ssl)
{
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
}

static int
on_verify(int is_good, X509_STORE_CTX *store)
{
    const SSL *ssl =
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    if (is_good == 0) {
        tls_of(ssl)->verify_error = X509_STORE_CTX_get_error(store);
    }
    return is_good;
}

/* Called before the first bytes are made. An address has no place in SNI (RFC 6066, 3). */
static void
on_handshake(const SSL *ssl, int where, int code)
{
    (void)code;
    if ((where & SSL_CB_HANDSHAKE_START) == 0) {
        return;
    }
    const struct mqtt_tls *tls = tls_of(ssl);
    SSL *changed = (SSL *)(uintptr_t)ssl; /* the callback's type has a const */
    (void)SSL_set_tlsext_host_name(changed,
                                   address_text_is_valid(tls->host) ? NULL : tls->host);
}

static bool
add_authorities(X509_STORE *store, const char *pem)
{
    BIO *text = BIO_new_mem_buf(pem, -1);
    X509 *certificate;
    size_t n = 0;
    while (text != NULL &&
           (certificate = PEM_read_bio_X509(text, NULL, NULL, NULL)) != NULL) {
        n += X509_STORE_add_cert(store, certificate) == 1 ? 1 : 0;
        X509_free(certificate);
    }
    BIO_free(text);
    ERR_clear_error(); /* the end of the text is one */
    return n > 0;
}

static bool
set_host(SSL_CTX *context, const char *host)
{
    X509_VERIFY_PARAM *verify = SSL_CTX_get0_param(context);
    if (address_text_is_valid(host)) {
        return X509_VERIFY_PARAM_set1_ip_asc(verify, host) == 1;
    }
    X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return X509_VERIFY_PARAM_set1_host(verify, host, 0) == 1;
}

bool
mqtt_tls_open(struct mqtt_tls *tls, const char *host, const char *authorities)
{
    *tls = (struct mqtt_tls){ .context = SSL_CTX_new(TLS_client_method()),
                              .host = string_copy(host) };
    if (tls->context == NULL) {
        fatal("sender: OpenSSL gives no context");
    }
    SSL_CTX_set_app_data(tls->context, tls);
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, on_verify);
    SSL_CTX_set_info_callback(tls->context, on_handshake);
    return SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) == 1 &&
           set_host(tls->context, host) &&
           (authorities == NULL
                ? SSL_CTX_set_default_verify_paths(tls->context) == 1
                : add_authorities(SSL_CTX_get_cert_store(tls->context), authorities));
}

void
mqtt_tls_close(struct mqtt_tls *tls)
{
    SSL_CTX_free(tls->context);
    free(tls->host);
    *tls = (struct mqtt_tls){ 0 };
}
