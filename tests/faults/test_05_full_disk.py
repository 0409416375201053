#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The disk of the store and the spool fills up under load, and has room again.

Nothing that was acknowledged is lost, planned and minor news are turned away first, what
is urgent goes on into the reserve, and within 10 s of there being room all is as before,
in the same process. The disk is a tmpfs in a mount namespace of this test's own, so it
needs root (or what lets unshare and mount work).
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import World, wait_for  # noqa: E402

LONG = "FAULTS_LONG" in os.environ
SHORT = "BUDKAVLE_SHORT" in os.environ
MIB = 1024 * 1024
SELF_HEALING_S = 10
# Urgent events that must be taken out of the reserve alone, and how long the load lasts.
URGENT = 1000 if LONG else 50 if SHORT else 200
FULL_S = 600 if LONG else 1
DISK, RESERVE, LOW, CRITICAL = (512, 128, 64, 32) if LONG else (48, 16, 8, 4)
SEVERITIES = {"urgent": "severe", "normal": "moderate", "bulk": "minor"}
INSIDE = "BUDKAVLE_FULL_DISK_INSIDE"


def enter_namespace():
    """Runs this program again where it may mount; 77 where that is not permitted."""
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "lab", "/mnt"],
                           capture_output=True, text=True, check=False) \
        if shutil.which("unshare") else None
    if tried is None or tried.returncode != 0:
        why = tried.stderr.strip() if tried else "there is no unshare"
        print(f"full disk: skipped: a mount namespace is not to be had: {why}",
              file=sys.stderr)
        sys.exit(77)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable,
                          "-B", *sys.argv])


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Poster:
    """Posts one event after the other, each of a new incident, and keeps the answers."""

    def __init__(self, world, kind, name):
        self.world, self.kind, self.name = world, kind, name
        self.connection = UnixConnection(world.socket)
        world.addCleanup(self.connection.close)
        self.number, self.accepted, self.codes, self.details = 0, [], [], set()

    def post(self):
        self.number += 1
        incident = f"{self.name}-{self.number}"
        event = {"incident": incident, "kind": "power", "status": "confirmed",
                 "severity": SEVERITIES[self.kind], "places": [{"name": "Täby kyrkby"}],
                 "note": {"sv": "Vi söker felet. " * 8}}
        self.connection.request("POST", "/v1/events", json.dumps(event),
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        body = json.loads(answer.read())
        self.codes.append(answer.status)
        if answer.status == 200:
            self.accepted.append(incident)
        elif answer.status == 503 and answer.getheader("Retry-After"):
            self.details.add(body["detail"])
        else:
            raise AssertionError(f"{answer.status} {body}")
        return answer.status


class Load:
    """Posters of every kind, as fast as they can, until told to stop."""

    def __init__(self, world, name):
        self.stopping = threading.Event()
        self.posters = [Poster(world, kind, f"{name}-{kind}") for kind in SEVERITIES]
        self.failure = None
        self.threads = [threading.Thread(target=self.run, args=(poster,))
                        for poster in self.posters]
        for thread in self.threads:
            thread.start()

    def run(self, poster):
        try:
            while not self.stopping.is_set():
                if poster.post() == 503:
                    time.sleep(0.02)
        except Exception as failure:  # told by stop(), in the test's own thread
            self.failure = failure

    def stop(self):
        self.stopping.set()
        for thread, poster in zip(self.threads, self.posters):
            thread.join()
            poster.connection.close()
        if self.failure is not None:
            raise self.failure
        return self.posters


class Disk(World):
    limits = LOW, CRITICAL
    routes = 'route "all" { channels = { "bus" } }\n'

    def setUp(self):
        super().setUp()
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}M,mode=0755", "lab",
                        str(self.disk)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)], check=False)
        self.addCleanup(self.kill)  # before the disk goes
        self.spool = self.disk / "spool"
        self.ballast = self.disk / "ballast"
        self.posters = []
        self.write_config()

    def config_text(self):
        text = super().config_text().replace(f'{self.folder}/state', f'{self.folder}/disk/state')
        text = text.replace(str(self.folder / "spool"), str(self.folder / "disk/spool"))
        low, critical = self.limits
        return re.sub("disk_low .*\n", f'disk_low = "{low}M"  disk_critical = "{critical}M"  '
                      f'disk_reserve = "{RESERVE}M"\n', text)

    def free(self):
        disk = os.statvfs(self.disk)
        return disk.f_bavail * disk.f_frsize

    def fill_to(self, left):
        """Others fill the disk, until so many bytes are left."""
        with open(self.ballast, "ab") as out:
            while self.free() > left:
                try:
                    out.write(b"x" * min(MIB, self.free() - left))
                    out.flush()
                except OSError:
                    return

    def drop(self, name, content, folder="new"):
        """Written on the same disk, which may be full: then into room that is made."""
        beside = self.disk / f".writing-{name}"
        beside.write_text(content)
        os.rename(beside, self.spool / folder / name)

    def event_text(self, incident, kind):
        return json.dumps({"incident": incident, "kind": "power", "status": "confirmed",
                           "severity": SEVERITIES[kind], "places": [{"name": "Lund"}]})

    def reserve_stands(self):
        reserve = self.disk / "state/reserve"
        return reserve.exists() and reserve.stat().st_size == RESERVE * MIB

    def line(self):
        return self.command("status", check=False).stdout.splitlines()[0]

    def poster(self, kind, name):
        self.posters.append(Poster(self, kind, name))
        return self.posters[-1]

    def under_load(self, name, seconds):
        """The answers to some seconds of everything at once, by kind."""
        load = Load(self, name)
        time.sleep(seconds)  # how long it lasts, and nothing that is waited for
        self.posters += load.stop()
        return {poster.kind: poster for poster in load.posters}

    def assert_codes(self, posters, kind, code):
        self.assertEqual(set(posters[kind].codes), {code}, kind)

    def until_turned_away(self, kind):
        """The disk is not looked at with every event."""
        poster = self.poster(kind, f"until-{kind}")
        wait_for(f"{kind} to be turned away", lambda: poster.post() == 503)

    def assert_nothing_lost(self, *files):
        accepted = {incident for poster in self.posters for incident in poster.accepted}
        accepted |= set(files)
        self.wait_complete(300)
        hooks = self.receivers.hooks()
        self.assert_chain(hooks)
        told = {row["body"]["data"]["incident"]["incident"] for row in hooks}
        self.assertEqual(accepted - told, set())
        return len(accepted)


class FullDisk(Disk):
    def phase_low(self):
        self.fill_to(LOW * MIB - MIB)
        self.until_turned_away("bulk")
        posters = self.under_load("low", 0.2)
        self.assert_codes(posters, "bulk", 503)
        self.assert_codes(posters, "urgent", 200)
        self.assertTrue(all("disk_low" in detail or "disk_critical" in detail
                            for detail in posters["bulk"].details))

    def phase_critical(self):
        self.drop("bulk-1.json", self.event_text("file-bulk", "bulk"))
        self.fill_to(CRITICAL * MIB - MIB // 2)
        self.until_turned_away("normal")
        posters = self.under_load("critical", 0.2)
        self.assert_codes(posters, "bulk", 503)
        self.assert_codes(posters, "normal", 503)
        self.assert_codes(posters, "urgent", 200)
        self.drop("urgent-1.json", self.event_text("file-urgent", "urgent"))
        wait_for("the urgent file", (self.spool / "done/urgent-1.json").exists)
        self.assertTrue((self.spool / "new/bulk-1.json").exists())
        self.assertIn("disk_critical", self.line())

    def phase_reserve(self):
        """The disk is full to the last byte; the reserve is for what is urgent."""
        self.fill_to(0)
        poster = self.poster("urgent", "reserve")
        self.assertGreater(RESERVE * MIB + 2 * MIB, self.free())

        def enough():
            if poster.post() == 503:
                time.sleep(0.02)
            return len(poster.accepted) >= URGENT
        wait_for(f"{URGENT} urgent events", enough, 300)
        self.assertFalse(self.reserve_stands())
        self.assertIn("reserve is given up", self.line())
        self.assertEqual(self.poster("normal", "reserve-normal").post(), 503)
        posters = self.under_load("full", FULL_S)
        self.assert_codes(posters, "bulk", 503)
        self.assert_codes(posters, "normal", 503)
        return len(poster.accepted)

    def phase_nothing_left(self):
        """Others took what the reserve left: nothing is taken, nothing is lost."""
        poster = self.poster("urgent", "nothing")

        def turned_away():
            self.fill_to(0)
            return poster.post() == 503
        wait_for("the disk to be full", turned_away, 120)
        self.assertIsNone(self.daemon.poll())
        self.under_load("nothing", 0.2)

    def phase_room_again(self):
        """Seconds until what is least urgent is taken again, by the socket and the spool."""
        self.ballast.unlink()
        begun = time.monotonic()
        poster = self.poster("bulk", "again")
        wait_for("bulk to be taken again", lambda: poster.post() == 200, 60)
        wait_for("the file that waited", (self.spool / "done/bulk-1.json").exists)
        wait_for("the reserve", self.reserve_stands)
        healed = time.monotonic() - begun
        if not SHORT:
            self.assertLessEqual(healed, SELF_HEALING_S)
        return healed

    def test_full_disk_under_load(self):
        self.start()
        pid = self.daemon.pid
        wait_for("the reserve", self.reserve_stands)
        first = self.under_load("before", 0.2)
        for kind in SEVERITIES:
            self.assert_codes(first, kind, 200)
        self.phase_low()
        self.phase_critical()
        urgent = self.phase_reserve()
        self.phase_nothing_left()
        healed = self.phase_room_again()
        last = self.under_load("after", 0.2)
        for kind in SEVERITIES:
            self.assert_codes(last, kind, 200)
        n_accepted = self.assert_nothing_lost("file-bulk", "file-urgent")
        self.assertEqual(self.daemon.pid, pid)
        self.assertIsNone(self.daemon.poll())
        wait_for("the status to say that all is well",
                 lambda: self.line().startswith("ok"))
        refused = sum(poster.codes.count(503) for poster in self.posters)
        print(f"full disk: {n_accepted} events accepted, 0 lost, {refused} turned away, "
              f"{urgent} urgent into the reserve, healed in {healed:.1f} s, no restart",
              file=sys.stderr)
        self.assertEqual(self.stop(), 0)

    def test_a_start_on_a_full_disk(self):
        """The reserve that an earlier life set aside lets the next one begin."""
        self.start()
        wait_for("the reserve", self.reserve_stands)
        before = self.poster("urgent", "before")
        for _ in range(5):
            before.post()
        self.kill()
        self.fill_to(0)
        self.start()
        after = self.poster("urgent", "after")
        wait_for("urgent events", lambda: after.post() == 200)
        self.assertEqual(self.poster("normal", "normal").post(), 503)
        self.ballast.unlink()
        self.drop("bulk-1.json", self.event_text("file-bulk", "bulk"))
        self.drop("urgent-1.json", self.event_text("file-urgent", "urgent"))
        wait_for("the files", (self.spool / "done/bulk-1.json").exists)
        self.assert_nothing_lost("file-bulk", "file-urgent")


class NoLimits(Disk):
    """Only the store says that there is no room: its turn is undone, and the next one has
    the reserve."""
    limits = 0, 0

    def test_the_store_finds_no_room(self):
        self.start()
        pid = self.daemon.pid
        wait_for("the reserve", self.reserve_stands)
        bulk = self.poster("bulk", "bulk")

        def turned_away():
            if self.reserve_stands():
                self.fill_to(0)
            return bulk.post() == 503
        wait_for("the disk to be full", turned_away)
        self.assertFalse(self.reserve_stands())
        urgent = self.poster("urgent", "urgent")
        wait_for("what is urgent to be taken", lambda: urgent.post() == 200)
        self.assertEqual(bulk.post(), 503)
        self.assertIn("the reserve is given up", self.line())
        self.ballast.unlink()
        wait_for("bulk to be taken again", lambda: bulk.post() == 200)
        self.assert_nothing_lost()
        self.assertEqual(self.daemon.pid, pid)
        self.assertIsNone(self.daemon.poll())


if __name__ == "__main__":
    if INSIDE not in os.environ:
        enter_namespace()
    unittest.main()
