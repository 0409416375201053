#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""File calls that fail: the real daemon takes posts and spool files while its n-th
write, fsync, rename, open, ftruncate, unlink or mkdir fails, once or from then on. What
it acknowledged is in the store when it starts again, nothing hangs, all is delivered in
the end. A failed fsync is never followed by another one, nor by an acknowledgement."""
import os
import pathlib
import random
import signal
import subprocess
import unittest

from lab import CALLS, LAB, LONG, SEED, SHORT, Lab, event, lines, report, wait_for

STORIES = pathlib.Path(__file__).resolve().parent.parent / "scenario"
ERRORS = {
    "write": ("EIO", "ENOSPC", "EINTR", "SHORT"),
    "fsync": ("EIO", "ENOSPC", "EINTR"),
    "rename": ("EIO", "ENOSPC"),
    "open": ("EMFILE", "EIO", "ENOSPC", "EINTR"),
    "ftruncate": ("EIO", "ENOSPC", "EINTR"),
    "unlink": ("EIO",),
    "mkdir": ("EIO", "ENOSPC", "EMFILE"),
}
MODES = ("once", "forever")
RUNS = int(os.environ.get("FAULTS_RUNS", "5000" if LONG else "4" if SHORT else "14"))
STORY_RUNS = 20000 if LONG else 30 if SHORT else 300
EXIT_STORE = 74


class StorySweep(unittest.TestCase):
    def test_stories(self):
        """Many faults in the stories' world: the pipeline and the store without the rest."""
        stories = sorted(STORIES.glob("stories/*.story"))
        done = subprocess.run(
            [LAB / "lab_sweep", "files", str(STORY_RUNS), str(SEED),
             STORIES / "default.conf", *stories],
            stderr=subprocess.PIPE, text=True, errors="replace", check=False)
        report(done.stderr.strip().splitlines()[-1])
        self.assertEqual(done.returncode, 0, done.stderr[-5000:])


class DaemonSweep(Lab):
    def setUp(self):
        super().setUp()
        self.run_number = 0
        self.tally = dict.fromkeys(("runs", "failed", "acknowledged", "refused", "ended"), 0)

    def in_files(self):
        return [event(f"{self.run_number}-file-{i}") for i in range(3)]

    def in_posts(self):
        return [event(f"{self.run_number}-post-{i}") for i in range(4)]

    def prepare(self):
        self.run_number += 1
        self.use_disk(f"disk-{self.run_number}")
        for number, row in enumerate(self.in_files()):
            self.drop(f"file-{number}.json", lines([row]))
        self.drop("wrong.json", '{"incident": 7}\n', "new")

    def work(self):
        """Posts while it runs, and what was acknowledged."""
        acknowledged = []
        if not self.wait_ready_or_ended():
            return acknowledged
        for row in self.in_posts():
            if self.post(row):
                acknowledged.append(row)
            elif self.daemon.poll() is not None:
                break
        if self.daemon.poll() is None and self.run_number % 3 > 0:
            self.wait_for_spool_a_while()
        return acknowledged

    def wait_for_spool_a_while(self):
        """A file may have to wait for the fault to pass: that is no failure here."""
        try:
            wait_for("the spool", lambda: self.spool_is_empty() or
                     self.daemon.poll() is not None, 1)
        except AssertionError:
            pass

    def moved(self):
        """Events of files that were moved to done/: acknowledged too."""
        done = {path.name for path in (self.spool / "done").iterdir()}
        return [row for number, row in enumerate(self.in_files())
                if f"file-{number}.json" in done]

    def recover(self, acknowledged):
        """Starts again without faults, as systemd does, and looks for what was promised."""
        self.launch_whole()
        self.tally["acknowledged"] += self.assert_known(acknowledged, "acknowledged events")
        for row in self.in_posts():
            self.assertTrue(self.post(row), "a post is refused after the fault has passed")
        self.wait_taken_and_delivered()
        self.assert_known(self.in_files(), "events of files")
        self.assertEqual(sorted(path.name for path in (self.spool / "rejected").iterdir()),
                         ["wrong.json", "wrong.json.reason.txt"])
        self.kill()
        self.remove_disk()

    def run_once(self, fault):
        self.prepare()
        self.launch(fault=fault + f",path={self.disk}", counts=self.folder / "counts")
        acknowledged = self.work()
        self.tally["refused"] += len(self.in_posts()) - len(acknowledged)
        self.tally["ended"] += self.daemon.poll() is not None
        acknowledged += self.moved()
        code = self.end((signal.SIGTERM, signal.SIGKILL)[self.run_number % 2])
        counts = self.counts()
        self.tally["failed"] += counts["failed"] > 0
        self.tally["runs"] += 1
        self.assertIn(code, (0, -signal.SIGKILL, EXIT_STORE, 75), self.log_text()[-3000:])
        self.recover(acknowledged)
        return code, counts

    def count_calls(self):
        """How many calls of each kind there are when nothing fails."""
        self.prepare()
        self.launch(fault=f"n=0,path={self.disk}", counts=self.folder / "counts")
        self.work()
        self.wait_taken_and_delivered()
        self.end()
        self.remove_disk()
        return self.counts()

    def cells(self, counts):
        """Every call, error and mode; a sample of them, the same for each seed."""
        cells = [f"call={call},n={n},error={error},mode={mode}"
                 for call in CALLS if call != "memory" for error in ERRORS[call]
                 for mode in MODES for n in range(1, counts[call] + 1)]
        random.Random(SEED).shuffle(cells)
        return cells[:RUNS], len(cells)

    def test_daemon(self):
        cells, n_cells = self.cells(self.count_calls())
        for fault in cells:
            with self.subTest(fault=fault):
                self.run_once(fault)
            self.kill()
        report(f"syscalls: {self.tally}, of {n_cells} cells")
        self.assertGreater(self.tally["failed"], RUNS // 2, "hardly a call failed")

    def test_failed_sync_ends_the_daemon(self):
        """Of the database: no acknowledgement, exit 74, and no sync is tried again."""
        n_syncs = self.count_calls()["fsync"]
        numbers = range(1, n_syncs + 1) if LONG else sorted(
            random.Random(SEED).sample(range(1, n_syncs), 2 if SHORT else 4))
        for number in numbers:
            with self.subTest(sync=number):
                code, counts = self.run_once(f"call=fsync,n={number},error=EIO,mode=once")
                if counts["failed"]:
                    self.assertIn(code, (EXIT_STORE, -signal.SIGKILL))
                    self.assertEqual(counts["syncs_after_failure"], 0)
            self.kill()


if __name__ == "__main__":
    unittest.main()
