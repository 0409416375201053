#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What was said wrong is taken back, or set right, while most of a long list still waits.

A distribution list gets a mail each about a power cut, slowly. When some have it, one
command says that it was wrong. The first word of that is on every channel within five
seconds, nobody gets the error any more, and the word goes to exactly those who did or may
have got it; a correction goes to the others as if it had been right from the first.
FAULTS_LONG=1: a list of 100,000.
"""
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from fault_world import LONG, SANITIZED, sized, told  # noqa: E402
from harness import read_rows, wait_for  # noqa: E402
from socket_world import SocketWorld, event  # noqa: E402

PEOPLE = sized(100000, 4000, 600)
RATE = sized(1000, 150, 40)  # mails a second; the error reaches a part of the list only
GOT_IT = sized(2000, 300, 60)
# Seconds; the short form runs beside other tests, and the sanitizers are slow.
PROMISE = 5 if LONG else 20 if SANITIZED else 10


class Retract(SocketWorld):
    routes = """
route "all" { kinds = { "power" }  channels = { "bus", "page", "people" } }
"""

    def config_text(self):
        smtp = self.receivers.ports["smtp"]
        people = self.folder / "people.txt"
        people.write_text("".join(f"p{i}@example.se\n" for i in range(PEOPLE)))
        return super().config_text() + f"""
channel "people" {{
  driver  = "email"
  relay   = "smtp://127.0.0.1:{smtp}"
  from    = "drift@example.se"
  to_file = "{people}"
  rate    = "{RATE}/s"
}}
"""

    def mails(self):
        return read_rows(self.folder / "mails.ndjson")

    def n_mails(self):
        path = self.folder / "mails.ndjson"
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def begin(self):
        """The error is on its way; returns when some have it."""
        self.start()
        self.post(event("O", places=[{"name": "ZTaby", "code": "1"}]))
        wait_for("the first mails", lambda: self.n_mails() >= GOT_IT, 300)
        incident = self.json("incidents")["incidents"][0]["id"]
        wait_for("the list to be queued", lambda: self.waiting() >= PEOPLE * 0.9 - GOT_IT, 300)
        return incident

    def waiting(self):
        report = self.ok("GET", "/v1/channels")["channels"]
        return next(row["waiting"] for row in report if row["name"] == "people")

    def first_words(self, incident, verb, body, word):
        """Seconds from the command to the first word on each channel."""
        before, taken = self.n_mails(), {}
        begin = time.monotonic()
        self.ok("POST", f"/v1/incidents/{incident}/{verb}", body)

        def all_there():
            now = time.monotonic() - begin
            hooks = self.folder / "hooks.ndjson"
            if "bus" not in taken and word in hooks.read_text():
                taken["bus"] = now
            if "page" not in taken and self.is_on_page(incident, verb):
                taken["page"] = now
            if "people" not in taken and self.is_mailed(incident, before):
                taken["people"] = now
            return len(taken) == 3
        wait_for("the first word everywhere", all_there)
        for channel, seconds in taken.items():
            self.assertLess(seconds, PROMISE, channel)
        return taken

    def is_on_page(self, incident, verb):
        page = self.folder / f"page/incident/{incident}.html"
        word = "ZVallentuna" if verb == "correct" else "Vi hade fel"
        return page.exists() and word in page.read_text()

    def message(self, incident, sequence):
        messages = self.get(f"/v1/messages?incident={incident}")["messages"]
        return next((row["message"] for row in messages if row["sequence"] == sequence), None)

    def is_mailed(self, incident, before):
        """Whether one of the mails since is the newest message."""
        newest = self.message(incident, 2)
        with open(self.folder / "mails.ndjson", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number >= before and newest is not None and newest in line:
                    return True
        return False

    def by_message(self, incident):
        """Who got message 1, and who got message 2; the mails in their order."""
        got, order = {1: [], 2: []}, []
        ids = {number: self.message(incident, number) for number in got}
        for mail in self.mails():
            for number, message in ids.items():
                # A mail names the one before it, too.
                if message in mail["data"].split("Message-ID:", 1)[1].split("\n", 1)[0]:
                    got[number] += mail["to"]
                    order.append(number)
        return got, order

    def settle(self):
        wait_for("the queue to be empty", lambda: self.waiting() == 0,
                 sized(3600, 600))
        self.assertEqual(self.command("audit", check=False).returncode, 0)

    def test_retraction_goes_to_exactly_the_hearers(self):
        incident = self.begin()
        taken = self.first_words(incident, "retract", {"reason": "A test"}, "false_alarm")
        self.settle()
        got, _ = self.by_message(incident)
        self.assertEqual(len(got[1]), len(set(got[1])))
        self.assertGreaterEqual(len(got[1]), GOT_IT)
        self.assertLess(len(got[1]), PEOPLE)
        self.assertEqual(sorted(got[2]), sorted(got[1]))
        told(f"retract: {len(got[1])} of {PEOPLE} had the error and were told, first word " +
             ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(taken.items())))

    def test_correction_goes_to_the_hearers_and_what_is_right_to_the_others(self):
        incident = self.begin()
        taken = self.first_words(incident, "correct",
                                 {"patch": {"places": [{"name": "ZVallentuna"}]}},
                                 "correction")
        self.settle()
        got, _ = self.by_message(incident)
        self.assertEqual(len(got[2]), PEOPLE)
        self.assertEqual(len(set(got[2])), PEOPLE)
        self.assertLess(len(got[1]), PEOPLE)
        heard = set(got[1])
        newest = self.message(incident, 2)
        for mail in self.mails():
            if newest in mail["data"].split("Message-ID:", 1)[1].split("\n", 1)[0]:
                says_wrong = "We were wrong" in mail["data"]
                self.assertEqual(says_wrong, mail["to"][0] in heard, mail["to"])
        told(f"correct: {len(heard)} of {PEOPLE} were told that it was wrong, {PEOPLE - len(heard)} "
             "what is right, first word " +
             ", ".join(f"{name} {seconds:.2f} s" for name, seconds in sorted(taken.items())))


if __name__ == "__main__":
    unittest.main()
