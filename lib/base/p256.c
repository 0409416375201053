/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys on P-256 by libcrypto.
 */
#include "base/p256.h"

#include "base/base64url.h"
#include "base/memory.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

static const char curve[] = "prime256v1";

static EC_GROUP *
group_new(void)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);

    if (group == NULL) {
        fatal("p256: libcrypto has no curve P-256");
    }
    return group;
}

/* The key of these parts; NULL when they are none. */
static EVP_PKEY *
key_of(const BIGNUM *private, const unsigned char public[P256_PUBLIC_BYTES])
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM *parameters = NULL;
    EVP_PKEY *key = NULL;

    if (builder == NULL || context == NULL ||
        OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve,
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, public,
                                         P256_PUBLIC_BYTES) != 1 ||
        (private != NULL &&
         OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, private) != 1) ||
        (parameters = OSSL_PARAM_BLD_to_param(builder)) == NULL) {
        fatal("p256: no memory for a key");
    }
    if (EVP_PKEY_fromdata_init(context) != 1 ||
        EVP_PKEY_fromdata(context, &key,
                          private != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          parameters) != 1) {
        key = NULL;
    }
    OSSL_PARAM_free(parameters);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    return key;
}

/* The pair; NULL when the number is no private key. */
static EVP_PKEY *
pair_of(const unsigned char private[P256_PRIVATE_BYTES])
{
    unsigned char public[P256_PUBLIC_BYTES];
    BIGNUM *number;
    EVP_PKEY *key;

    if (!p256_public(private, public)) {
        return NULL;
    }
    number = BN_bin2bn(private, P256_PRIVATE_BYTES, NULL);
    key = key_of(number, public);
    BN_clear_free(number);
    return key;
}

bool
p256_is_public(const unsigned char public[P256_PUBLIC_BYTES])
{
    EC_GROUP *group = group_new();
    EC_POINT *point = EC_POINT_new(group);
    /* The octets of another form, or off the curve, are refused. */
    bool is_public =
        point != NULL && public[0] == POINT_CONVERSION_UNCOMPRESSED &&
        EC_POINT_oct2point(group, point, public, P256_PUBLIC_BYTES, NULL) == 1;

    EC_POINT_free(point);
    EC_GROUP_free(group);
    return is_public;
}

/* Whether the number is between 1 and the order; its point then. */
static bool
multiply(const EC_GROUP *group, const BIGNUM *number,
         unsigned char public[P256_PUBLIC_BYTES])
{
    EC_POINT *point = EC_POINT_new(group);
    bool done = point != NULL && !BN_is_zero(number) &&
                BN_cmp(number, EC_GROUP_get0_order(group)) < 0 &&
                EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
                EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, public,
                                   P256_PUBLIC_BYTES, NULL) == P256_PUBLIC_BYTES;

    EC_POINT_free(point);
    return done;
}

bool
p256_public(const unsigned char private[P256_PRIVATE_BYTES],
            unsigned char public[P256_PUBLIC_BYTES])
{
    EC_GROUP *group = group_new();
    BIGNUM *number = BN_bin2bn(private, P256_PRIVATE_BYTES, NULL);
    bool done = number != NULL && multiply(group, number, public);

    BN_clear_free(number);
    EC_GROUP_free(group);
    return done;
}

/* 1 and the remainder of the seed by the order less one. */
void
p256_from_seed(const unsigned char seed[P256_SEED_BYTES],
               unsigned char private[P256_PRIVATE_BYTES],
               unsigned char public[P256_PUBLIC_BYTES])
{
    EC_GROUP *group = group_new();
    BN_CTX *context = BN_CTX_new();
    BIGNUM *number = BN_bin2bn(seed, P256_SEED_BYTES, NULL);
    BIGNUM *most = BN_dup(EC_GROUP_get0_order(group));

    if (context == NULL || number == NULL || most == NULL ||
        BN_sub_word(most, 1) != 1 || BN_nnmod(number, number, most, context) != 1 ||
        BN_add_word(number, 1) != 1 ||
        BN_bn2binpad(number, private, P256_PRIVATE_BYTES) != P256_PRIVATE_BYTES ||
        !multiply(group, number, public)) {
        fatal("p256: no memory for a key pair");
    }
    BN_free(most);
    BN_clear_free(number);
    BN_CTX_free(context);
    EC_GROUP_free(group);
}

bool
p256_agree(const unsigned char private[P256_PRIVATE_BYTES],
           const unsigned char peer[P256_PUBLIC_BYTES],
           unsigned char shared[P256_SHARED_BYTES])
{
    EVP_PKEY *own = pair_of(private);
    EVP_PKEY *other = p256_is_public(peer) ? key_of(NULL, peer) : NULL;
    EVP_PKEY_CTX *context =
        own == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
    size_t len = P256_SHARED_BYTES;
    bool done = context != NULL && other != NULL &&
                EVP_PKEY_derive_init(context) == 1 &&
                EVP_PKEY_derive_set_peer(context, other) == 1 &&
                EVP_PKEY_derive(context, shared, &len) == 1 && len == P256_SHARED_BYTES;

    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(other);
    EVP_PKEY_free(own);
    return done;
}

/* --- Signatures ------------------------------------------------------------------- */

static bool
to_raw(const unsigned char *der, size_t len,
       unsigned char signature[P256_SIGNATURE_BYTES])
{
    ECDSA_SIG *parts = d2i_ECDSA_SIG(NULL, &der, (long)len);
    bool done = parts != NULL &&
                BN_bn2binpad(ECDSA_SIG_get0_r(parts), signature, 32) == 32 &&
                BN_bn2binpad(ECDSA_SIG_get0_s(parts), signature + 32, 32) == 32;

    ECDSA_SIG_free(parts);
    return done;
}

bool
p256_sign(const unsigned char private[P256_PRIVATE_BYTES], const void *data, size_t len,
          unsigned char signature[P256_SIGNATURE_BYTES])
{
    EVP_PKEY *key = pair_of(private);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char der[80];
    size_t der_len = sizeof(der);
    bool done =
        key != NULL && context != NULL &&
        EVP_DigestSignInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
        EVP_DigestSign(context, der, &der_len, data, len) == 1 &&
        to_raw(der, der_len, signature);

    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return done;
}

/* The DER form, allocated by libcrypto; its length, 0 or less for none. */
static int
to_der(const unsigned char signature[P256_SIGNATURE_BYTES], unsigned char **der)
{
    ECDSA_SIG *parts = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(signature, 32, NULL);
    BIGNUM *s = BN_bin2bn(signature + 32, 32, NULL);
    int len;

    if (parts == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(parts, r, s) != 1) {
        fatal("p256: no memory for a signature");
    }
    len = i2d_ECDSA_SIG(parts, der);
    ECDSA_SIG_free(parts);
    return len;
}

bool
p256_verify(const unsigned char public[P256_PUBLIC_BYTES], const void *data, size_t len,
            const unsigned char signature[P256_SIGNATURE_BYTES])
{
    EVP_PKEY *key = p256_is_public(public) ? key_of(NULL, public) : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char *der = NULL;
    int der_len = to_der(signature, &der);
    bool good =
        key != NULL && context != NULL && der_len > 0 &&
        EVP_DigestVerifyInit_ex(context, NULL, "SHA256", NULL, NULL, key, NULL) == 1 &&
        EVP_DigestVerify(context, der, (size_t)der_len, data, len) == 1;

    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    return good;
}

/* --- Texts ------------------------------------------------------------------------ */

/* An encrypted key is not asked for its word on a terminal. */
static int
no_password(char *buffer, int size, int rwflag, void *context)
{
    (void)buffer;
    (void)size;
    (void)rwflag;
    (void)context;
    return -1;
}

static bool
parse_pem(const char *text, unsigned char private[P256_PRIVATE_BYTES])
{
    BIO *memory = BIO_new_mem_buf(text, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(memory, NULL, no_password, NULL);
    BIGNUM *number = NULL;
    char name[32] = "";
    bool done = key != NULL &&
                EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name,
                                               sizeof(name), NULL) == 1 &&
                strcmp(name, curve) == 0 &&
                EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
                BN_bn2binpad(number, private, P256_PRIVATE_BYTES) == P256_PRIVATE_BYTES;

    BN_clear_free(number);
    EVP_PKEY_free(key);
    BIO_free(memory);
    return done;
}

bool
p256_private_parse(const char *text, unsigned char private[P256_PRIVATE_BYTES])
{
    unsigned char public[P256_PUBLIC_BYTES];
    unsigned char *bytes;
    size_t len;

    if (strstr(text, "-----BEGIN ") != NULL) {
        return parse_pem(text, private) && p256_public(private, public);
    }
    if (!base64url_decode(text, &bytes, &len)) {
        return false;
    }
    if (len == P256_PRIVATE_BYTES) {
        memcpy(private, bytes, P256_PRIVATE_BYTES);
    }
    explicit_bzero(bytes, len);
    free(bytes);
    return len == P256_PRIVATE_BYTES && p256_public(private, public);
}
