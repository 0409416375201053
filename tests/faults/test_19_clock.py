#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The wall clock jumps, by up to ten years and back, while the daemon works.

Nothing that was put off waits longer than its own pause, nothing is lost or sent twice
out of turn, nothing spins. libfaketime moves the clock; the monotonic one is left alone.
FAULTS_LONG=1: a hundred jumps.
"""
import os
import pathlib
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import BIN, wait_for  # noqa: E402
from socket_world import SocketWorld, event  # noqa: E402

LIBRARY = pathlib.Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
if not LIBRARY.exists():
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    LIBRARY = found[0] if found else None
JUMPS = 100 if "FAULTS_LONG" in os.environ else 3 if "BUDKAVLE_SHORT" in os.environ else 8
# Ten years, an hour (summer time by a wrong zone), a minute, and back to the truth.
OFFSETS = ["+3650d", "-3650d", "+1h", "-1h", "+90", "-90", "+0", "+124d", "-3649d"]
# The channel's retry_cap is a second; the rest is the machine's.
PATIENCE = 20 * (3 if "BUDKAVLE_SHORT" in os.environ else 1)


def ticks(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


@unittest.skipIf(LIBRARY is None, "libfaketime is not installed")
class Clock(SocketWorld):
    routes = 'route "all" { channels = { "bus", "page" } }\n'

    def set_clock(self, offset):
        beside = self.folder / ".clock"
        beside.write_text(offset + "\n")
        os.rename(beside, self.folder / "clock")

    def start(self):
        more = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_NO_CACHE": "1",
                "FAKETIME_TIMESTAMP_FILE": str(self.folder / "clock"),
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") +
                                ":verify_asan_link_order=0"}
        with open(self.folder / "log", "ab") as log:
            self.daemon = subprocess.Popen(
                [str(BIN / "budkavled"), "-c", str(self.config)],
                stdout=log, stderr=log, env={**os.environ, **more})
        wait_for("the socket", self.answers)

    def down(self, yes):
        if yes:
            (self.folder / "down").touch()
        else:
            (self.folder / "down").unlink(missing_ok=True)

    def told(self):
        return {row["body"]["data"]["incident"]["incident"]
                for row in self.receivers.hooks()}

    def assert_rests(self, where):
        """Nothing is due: the daemon sleeps."""
        before, begin = ticks(self.daemon.pid), time.monotonic()
        time.sleep(0.5)
        used = (ticks(self.daemon.pid) - before) / os.sysconf("SC_CLK_TCK")
        self.assertLess(used, 0.75 * (time.monotonic() - begin), where)

    def post_while_down(self, number):
        """An event whose message is put off before the clock jumps."""
        self.down(True)
        seen = self.log_text().count("put off channel=bus")
        self.post(event(number, severity="extreme"))
        wait_for("an attempt that is put off",
                 lambda: self.log_text().count("put off channel=bus") > seen)

    def test_jumps(self):
        chance = random.Random(19)
        self.set_clock("+0")
        self.start()
        slowest, offset = 0.0, "+0"
        for i in range(JUMPS):
            offset = OFFSETS[i] if i < len(OFFSETS) else \
                chance.choice([one for one in OFFSETS if one != offset])
            self.post_while_down(i)
            self.set_clock(offset)
            self.down(False)
            begin = time.monotonic()
            wait_for(f"what was put off before the clock went to {offset}",
                     lambda: f"I{i}" in self.told(), PATIENCE)
            # What is said after the jump; half of all attempts failing would open the
            # breaker, which is another test's.
            self.post(*[event(f"{i}-{j}", severity="severe") for j in range(3)])
            wait_for(f"what is said after the clock went to {offset}",
                     lambda: f"I{i}-2" in self.told(), PATIENCE)
            slowest = max(slowest, time.monotonic() - begin)
            if i % 4 == 0:
                self.assert_rests(f"after the clock went to {offset}")
        self.wait_complete()
        self.assert_chain(self.receivers.hooks())
        self.assertEqual(len(self.told()), 4 * JUMPS)
        self.assertGreaterEqual(self.log_text().count("the clock was set"), JUMPS)
        print(f"clock: {JUMPS} jumps, {len(self.receivers.hooks())} calls, the slowest "
              f"jump was over in {slowest:.1f} s", file=sys.stderr)
        self.assertEqual(self.stop(), 0)

    def test_an_earlier_life_was_ten_years_ahead(self):
        self.set_clock("+3650d")
        self.start()
        self.post_while_down(1)
        self.post(event(2, severity="minor"))
        self.kill()
        self.set_clock("+0")
        self.down(False)
        self.start()
        wait_for("both messages", lambda: self.told() == {"I1", "I2"}, PATIENCE)
        self.wait_complete()
        self.assertIn("put off by a clock that was ahead", self.log_text())


if __name__ == "__main__":
    unittest.main()
