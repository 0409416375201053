#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Revisions in any order, a third of them twice, through kills: everybody ends at the
newest, and nobody ever hears an older word after a newer one."""
import json
import random
import re
import unittest

from fault_world import FaultWorld, Killer, sized, told, wait_for

INCIDENTS = sized(500, 40, 16)
REVISIONS = sized(20, 10)
KILLS = sized(40, 4, 2)
RECIPIENTS = ("redaktion@example.se", "beredskap@example.se", "jour@example.se")


def event(number, revision):
    """The newest is the end; what an older one names is told by no newer one's silence."""
    row = {"event_id": f"E{number}-{revision}", "incident": f"I{number}",
           "revision": revision, "kind": "power", "status": "confirmed",
           "customers_affected": 1000 + 500 * (revision % 3) + revision,
           "places": [{"name": f"Ort {number}"}]}
    if revision == REVISIONS:
        row.update(status="restored", customers_affected=777)
    elif revision % 4 == 2:
        row["etr"] = f"2030-01-{revision:02}T12:00:00Z"
    elif revision % 4 == 3:
        row["crew"] = "on_site"
    return row


class Order(FaultWorld):
    def setUp(self):
        super().setUp()
        self.hooks = [self.hook("one"), self.hook("two", options="concurrency = 2")]
        self.mail = self.relay("mail", to=RECIPIENTS)
        self.page()
        self.route_to_all(["one", "two", "mail", "page"])

    def feed(self, killer):
        chance = random.Random(8)
        events = [event(number, revision) for number in range(INCIDENTS)
                  for revision in range(1, REVISIONS + 1)]
        events += chance.sample(events, len(events) * 3 // 10)
        chance.shuffle(events)
        total, results = len(events), {}
        while events:
            size = chance.choice((1, 2, 5, 20))
            part, events = events[:size], events[size:]
            killer.keep_pace(KILLS * (total - len(events)) // total)
            for row in self.post_patiently(part):
                results[row["result"]] = results.get(row["result"], 0) + 1
        return total, results

    def regressions(self, hook):
        """How often somebody heard an older word after a newer one; and what was last."""
        count, last = 0, {}
        for call in hook.accepted():
            data = json.loads(call["body"])["data"]
            before = last.get(data["incident"]["incident"])
            if before is not None and (
                    data["sequence"] < before["sequence"] or
                    data["incident"]["revision"] < before["incident"]["revision"]):
                count += 1
            last[data["incident"]["incident"]] = data
        return count, last

    def mail_regressions(self):
        """The same by mail, for each address: messages are numbered in the deliveries."""
        number = {row["message"]: (row["incident"], row["sequence"])
                  for row in self.deliveries(channel="mail")}
        count, last = 0, {}
        for call in self.mail.accepted():
            incident, sequence = number[re.match(r"<(m_\w+)\.", call["id"]).group(1)]
            key = (call["to"][0], incident)
            count += sequence < last.get(key, 0)
            last[key] = sequence
        return count, last

    def test_shuffled_and_doubled(self):
        self.begin()
        killer = Killer(self, random.Random(9), (0.1, 0.6))
        killer.start()
        try:
            total, results = self.feed(killer)
            killer.keep_pace(KILLS)
        finally:
            killer.stop()
        self.wait_complete(300)
        rows = {row["incident"]: row for row in self.incidents()}
        self.assertEqual(len(rows), INCIDENTS)
        for row in rows.values():
            self.assertEqual((row["revision"], row["status"], row["customers_affected"]),
                             (REVISIONS, "restored", 777), row["incident"])
        self.assertGreaterEqual(results.get("repeat", 0), total * 2 // 13)
        for hook in self.hooks:
            count, last = self.regressions(hook)
            self.assertEqual(count, 0)
            self.assertEqual(set(last), set(rows))
            for name, data in last.items():
                self.assertEqual(data["sequence"], rows[name]["sequence"])
                self.assertEqual((data["incident"]["status"],
                                  data["incident"]["revision"]), ("restored", REVISIONS))
        count, last = self.mail_regressions()
        self.assertEqual(count, 0)
        self.assertEqual(last, {(to, row["id"]): row["sequence"]
                                for to in RECIPIENTS for row in rows.values()})
        wait_for("the page", lambda: json.loads(
            (self.folder / "page/status.json").read_text())["open"] == 0)
        told(f"order: {total} events in any order, {results}, {killer.total()} kills, "
             f"{sum(len(hook.calls) for hook in self.hooks)} calls and "
             f"{len(self.mail.accepted())} mails, 0 steps back")


if __name__ == "__main__":
    unittest.main()
