#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Staff are warned before a promise passes, and told until somebody takes it up."""
import subprocess
import unittest

from harness import World, wait_for

CUT = {
    "event_id": "E1", "incident": "TB-1", "kind": "power", "status": "confirmed",
    "places": [{"name": "Täby kyrkby"}],
}
LAPSES = 3


class Promises(World):
    def config_text(self):
        return super().config_text() + f"""
next_word = "3s"
channel "duty" {{
  driver        = "webhook"
  url           = "http://127.0.0.1:{self.receivers.ports['http']}/duty"
  secret_file   = "bus.key"
  allow_http    = true
  allow_private = true
  retry_floor   = "100ms"
}}
alarm {{ channels = {{ "duty" }}  repeat = "1h"  promise_warning = "1s" }}
"""

    def alarms(self):
        return {alarm["kind"]: alarm for alarm in self.json("status", check=False)["alarms"]}

    def said(self, notice):
        """What the public's or the staff's web hook was told of this kind, in order."""
        bodies = [row["body"]["data"] for row in self.receivers.hooks()]
        return [body for body in bodies if body["notice"] == notice]

    def metric(self, kind):
        text = subprocess.run(
            ["curl", "-sSf", "--unix-socket", str(self.socket), "http://localhost/metrics"],
            capture_output=True, text=True, check=True).stdout
        name = f'budkavle_alarms{{kind="{kind}"}} '
        return next(int(line.removeprefix(name)) for line in text.splitlines()
                    if line.startswith(name))

    def test_from_the_warning_to_the_answer(self):
        self.start()
        self.send(CUT)
        first = wait_for("the warning", lambda: self.said("alarm"))[0]["alarm"]
        self.assertEqual(first["kind"], "promise_near")
        self.assertTrue(first["cause"].startswith("oms TB-1 Täby kyrkby: ") or
                        first["cause"].startswith("socket TB-1 Täby kyrkby: "), first)
        wait_for("the last promise to pass", lambda: len(self.said("lapsed")) == LAPSES)
        last = wait_for("staff to be told", lambda: self.alarms().get("lapsed"))
        self.assertIn("TB-1 Täby kyrkby", last["cause"])
        wait_for("the first alarm to end", lambda: "promise_near" not in self.alarms())
        self.assertEqual(self.metric("lapsed"), 1)
        shown = self.command("status", check=False).stdout
        self.assertIn("incidents without news: ", shown)
        self.assertIn("budkavle incidents", shown)
        self.stop()
        self.start()
        self.assertEqual(list(self.alarms()), ["lapsed"])
        self.send({"event_id": "E2", "incident": "TB-1", "crew": "on_site"})
        wait_for("the end", lambda: not self.alarms())
        self.assertEqual(self.metric("lapsed"), 0)
        self.assertEqual(len(self.said("lapsed")), LAPSES)


if __name__ == "__main__":
    unittest.main()
