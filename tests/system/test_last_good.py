#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A start after a bad edit goes on with the configuration that was in force."""
import os
import subprocess
import unittest

from harness import BIN, World, wait_for

KEPT = "configuration.kept"


class LastGood(World):
    def setUp(self):
        super().setUp()
        self.write_config()
        self.start()
        self.stop()
        self.kept = next(self.folder.rglob(KEPT))
        self.state = self.kept.parent
        self.conf = self.folder / "budkavle.conf"
        self.good = self.conf.read_text()

    def refused(self, *sentences):
        """The start ends with 78, and says these."""
        done = subprocess.run([BIN / "budkavled", "-c", self.conf], text=True, check=False,
                              capture_output=True, timeout=60,
                              env={**os.environ, "STATE_DIRECTORY": str(self.state)})
        self.assertEqual(done.returncode, 78, done.stderr)
        for sentence in sentences:
            self.assertIn(sentence, done.stderr)

    def test_it_goes_on_says_so_and_ends_with_a_reload(self):
        self.conf.write_text(self.good + 'keeep = "1d"\n')
        line = len(self.good.splitlines()) + 1
        self.start()
        status = self.json("status")
        self.assertFalse(status["ok"])
        self.assertIn("running on the configuration of 20", status["line"])
        self.assertIn(f"{self.conf}:{line}: keeep", status["line"])
        self.assertTrue(status["configuration"]["last_good"])
        self.assertIn("keeep", status["configuration"]["why"])
        self.assertIn("keeep", self.command("status").stdout)
        check = self.command("check", check=False)
        self.assertEqual(check.returncode, 1, check.stdout)
        self.assertIn("running on the configuration", check.stdout)
        self.assertIn("configuration", [alarm["kind"] for alarm in status["alarms"]])
        self.assertIn("config: running on the configuration of", self.log_text())

        # What is wrong otherwise by now is what is told; the copy stays.
        self.conf.write_text(self.good + 'kontact = "x"\n')
        self.assertEqual(self.command("reload", check=False).returncode, 78)
        status = self.json("status")
        self.assertIn("kontact", status["configuration"]["why"])

        self.conf.write_text(self.good)
        self.command("reload")
        status = self.json("status")
        self.assertFalse(status["configuration"]["last_good"])
        self.assertNotIn("why", status["configuration"])
        wait_for("the alarm to be over", lambda: not self.json("status")["alarms"])
        self.stop()

    def test_a_reload_is_what_the_next_start_goes_on_with(self):
        self.start()
        self.conf.write_text(self.good.replace("Ring 020-00 00 00", "Ring 112"))
        self.command("reload")
        self.stop()
        self.conf.unlink()
        self.kept.with_name(KEPT + ".part").write_text("cut off")
        os.environ["STATE_DIRECTORY"] = str(self.state)
        self.addCleanup(os.environ.pop, "STATE_DIRECTORY")
        self.start()
        self.assertIn("Ring 112", self.command("config", "show").stdout)
        self.assertIn("cannot be read", self.json("status")["configuration"]["why"])
        self.stop()

    def test_when_there_is_nothing_to_start_on(self):
        self.conf.write_text(self.good + 'keeep = "1d"\n')
        copy = self.kept.read_bytes()
        self.kept.write_bytes(copy[:-100])
        self.refused("keeep", "nothing to start on instead", "is not as it was written")
        self.kept.unlink()
        self.refused("keeep", f"there is no {self.kept}")
        self.kept.write_bytes(copy)
        self.kept.chmod(0o666)
        self.refused("only this user can have written")
        self.kept.chmod(0o600)
        database = self.state / "budkavle.db"
        database.rename(self.state / "away")
        self.refused(f"there is a copy, and no {database}")
        (self.state / "away").rename(database)
        self.conf.write_text(self.good.replace(
            "allow_http    = true", "allow_http = true  live = false") + 'keeep = "1d"\n')
        self.refused("what is an exercise must not be mistaken")


if __name__ == "__main__":
    unittest.main()
