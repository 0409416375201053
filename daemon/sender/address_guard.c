/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The list of guarded networks: IANA's special-purpose registries (RFC 6890) as far as
 * an address there can name something inside the organisation or nothing at all.
 */
#include "sender/address_guard.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

struct network4 {
    unsigned char address[4];
    unsigned int bits;
};

struct network6 {
    unsigned char address[16];
    unsigned int bits;
};

/* An IPv6 network whose addresses carry an IPv4 address, which then decides. */
struct wrapping {
    struct network6 network;
    size_t offset; /* of the IPv4 address */
};

static const struct network4 guarded4[] = {
    { { 0, 0, 0, 0 }, 8 },      /* this network */
    { { 10, 0, 0, 0 }, 8 },     /* private (RFC 1918) */
    { { 100, 64, 0, 0 }, 10 },  /* carrier-grade NAT (RFC 6598) */
    { { 127, 0, 0, 0 }, 8 },    /* loopback */
    { { 169, 254, 0, 0 }, 16 }, /* link-local, and clouds' metadata services */
    { { 172, 16, 0, 0 }, 12 },  /* private */
    { { 192, 0, 0, 0 }, 24 },   /* protocol assignments */
    { { 192, 168, 0, 0 }, 16 }, /* private */
    { { 198, 18, 0, 0 }, 15 },  /* benchmarks */
    { { 224, 0, 0, 0 }, 3 },    /* multicast, reserved, broadcast */
};

static const struct wrapping wrappings[] = {
    { { { [10] = 0xff, [11] = 0xff }, 96 }, 12 }, /* ::ffff:a.b.c.d */
    { { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },   /* NAT64 (RFC 6052) */
    { { { 0x20, 0x02 }, 16 }, 2 },                /* 6to4 (RFC 3056) */
    { { { [8] = 0xff, [9] = 0xff }, 96 }, 12 },   /* SIIT (RFC 7915) */
};

static const struct network6 guarded6[] = {
    { { 0 }, 96 },                            /* ::, ::1, and the old ::a.b.c.d */
    { { 0x00, 0x64, 0xff, 0x9b, 0, 1 }, 48 }, /* local NAT64 (RFC 8215) */
    { { 0x01, 0x00 }, 64 },                   /* discard only (RFC 6666) */
    { { 0x20, 0x01, 0, 0 }, 32 },             /* Teredo hides an IPv4 address */
    { { 0xfc }, 7 },                          /* unique local (RFC 4193) */
    { { 0xfe, 0x80 }, 10 },                   /* link-local */
    { { 0xfe, 0xc0 }, 10 },                   /* the old site-local */
    { { 0xff }, 8 },                          /* multicast */
};

static bool
bits_match(const unsigned char *address, const unsigned char *network,
           unsigned int bits)
{
    const size_t n_whole = bits / 8;
    if (memcmp(address, network, n_whole) != 0) {
        return false;
    }
    const unsigned int rest = bits % 8;
    if (rest == 0) {
        return true;
    }
    const unsigned int mask = 0xffU << (8 - rest) & 0xffU;
    return ((unsigned int)(address[n_whole] ^ network[n_whole]) & mask) == 0;
}

static bool
is_guarded4(const unsigned char address[4])
{
    for (size_t i = 0; i < ARRAY_COUNT(guarded4); i++) {
        if (bits_match(address, guarded4[i].address, guarded4[i].bits)) {
            return true;
        }
    }
    return false;
}

static bool
is_guarded6(const unsigned char address[16])
{
    for (size_t i = 0; i < ARRAY_COUNT(wrappings); i++) {
        const struct network6 *network = &wrappings[i].network;
        if (bits_match(address, network->address, network->bits)) {
            return is_guarded4(address + wrappings[i].offset);
        }
    }
    for (size_t i = 0; i < ARRAY_COUNT(guarded6); i++) {
        if (bits_match(address, guarded6[i].address, guarded6[i].bits)) {
            return true;
        }
    }
    return false;
}

bool
address_is_guarded(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, address, sizeof(ipv4));
        unsigned char bytes[4];
        memcpy(bytes, &ipv4.sin_addr, sizeof(bytes));
        return is_guarded4(bytes);
    }
    if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, address, sizeof(ipv6));
        return is_guarded6(ipv6.sin6_addr.s6_addr);
    }
    return true;
}

/* Returns the family and the bytes, or AF_UNSPEC when text is no address. */
static int
parse_address(const char *text, unsigned char bytes[16])
{
    if (inet_pton(AF_INET, text, bytes) == 1) {
        return AF_INET;
    }
    const size_t skip = text[0] == '[' ? 1 : 0;
    const size_t len = strcspn(text + skip, "%]");
    char plain[INET6_ADDRSTRLEN];
    if (len >= sizeof(plain)) {
        return AF_UNSPEC;
    }
    memcpy(plain, text + skip, len);
    plain[len] = '\0';
    return inet_pton(AF_INET6, plain, bytes) == 1 ? AF_INET6 : AF_UNSPEC;
}

bool
address_text_is_guarded(const char *text)
{
    unsigned char bytes[16] = { 0 };
    const int family = parse_address(text, bytes);
    if (family == AF_INET) {
        return is_guarded4(bytes);
    }
    return family == AF_INET6 ? is_guarded6(bytes) : true;
}

bool
address_text_is_valid(const char *text)
{
    unsigned char bytes[16];
    return parse_address(text, bytes) != AF_UNSPEC;
}
