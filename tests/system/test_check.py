# SPDX-License-Identifier: EUPL-1.2
"""`budkavle check` as Nagios runs it: each exit code with its line, of a real daemon."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from harness import BIN, World, wait_for

CUT = {"incident": "OMS-1", "kind": "power", "status": "confirmed",
       "customers_affected": 120, "places": [{"name": "Täby kyrkby"}]}
MEASURE = r"[a-z_]+=-?\d+(?:s|)(?:;[^;\s]*){0,4}"
LINE = re.compile(
    rf"BUDKAVLE (OK|WARNING|CRITICAL|UNKNOWN) - [^|\n]+(?: \| {MEASURE}(?: {MEASURE})*)?\n")
CODES = {"OK": 0, "WARNING": 1, "CRITICAL": 2, "UNKNOWN": 3}


class Check(World):
    def check(self, word, *arguments):
        done = self.command("check", *arguments, check=False)
        found = LINE.fullmatch(done.stdout)
        self.assertTrue(found, done.stdout)
        self.assertEqual(found[1], word, done.stdout)
        self.assertEqual(done.returncode, CODES[word], done.stdout)
        self.assertEqual(done.stderr, "")
        return done.stdout

    def test_all_is_well(self):
        self.start()
        line = self.check("OK")
        self.assertIn("| waiting=0;;;0 parked=0;;;0 oldest=0s;300;900;0 "
                      "channels_up=3;;;0;3", line)
        self.assertIn("oldest=0s;60;~:3600;0",
                      self.check("OK", "-w", "1min", "-c", "~:1h"))
        self.assertIn("bus is up, 0 waiting", self.check("OK", "--channel", "bus"))

    def test_a_channel_is_silent(self):
        self.start()
        self.receivers.stop()
        self.send(CUT)
        wait_for("the channel to be down",
                 lambda: any(row["name"] == "bus" and row["state"] == "down"
                             for row in self.json("channels")["channels"]))
        self.check("WARNING")
        self.assertIn("bus is down (", self.check("WARNING", "--channel", "bus"))
        self.check("OK", "--channel", "page")
        time.sleep(2)
        self.check("CRITICAL", "-w", "0", "-c", "1")
        self.assertIn("oldest=", self.check("CRITICAL", "-c", "1", "--channel", "bus"))
        self.check("WARNING", "-w", "0", "-c", "1h", "--channel", "bus")

    def test_no_channel_is_up(self):
        self.start()
        for channel in ("bus", "mail", "page"):
            self.check("WARNING" if channel != "bus" else "OK")
            self.command("channel", "pause", channel)
        self.check("CRITICAL")

    def test_the_daemon_does_not_answer(self):
        self.assertIn("does not answer", self.check("CRITICAL"))
        self.start()
        os.kill(self.daemon.pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            self.assertIn("no answer in time", self.check("CRITICAL", "-t", "1"))
            self.assertLess(time.monotonic() - started, 10)
        finally:
            os.kill(self.daemon.pid, signal.SIGCONT)
        self.check("OK")

    def test_what_cannot_be_known(self):
        self.start()
        self.assertIn('"20:10"', self.check("UNKNOWN", "-w", "20:10"))
        self.check("UNKNOWN", "-t", "soon")
        self.check("UNKNOWN", "--nonsense")
        self.check("UNKNOWN", "-w")
        self.check("UNKNOWN", "more")
        self.assertIn('"fax"', self.check("UNKNOWN", "--channel", "fax"))

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become another user")
    def test_a_user_who_may_not_ask(self):
        self.start()
        program = self.folder / "budkavle"  # the build's folder may be closed to others
        shutil.copy(BIN / "budkavle", program)
        closed = self.folder / "closed"
        closed.mkdir(mode=0o700)
        (closed / "run.sock").symlink_to(self.socket)
        os.chmod(self.socket, 0o666)
        for path, said in ((closed / "run.sock", "the group that"),
                           (self.socket, "role read")):
            done = subprocess.run([program, "--socket", path, "check"],
                                  user=65534, group=65534, extra_groups=[], text=True,
                                  capture_output=True, check=False)
            self.assertEqual(done.returncode, 3, done.stdout)
            self.assertIn(said, done.stdout)


if __name__ == "__main__":
    unittest.main()
