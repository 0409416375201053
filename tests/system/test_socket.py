#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every route of docs/socket.md, with its roles, refusals and pages."""
import grp
import json
import os
import re
import subprocess
import time
import unittest

from harness import wait_for
from socket_world import EVENT, TIME, SocketWorld, event

class Socket(SocketWorld):
    def test_the_documented_routes_answer(self):
        self.start()
        self.post(EVENT)
        self.wait_complete()
        incident = self.ok("GET", "/v1/incidents")["incidents"][0]["id"]
        routes = self.documented()
        self.assertGreaterEqual(len(routes), 18, routes)
        for method, path, _ in routes:
            if path.endswith("/release"):
                continue  # nothing is held here; test_approve.py releases
            kind = {"{id}": "1" if "deliveries" in path else incident, "{name}": "bus"}
            whole = re.sub(r"\{\w+\}", lambda found: kind[found.group()], path)
            if path == "/v1/stream":
                continue  # it does not end; it has a test of its own
            with self.subTest(f"{method} {path}"):
                body = {"/v1/events": event(2), "/v1/preview": event(3),
                        "/v1/incidents/{id}/correct": {"patch": {"note": "right"}}}.get(
                    path, {"reason": "a test"} if "cancel" in path or "anew" in path else {})
                status, headers, _ = self.call(method, whole, body if method == "POST" else None)
                # What is delivered can be neither retried nor cancelled; nothing is lost.
                # The channel has no list, and nothing came back of a mail.
                self.assertIn(status, (200, 409, 422) if "deliveries/" in path or
                              "anew" in path else (415, 422) if method == "POST" and
                              re.search("/left|unsubscribe|bounces", path) else
                              (404,) if path.endswith("/report") else (200,))
                self.assertIn("no-store", headers["Cache-Control"])
                taken = {row[0] for row in routes if row[1].split("?")[0] == path.split("?")[0]}
                other = next(one for one in ("GET", "DELETE") if one not in taken)
                answer = self.problem(405, other, whole)
                self.assertIn(method, answer["detail"])
                self.assertIn(method, self.call(other, whole)[1]["Allow"])

    def test_events_in_their_three_forms(self):
        self.start()
        lines = "".join(json.dumps(event(number)) + "\r\n" for number in (3, 4))
        for body, kind, n in ((event(1), "application/json; charset=utf-8", 1),
                              ([event(2)], "application/json", 1),
                              (lines, "application/x-ndjson", 2)):
            accepted = self.ok("POST", "/v1/events", body, kind=kind)["accepted"]
            self.assertEqual(len(accepted), n)
            for row in accepted:
                self.assertEqual(row["result"], "applied")
                self.assertEqual(row["incident"], "I" + row["event_id"][1:])
                self.assertEqual(row["messages"], 4)
                self.assertEqual(self.ok("GET", f"/v1/incidents/{row['id']}")["incident"],
                                 row["incident"])
        self.assertEqual(self.post(event(1))[0]["result"], "repeat")
        self.assertEqual(len(self.ok("GET", "/v1/incidents")["incidents"]), 4)

    def test_a_check_stores_nothing(self):
        self.start()
        row = self.ok("POST", "/v1/events?check=1", EVENT)["accepted"][0]
        self.assertEqual((row["result"], row["messages"]), ("applied", 4))
        self.problem(422, "POST", "/v1/events?check=1", dict(EVENT, kind="powr"))
        self.problem(400, "POST", "/v1/events?check=yes", EVENT)
        previews = self.ok("POST", "/v1/preview", EVENT)["previews"]
        self.assertEqual({row["channel"] for row in previews} - {"page"}, {"bus", "mail"})
        self.assertIn("Täby kyrkby", json.dumps(previews, ensure_ascii=False))
        self.assertEqual(self.ok("GET", "/v1/incidents")["incidents"], [])
        self.assertEqual(self.ok("GET", "/v1/messages")["messages"], [])
        time.sleep(0.3)
        self.assertEqual(self.receivers.hooks(), [])
        self.assertEqual(self.post(EVENT)[0]["result"], "applied")

    def test_what_is_refused(self):
        self.start()
        self.post(EVENT)
        wrong = [
            (400, "{"), (400, ""), (400, "[]"), (400, "[" + json.dumps(EVENT)),
            (409, dict(EVENT, crew="done")), (422, dict(EVENT, event_id="N", kind="powr")),
            (422, {}), (422, "42"), (413, dict(EVENT, extra="x" * 262144)),
            (413, b" " * (8 * 1024 * 1024 + 1)),
        ]
        for status, body in wrong:
            with self.subTest(f"{status} {str(body)[:40]}"):
                self.problem(status, "POST", "/v1/events", body)
        for kind in (None, "text/plain", "application/xml", "application/jsonx",
                     "application/x-www-form-urlencoded"):
            answer = self.problem(415, "POST", "/v1/events", "{}", kind=kind)
            self.assertIn("application/json", answer["detail"])
        for path in ("/", "/v1", "/v1/nothing", "/v1/events/", "/v1//status", "/v2/status",
                     "/v1/incidents/i_none", "/v1/incidents/i_none/timeline",
                     "/v1/incidents/%00", "/v1/incidents/%ff%fe", "/v1/audit?incident=x",
                     "/v1/deliveries?incident=x", "/metrics/../v1/status"):
            self.problem(404, "GET", path)
        for path in ("/v1/channels/nowhere/pause", "/v1/channels/nowhere/retry",
                     "/v1/channels/nowhere/test", "/v1/deliveries/999/retry",
                     "/v1/deliveries/x/retry", "/v1/deliveries/-1/retry"):
            self.problem(404, "POST", path, {})
        for query in ("limit=0", "limit=1001", "limit=x", "limit=", "after=x", "after=-1",
                      "limit=99999999999999999999", "%zz"):
            for path in ("incidents", "messages", "deliveries", "audit"):
                self.problem(400, "GET", f"/v1/{path}?{query}")
        for path in ("deliveries?state=lost", "deliveries?channel=nowhere",
                     "messages?channel=nowhere", "incidents?open=1&waiting=1"):
            self.problem(400, "GET", f"/v1/{path}")
        self.assertEqual(self.ok("GET", "/v1/status")["incidents"], 1)

    def test_a_batch_with_one_bad_event_is_refused_whole(self):
        self.start()
        batch = [event(number) for number in range(20)]
        batch[12].update(kind="powr", etr="tomorrow")
        batch[17]["crew"] = 4
        faults = self.problem(422, "POST", "/v1/events", batch)["faults"]
        self.assertEqual([(fault["event"], fault["field"]) for fault in faults],
                         [(13, "kind"), (13, "etr"), (18, "crew")])
        self.assertIn("tomorrow", faults[1]["problem"])
        lines = "\n".join(["", *map(json.dumps, batch)])
        faults = self.problem(422, "POST", "/v1/events", lines,
                              kind="application/x-ndjson")["faults"]
        self.assertEqual([fault["line"] for fault in faults], [14, 14, 19])
        batch = [event(0), dict(event(0), crew="done")]
        self.problem(409, "POST", "/v1/events", batch)
        self.assertEqual(self.ok("GET", "/v1/incidents")["incidents"], [])
        self.assertEqual(self.ok("GET", "/v1/audit")["messages"], 0)

    def pages(self, path, key, limit):
        found, cursor = [], None
        while True:
            after = f"&after={cursor}" if cursor else ""
            page = self.ok("GET", f"{path}{'&' if '?' in path else '?'}limit={limit}{after}")
            self.assertLessEqual(len(page[key]), limit)
            found += page[key]
            cursor = page["next"]
            if cursor is None:
                return found
            self.assertEqual(len(page[key]), limit)

    def test_lists_page_by_page(self):
        self.start()
        self.post(*(event(number) for number in range(7)))
        self.post(dict(event(3), event_id="R3", status="restored", revision=9),
                  {"incident": "W", "crew": "on_site"})
        self.wait_complete()
        for path, key in (("/v1/incidents", "incidents"), ("/v1/messages", "messages"),
                          ("/v1/deliveries", "deliveries"),
                          ("/v1/deliveries?channel=mail&state=delivered", "deliveries")):
            whole = self.ok("GET", path)[key]
            self.assertGreaterEqual(len(whole), 7)
            for limit in (1, 3, len(whole), 1000):
                self.assertEqual(self.pages(path, key, limit), whole, (path, limit))
            for row in whole:
                self.assertNotIn(None, row.values())
                for name, value in row.items():
                    if name.endswith("_at") and isinstance(value, str):
                        self.assertRegex(value, TIME)
        self.assertNotIn("premises", json.dumps(self.ok("GET", "/v1/incidents")))
        self.assertEqual(len(self.ok("GET", "/v1/incidents?open=1")["incidents"]), 6)
        self.assertEqual([row["incident"] for row in
                          self.ok("GET", "/v1/incidents?waiting=1")["incidents"]], ["W"])
        found = self.ok("GET", "/v1/incidents?number=I3")["incidents"]
        self.assertEqual([row["status"] for row in found], ["restored"])
        deliveries = self.ok("GET", f"/v1/deliveries?incident={found[0]['id']}")["deliveries"]
        self.assertEqual({row["incident"] for row in deliveries}, {found[0]["id"]})
        self.assertEqual(self.ok("GET", "/v1/deliveries?unfinished=1"),
                         {"deliveries": [], "next": None})

    def test_timeline_and_audit(self):
        self.start()
        key = self.post(EVENT)[0]["id"]
        self.wait_complete()
        self.post(dict(EVENT, event_id="E2", revision=2, status="restored"))
        self.wait_complete()
        timeline = self.ok("GET", f"/v1/incidents/{key}/timeline")["timeline"]
        self.assertEqual([row["at"] for row in timeline],
                         sorted(row["at"] for row in timeline))
        events = [row for row in timeline if row["what"] == "event"]
        self.assertEqual([(row["event_id"], row["result"]) for row in events],
                         [("E1", "applied"), ("E2", "applied")])
        messages = [row for row in timeline if row["what"] == "message"]
        self.assertEqual([(row["notice"], row["sequence"]) for row in messages],
                         [("first", 1), ("restored", 2)])
        told = {(row["channel"], row["sequence"]) for row in timeline
                if row["what"] == "delivery" and row["state"] in ("delivered", "covered")}
        self.assertEqual(told, {(channel, number) for channel in ("page", "bus", "mail")
                                for number in (1, 2)})
        for path in ("/v1/audit", f"/v1/audit?incident={key}"):
            audit = self.ok("GET", path)
            self.assertIs(audit["complete"], True)
            self.assertEqual((audit["messages"], audit["pending_events"]), (2, 0))
            self.assertEqual((audit["missing"], audit["next"]), ([], None))
            counts = audit["deliveries"]
            self.assertEqual(counts["delivered"] + counts["covered"], 8)
            self.assertEqual(sum(counts.values()), 8)

    def test_pause_retry_cancel_resume(self):
        self.start()
        self.ok("POST", "/v1/channels/mail/pause", {"reason": "service"})
        self.post(EVENT, event(2), event(3))
        rows = wait_for("the mails to wait", lambda: (
            lambda rows: len(rows) == 6 and rows)(
                self.ok("GET", "/v1/deliveries?unfinished=1")["deliveries"]))
        status = self.ok("GET", "/v1/status")
        self.assertEqual((status["ok"], status["waiting"]), (False, 6))
        self.assertTrue(status["line"].startswith("degraded: mail paused"), status["line"])
        audit = self.ok("GET", "/v1/audit")
        self.assertIs(audit["complete"], False)
        self.assertEqual([row["delivery"] for row in audit["missing"]],
                         [row["id"] for row in rows])
        for row in audit["missing"]:
            self.assertLessEqual({"delivery", "incident", "message", "channel", "state",
                                  "attempts", "due_at"}, set(row))
        one, incident = rows[0]["id"], rows[0]["incident"]
        self.assertEqual(self.problem(422, "POST", f"/v1/deliveries/{one}/cancel", {})
                         ["faults"][0]["field"], "reason")
        self.problem(422, "POST", "/v1/deliveries/retry", {"chanel": "mail"})
        self.problem(400, "POST", "/v1/deliveries/retry", "[1]")
        self.assertEqual(self.ok("POST", f"/v1/deliveries/{one}/cancel",
                                 {"reason": "told by telephone"}), {"count": 1})
        self.assertEqual(self.ok("POST", "/v1/deliveries/cancel", {
            "incident": rows[2]["incident"], "channel": "mail", "state": "pending",
            "reason": "an exercise"}), {"count": 2})
        self.ok("POST", "/v1/channels/mail/retry", {})
        self.ok("POST", "/v1/channels/mail/resume")
        self.wait_complete()
        self.assertEqual(len(self.receivers.mails()), 3)
        audit = self.ok("GET", f"/v1/audit?incident={incident}")
        self.assertEqual([row["delivery"] for row in audit["given_up"]], [one])
        self.assertIn("told by telephone", json.dumps(audit["actions"]))
        self.assertEqual(self.ok("POST", "/v1/channels/bus/test", {}),
                         {"channel": "bus", "outcome": "delivered"})
        self.assertEqual(self.receivers.hooks()[-1]["body"]["type"], "channel.test")

    def test_status_channels_config_metrics(self):
        self.start()
        self.post(EVENT, {"incident": "staff", "kind": "power", "status": "confirmed",
                          "audience": "staff"})
        self.wait_complete()
        status = self.ok("GET", "/v1/status")
        self.assertEqual((status["ok"], status["incidents"], status["unrouted"]), (True, 2, 1))
        self.assertRegex(status["line"], r"^ok: 2 incidents, 0 waiting, 3/3 channels up$")
        self.assertRegex(status["started_at"], TIME)
        channels = self.ok("GET", "/v1/channels")
        self.assertEqual([row["name"] for row in channels["channels"]], ["bus", "mail", "page"])
        for row in channels["channels"]:
            self.assertEqual((row["state"], row["waiting"]), ("up", 0))
            self.assertRegex(row["last_success_at"], TIME)
        config = self.call("GET", "/v1/config")[2]
        text = config.decode() if isinstance(config, bytes) else json.dumps(config)
        self.assertIn("redaktion@example.se", text)
        self.assertNotIn(self.receivers.secret.removeprefix("whsec_"), text)
        text = self.call("GET", "/metrics")[2].decode()
        for line in ('budkavle_events_total{source="socket",result="applied"} 2',
                     'budkavle_deliveries_total{channel="bus",result="delivered"} 1',
                     'budkavle_channel_up{channel="mail"} 1',
                     'budkavle_queue_messages{channel="bus",state="pending"} 0',
                     "budkavle_event_to_delivery_seconds_count 4"):
            self.assertIn(line + "\n", text)
        for personal in ("OMS-77120", "@example.se", "Täby"):
            self.assertNotIn(personal, text)
        self.ok("POST", "/v1/reload")
        self.config.write_text(self.config_text().replace('"webhook"', '"fax"'))
        faults = self.problem(422, "POST", "/v1/reload")["faults"]
        self.assertIn("fax", json.dumps(faults))
        self.assertTrue(any(fault.get("line") for fault in faults) or
                        "budkavle.conf" in json.dumps(faults), faults)

    @unittest.skipIf(os.geteuid() != 0, "needs root to be somebody else")
    def test_roles_follow_the_peers_groups(self):
        games, operator = grp.getgrnam("games").gr_gid, grp.getgrnam("operator").gr_gid
        self.socket_more = "mode = 0666"
        self.access = ('access { read = { "group:nogroup" }  submit = { "group:games" }'
                       '  operate = { "group:operator" } }\n')
        self.write_config()
        self.start()
        self.post(EVENT)
        self.wait_complete()
        plans = {  # gid and further groups: what may be done
            (65534, ()): {"read"}, (games, ()): {"submit"}, (65534, (games,)): {"read", "submit"},
            (1, ()): set(), (operator, (65534,)): {"operate", "read"},
            (1, (operator,)): {"operate"},
        }
        for (group, more), roles in plans.items():
            for method, path, role in (("GET", "/v1/status", "read"), ("GET", "/metrics", "read"),
                                       ("POST", "/v1/events", "submit"),
                                       ("POST", "/v1/preview", "read"),
                                       ("POST", "/v1/channels/bus/retry", "operate"),
                                       ("GET", "/v1/config", "operate")):
                with self.subTest(f"{group} {more} {path}"):
                    status = self.as_nobody(group, more, method, path)[0]
                    self.assertEqual(status, 200 if role in roles else 403)
            for method, path in (("GET", "/v1/backup"), ("POST", "/v1/begin-anew")):
                with self.subTest(f"{group} {more} {path}"):
                    self.assertEqual(self.status_of(group, more, method, path) == 403,
                                     "operate" not in roles)
        told = self.as_nobody(65534, (), "POST", "/v1/events")[1]
        self.assertIn("submit", json.loads(told)["detail"])
        seen = self.as_nobody(65534, (), "GET", "/v1/deliveries")[1]
        self.assertNotIn("@example.se", seen)
        self.assertIn("@example.se", self.as_nobody(operator, (65534,), "GET",
                                                    "/v1/deliveries")[1])

    def status_of(self, group, more, method, path):
        """Of an answer that may be no text."""
        done = subprocess.run(
            ["curl", "-sS", "-X", method, "--unix-socket", str(self.socket), "-o",
             "/dev/null", "-w", "%{http_code}", f"http://localhost{path}"],
            user=65534, group=group, extra_groups=list(more), capture_output=True,
            text=True, timeout=30, check=True)
        return int(done.stdout)

    def as_nobody(self, group, more, method, path):
        done = subprocess.run(
            ["curl", "-sS", "-X", method, "--unix-socket", str(self.socket), "-w",
             "\n%{http_code}", f"http://localhost{path}",
             *(["-H", "Content-Type: application/json", "-d",
                json.dumps(EVENT) if path in ("/v1/events", "/v1/preview") else "{}"]
               if method == "POST" else [])],
            user=65534, group=group, extra_groups=list(more), capture_output=True, text=True,
            timeout=30, check=True)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body


if __name__ == "__main__":
    unittest.main()
