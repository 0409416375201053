#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Whose fault a death is: the file that was being parsed, and no other.

No file is known that ends the daemon, so the mark that such a file would leave behind is
written by the test.
"""
import json
import time
import unittest

from harness import World, wait_for

RECORD = 512
EVENT = {"kind": "power", "status": "confirmed", "places": [{"name": "Täby kyrkby"}]}


class Deaths(World):
    routes = 'route "all" { channels = { "bus" } }\n'

    def mark(self):
        return (self.folder / "state/parsing").read_bytes()

    def put(self, name, folder="new"):
        self.drop(name, json.dumps({"incident": name, **EVENT}), folder)

    def leave_mark(self, name):
        """As if the daemon had died while it parsed the file."""
        self.kill()
        record = b"oms\0" + name.encode() + b"\0"
        (self.folder / "state/parsing").write_bytes(record.ljust(RECORD, b"\0"))
        self.start()

    def test_a_suspect_waits_and_is_taken(self):
        self.start()
        self.kill()
        self.put("good.json")
        self.put("suspect.json")
        begun = time.monotonic()
        self.leave_mark("suspect.json")
        self.assertEqual(self.mark(), bytes(RECORD))
        wait_for("the file nobody suspects", (self.spool / "done/good.json").exists)
        self.assertTrue((self.spool / "new/suspect.json").exists())
        wait_for("the suspect", (self.spool / "done/suspect.json").exists)
        self.assertGreaterEqual(time.monotonic() - begun, 4.9)
        self.assertEqual(self.stop(), 0)
        self.assertEqual(self.mark(), bytes(RECORD))

    def test_three_deaths_are_enough(self):
        self.start()
        for _ in range(3):
            self.leave_mark("bad.json")
        self.put("bad.json")  # not before: it would be taken, because it is not bad
        reason = self.spool / "rejected/bad.json.reason.txt"
        wait_for("the file to be refused", reason.exists)
        self.assertIn("ended unexpectedly 3 times", reason.read_text())
        kept = json.loads((self.spool / "rejected/bad.json").read_text())
        self.assertEqual(kept["incident"], "bad.json")
        # It can be sent again: its deaths are over.
        self.put("bad.json")
        wait_for("the file", (self.spool / "done/bad.json").exists)
        self.wait_complete()

    def test_deaths_at_other_moments_are_nobody_s(self):
        self.start()
        for i in range(4):
            self.put(f"part-{i}.json")
            self.kill()
            self.assertEqual(self.mark(), bytes(RECORD))
            self.start()
        wait_for("the files", lambda: not any((self.spool / "new").iterdir()))
        self.assertFalse(any((self.spool / "rejected").iterdir()))
        self.wait_complete()


if __name__ == "__main__":
    unittest.main()
