#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What waits, what is left out, and that a person can see why."""
import email
import email.policy
import unittest

from harness import World, wait_for

EVENT = {"incident": "OMS-77120", "kind": "power", "customers_affected": 90,
         "places": [{"name": "Täby kyrkby"}]}


class Waiting(World):
    mail = ""

    def config_text(self):
        return super().config_text().replace('hold_down   = "0s"', self.mail)

    def say(self, *facts):
        """One batch: all of it happens at one moment."""
        self.send(*({**EVENT, **some} for some in facts))

    def texts(self):
        return [email.message_from_string(row["data"], policy=email.policy.default)
                .get_body(("plain",)).get_content() for row in self.receivers.mails()]

    def states(self, channel):
        rows = self.json("queue", "--all", "--channel", channel)["deliveries"]
        return sorted(row["state"] for row in rows)


class Burst(Waiting):
    mail = 'hold_down   = "3s"'

    def test_a_burst_is_one_mail_also_after_a_kill(self):
        self.start()
        self.say({"status": "confirmed"},
                 {"etr": {"at": "2099-11-23T17:30:00+01:00", "basis": "crew"}},
                 {"etr": {"at": "2099-11-23T19:30:00+01:00", "basis": "crew",
                          "reason": {"sv": "Tjäle i marken."}}})
        wait_for("the web hook", lambda: len(self.receivers.hooks()) == 3)
        self.kill()
        self.start()
        self.wait_complete()
        texts = self.texts()
        self.assertEqual(len(texts), 2, "one mail to each of two people")
        for text in texts:
            self.assertIn("19.30", text)
            self.assertNotIn("17.30", text)
            self.assertNotIn("Tidigare meddelanden", text)
        self.assertEqual(self.states("mail"), ["covered"] * 4 + ["delivered"] * 2)
        shown = self.command("show", "OMS-77120").stdout
        self.assertRegex(shown, r"etr=\S+ \d\d:30 -> \S+ \d\d:30 \(crew\): Tjäle i marken\.")
        self.assertRegex(shown, r"why=message 3 says it as well .*covered_by=3")


class Short(Waiting):
    mail = 'hold_down = "0s"  short_interruption = "10min"'

    def test_a_short_interruption_is_not_mailed_and_says_why(self):
        self.start()
        self.say({"status": "confirmed"})
        wait_for("the web hook", lambda: len(self.receivers.hooks()) == 1)
        self.assertEqual(self.states("mail"), ["pending"] * 2)
        self.say({"status": "restored"})
        self.wait_complete()
        self.assertEqual(self.texts(), [])
        self.assertEqual(self.states("mail"), ["cancelled"] * 2)
        self.assertEqual(len(self.receivers.hooks()), 2)
        shown = self.command("show", "OMS-77120").stdout
        self.assertRegex(shown, r"why=it ended after .*: short_interruption is 10min: "
                                r"mail was told nothing of it")
        self.assertRegex(shown, r"state=cancelled .*error=it ended after")


class SmallMove(World):
    def test_a_small_move_goes_to_programs_and_says_whom_it_passed_over(self):
        self.start()
        first = {**EVENT, "status": "confirmed", "etr": "2099-11-23T17:30:00+01:00"}
        self.send({**first, "event_id": "E1"})
        self.send({**EVENT, "event_id": "E2", "etr": "2099-11-23T17:40:00+01:00"})
        self.wait_complete()
        self.assertEqual([row["body"]["data"]["notice"] for row in self.receivers.hooks()],
                         ["first", "etr_changed"])
        self.assertEqual(len(self.receivers.mails()), 2)
        key = self.json("show", "OMS-77120")["id"]
        timeline = self.get(f"/v1/incidents/{key}/timeline")["timeline"]
        moved = next(row for row in timeline if row.get("event_id") == "E2")
        self.assertIn("the estimate moved by 10min: mail hears of more than 15min "
                      "(etr_tolerance)", moved["why"])
        self.assertEqual(moved["etr"], {"at": "2099-11-23T16:40:00Z",
                                        "before": "2099-11-23T16:30:00Z"})


if __name__ == "__main__":
    unittest.main()
