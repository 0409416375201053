#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The message was taken and the answer lost: repeats that a receiver can recognise.

Each first answer of each message is cut after acceptance, or comes after the time-out.
Web hooks repeat under the same id with the same bytes, so that who looks at it sees no
message twice; a mail comes at most once more, with the same Message-ID; and a channel
that is told to park instead sends nothing again until a person asks for it.
"""
import collections
import json
import unittest

from fault_world import FaultWorld, sized, told, wait_for

# Few in a row on each channel: more failures than that would make it rest.
WAVE = 4
WAVES = sized(16, 1)
HOOKS, RESENDING, PARKING = 10, 4, 2
TIMEOUT_S = sized(10, 3, 12)  # enough for every good answer
LATE = f"late {TIMEOUT_S + 2}"


def event(number):
    return {"event_id": f"E{number}", "incident": f"I{number}", "kind": "power",
            "status": "confirmed", "customers_affected": 1432,
            "places": [{"name": "Täby kyrkby"}]}


class LostAnswers:
    """A script: the first time that an id comes its answer is lost, in turn by each of
    the ways."""

    def __init__(self, ways):
        self.ways, self.seen, self.lost = ways, set(), 0

    def __call__(self, call):
        if call["id"] in self.seen:
            return "ok"
        self.seen.add(call["id"])
        self.lost += 1
        return self.ways[self.lost % len(self.ways)]


class Ambiguity(FaultWorld):
    def setUp(self):
        super().setUp()
        self.scripts = []
        self.hooks = [self.hook(f"hook-{number}", self.script(
            "cut", "cut", "empty", LATE), options=self.options())
            for number in range(HOOKS)]
        self.mails = [self.lossy_relay(f"mail-{number}", "resend")
                      for number in range(RESENDING)]
        self.parking = [self.lossy_relay(f"park-{number}", "park")
                        for number in range(PARKING)]
        self.names = [f"hook-{number}" for number in range(HOOKS)]
        self.names += [f"mail-{number}" for number in range(RESENDING)]
        self.names += [f"park-{number}" for number in range(PARKING)]
        self.route_to_all(self.names)

    def script(self, *ways):
        self.scripts.append(LostAnswers(ways))
        return self.scripts[-1]

    def options(self, more=""):
        return f'timeout = "{TIMEOUT_S}s"' + more

    def lossy_relay(self, name, on_unknown):
        return self.relay(
            name, self.script("dot reset", "dot close", "dot reset", f"dot {LATE}"),
            to=("redaktion@example.se",), options=self.options(
                f'; concurrency = 2; backlog = "each"; on_unknown = "{on_unknown}"'))

    def rows(self, kind):
        return [row for row in self.deliveries() if row["channel"].startswith(kind)]

    def wave(self, number):
        self.send(*(event(number * WAVE + one) for one in range(WAVE)))
        n = (number + 1) * WAVE
        for kind, channels in (("hook", HOOKS), ("mail", RESENDING)):
            wait_for(f"{kind} to be delivered", lambda kind=kind, channels=channels: (
                [row["state"] for row in self.rows(kind)] == ["delivered"] * n * channels))
        wait_for("the other mails to be parked", lambda: len(
            [row for row in self.rows("park") if row["state"] == "parked"]) ==
            WAVE * PARKING)

    def assert_parked(self, n_before):
        """Once out, and no more until a person says so; then under the same id."""
        for relay in self.parking:
            fresh = relay.accepted()[n_before:]
            self.assertEqual(len({call["id"] for call in fresh}), WAVE)
            self.assertEqual(len(fresh), WAVE)
        for row in self.rows("park"):
            if row["state"] == "parked":
                self.assertEqual(row["attempts"], 1)
                self.assertTrue(row["last_error"])
        for number in range(PARKING):
            self.command("retry", "--channel", f"park-{number}", "--state", "parked")
        self.wait_complete()
        for relay in self.parking:
            times = collections.Counter(call["id"] for call in relay.accepted())
            self.assertEqual(set(times.values()), {2})

    def assert_hooks(self, n):
        for hook in self.hooks:
            bodies = {}
            for call in hook.calls:
                bodies.setdefault(call["id"], set()).add(call["body"])
            self.assertEqual(len(bodies), n, "a message is missing, or has two ids")
            self.assertEqual({len(one) for one in bodies.values()}, {1}, "other bytes")
            incidents = [json.loads(next(iter(one)))["data"]["incident"]["incident"]
                         for one in bodies.values()]
            self.assertEqual(len(set(incidents)), n, "visible twice")

    def assert_mails(self, n):
        for relay in self.mails:
            times = collections.Counter(call["id"] for call in relay.accepted())
            self.assertEqual(len(times), n)
            self.assertLessEqual(max(times.values()), 2, "more than one duplicate")

    def assert_marked(self, lost):
        """In the counters, in the journal, and by the number of attempts."""
        unknown = self.metric("budkavle_deliveries_total", '"unknown"')
        parked = self.metric("budkavle_deliveries_total", '"parked"')
        self.assertEqual(unknown + parked, lost)
        self.assertEqual(self.log_text().count("result=unknown"), unknown)
        self.assertEqual([row for row in self.deliveries() if row["attempts"] != 2], [],
                         self.log_text())

    def test_lost_answers(self):
        self.begin()
        for number in range(WAVES):
            n_before = len(self.parking[0].accepted())
            self.wave(number)
            self.assert_parked(n_before)
        n = WAVES * WAVE
        lost = sum(script.lost for script in self.scripts)
        self.assertEqual(lost, n * len(self.names))
        self.assert_hooks(n)
        self.assert_mails(n)
        self.assert_marked(lost)
        self.assertTrue(self.audit()["complete"])
        told(f"ambiguity: {lost} answers lost, {n * HOOKS} repeats to web hooks none of "
             f"them visible, at most one more mail each, {n * PARKING} parked instead")


if __name__ == "__main__":
    unittest.main()
