#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The daemon's own trouble is told over another channel until somebody acts."""
import email
import email.policy
import subprocess
import unittest

from harness import World, wait_for

CUT = {
    "event_id": "E1", "incident": "OMS-77120", "kind": "power", "status": "confirmed",
    "customers_affected": 7, "places": [{"name": "Täby kyrkby"}],
}


class Alarms(World):
    repeat = "1s"

    def config_text(self):
        return super().config_text() + f"""
channel "duty" {{
  driver      = "email"
  relay       = "smtp://127.0.0.1:{self.receivers.ports['smtp']}"
  from        = "drift@example.se"
  to          = {{ "jour@example.se" }}
  retry_floor = "100ms"
}}
alarm {{ channels = {{ "duty" }}  repeat = "{self.repeat}" }}
"""

    def words(self):
        """Subject, text and all of each mail to those on duty."""
        mails = [email.message_from_string(row["data"], policy=email.policy.default)
                 for row in self.receivers.mails() if row["to"] == ["jour@example.se"]]
        return [(mail["Subject"], mail.get_body(("plain",)).get_content(), mail)
                for mail in mails]

    def alarms(self):
        return self.json("status")["alarms"]

    def metric(self, kind):
        text = subprocess.run(
            ["curl", "-sSf", "--unix-socket", str(self.socket), "http://localhost/metrics"],
            capture_output=True, text=True, check=True).stdout
        name = f'budkavle_alarms{{kind="{kind}"}} '
        return next(int(line.removeprefix(name)) for line in text.splitlines()
                    if line.startswith(name))

    def test_wrong_credentials_until_somebody_resumes(self):
        denied = self.folder / "denied"
        denied.touch()
        self.start()
        self.assertEqual(self.alarms(), [])
        self.assertEqual(self.metric("channel_paused"), 0)
        self.send(CUT)
        first = wait_for("the alarm", self.words)[0]
        self.assertTrue(first[0].startswith("Budkavle: Kanalen bus"), first[0])
        self.assertIn("401 Unauthorized", first[1])
        self.assertIn("budkavle channel resume bus", first[1])
        self.assertIn("Channel bus", first[1])
        self.assertNotIn("drift.example.se/incident", first[2].as_string())
        wait_for("it to be repeated", lambda: len(self.words()) >= 3)
        self.assertTrue(all(words[0] == first[0] for words in self.words()))
        alarm = self.alarms()[0]
        self.assertEqual((alarm["kind"], alarm["subject"], alarm["cause"]),
                         ("channel_paused", "bus", "401 Unauthorized"))
        self.assertGreaterEqual(alarm["times"], 3)
        self.assertEqual(self.metric("channel_paused"), 1)
        shown = self.command("status").stdout
        self.assertIn("- alarm: channel_paused bus since", shown)
        self.assertIn("budkavle channel resume bus", shown)
        self.assertEqual(len(self.json("incidents")["incidents"]), 1)
        self.assertEqual(self.receivers.hooks(), [])

        denied.unlink()
        self.command("channel", "resume", "bus")
        over = wait_for("the end", lambda: [words for words in self.words()
                                            if "inte längre still" in words[0]])
        hooks = wait_for("the web hook", self.receivers.hooks)
        self.assertEqual([row["body"]["type"] for row in hooks], ["incident.notice"])
        self.assertEqual(len(over), 1)
        self.assertIn("References", over[0][2])
        self.assertEqual(self.alarms(), [])
        self.wait_complete()
        log = self.log_text()
        self.assertIn("alarm=channel_paused", log)
        for word in ("raised", "repeated", "over"):
            self.assertIn(f"result={word}", log)
        told = len(self.words())
        self.assertEqual(self.stop(), 0)
        self.start()
        self.send(dict(CUT, event_id="E2", cause="tree"))
        self.wait_complete()
        self.assertEqual(len(self.words()), told)


class Lives(Alarms):
    repeat = "15min"

    # The story above needs a short repeat.
    test_wrong_credentials_until_somebody_resumes = None

    def test_three_kills_are_an_alarm_and_three_stops_are_not(self):
        for _ in range(3):
            self.start()
            self.assertEqual(self.stop(), 0)
        for kills in range(3):
            self.start()
            self.assertEqual(self.alarms(), [], f"after {kills} kills")
            self.kill()
        self.start()
        words = wait_for("the alarm", self.words)
        self.assertEqual([alarm["kind"] for alarm in self.alarms()], ["crashes"])
        self.assertIn("ended unexpectedly 3 times", words[0][1])
        self.assertIn("ended unexpectedly 3 times", self.command("status").stdout)
        self.assertEqual(self.metric("crashes"), 1)
        # The stop on request is none, and the alarm is not told anew by the next life.
        self.wait_complete()
        self.assertEqual(self.stop(), 0)
        self.start()
        self.send(dict(CUT, event_id="E9"))
        self.wait_complete()
        self.assertIn("3 times", self.alarms()[0]["cause"])
        self.assertEqual(len(self.words()), 1)


if __name__ == "__main__":
    unittest.main()
