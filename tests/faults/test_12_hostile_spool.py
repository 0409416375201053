#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Whoever may write to the spool folder may write anything there: nothing outside it is
read, nothing of it is published, and every object lies in rejected/ with a reason."""
import ctypes
import json
import os
import random
import socket
import stat
import threading
import time
import unittest

from fault_world import SANITIZED, FaultWorld, sized, told, wait_for

OBJECTS = sized(2000, 150, 60)
QUARANTINED_S = 15 if not SANITIZED else 60
IN_ACCESS = 1
CANARY = "CANARY-7f3a91"


def event(incident):
    return json.dumps({"incident": incident, "kind": "power", "status": "confirmed",
                       "customers_affected": 9999, "note": f"{CANARY} outside",
                       "places": [{"name": CANARY}]})


class Watch:
    """Counts how often the content of files is read, by whoever it is (inotify)."""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)

    def add(self, path):
        if self.libc.inotify_add_watch(self.fd, os.fsencode(path), IN_ACCESS) < 0:
            raise OSError(ctypes.get_errno(), f"inotify cannot watch {path}")

    def reads(self):
        try:
            return len(os.read(self.fd, 65536)) // 16
        except BlockingIOError:
            return 0

    def close(self):
        os.close(self.fd)


class HostileSpool(FaultWorld):
    def setUp(self):
        super().setUp()
        self.hook_receiver = self.hook("bus")
        self.mail = self.relay("mail")
        self.page()
        self.route_to_all(["bus", "mail", "page"])
        self.outside = self.folder / "outside"
        self.outside.mkdir()
        (self.outside / "secret.json").write_text(event("outside"))
        (self.outside / "linked.json").write_text(event("linked"))
        self.chance = random.Random(12)
        self.left = set()  # what stays where it is, as docs/events.md says

    # --- The kinds of objects; each makes one in the folder, as bytes of a path --------

    def put(self, path, content):
        """Written beside and renamed in, as a good sender does."""
        beside = self.folder / ".beside"
        beside.write_bytes(content)
        os.rename(beside, path)

    def symlink(self, path):
        os.symlink(self.outside / "secret.json", path)

    def symlink_relative(self, path):
        os.symlink(b"../../outside/secret.json", path)

    def symlink_to_folder(self, path):
        os.symlink(self.outside, path)

    def symlink_dangling(self, path):
        os.symlink("/nonexistent/passwd", path)

    def symlink_to_itself(self, path):
        os.symlink(os.path.basename(path), path)

    def symlink_to_device(self, path):
        os.symlink("/dev/zero", path)

    def fifo(self, path):
        os.mkfifo(path)

    def unix_socket(self, path):
        here = os.open(os.path.dirname(path), os.O_PATH)
        try:  # the whole path is longer than a socket's name may be
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(f"/proc/self/fd/{here}/{os.fsdecode(os.path.basename(path))}")
        finally:
            os.close(here)

    def device(self, path):
        try:
            os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))  # /dev/zero
        except PermissionError:
            os.mkfifo(path)

    def hard_link(self, path):
        os.link(self.outside / "linked.json", path)
        self.left.add(os.path.basename(path))

    def directory(self, path):
        os.mkdir(path)
        self.put(path + b"/inner.json", event("inner").encode())
        self.left.add(os.path.basename(path))

    def empty(self, path):
        self.put(path, b"")

    def huge(self, path):
        self.put(path, b'{"note":"' + b"x" * self.chance.choice((300000, 9 << 20)) + b'"}')

    def sparse(self, path):
        beside = self.folder / ".sparse"
        with open(beside, "wb") as made:
            made.truncate(1 << 40)
        os.rename(beside, path)

    def unreadable(self, path):
        self.put(path, b"no permission, and no event either")
        os.chmod(path, 0)

    def binary(self, path):
        self.put(path, self.chance.randbytes(4096))

    def half(self, path):
        self.put(path, event("half").encode()[:-7])

    KINDS = (symlink, symlink_relative, symlink_to_folder, symlink_dangling,
             symlink_to_itself, symlink_to_device, fifo, unix_socket, device, hard_link,
             directory, empty, huge, sparse, unreadable, binary, half)
    # Names that are refused whatever lies under them: a good event does.
    BAD_NAMES = (b"line\nbreak.%d.json", b"esc\x1b[2J\x1b[31m.%d.json", b"\xff\xfe.%d.json",
                 b"\xc0\xaf..\xc0\xaf.%d.json", b"tab\t.%d.json", b"del\x7f.%d.json",
                 b"%d." + b"x" * 240, b"\xed\xa0\x80.%d.json", b"cr\r.%d.json")
    # Names that are fine, and must be harmless wherever they are said.
    ODD_NAMES = (b"%%s%%n%%x.%d.json", b"-rf.%d", b"$(reboot).%d.json", b"..%d..json",
                 b"<script>.%d.json", b"a b;c|d&e.%d.json", b"\xe2\x80\xae.%d.json",
                 b"{{name}}.%d.json", b"'\";--.%d.json")

    def make(self, number):
        """One object; its kind, its name and its folder in turn."""
        folder = os.fsencode(self.spool / "new") + b"/"
        if number % 4 == 0:
            name = self.BAD_NAMES[number // 4 % len(self.BAD_NAMES)] % number
            self.put(folder + name, event("bad-name").encode())
            return
        kind = self.KINDS[number % len(self.KINDS)]
        if number % 4 == 1:
            name = self.ODD_NAMES[number // 4 % len(self.ODD_NAMES)] % number
        else:
            name = b"%s.%d.json" % (kind.__name__.encode(), number)
        kind(self, folder + name)

    def race(self, stop, counts):
        """A link is renamed over a file in the moment in which it is looked at."""
        folder, number = self.spool / "new", 0
        while number < 40 or (number < OBJECTS and not stop.is_set()):
            path, beside = folder / f"swap-{number}.json", self.folder / ".swap"
            self.swap_put(path)
            os.symlink(self.outside / "secret.json", beside)
            time.sleep(self.chance.random() * 0.004)
            os.rename(beside, path)
            number += 1
            if number % 3 == 0:
                self.swap_put(folder / f"swap-{number - 1}.json")  # and back again
        counts["swaps"] = number

    def swap_put(self, path):
        beside = self.folder / ".swap-file"
        beside.write_text("no event")
        os.rename(beside, path)

    # --- What must have become of them -------------------------------------------------

    def in_new(self):
        return set(os.listdir(os.fsencode(self.spool / "new")))

    def assert_refused_with_reasons(self):
        refused = self.spool / "rejected"
        names = set(os.listdir(refused))
        objects = {name for name in names if not name.endswith(".reason.txt")}
        for name in objects:
            self.assertTrue(name.isprintable() or "\u202e" in name, repr(name))
            reason = refused / f"{name}.reason.txt"
            self.assertTrue(reason.exists(), name)
            text = reason.read_text()
            self.assertGreater(len(text), 10, name)
            self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f]", name)
        return len(objects)

    def assert_no_canary(self):
        """Neither what is outside, nor anything from under a bad name."""
        needle = CANARY.encode()
        for call in self.hook_receiver.calls + self.mail.calls:
            self.assertNotIn(needle, call.get("body") or call.get("data") or b"")
        self.assertNotIn(CANARY, self.log_text())
        for root in ("state", "page"):
            for folder, _, names in os.walk(self.folder / root):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as content:
                        self.assertNotIn(needle, content.read(), name)
        for name in os.listdir(self.spool / "rejected"):
            if name.endswith(".reason.txt"):
                text = (self.spool / "rejected" / name).read_text()
                self.assertNotIn(CANARY, text, name)

    def test_hostile_objects(self):
        self.begin()
        pid = self.daemon.pid
        watch = Watch()
        self.addCleanup(watch.close)
        for name in ("secret.json", "linked.json"):
            watch.add(self.outside / name)
        stop, counts = threading.Event(), {}
        racer = threading.Thread(target=self.race, args=(stop, counts))
        racer.start()
        try:
            for number in range(OBJECTS):
                self.make(number)
        finally:
            stop.set()
            racer.join()
        begun = time.monotonic()
        try:
            wait_for("everything to be taken away", lambda: self.in_new() == self.left,
                     QUARANTINED_S)
        except AssertionError as problem:
            rest = sorted(self.in_new() ^ self.left)
            raise AssertionError(f"{problem}: {len(rest)} such as {rest[:5]}") from None
        took = time.monotonic() - begun
        n_refused = self.assert_refused_with_reasons()
        self.assertGreaterEqual(n_refused, OBJECTS - len(self.left))
        self.assertEqual(list((self.spool / "done").iterdir()), [])
        self.assertEqual(watch.reads(), 0, "something outside was read")
        (self.outside / "secret.json").read_text()
        self.assertGreater(watch.reads(), 0, "the watch itself does not work")
        self.assertEqual(self.incidents(), [])
        self.assertEqual(self.deliveries(), [])
        self.assert_no_canary()
        self.assertEqual(self.daemon.pid, pid)
        self.assertIsNone(self.daemon.poll())
        self.assertIn("folder", " ".join(self.json("status")["notes"]))
        peak = self.core_kib()
        if not SANITIZED:
            self.assertLess(peak, 128 * 1024)
        self.drop("well.json", json.dumps({"incident": "well", "kind": "power",
                                           "status": "confirmed"}))
        wait_for("a good file after all that", (self.spool / "done/well.json").exists)
        told(f"spool: {OBJECTS} hostile objects and {counts['swaps']} swaps, {n_refused} "
             f"refused with reasons in {took:.1f} s, {len(self.left)} left as they should "
             f"be, 0 reads outside, 0 published, the core at most {peak} KiB")


if __name__ == "__main__":
    unittest.main()
