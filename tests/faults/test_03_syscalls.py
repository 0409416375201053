#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""File calls that fail: the real daemon takes posts and spool files while its n-th
write, fsync, rename, open, ftruncate, unlink or mkdir fails, once or from then on. What
it acknowledged is in the store when it starts again, nothing hangs, all is delivered in
the end. A failed fsync is never followed by another one, nor by an acknowledgement."""
import itertools
import os
import random
import unittest

from lab import (CALLS, EXIT_STORE, HANG_S, LONG, SEED, SHORT, Sweep, event, report,
                 stories_that_keep, sweep_stories)

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
RUNS = int(os.environ.get("FAULTS_RUNS", "5000" if LONG else "4" if SHORT else "10"))
STORY_RUNS = 20000 if LONG else 20 if SHORT else 80
# At most three commits precede the fourth sync, so at most three posts.
SYNCS = 4 if LONG else 1 if SHORT else 2
# A log of more than 1000 pages is moved into the database; so much makes more.
MANY = 1500
PLACES = [{"name": f"Ort {number}"} for number in range(120)]


class StorySweep(unittest.TestCase):
    def test_stories(self):
        """Many faults in the stories' world: the pipeline and the store without the rest."""
        stories = stories_that_keep()
        self.assertEqual(sweep_stories("files", STORY_RUNS, stories[::1 if LONG else 8 if SHORT else 5]), 0)


class DaemonSweep(Sweep):
    def cells(self, counts):
        """Calls, errors and modes by turns, each with numbers of its own; the same for
        each seed. Which are run, and how many there are."""
        chance = random.Random(SEED)
        groups = [[(call, n, error, mode)
                   for n in chance.sample(range(1, counts[call] + 1), counts[call])]
                  for call in CALLS if call != "memory" for error in ERRORS[call]
                  for mode in MODES]
        chance.shuffle(groups)
        rounds = itertools.zip_longest(*groups)
        cells = [cell for one in rounds for cell in one if cell is not None]
        return cells, len(cells)

    def test_daemon(self):
        cells, n_cells = self.cells(self.count_calls())
        for number, (call, n, error, mode) in enumerate(cells):
            if number >= RUNS and self.tally["failed"] > 0:
                break  # the numbers differ from life to life: some calls never come
            with self.subTest(call=call, n=n, error=error, mode=mode):
                self.run_once(f"call={call},n={n},error={error},mode={mode},"
                              f"path={self.folder}/disk-")
            self.kill()
        report(f"syscalls: {self.tally}, of {n_cells} cells")
        self.assertGreater(self.tally["failed"], RUNS // 2 if LONG else 0, "hardly a call failed")

    def test_failed_sync_of_the_log(self):
        """The commit is not acknowledged, and no sync is tried again, at the end neither."""
        for number in random.Random(SEED).sample(range(1, 5), SYNCS):
            with self.subTest(sync=number):
                self.prepare()
                self.launch(fault=f"call=fsync,n={number},error=EIO,mode=once,path=.db-wal",
                            counts=self.folder / "counts")
                acknowledged = self.work()
                self.assertLess(len(acknowledged), len(self.in_posts()))
                acknowledged += self.moved()
                code = self.daemon.wait(timeout=HANG_S)
                self.assertEqual(code, EXIT_STORE, self.log_text())
                self.assertEqual(self.counts()["failed"], 1)
                self.assertEqual(self.counts()["syncs_after_failure"], 0)
                self.recover(acknowledged)
            self.kill()

    def test_failed_sync_of_the_database(self):
        """The same when the log is moved into the database, which follows a commit."""
        self.routes = 'route "none" { min_customers = 5000  channels = { "bus" } }\n'
        self.prepare()
        self.launch_whole()
        self.kill()
        self.launch(fault="call=fsync,n=1,error=EIO,mode=once,path=budkavle.db$",
                    counts=self.folder / "counts")
        self.assertTrue(self.wait_ready_or_ended())
        many = [event(f"many-{number}", places=PLACES) for number in range(MANY)]
        self.assertFalse(self.post(*many), "acknowledged, and the sync had failed")
        self.assertEqual(self.daemon.wait(timeout=HANG_S), EXIT_STORE, self.log_text())
        self.assertEqual(self.counts()["failed"], 1)
        self.assertEqual(self.counts()["syncs_after_failure"], 0)
        self.daemon = None
        self.recover([])


if __name__ == "__main__":
    unittest.main()
