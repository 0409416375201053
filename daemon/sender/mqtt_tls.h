/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * TLS to a broker that is connected to by its address: the name is verified, and asked
 * for (SNI), all the same.
 */
#ifndef BUDKAVLE_SENDER_MQTT_TLS_H
#define BUDKAVLE_SENDER_MQTT_TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>

struct mqtt_tls {
    SSL_CTX *context;
    char *host;
    long verify_error; /* X509_V_… of the broker's certificate; 0: none */
};

/* authorities: as PEM; NULL: the system's. False when they cannot be read. The object must
 * stay where it is, and outlive its connection. */
bool mqtt_tls_open(struct mqtt_tls *tls, const char *host, const char *authorities);
void mqtt_tls_close(struct mqtt_tls *tls);

#endif
