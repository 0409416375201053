# SPDX-License-Identifier: EUPL-1.2
"""A real systemd, booted in namespaces of its own.

The tree it runs in is an overlay of this machine's root, written in memory: nothing of
the machine is changed. Needs root, the cgroup v2 hierarchy, and systemd's package.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from harness import BIN, wait_for

SYSTEMD = pathlib.Path("/lib/systemd/systemd")
BUILD = BIN.parent
MASKED = ("systemd-udevd.service", "systemd-udev-trigger.service", "dev-hugepages.mount",
          "systemd-udevd-kernel.socket", "systemd-udevd-control.socket",
          "systemd-timesyncd.service", "systemd-networkd.service", "tmp.mount",
          "systemd-resolved.service", "sys-kernel-debug.mount", "dev-mqueue.mount",
          "sys-kernel-tracing.mount", "sys-fs-fuse-connections.mount",
          "systemd-firstboot.service", "systemd-modules-load.service",
          "systemd-sysctl.service", "systemd-random-seed.service",
          "systemd-pcrphase.service", "systemd-pcrphase-sysinit.service")
# Runs as the first process of the namespaces, and becomes systemd.
BOOT = """
set -e
mount --make-rprivate /
mount -t tmpfs -o mode=755 lab "$LAB"
mkdir "$LAB/upper" "$LAB/work" "$LAB/root"
cp -a "$TREE/." "$LAB/upper"
mount -t overlay -o "lowerdir=/,upperdir=$LAB/upper,workdir=$LAB/work" \
  overlay "$LAB/root"
cd "$LAB/root"
mount -t proc proc proc
mount -o bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 dev dev
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7
mknod -m 666 dev/random c 1 8
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
mount -t tmpfs -o mode=1777 shm dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=1777 tmp tmp
mkdir .before
pivot_root . .before
cd /
umount -l /.before
rmdir /.before
mount --make-rshared /
exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  "$SYSTEMD" --system --unit=lab.target --log-target=journal --show-status=no
"""


def hierarchy():
    """Where cgroup v2 is mounted, or None."""
    for line in pathlib.Path("/proc/self/mounts").read_text().splitlines():
        if line.split()[2] == "cgroup2":
            return pathlib.Path(line.split()[1])
    return None


def what_is_missing():
    if os.geteuid() != 0:
        return "root"
    if hierarchy() is None:
        return "the cgroup v2 hierarchy"
    for program in ("unshare", "nsenter", "cmake", "pivot_root"):
        if shutil.which(program) is None:
            return program
    if not SYSTEMD.exists():
        return str(SYSTEMD)
    if not (BUILD / "cmake_install.cmake").exists():
        return f"{BUILD}/cmake_install.cmake"
    if b"__asan_init" in (BIN / "budkavled").read_bytes():
        return "a build that the unit's sandbox lets run: sanitizers do what it forbids"
    # A container's root may not do what a machine's may.
    try:
        made = pathlib.Path(tempfile.mkdtemp(prefix="budkavle-systemd.", dir=hierarchy()))
        made.rmdir()
    except OSError:
        return "the right to make a cgroup"
    tried = subprocess.run(
        ["unshare", "--fork", "--pid", "--mount", "--uts", "--ipc", "--net", "--cgroup",
         "mount", "-t", "tmpfs", "lab", "/mnt"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "the right to make namespaces"


class Lab:
    """A systemd of its own: furnish() the tree, write() or install() into it, boot(), run()
    in it, close()."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="budkavle-systemd."))
        self.cgroup = hierarchy() / self.folder.name
        self.tree = self.folder / "tree"
        self.process = None

    def write(self, path, text, mode=0o644):
        file = self.tree / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def install(self):
        """The build, as cmake installs it."""
        subprocess.run(["cmake", "--install", str(BUILD)], check=True,
                       env={**os.environ, "DESTDIR": str(self.tree)}, capture_output=True)

    def furnish(self):
        os.umask(0o022)
        self.tree.mkdir(mode=0o755)
        self.folder.chmod(0o755)
        self.write("/etc/systemd/system/lab.target",
                   "[Unit]\nRequires=basic.target\nAfter=basic.target\n"
                   "AllowIsolate=yes\n")
        for unit in MASKED:
            (self.tree / "etc/systemd/system" / unit).symlink_to("/dev/null")
        (self.tree / "etc/tmpfiles.d").mkdir()
        (self.tree / "etc/tmpfiles.d/tmp.conf").symlink_to("/dev/null")
        self.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        self.write("/etc/fstab", "")
        (self.folder / "lab").mkdir()

    def boot(self):
        self.cgroup.mkdir()
        self.process = subprocess.Popen(
            ["sh", "-c", 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"', "sh",
             str(self.cgroup), "unshare", "--fork", "--kill-child", "--pid", "--mount",
             "--uts", "--ipc", "--net", "--cgroup", "sh", "-c", BOOT],
            env={**os.environ, "LAB": str(self.folder / "lab"), "TREE": str(self.tree),
                 "SYSTEMD": str(SYSTEMD)}, stdin=subprocess.DEVNULL)
        wait_for("systemd to have booted", self.is_up)

    def first(self):
        if self.process.poll() is not None:
            raise AssertionError(f"booting ended with {self.process.returncode}")
        pid = self.process.pid
        found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return found[0] if found else None

    def is_up(self):
        first = self.first()
        if first is None or b"systemd" not in pathlib.Path(
                f"/proc/{first}/cmdline").read_bytes()[:40]:
            return False
        return self.run("systemctl", "is-active", "lab.target",
                        check=False).stdout == "active\n"

    def run(self, *words, check=True, stdin=None):
        done = subprocess.run(
            ["nsenter", "--target", self.first(), "--mount", "--uts", "--ipc", "--net",
             "--pid", "--cgroup", "--root", "--wd=/", *words], input=stdin, text=True,
            capture_output=True, timeout=60, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(words)} ended with {done.returncode}:\n"
                                 f"{done.stdout}{done.stderr}")
        return done

    def close(self):
        if self.process is not None:
            with contextlib.suppress(OSError, AssertionError, TypeError):
                os.kill(int(self.first()), signal.SIGRTMIN + 4)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.cgroup.exists():
            wait_for("the processes to end",
                     lambda: "populated 0" in (self.cgroup / "cgroup.events").read_text())
            for folder, _, _ in os.walk(self.cgroup, topdown=False):
                os.rmdir(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
