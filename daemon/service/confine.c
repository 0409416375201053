/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The order in which a process gives its rights away: first what needs a right (mounts),
 * then the rights, then the calls.
 */
#include "service/confine.h"

#include "base/buffer.h"
#include "base/memory.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

bool
confine_memory(void)
{
    const struct rlimit none = { 0 };

    return setrlimit(RLIMIT_CORE, &none) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

/* Two words for each set: capabilities 0-31 and 32-63. */
enum {
    CAPABILITY_WORDS = 2
};

/*
 * Of root's rights the files sender keeps those that let it write in folders of other
 * users; the others keep none. Among those given away: to trace a process, to mount, to
 * make devices, to pass over permissions.
 */
static uint32_t
kept_capabilities(enum confined who)
{
    static const uint32_t kept[CONFINED_COUNT] = {
        [CONFINED_FILES_SENDER] =
            1U << CAP_DAC_OVERRIDE | 1U << CAP_FOWNER | 1U << CAP_CHOWN,
    };

    return kept[who];
}

static enum status
drop_capabilities(enum confined who, struct error *error)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct sets[CAPABILITY_WORDS] = { { 0 } };
    uint32_t wanted = kept_capabilities(who);
    uint32_t has;

    if (syscall(SYS_capget, &header, sets) != 0) {
        return error_set(error, STATUS_IO, "its capabilities cannot be read: %s",
                         strerror(errno));
    }
    has = sets[0].permitted | sets[0].inheritable;
    if ((has & ~wanted) == 0 && sets[1].permitted == 0 && sets[1].inheritable == 0) {
        return STATUS_OK; /* the unit's filter does not let capset through */
    }
    sets[0].permitted &= wanted;
    sets[0].effective &= wanted;
    sets[0].inheritable = 0;
    sets[1] = (struct __user_cap_data_struct){ 0 };
    if (syscall(SYS_capset, &header, sets) != 0) {
        return error_set(error, STATUS_IO, "its capabilities cannot be given away: %s",
                         strerror(errno));
    }
    return STATUS_OK;
}

/* Landlock first: it lists what may be opened, and needs no right that an outer sandbox
 * withholds. */
static enum status
build_wall(enum confined who, const struct confine_places *places, struct error *error)
{
    enum status (*by_landlock)(const struct confine_places *, struct error *) =
        who == CONFINED_EXEC_SENDER ? confine_around : confine_by_landlock;
    struct error landlock = { 0 }, namespace = { 0 };

    if (places->hidden.count == 0 || by_landlock(places, &landlock) == STATUS_OK ||
        confine_by_namespace(places, &namespace) == STATUS_OK) {
        return STATUS_OK;
    }
    return error_set(error, STATUS_REFUSED,
                     "the kernel cannot keep it from the store and the spools: %s; %s",
                     landlock.text, namespace.text);
}

static void
add_trouble(struct buffer *text, const struct error *error)
{
    buffer_addf(text, "%s%s", text->len > 0 ? "; " : "", error->text);
}

enum status
confine_sender(enum confined who, const struct confine_places *places,
               struct error *error)
{
    struct buffer text = { 0 };
    struct error one = { 0 };
    enum status status = STATUS_OK;

    /* A relative path would lead from the folder it was started in past every mount. */
    if (chdir("/") != 0 || !confine_memory()) {
        (void)error_set(&one, STATUS_IO, "its memory cannot be shut off: %s",
                        strerror(errno));
        add_trouble(&text, &one);
    }
    if (build_wall(who, places, &one) != STATUS_OK) {
        add_trouble(&text, &one);
    }
    if (drop_capabilities(who, &one) != STATUS_OK) {
        add_trouble(&text, &one);
    }
    if (confine_calls(who, &one) != STATUS_OK) {
        add_trouble(&text, &one);
    }
    if (text.len > 0) {
        status = error_set(error, STATUS_REFUSED, "%s", text.data);
    }
    buffer_clear(&text);
    return status;
}

enum status
confine_core(struct error *error)
{
    if (!confine_memory()) {
        return error_set(error, STATUS_IO, "its memory cannot be shut off: %s",
                         strerror(errno));
    }
    return confine_calls(CONFINED_CORE, error);
}
