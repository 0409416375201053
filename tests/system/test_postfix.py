#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A real Postfix as the relay: what arrives, greylisting, refusals, an outage, a list."""
import os
import pathlib
import re
import subprocess
import sys
import unittest

from harness import World, wait_for
from postfix import POSTFIX, Postfix

def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


class ThroughPostfix(World):
    routes = 'route "all" { channels = { "mail" } }'
    recipients = 'to = { "redaktion@example.se", "beredskap@example.se" }'
    mail_more = ""
    backlog = "each"

    def setUp(self):
        super().setUp()
        self.postfix = Postfix(self.folder)
        self.addCleanup(self.postfix.stop)
        self.postfix.start()

    def config_text(self):
        port = self.postfix.port if hasattr(self, "postfix") else 25
        text = super().config_text()
        start = text.index('channel "mail"')
        return text[:start] + f"""
channel "mail" {{
  driver = "email"  relay = "smtp://127.0.0.1:{port}"  from = "drift@example.se"
  {self.recipients}
  backlog = "{self.backlog}"  hold_down = "0s"  retry_floor = "100ms"  retry_cap = "1s"
  {self.mail_more}
}}
{self.routes}
"""

    def begin(self):
        self.write_config()
        self.start()

    def channel(self):
        return self.json("status")["channels"][1]

    def deliveries(self):
        return {row["recipient"]: row for row in self.json("queue", "--all")["deliveries"]}

    def arrived(self, box, n):
        return wait_for(f"{n} mails for {box}",
                        lambda: (lambda mails: len(mails) >= n and mails)(
                            self.postfix.mails(box)))

    def test_a_thread_as_people_read_it(self):
        self.begin()
        self.send(event(1))
        self.arrived("redaktion", 1)
        self.send(event(2, etr={"at": "2030-11-23T17:30:00+01:00", "basis": "crew"}))
        self.arrived("redaktion", 2)
        self.send(event(3, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        self.wait_complete()
        mails = self.arrived("redaktion", 3)
        others = self.arrived("beredskap", 3)
        self.assertEqual((len(mails), len(others)), (3, 3))
        for mail in mails + others:
            self.assert_well_formed(mail)
        self.assertIn("Täby kyrkby [OMS-77120]", mails[0]["Subject"])
        self.assertEqual({mail["Subject"] for mail in mails}, {mails[0]["Subject"]})
        self.assertTrue(all(mail["To"] == "redaktion@example.se" for mail in mails))
        for thread in (mails, others):
            ids = [mail["Message-ID"] for mail in thread]
            chains = [(mail["References"] or "").split() for mail in thread]
            self.assertEqual(chains, [[], ids[:1], ids[:2]])
            self.assertEqual([mail["In-Reply-To"] for mail in thread],
                             [None, ids[0], ids[1]])
        self.assert_ids(mails, others)
        for mail in mails:
            self.assertRegex(mail["Received"], r"TLSv1\.[23]")

    def assert_ids(self, mails, others):
        """One message's id is <MESSAGE.RECIPIENT@HOST>: steady, and shows no address."""
        rows = sorted(self.json("queue", "--all")["deliveries"], key=lambda row: row["id"])
        messages = list(dict.fromkeys(row["message"] for row in rows))
        pattern = re.compile(r"<(m_\w+)\.([0-9a-f]{16})@example\.se>")
        for thread in (mails, others):
            parts = [pattern.fullmatch(mail["Message-ID"]).groups() for mail in thread]
            self.assertEqual([message for message, _ in parts], messages)
            self.assertEqual(len({digest for _, digest in parts}), 1)
        self.assertFalse({mail["Message-ID"] for mail in mails}
                         & {mail["Message-ID"] for mail in others})
        for row in rows:
            self.assertIn(row["remote_id"], self.postfix.log(), "the relay's queue id")

    def assert_well_formed(self, mail):
        self.assertEqual(mail.get_content_type(), "multipart/alternative")
        self.assertEqual([part.get_content_type() for part in mail.iter_parts()],
                         ["text/plain", "text/html"])
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertEqual(mail["From"].addresses[0].addr_spec, "drift@example.se")
        self.assertEqual(mail["From"].addresses[0].display_name, "Nordan Energi")
        self.assertIsNotNone(mail["Date"].datetime.tzinfo)
        for kind in ("plain", "html"):
            body = mail.get_body((kind,)).get_content()
            self.assertIn("Täby kyrkby", body)
            self.assertNotIn("\ufffd", body)
        for part in mail.walk():
            self.assertEqual(part.defects, [])
        self.assertLess(max(map(len, mail.as_bytes().splitlines())), 998)

    def test_greylisting_is_waited_for_and_delays_nobody_else(self):
        self.postfix.access({"redaktion": "450 4.2.0 Greylisted, come again"})
        self.postfix.reload()
        self.begin()
        self.send(event(1))
        self.arrived("beredskap", 1)
        row = wait_for("the refusal", lambda: (
            lambda row: row["state"] == "pending" and row["attempts"] > 0 and row)(
                self.deliveries()["redaktion@example.se"]))
        self.assertIn("450 4.2.0", row["last_error"])
        self.assertNotIn("redaktion@", row["last_error"])
        self.assertEqual(self.channel()["state"], "up")
        self.assertEqual(self.command("audit", check=False).returncode, 1)
        self.assertEqual(self.postfix.mails("redaktion"), [])
        self.postfix.access({})
        self.postfix.stop()  # a reload would leave the kept connection with the old table
        self.postfix.start()
        self.command("retry", row["id"])
        self.wait_complete()
        self.assertEqual(len(self.arrived("redaktion", 1)), 1)
        self.assertEqual(self.deliveries()["redaktion@example.se"]["attempts"], 2)
        self.assertEqual(len(self.postfix.mails("beredskap")), 1)
        self.assertNotIn("@example.se", self.log_text())

    def test_an_unknown_person_is_undeliverable_and_the_others_get_theirs(self):
        self.recipients = ('to = { "redaktion@example.se", "ingen@example.se", '
                           '"beredskap@example.se" }')
        self.begin()
        self.send(event(1))
        self.wait_complete()
        rows = self.deliveries()
        self.assertEqual({name: row["state"] for name, row in rows.items()},
                         {"redaktion@example.se": "delivered",
                          "beredskap@example.se": "delivered",
                          "ingen@example.se": "undeliverable"})
        self.assertIn("550 5.1.1", rows["ingen@example.se"]["last_error"])
        self.assertEqual(self.audit()["deliveries"]["undeliverable"], 1)
        self.assertEqual(self.channel()["state"], "up")
        self.arrived("redaktion", 1)
        self.arrived("beredskap", 1)

    def test_a_relay_that_is_away_for_a_while(self):
        self.begin()
        self.postfix.stop()
        for number in (1, 2, 3):
            for incident in ("A", "B"):
                self.send(event(number, incident, customers_affected=100 * number))
        down = wait_for("the channel to be down", lambda: (
            lambda channel: channel["state"] == "down" and channel)(self.channel()))
        self.assertIn("refused", down["last_error"])
        line = self.command("status").stdout.splitlines()[0]
        self.assertRegex(line, r"^degraded: mail down .*\d+ waiting")
        waiting = self.json("queue")["deliveries"]
        self.assertEqual({row["state"] for row in waiting} - {"in_flight"}, {"pending"})
        sent = self.json("incidents")["incidents"]
        messages = sum(incident["sequence"] for incident in sent)
        self.assertGreaterEqual(messages, 2)
        self.assertEqual(len(waiting), 2 * messages)
        self.postfix.start()
        self.wait_complete()
        self.assertTrue(self.command("status").stdout.startswith("ok"))
        for box in ("redaktion", "beredskap"):
            mails = self.arrived(box, messages)
            self.assertEqual(len(mails), messages)
            for incident in ("A", "B"):
                self.assert_in_order([mail for mail in mails
                                      if f"[{incident}]" in mail["Subject"]])

    def assert_in_order(self, mails):
        self.assertGreater(len(mails), 0)
        ids = [mail["Message-ID"] for mail in mails]
        for number, mail in enumerate(mails):
            self.assertEqual((mail["References"] or "").split(), ids[:number])

    def test_one_mail_makes_up_for_an_outage(self):
        names = [f"kund{number:03}" for number in range(50)]
        self.postfix.mailboxes({name: "kunder" for name in names})
        (self.folder / "list.txt").write_text(
            "".join(f"{name}@example.se\n" for name in names))
        self.recipients, self.backlog = 'to_file = "list.txt"', "catch_up"
        self.postfix.stop()
        self.begin()
        self.send(event(1))
        self.send(event(2, etr={"at": "2030-11-23T17:30:00+01:00", "basis": "crew"}))
        self.send(event(3, etr={"at": "2030-11-23T20:30:00+01:00", "basis": "crew"}))
        self.send(event(4, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        wait_for("all to wait", lambda: (
            lambda counts: counts["pending"] + counts["in_flight"] >= 200)(
                self.audit()["deliveries"]))
        wait_for("the channel to be down", lambda: self.channel()["state"] == "down")
        self.assertEqual(self.audit()["complete"], False)
        self.postfix.start()
        self.wait_complete(180)
        counts = self.audit()["deliveries"]
        self.assertEqual((counts["delivered"], counts["covered"]), (50, 150), counts)
        mails = self.arrived("kunder", 50)
        self.assertEqual(sorted(mail["To"] for mail in mails),
                         [f"{name}@example.se" for name in names])
        for mail in mails:
            self.assert_well_formed(mail)
            self.assertIsNone(mail["References"], "nothing was sent before")
            for kind in ("plain", "html"):
                body = mail.get_body((kind,)).get_content()
                self.assertIn("Strömmen är tillbaka", body)
                # Written within a minute, they are one burst, which the end says whole.
                self.assertNotIn("Tidigare meddelanden", body)
        self.check_covered_rows()
        print(f"an outage: 4 messages to 50 people, {len(mails)} mails,"
              f" {counts['covered']} covered", file=sys.stderr)

    def check_covered_rows(self):
        """Each points at the delivery that says it, and so does the timeline."""
        rows = {row["id"]: row for row in self.json("queue", "--all")["deliveries"]}
        for row in rows.values():
            self.assertEqual(row["state"] == "covered", "covered_by" in row)
            if "covered_by" in row:
                other = rows[row["covered_by"]]
                self.assertEqual((other["state"], other["sequence"], other["recipient"]),
                                 ("delivered", 4, row["recipient"]))
        metrics = subprocess.run(
            ["curl", "-sS", "--unix-socket", str(self.socket), "http://localhost/metrics"],
            capture_output=True, text=True, check=True).stdout
        self.assertRegex(metrics, r'budkavle_deliveries_total\{channel="mail",'
                                  r'result="covered"\} 150\b')
        shown = self.command("show", "OMS-77120").stdout
        self.assertRegex(shown, r"sequence=1 .*state=covered  covered_by=4  recipients=50")
        self.assertRegex(shown, r"sequence=4 .*state=delivered  recipients=50")

    def test_a_list_with_a_line_that_is_no_address(self):
        names = [f"kund{number:03}" for number in range(299)]
        self.postfix.mailboxes({name: "kunder" for name in names})
        self.postfix.reload()
        lines = ["# kunder", "", *(f"{name}@example.se" for name in names[:150]),
                 "Kalle Anka", *(f"{name}@example.se\r" for name in names[150:])]
        (self.folder / "list.txt").write_text("\n".join(lines) + "\n")
        self.recipients = 'to_file = "list.txt"'
        self.begin()
        self.send(event(1))
        self.arrived("kunder", 299)
        mails = self.postfix.mails("kunder")
        self.assertEqual(sorted(mail["To"] for mail in mails),
                         [f"{name}@example.se" for name in names])
        counts = self.audit()["deliveries"]
        self.assertEqual((counts["delivered"], counts["parked"]), (299, 0), counts)
        self.assertIn("list.txt line 153", self.log_text())
        self.assertTrue(self.command("status").stdout.startswith("ok"))

    def test_a_required_encryption_checks_the_certificate(self):
        self.mail_more = 'tls = "required"  allow_private = true'
        self.begin()
        self.send(event(1))
        paused = wait_for("the channel to pause", lambda: (
            lambda channel: channel["state"] == "paused" and channel)(self.channel()))
        self.assertIn("certificate", paused["last_error"])
        self.assertEqual(self.postfix.taken(), [])
        # What is under way with the old settings would pause the channel once more.
        wait_for("both mails to have met it", lambda: "in_flight" not in {
            row["state"] for row in self.deliveries().values()})
        self.mail_more += f'  ca_file = "{self.postfix.folder}/relay.pem"'
        self.write_config()
        self.command("reload")
        self.command("channel", "resume", "mail")
        self.wait_complete()
        self.arrived("redaktion", 1)


if __name__ == "__main__":
    if os.geteuid() != 0 or not pathlib.Path(POSTFIX).exists():
        print("needs root and the package postfix")
        sys.exit(77)
    unittest.main()
