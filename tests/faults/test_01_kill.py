#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""kill -9 of the core, the launcher and the senders, over and over, over five channels.

What was acknowledged is there in the end, every channel has each incident's last word,
and what came twice came under an unchanged id and was under way when something was
killed.
"""
import collections
import json
import random
import re
import unittest

from fault_world import FaultWorld, Killer, sized, told, wait_for

KILLS = sized(1000, 8, 4)
EVENTS = sized(10000, 600, 200)
PER_INCIDENT = 10
PAUSE_S = sized((0.005, 0.5), (0.05, 0.4), (0.5, 2))
# An attempt that was answered is recorded within this, else it was not under way.
RECORDED_S = 20


def event(number, revision, last):
    """Every revision says something that people are told of."""
    return {"event_id": f"E{number}-{revision}", "incident": f"I{number}",
            "revision": revision, "kind": "power",
            "status": "restored" if revision == last else "confirmed",
            "customers_affected": 100 * (1 + revision % 2) * (1 + revision),
            "places": [{"name": f"Ort {number}"}]}


class Flaky:
    """A receiver on a bad day: about one answer in four is none, or comes too late."""

    WAYS = ("status 503", "reset_after", "cut", "empty", "head_reset", "status 500")

    def __init__(self):
        self.chance = random.Random(1)

    def __call__(self, _call):
        return self.chance.choice(self.WAYS) if self.chance.random() < 0.25 else "ok"


class Kill(FaultWorld):
    def setUp(self):
        super().setUp()
        self.hooks = {"one": self.hook("one"), "two": self.hook("two"),
                      "flaky": self.hook("flaky", Flaky())}
        self.mail = self.relay("mail")
        self.page()
        self.route_to_all(["one", "two", "flaky", "mail", "page"])
        self.n_incidents = EVENTS // PER_INCIDENT

    def events(self):
        """Each incident's in order, the incidents mixed."""
        chance = random.Random(2)
        rows = [(number, revision) for number in range(self.n_incidents)
                for revision in range(1, PER_INCIDENT + 1)]
        chance.shuffle(rows)
        at = collections.Counter()
        for number, _ in rows:
            at[number] += 1
            yield event(number, at[number], PER_INCIDENT)

    def feed(self, killer):
        """In posts of mixed sizes and files; what is acknowledged is remembered."""
        chance, acked, pending = random.Random(3), set(), list(self.events())
        total, n_files = len(pending), 0
        while pending:
            size = chance.choice((1, 3, 10, 40))
            part, pending = pending[:size], pending[size:]
            killer.keep_pace(KILLS * (total - len(pending)) // total)
            if chance.random() < 0.3:
                n_files += 1
                self.drop(f"part-{n_files}.json", json.dumps(part))
            else:
                self.post_patiently(part)
                acked.update(row["event_id"] for row in part)
        wait_for("the spool to be taken",
                 lambda: not any((self.spool / "new").iterdir()), 300)
        self.assertEqual(list((self.spool / "rejected").iterdir()), [])
        return acked

    def config_text(self):
        """Posts are of the same source as the files."""
        return super().config_text().replace(f'path = "{self.socket}"',
                                             f'path = "{self.socket}"  source = "oms"')

    def assert_nothing_lost(self, acked):
        rows = {row["incident"]: row for row in self.incidents()}
        self.assertEqual(len(rows), self.n_incidents)
        stored = set()
        for number in range(self.n_incidents):
            row = rows[f"I{number}"]
            self.assertEqual((row["revision"], row["status"]), (PER_INCIDENT, "restored"))
            stored.update(entry["event_id"] for entry in self.timeline(row["id"])
                          if entry["what"] == "event")
        self.assertEqual(acked - stored, set(), "acknowledged and lost")
        self.assertEqual(len(stored), EVENTS)
        return rows

    def assert_last_words(self, rows):
        for name, hook in self.hooks.items():
            given = {}
            for call in hook.accepted():
                data = json.loads(call["body"])["data"]
                key, sequence = data["incident"]["id"], data["sequence"]
                self.assertIn(sequence - given.get(key, 0), (0, 1),
                              f"{name}: a gap or a step back in {key}")
                given[key] = sequence
            self.assertEqual(given, {row["id"]: row["sequence"] for row in rows.values()},
                             name)
        newest = {}
        for row in self.deliveries(channel="mail"):
            if row["sequence"] >= newest.get(row["incident"], (0,))[0]:
                newest[row["incident"]] = (row["sequence"], row["message"])
        got = collections.Counter(re.match(r"<(m_\w+)\.", call["id"]).group(1)
                                  for call in self.mail.accepted())
        for row in rows.values():
            self.assertEqual(newest[row["id"]][0], row["sequence"])
            self.assertGreaterEqual(got[newest[row["id"]][1]], 2, "one for each address")
            page = (self.folder / f"page/incident/{row['id']}.html").read_text()
            self.assertIn(row["places"][0]["name"], page)
        status = json.loads((self.folder / "page/status.json").read_text())
        self.assertEqual(status["open"], 0)

    def duplicates(self, receiver, kills):
        """How many came again; each must have been under way at a kill."""
        count, last, bodies = 0, {}, {}
        for call in receiver.accepted():
            key = call["id"]
            if "body" in call:
                self.assertEqual(bodies.setdefault(key, call["body"]), call["body"])
            if key in last:
                begun = last[key]
                near = [at for at in kills if begun - 0.1 <= at <= call["begun"]]
                self.assertTrue(near and near[0] - begun < RECORDED_S,
                                f"{key} came twice, and nothing was killed in between")
                count += 1
            last[key] = call["begun"]
        return count

    def test_kills_at_any_moment(self):
        self.begin()
        killer = Killer(self, random.Random(4), PAUSE_S)
        killer.start()
        try:
            acked = self.feed(killer)
            killer.keep_pace(KILLS)
        finally:
            killer.stop()
        self.wait_complete(300)
        rows = self.assert_nothing_lost(acked)
        self.assert_last_words(rows)
        certain = [*(hook for name, hook in self.hooks.items() if name != "flaky"), self.mail]
        again = sum(self.duplicates(receiver, killer.times) for receiver in certain)
        self.assertTrue(self.audit()["complete"])
        self.assertGreaterEqual(killer.total(), KILLS)
        told(f"kill: {killer.counts['core']} of the core, {killer.counts['children']} of a "
             f"child, {EVENTS} events, {len(acked)} acknowledged by post, 0 lost; "
             f"{sum(len(hook.accepted()) for hook in self.hooks.values())} calls and "
             f"{len(self.mail.accepted())} mails, {again} of them repeats")


if __name__ == "__main__":
    unittest.main()
