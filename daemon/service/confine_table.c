/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The refused system calls, each group with its reason. A list of what is refused, not
 * of what is allowed: libc, SQLite and the resolver begin to use new calls with every
 * version, and a daemon that fails to tell of an outage because of one would be worse
 * than what the list adds to the unit's own (SystemCallFilter=), which is one of what is
 * allowed.
 */
#include "service/confine_calls.h"

#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_LEAK_CHECK 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HAS_LEAK_CHECK 1
#endif

/* The leak check at a process's end stops its threads from a child with ptrace. */
#ifdef HAS_LEAK_CHECK
enum {
    FOR_ALL_BUT_LEAK_CHECKS = 0
};
#else
enum {
    FOR_ALL_BUT_LEAK_CHECKS = FOR_ALL
};
#endif

#define ALWAYS(call, refused_for, reason)                                              \
    {                                                                                  \
        call, refused_for, reason, 0,                                                  \
        {                                                                              \
            0                                                                          \
        }                                                                              \
    }
/* When the argument is another value. */
#define UNLESS(call, refused_for, reason, argument, value)                             \
    {                                                                                  \
        call, refused_for, reason, 1,                                                  \
        {                                                                              \
            argument, SCMP_CMP_NE, value, 0                                            \
        }                                                                              \
    }
/* When the bits of mask in the argument are value. Arguments are 64 bits here and often
 * 32 in the kernel: the upper ones are ignored. */
#define BITS(call, refused_for, reason, argument, mask, value)                         \
    {                                                                                  \
        call, refused_for, reason, 1,                                                  \
        {                                                                              \
            argument, SCMP_CMP_MASKED_EQ, mask, value                                  \
        }                                                                              \
    }

/* To write, to make or to empty a file: what open's flags can ask for. */
#define OPEN_TO_CHANGE(call, argument)                                                 \
    BITS(call, FOR_NETWORK, EPERM, argument, O_ACCMODE, O_WRONLY),                     \
        BITS(call, FOR_NETWORK, EPERM, argument, O_ACCMODE, O_RDWR),                   \
        BITS(call, FOR_NETWORK, EPERM, argument, O_ACCMODE, O_ACCMODE),                \
        BITS(call, FOR_NETWORK, EPERM, argument, O_CREAT, O_CREAT),                    \
        BITS(call, FOR_NETWORK, EPERM, argument, O_TRUNC, O_TRUNC)

static const struct refusal refusals[] = {
    /* The way out. The core has AF_UNIX: the journal, systemd, its own socket. */
    UNLESS("socket", FOR_CORE, EACCES, 0, AF_UNIX),
    UNLESS("socketpair", FOR_ALL, EACCES, 0, AF_UNIX),
    /* A Unix socket would lead a sender to the daemon's own, where its user may do
     * everything. The resolver asks name servers by itself when it has none. */
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_UNIX),
    BITS("socket", FOR_LONE_PROGRAMS, EAFNOSUPPORT, 0, 0xffffffff, AF_UNIX),
    /* Below and above what the resolver and libcurl use: AF_INET, AF_INET6, and
     * AF_NETLINK, which tells whether this machine has IPv6. */
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_UNSPEC),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_AX25),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_IPX),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_APPLETALK),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_NETROM),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_BRIDGE),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_ATMPVC),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_X25),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_ROSE),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_DECnet),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_NETBEUI),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_SECURITY),
    BITS("socket", FOR_NETWORK, EAFNOSUPPORT, 0, 0xffffffff, AF_KEY),
    { "socket", FOR_NETWORK, EAFNOSUPPORT, 1, { 0, SCMP_CMP_GT, AF_NETLINK, 0 } },
    ALWAYS("socket", FOR_FILES, EACCES),
    ALWAYS("connect", FOR_FILES, EACCES),
    /* Nobody calls on a sender. */
    ALWAYS("listen", FOR_SENDERS, EACCES),
    ALWAYS("accept", FOR_SENDERS, EACCES),
    ALWAYS("accept4", FOR_SENDERS, EACCES),
    /* Its operations are not seen by this filter: it opens sockets and files. ENOSYS is
     * what a kernel without it says, so libraries do without. */
    ALWAYS("io_uring_setup", FOR_ALL, ENOSYS),
    ALWAYS("io_uring_enter", FOR_ALL, ENOSYS),
    ALWAYS("io_uring_register", FOR_ALL, ENOSYS),

    /* Another program would be under the same filter, but would be one. */
    ALWAYS("execve", FOR_ALL_BUT_PROGRAMS, EACCES),
    ALWAYS("execveat", FOR_ALL_BUT_PROGRAMS, EACCES),
    /* Code that was written at run time. */
    BITS("mmap", FOR_ALL, EACCES, 2, PROT_WRITE | PROT_EXEC, PROT_WRITE | PROT_EXEC),
    BITS("mprotect", FOR_ALL, EACCES, 2, PROT_EXEC, PROT_EXEC),
    BITS("pkey_mprotect", FOR_ALL, EACCES, 2, PROT_EXEC, PROT_EXEC),

    /* Into other processes: the core's memory and descriptors, and its life. */
    ALWAYS("ptrace", FOR_ALL_BUT_LEAK_CHECKS, EPERM),
    ALWAYS("process_vm_readv", FOR_ALL, EPERM),
    ALWAYS("process_vm_writev", FOR_ALL, EPERM),
    ALWAYS("process_madvise", FOR_ALL, EPERM),
    ALWAYS("pidfd_getfd", FOR_ALL, EPERM),
    ALWAYS("kcmp", FOR_ALL, EPERM),
    ALWAYS("pidfd_send_signal", FOR_SENDERS, EPERM),
    ALWAYS("rt_sigqueueinfo", FOR_SENDERS, EPERM),
    ALWAYS("rt_tgsigqueueinfo", FOR_SENDERS, EPERM),
    ALWAYS("tkill", FOR_SENDERS, EPERM),
    UNLESS("prlimit64", FOR_SENDERS, EPERM, 0, 0),

    /* Other views of the file system and the system: what hides the store stays where
     * it is. clone3 keeps its flags in memory, where a filter cannot look; libc goes
     * back to clone. */
    ALWAYS("mount", FOR_ALL, EPERM),
    ALWAYS("umount", FOR_ALL, EPERM),
    ALWAYS("umount2", FOR_ALL, EPERM),
    ALWAYS("mount_setattr", FOR_ALL, EPERM),
    ALWAYS("move_mount", FOR_ALL, EPERM),
    ALWAYS("open_tree", FOR_ALL, EPERM),
    ALWAYS("fsopen", FOR_ALL, EPERM),
    ALWAYS("fsconfig", FOR_ALL, EPERM),
    ALWAYS("fsmount", FOR_ALL, EPERM),
    ALWAYS("fspick", FOR_ALL, EPERM),
    ALWAYS("pivot_root", FOR_ALL, EPERM),
    ALWAYS("chroot", FOR_ALL, EPERM),
    ALWAYS("setns", FOR_ALL, EPERM),
    ALWAYS("unshare", FOR_ALL, EPERM),
    BITS("clone", FOR_ALL, EPERM, 0, CLONE_NEWUSER, CLONE_NEWUSER),
    BITS("clone", FOR_ALL, EPERM, 0, CLONE_NEWNS, CLONE_NEWNS),
    BITS("clone", FOR_ALL, EPERM, 0, CLONE_NEWNET, CLONE_NEWNET),
    ALWAYS("clone3", FOR_ALL, ENOSYS),
    ALWAYS("open_by_handle_at", FOR_ALL, EPERM),
    ALWAYS("fanotify_init", FOR_ALL, EPERM),
    ALWAYS("quotactl", FOR_ALL, EPERM),
    ALWAYS("swapon", FOR_ALL, EPERM),
    ALWAYS("swapoff", FOR_ALL, EPERM),

    /* Parts of the kernel that have often been the way into it, and that nothing here
     * uses. */
    ALWAYS("bpf", FOR_ALL, EPERM),
    ALWAYS("userfaultfd", FOR_ALL, EPERM),
    ALWAYS("perf_event_open", FOR_ALL, EPERM),
    ALWAYS("keyctl", FOR_ALL, EPERM),
    ALWAYS("add_key", FOR_ALL, EPERM),
    ALWAYS("request_key", FOR_ALL, EPERM),
    ALWAYS("personality", FOR_ALL, EPERM),
    ALWAYS("modify_ldt", FOR_ALL, EPERM),
    ALWAYS("vmsplice", FOR_ALL, EPERM),
    ALWAYS("uselib", FOR_ALL, EPERM),
    ALWAYS("lookup_dcookie", FOR_ALL, EPERM),
    /* Bytes typed into the terminal that the daemon was started from. */
    BITS("ioctl", FOR_ALL, EPERM, 1, 0xffffffff, TIOCSTI),

    /* Root's. */
    ALWAYS("kexec_load", FOR_ALL, EPERM),
    ALWAYS("kexec_file_load", FOR_ALL, EPERM),
    ALWAYS("init_module", FOR_ALL, EPERM),
    ALWAYS("finit_module", FOR_ALL, EPERM),
    ALWAYS("delete_module", FOR_ALL, EPERM),
    ALWAYS("reboot", FOR_ALL, EPERM),
    ALWAYS("acct", FOR_ALL, EPERM),
    ALWAYS("iopl", FOR_ALL, EPERM),
    ALWAYS("ioperm", FOR_ALL, EPERM),
    ALWAYS("syslog", FOR_ALL, EPERM),
    ALWAYS("vhangup", FOR_ALL, EPERM),
    ALWAYS("settimeofday", FOR_ALL, EPERM),
    ALWAYS("clock_settime", FOR_ALL, EPERM),
    ALWAYS("sethostname", FOR_ALL, EPERM),
    ALWAYS("setdomainname", FOR_ALL, EPERM),

    /* The HTTP and SMTP senders read: certificates, the resolver's files. */
    OPEN_TO_CHANGE("open", 1),
    OPEN_TO_CHANGE("openat", 2),
    ALWAYS("openat2", FOR_NETWORK, ENOSYS), /* its flags are in memory too */
    ALWAYS("creat", FOR_NETWORK, EPERM),
    ALWAYS("rename", FOR_NETWORK, EPERM),
    ALWAYS("renameat", FOR_NETWORK, EPERM),
    ALWAYS("renameat2", FOR_NETWORK, EPERM),
    ALWAYS("unlink", FOR_NETWORK, EPERM),
    ALWAYS("unlinkat", FOR_NETWORK, EPERM),
    ALWAYS("mkdir", FOR_NETWORK, EPERM),
    ALWAYS("mkdirat", FOR_NETWORK, EPERM),
    ALWAYS("rmdir", FOR_NETWORK, EPERM),
    ALWAYS("chmod", FOR_NETWORK, EPERM),
    ALWAYS("fchmod", FOR_NETWORK, EPERM),
    ALWAYS("fchmodat", FOR_NETWORK, EPERM),
    ALWAYS("truncate", FOR_NETWORK, EPERM),
    /* The files sender writes whole files, renames them, and does no more. */
    ALWAYS("link", FOR_SENDERS, EPERM),
    ALWAYS("linkat", FOR_SENDERS, EPERM),
    ALWAYS("symlink", FOR_SENDERS, EPERM),
    ALWAYS("symlinkat", FOR_SENDERS, EPERM),
    ALWAYS("mknod", FOR_SENDERS, EPERM),
    ALWAYS("mknodat", FOR_SENDERS, EPERM),
    ALWAYS("chown", FOR_SENDERS, EPERM),
    ALWAYS("lchown", FOR_SENDERS, EPERM),
    ALWAYS("fchown", FOR_SENDERS, EPERM),
    ALWAYS("fchownat", FOR_SENDERS, EPERM),
    ALWAYS("setxattr", FOR_SENDERS, EPERM),
    ALWAYS("lsetxattr", FOR_SENDERS, EPERM),
    ALWAYS("fsetxattr", FOR_SENDERS, EPERM),
};

const struct refusal *
confine_refusals(size_t *count)
{
    *count = ARRAY_COUNT(refusals);
    return refusals;
}
