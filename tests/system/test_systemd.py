#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The installed units under a real systemd, booted in namespaces of its own.

The tree it runs in is an overlay of this machine's root, written in memory: nothing of
the machine is changed. Needs root, the cgroup v2 hierarchy, and systemd's package.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

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
CONF = """
organisation = "Nordan Energi"
timezone     = "Europe/Stockholm"
state_dir    = "/var/lib/budkavle"
page_url     = "https://drift.example.se"
contact      = "Ring 020-00 00 00"
socket { path = "/run/budkavle/budkavle.sock" }
access {
  read    = { "group:budkavle-read" }
  operate = { "group:budkavle" }
}
spool "oms" { path = "/var/spool/budkavle/oms" }
channel "bus" {
  driver      = "webhook"
  url         = "https://bus.example/hooks/outage"
  secret_file = "bus.key"
}
channel "page" { driver = "page"  directory = "/var/lib/budkavle-page" }
route "all"   { channels = { "page" } }
route "large" { min_customers = 1000000  channels = { "bus" } }
"""
DROP_IN = """
[Service]
LoadCredential=bus.key:/etc/budkavle/credentials/bus.key
WatchdogSec=3s
"""
EVENT = {"incident": "OMS-1", "kind": "power", "status": "confirmed",
         "customers_affected": 12, "places": [{"name": "Täby kyrkby"}]}


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
    """A booted systemd with Budkavle installed."""

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

    def furnish(self):
        os.umask(0o022)
        self.tree.mkdir(mode=0o755)
        self.folder.chmod(0o755)
        subprocess.run(["cmake", "--install", str(BUILD)], check=True,
                       env={**os.environ, "DESTDIR": str(self.tree)}, capture_output=True)
        self.write("/etc/systemd/system/lab.target",
                   "[Unit]\nRequires=basic.target\nAfter=basic.target\n"
                   "AllowIsolate=yes\n")
        for unit in MASKED:
            (self.tree / "etc/systemd/system" / unit).symlink_to("/dev/null")
        (self.tree / "etc/tmpfiles.d").mkdir()
        (self.tree / "etc/tmpfiles.d/tmp.conf").symlink_to("/dev/null")
        self.write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        self.write("/etc/fstab", "")
        self.write("/etc/systemd/system/budkavled.service.d/lab.conf", DROP_IN)
        self.write("/etc/budkavle/budkavle.conf", CONF)
        self.write("/etc/budkavle/credentials/bus.key",
                   "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n", 0o600)

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


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)
        cls.lab.furnish()
        (cls.lab.folder / "lab").mkdir()
        cls.lab.boot()
        # As a package does after it was unpacked.
        cls.lab.run("systemd-sysusers")
        cls.lab.run("systemd-tmpfiles", "--create", "--prefix=/etc/budkavle",
                    "--prefix=/var/spool/budkavle", "--prefix=/var/lib/budkavle-page")
        cls.lab.run("chgrp", "-R", "budkavle", "/etc/budkavle/budkavle.conf")

    def setUp(self):
        self.configure(CONF)
        self.lab.run("systemctl", "start", "budkavled.socket")
        started = self.lab.run("systemctl", "start", "budkavled.service", check=False)
        self.assertEqual(started.returncode, 0, self.journal())

    def configure(self, text):
        self.lab.run("tee", "/etc/budkavle/budkavle.conf", stdin=text)

    def journal(self, *options):
        return self.lab.run("journalctl", "--no-pager", "-u", "budkavled.service",
                            *options).stdout

    def shown(self, name):
        return self.lab.run("systemctl", "show", "-P", name,
                            "budkavled.service").stdout.strip()

    def status_line(self):
        return self.shown("StatusText")

    def send(self, **fields):
        return self.lab.run("budkavle", "send", "-",
                            stdin=json.dumps({**EVENT, **fields})).stdout

    def is_back(self, pid):
        return (self.shown("ActiveState") == "active"
                and self.shown("MainPID") not in ("0", pid))

    def test_status_and_journal(self):
        wait_for("the status line", lambda: re.search(
            r'Status: "ok: \d incidents, 0 waiting, 2/2 channels up"',
            self.lab.run("systemctl", "status", "budkavled").stdout))
        self.assertIn("applied", self.send(event_id="J1", incident="JOURNAL"))
        wait_for("the page", lambda: self.lab.run(
            "grep", "-l", "Täby kyrkby", "/var/lib/budkavle-page/index.html",
            check=False).returncode == 0)
        self.assertTrue(self.lab.run("budkavle", "status").stdout.startswith("ok"))
        rows = [json.loads(line) for line in self.journal(
            "-o", "json", "BUDKAVLE_INCIDENT=JOURNAL").splitlines()]
        self.assertTrue(rows)
        self.assertTrue(all("MESSAGE_ID" in row for row in rows), rows)
        self.assertNotIn("running as root", self.journal())

    def test_who_may_reach_the_socket(self):
        owner = self.lab.run("stat", "-c", "%U:%G %a", "/run/budkavle/budkavle.sock").stdout
        self.assertEqual(owner, "root:budkavle-clients 660\n")
        status = ("budkavle", "status")
        reader = self.lab.run("setpriv", "--reuid=nobody", "--regid=nogroup",
                              "--groups=budkavle-clients,budkavle-read", *status)
        self.assertTrue(reader.stdout.startswith("ok"))
        client = self.lab.run("setpriv", "--reuid=nobody", "--regid=nogroup",
                              "--groups=budkavle-clients", *status, check=False)
        self.assertEqual(client.returncode, 77, client.stderr)
        stranger = self.lab.run("setpriv", "--reuid=nobody", "--regid=nogroup",
                                "--clear-groups", *status, check=False)
        self.assertNotEqual(stranger.returncode, 0)

    def test_killed_and_back(self):
        before = self.shown("MainPID")
        self.lab.run("systemctl", "kill", "-s", "KILL", "budkavled.service")
        # While there is no daemon, the socket keeps who comes.
        self.assertIn("applied", self.send(event_id="K1", incident="KILLED"))
        wait_for("the restart", lambda: self.is_back(before))
        self.assertTrue(self.status_line().startswith("ok"))

    def test_a_core_that_hangs_is_replaced(self):
        before = self.shown("MainPID")
        self.lab.run("systemctl", "kill", "-s", "STOP", "--kill-who=main",
                     "budkavled.service")
        wait_for("the watchdog's restart", lambda: self.is_back(before))
        self.assertIn("Watchdog timeout", self.journal())
        self.assertIn("applied", self.send(event_id="H1", incident="HUNG"))

    def test_reload(self):
        before = self.shown("MainPID")
        self.lab.run("systemctl", "reload", "budkavled")
        self.configure(CONF + 'route "bad" { channels = { "nowhere" } }\n')
        failed = self.lab.run("systemctl", "reload", "budkavled", check=False)
        self.assertNotEqual(failed.returncode, 0)
        self.assertRegex(self.journal(), r"budkavle\[\d+\]: .*nowhere")
        self.assertEqual(self.shown("MainPID"), before)
        self.assertEqual(self.shown("ActiveState"), "active")
        self.assertRegex(self.status_line(), "degraded: .*reload.*nowhere")
        self.configure(CONF)
        self.lab.run("systemctl", "reload", "budkavled")
        self.assertTrue(self.status_line().startswith("ok"))

    def test_stop_and_the_next_client_starts_it(self):
        begin = time.monotonic()
        self.lab.run("systemctl", "stop", "budkavled.service")
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(self.shown("ActiveState"), "inactive")
        self.assertEqual(self.shown("Result"), "success")
        self.assertIn("applied", self.send(event_id="S1", incident="STARTS"))
        self.assertEqual(self.shown("ActiveState"), "active")


if __name__ == "__main__":
    missing = what_is_missing()
    if missing is not None:
        print(f"skipped: no systemd can be booted here without {missing}",
              file=sys.stderr)
        sys.exit(77)
    unittest.main()
