#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Nobody is the default audience: filters that are empty or name what does not exist,
and events that are not meant in earnest, reach no live channel, and each answer and
timeline says why."""
import random
import unittest

from fault_world import FaultWorld, sized, told, wait_for

EVENTS = sized(1000, 100, 60)
MARK = "Ingenstans"
# Conditions that let nothing through, each on a route of its own to live channels.
BLANK = ("kinds = { }", "statuses = { }", "severities = { }", "places = { }",
         "sources = { }", 'places = { "Atlantis" }', 'sources = { "nobody" }', 'kinds = { } min_customers = 0',
         'places = { "Atlantis" } kinds = { "power" }', 'audience = "staff" places = { }')
ODD_PLACES = (None, [], [{"name": MARK}], [{"name": "atlantis!"}], [{"name": "Atlant"}],
              [{"name": MARK, "code": "Atlantis-2"}], [{"name": "Place", "code": "0160"}])


class EmptyAudience(FaultWorld):
    def setUp(self):
        super().setUp()
        self.live = [self.hook("bus"), self.hook("other"), self.relay("mail")]
        self.drill = self.hook("drill", options="live = false")
        self.page()
        everybody = 'channels = { "bus", "other", "mail", "page" }'
        self.routes = "".join(f'\nroute "blank-{number}" {{ {condition}  {everybody} }}'
                              for number, condition in enumerate(BLANK))
        self.routes += """
route "nowhere" { channels = { } }
route "drill"   { kinds = { "gas" }  channels = { "drill" } }
route "mixed"   { kinds = { "telecom" }  channels = { "bus", "mail", "page" } }
route "known"   { places = { "Täby kyrkby" }  channels = { "bus" } }
"""

    def event(self, number, chance):
        row = {"event_id": f"E{number}", "incident": f"I{number}",
               "kind": chance.choice(("power", "water", "heating", "other")),
               "status": chance.choice(("suspected", "confirmed", "restored", "planned")),
               "severity": chance.choice(("extreme", "severe", "minor", "unknown")),
               "customers_affected": chance.choice((0, 10, 10**6)),
               "places": chance.choice(ODD_PLACES), "note": f"{MARK} {number}",
               "audience": chance.choice(("public", "public", "staff"))}
        if row["places"] is None:
            del row["places"]
        if row["status"] == "planned":
            row["planned"] = {"from": "2030-01-01T12:00:00Z", "to": "2030-01-01T14:00:00Z"}
        if number % 3 == 0:  # everything else about it would match
            row.update(mode=chance.choice(("exercise", "test")), kind="telecom",
                       status="confirmed", audience="public",
                       places=[{"name": "Täby kyrkby"}])
        return row

    def assert_silent(self):
        for receiver in self.live:
            self.assertEqual(receiver.connections, 0)
        found = [path for path in (self.folder / "page").rglob("*") if path.is_file() and
                 MARK.encode() in path.read_bytes()]
        self.assertEqual(found, [])

    def test_nobody_hears(self):
        self.begin()
        chance = random.Random(16)
        events = [self.event(number, chance) for number in range(EVENTS)]
        reasons = {}
        for at in range(0, EVENTS, 7):
            for row in self.post(*events[at:at + 7]):
                self.assertEqual(row["messages"], 0, row)
                self.assertTrue(row.get("why"), row)
                reasons[row["why"]] = reasons.get(row["why"], 0) + 1
        rows = self.incidents()
        self.assertEqual(len(rows), EVENTS)
        for row in rows:
            entries = [entry for entry in self.timeline(row["id"])
                       if entry["what"] == "event"]
            self.assertEqual(len(entries), 1)
            self.assertTrue(entries[0].get("why"), entries)
        self.assertEqual(self.deliveries(), [])
        self.assert_drill_hears_exercises()
        self.assert_silent()
        self.assert_unknown_mode_is_refused()
        self.assert_the_rest_is_heard()
        told(f"audience: {EVENTS} events that nobody hears of, each with its reason: "
             f"{reasons}")

    def assert_drill_hears_exercises(self):
        """And nothing but exercises."""
        given = {"kind": "gas", "status": "confirmed", "places": [{"name": MARK}]}
        drill, real = self.post(
            {"incident": "drill", "mode": "exercise", **given},
            {"incident": "real", **given})
        self.assertEqual((drill["messages"], real["messages"]), (1, 0))
        self.assertTrue(real["why"])
        wait_for("the exercise to be heard of", self.drill.accepted)
        self.wait_complete()
        self.assertEqual(len(self.drill.accepted()), 1)
        self.assertEqual({row["channel"] for row in self.deliveries()}, {"drill"})

    def assert_unknown_mode_is_refused(self):
        for mode in ("Actual", "drill", "", 1, ["actual"]):
            self.problem(422, "POST", "/v1/events", [
                {"incident": f"mode {mode}", "kind": "telecom", "status": "confirmed",
                 "mode": mode, "places": [{"name": "Täby kyrkby"}]}])
        # The mode is the incident's: it does not become real on the way.
        self.problem(422, "POST", "/v1/events", [
            {"incident": "drill", "mode": "actual", "status": "confirmed"}])
        self.call("POST", "/v1/events", [{"incident": "drill", "mode": None,
                                          "status": "restored", "kind": "telecom"}])
        self.wait_complete()
        self.assertEqual({row["channel"] for row in self.deliveries()}, {"drill"})

    def assert_the_rest_is_heard(self):
        """The silence is not that of a daemon which says nothing at all."""
        for receiver in self.live:
            self.assertEqual(receiver.connections, 0)
        row = self.post({"incident": "known", "kind": "power", "status": "confirmed",
                         "places": [{"name": "Täby kyrkby"}]})[0]
        self.assertEqual(row["messages"], 1)
        self.wait_complete()
        self.assertEqual(len(self.live[0].accepted()), 1)


if __name__ == "__main__":
    unittest.main()
