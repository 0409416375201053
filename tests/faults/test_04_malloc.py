#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Memory that runs out: the n-th allocation fails, in the stories' world (also under the
sanitizers) and in the real daemon with all its libraries. The process may refuse, give
up or abort; what it acknowledged is in the store when it starts again."""
import os
import random
import signal
import unittest

from lab import (LONG, SEED, SHORT, Sweep, report,
                 sanitizer_library, stories_that_keep, sweep_stories)

RUNS = int(os.environ.get("FAULTS_RUNS", "2000" if LONG else "8"))
STORY_RUNS = 0 if LONG else 30 if SHORT else 120
EXIT_CONFIG = 78


class StorySweep(unittest.TestCase):
    def test_stories(self):
        """Every allocation of every story in the long form."""
        stories = stories_that_keep()
        self.assertEqual(sweep_stories("memory", STORY_RUNS, stories[::1 if LONG else 8 if SHORT else 5]), 0)


@unittest.skipIf(sanitizer_library(), "the sanitizers have an allocator of their own")
class DaemonSweep(Sweep):
    library = "libbudkavle_shim_memory.so"
    allowed = Sweep.allowed + (1, -signal.SIGABRT, EXIT_CONFIG)

    def may_end_with(self, code):
        """libConfuse 3.3 frees what it did not get, while the configuration is read:
        before anything is promised."""
        return super().may_end_with(code) or (code == -signal.SIGSEGV
                                              and not self.is_ready())

    def nothing(self):
        return "n=0"

    def test_daemon(self):
        n_calls = self.count_calls()["memory"]
        chance = random.Random(SEED)
        for _ in range(RUNS):
            number = chance.randrange(1, n_calls + 1)
            with self.subTest(allocation=number):
                self.run_once(f"call=memory,n={number},mode=once")
            self.kill()
        report(f"memory: {self.tally}, of {n_calls} allocations")
        self.assertGreater(self.tally["failed"], RUNS // 2 if LONG else 0, "hardly an allocation failed")


if __name__ == "__main__":
    unittest.main()
