#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Power cuts. On the store alone, by the hundred (tests/lab/power_store), and on store
and spool of the real daemon: what it had acknowledged before the cut is known to the
daemon that starts on what the cut left, and each file was taken or is there still."""
import pathlib
import random
import re
import subprocess
import unittest

from lab import LAB, LONG, SEED, SHORT, Lab, event, lines, report

CONFIG = pathlib.Path(__file__).resolve().parent.parent / "scenario/default.conf"
STORE_CUTS = (500, 200) if LONG else (15, 10) if SHORT else (60, 30)
DAEMON_CUTS = 700 if LONG else 3 if SHORT else 10
POSTS, FILES = 20, 8


class StorePower(unittest.TestCase):
    def test_store(self):
        """Whole, and exactly as after a commit, at every cut."""
        done = subprocess.run([LAB / "power_store", CONFIG, *map(str, STORE_CUTS),
                               str(SEED)], stderr=subprocess.PIPE, text=True, check=False)
        report(done.stderr.strip().splitlines()[-1])
        self.assertEqual(done.returncode, 0, done.stderr)


class DaemonPower(Lab):
    def record(self):
        """A run with files and posts; the events of the files."""
        in_files = []
        for number in range(FILES):
            events = [event(f"file-{number}-{i}", number + 1) for i in range(number % 3 + 1)]
            in_files += events
            self.drop(f"file-{number}.ndjson", lines(events))
        self.journal = self.folder / "journal"
        self.launch(journal=self.journal, folder=self.disk)
        self.assertTrue(self.wait_ready_or_ended(), self.log_text())
        for number in range(POSTS):
            self.assertTrue(self.post(*(event(f"post-{number}-{i}", number + 50)
                                        for i in range(number % 3 + 1))), self.log_text())
        self.wait_taken_and_delivered()
        self.end()
        self.remove_disk()
        return in_files

    def cut(self, at, mode, seed):
        """The disk after the cut; what was lost, and the ids that were acknowledged."""
        done = subprocess.run([LAB / "lab_cut", self.journal, self.folder / "cut", str(at),
                               mode, str(seed)], stdout=subprocess.PIPE, check=True)
        text = done.stdout.decode("utf-8", "replace")
        lost = int(re.match(r"pending \d+ lost (\d+)", text).group(1))
        return lost, re.findall(r'"event_id":\s*"(e-post-[0-9-]+)"', text)

    def test_daemon(self):
        in_files = self.record()
        begin, end = map(int, subprocess.run([LAB / "lab_cut", self.journal], check=True,
                                             stdout=subprocess.PIPE).stdout.split())
        chance = random.Random(SEED)
        lossy = acknowledged = 0
        for number in range(2 * DAEMON_CUTS + 8):
            if number >= DAEMON_CUTS and lossy > 0 and acknowledged > 0:
                break
            at = chance.randrange(begin, end + 1)
            mode = "tear" if number % 7 in (2, 5) else "drop"
            seed = chance.randrange(1 << 31)
            lost, ids = self.cut(at, mode, seed)
            lossy += lost > 0
            with self.subTest(at=at, mode=mode, seed=seed):
                self.use_disk("cut")
                self.launch_whole()
                self.wait_taken_and_delivered()
                again = [event(name[2:], int(name.split("-")[2]) + 50) for name in ids]
                acknowledged += self.assert_known(again, "acknowledged events")
                self.assert_known(in_files, "events of files")
            if self.daemon is not None:
                self.kill()
            self.remove_disk()
        report(f"power: {end - begin} file calls recorded, {DAEMON_CUTS} cuts, {lossy} lost "
               f"writes or names, {acknowledged} acknowledged events all found")
        self.assertGreater(lossy, 0, "no cut lost anything: nothing was tested")
        self.assertGreater(acknowledged, 0, "nothing was acknowledged before any cut")


if __name__ == "__main__":
    unittest.main()
