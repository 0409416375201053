#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Web Push to a push service that decrypts and checks what comes, and shows it with the
service worker of the documentation; and who left."""
import json
import subprocess

import node
from harness import HERE, TOOLS, World, read_rows, wait_for

PAGE = HERE.parent.parent / "docs/channels/webpush.md"


def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


class WebPush(World):
    routes = 'route "all" { channels = { "page" } }'

    def setUp(self):
        super().setUp()
        self.service = subprocess.Popen(
            ["node", str(TOOLS / "push_service.js"), str(self.folder), str(PAGE)],
            env=node.environment(), stdin=subprocess.PIPE)
        self.addCleanup(self.end_service)
        wait_for("the push service", (self.folder / "push.port").exists)
        self.browsers = json.loads((self.folder / "browsers.json").read_text())
        self.browsers["bo"]["language"] = "en"
        self.subscribe("anna", "bo", "cia")
        (self.folder / "test.json").write_text(json.dumps(self.browsers["cia"]))
        (self.folder / "test.json").chmod(0o600)

    def end_service(self):
        self.service.stdin.close()
        self.service.wait()

    def subscribe(self, *names):
        lines = [json.dumps(self.browsers[name]) for name in names]
        (self.folder / "subscriptions.ndjson").write_text(
            "# who subscribed\n" + "\n".join(lines) + "\n")

    def config_text(self):
        return super().config_text() + """
channel "push" {
  driver                 = "webpush"
  subscriptions_file     = "subscriptions.ndjson"
  vapid_key_file         = "vapid.key"
  subject                = "mailto:drift@example.se"
  test_subscription_file = "test.json"
  allow_http = true  allow_private = true  hold_down = "0s"
  retry_floor = "100ms"  retry_cap = "500ms"
}
route "push" { channels = { "push" } }
"""

    def mood(self, name, status, body="", **headers):
        path = self.folder / f"mood-{name}"
        part = self.folder / f"mood-{name}.part"
        part.write_text(json.dumps({"status": status, "body": body, "headers": headers}))
        part.rename(path)

    def pushed(self, n):
        return wait_for(f"{n} messages at the push service", lambda: (
            lambda rows: len(rows) >= n and rows)(read_rows(self.folder / "pushed.ndjson")))

    def states(self):
        rows = [row for row in self.json("queue", "--all")["deliveries"]
                if row["channel"] == "push"]
        return sorted(row["state"] for row in rows)

    def left(self):
        return self.json("channel", "left", "push")["left"]

    def assert_no_addresses(self):
        log = self.log_text()
        self.assertNotIn("/push/", log)
        self.assertNotIn(self.browsers["anna"]["keys"]["auth"], log)
        self.assertNotIn((self.folder / "vapid.key").read_text().strip(), log)

    def test_what_a_browser_shows(self):
        self.start()
        self.send(event(1))
        self.wait_complete()
        rows = {row["to"]: row for row in self.pushed(3)}
        self.assertEqual(sorted(rows), ["anna", "bo", "cia"])
        for row in rows.values():
            self.assertIsNone(row["token"], "the token is as RFC 8292 asks")
            self.assertNotIn("fault", row)
            self.assertEqual(row["headers"]["content-encoding"], "aes128gcm")
            self.assertLessEqual(int(row["headers"]["ttl"]), 86400)
            self.assertLessEqual(row["bytes"], 2500 + 103)
            self.assertIn("Täby kyrkby", row["shown"]["body"])
            self.assertEqual(row["shown"]["tag"], row["headers"]["topic"])
            self.assertTrue(row["opened"].endswith(f"/incident/{row['shown']['tag']}.html"))
        self.assertEqual(rows["anna"]["shown"]["lang"], "sv")
        self.assertEqual(rows["bo"]["shown"]["lang"], "en")
        self.assertIn("/en/incident/", rows["bo"]["opened"])
        self.send(event(2, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        self.wait_complete()
        later = self.pushed(6)[3:]
        self.assertEqual({row["headers"]["topic"] for row in later},
                         {rows["anna"]["headers"]["topic"]}, "one incident, one topic")
        self.assertEqual(len({row["headers"]["authorization"] for row in later}), 3)
        self.assert_no_addresses()

    def test_who_is_gone_is_left_out(self):
        self.mood("bo", 410, "push subscription has unsubscribed or expired.")
        self.start()
        self.send(event(1))
        self.wait_complete()
        self.assertEqual(self.states(), ["delivered", "delivered", "undeliverable"])
        (left,) = self.left()
        self.assertEqual(json.loads(left["recipient"])["endpoint"],
                         self.browsers["bo"]["endpoint"])
        self.assertEqual(left["reason"], "gone")
        self.assertIn("410 Gone", left["detail"])
        self.assertEqual(self.channel()["left"], 1)
        self.mood("bo", 201)
        self.send(event(1, incident="OMS-2"))
        self.wait_complete()
        self.assertEqual(len(self.pushed(5)), 5, "the file still has the line")
        # Subscribed anew: the file had it no more, and has it again.
        self.subscribe("anna", "cia")
        self.command("reload")
        wait_for("the list to be read", lambda: self.channel()["left"] == 0)
        self.subscribe("anna", "bo", "cia")
        self.command("reload")
        wait_for("the list to be read",
                 lambda: self.log_text().count("was read addresses=3") >= 2)
        self.send(event(1, incident="OMS-3"))
        self.wait_complete()
        self.assertEqual(len(self.pushed(8)), 8)
        self.assert_no_addresses()

    def test_who_wants_no_more(self):
        self.start()
        line = json.dumps(self.browsers["anna"])
        self.command("channel", "left", "push", "--unsubscribed", "-", stdin=line)
        self.send(event(1))
        self.wait_complete()
        self.assertEqual(sorted(row["to"] for row in self.pushed(2)), ["bo", "cia"])
        self.assertEqual([row["reason"] for row in self.left()], ["unsubscribed"])
        # The register drops the line and has it again: that is no word of Anna's.
        self.subscribe("bo", "cia")
        self.command("reload")
        self.subscribe("anna", "bo", "cia")
        self.command("reload")
        self.kill()
        self.start()
        self.send(event(1, incident="OMS-2"))
        self.wait_complete()
        self.assertEqual(len(self.pushed(4)), 4)
        self.command("channel", "left", "push", "--take-back", "-", "--reason", "she asked",
                     stdin=line)
        self.assertEqual(self.left(), [])
        again = self.command("channel", "left", "push", "--take-back", "-", stdin=line, check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("has not left", again.stderr)
        self.send(event(1, incident="OMS-3"))
        self.wait_complete()
        self.assertEqual(len(self.pushed(7)), 7)
        acts = [act for act in self.json("log")["log"] if act.get("channel") == "push"]
        self.assertEqual([act["action"] for act in acts], ["left", "take-back"])
        self.assertNotIn("endpoint", json.dumps(acts))
        self.assert_no_addresses()

    def test_a_service_that_is_busy_and_one_that_says_less(self):
        self.mood("anna", 429, **{"Retry-After": "1"})
        self.mood("bo", 413)
        self.start()
        self.send(event(1))
        rows = self.pushed(4)
        bo = [row["bytes"] for row in rows if row["to"] == "bo"]
        wait_for("cia", lambda: "delivered" in self.states())
        self.assertGreaterEqual(bo[0], bo[-1], "said shorter")
        self.mood("anna", 201)
        wait_for("anna", lambda: self.states() == ["delivered", "delivered", "parked"])
        self.assertEqual(self.channel()["state"], "up")

    def test_the_test_goes_to_one(self):
        self.start()
        self.assertIn("delivered", self.command("channel", "test", "push").stdout)
        (row,) = self.pushed(1)
        self.assertEqual(row["to"], "cia")
        self.assertEqual(row["headers"]["topic"], "test")
        self.mood("cia", 403, '{"reason":"BadJwtToken"}')
        done = self.command("channel", "test", "push", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("BadJwtToken", done.stdout)
        self.assertIn("vapid_key_file", done.stdout)

    def test_lines_that_are_none_are_named(self):
        with open(self.folder / "subscriptions.ndjson", "a", encoding="utf-8") as file:
            file.write('{"endpoint":"https://push.example/hidden"}\n')
            file.write("x" * 9000 + "\n")
            file.write(json.dumps(self.browsers["anna"]) + "\n")
        self.start()
        wait_for("the list to be read", lambda: "was read addresses=3 refused=2" in self.log_text())
        self.assertIn("line 5: the subscription has no keys.p256dh", self.log_text())
        self.assertIn("line 6: the line is longer", self.log_text())
        self.assertNotIn("hidden", self.log_text())

    def test_keys(self):
        shown = self.command("vapid", self.folder / "vapid.key").stdout.strip()
        self.assertEqual(shown, (self.folder / "vapid.public").read_text(),
                         "as web-push has it")
        made = self.command("vapid", "--new", self.folder / "new.key").stdout
        self.assertEqual((self.folder / "new.key").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.command("vapid", self.folder / "new.key").stdout, made)
        refused = self.command("vapid", "--new", self.folder / "new.key", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("must not be replaced", refused.stderr)
        pem = subprocess.run(
            ["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout"],
            capture_output=True, text=True, check=True).stdout
        (self.folder / "pem.key").write_text(pem)
        self.assertEqual(len(self.command("vapid", self.folder / "pem.key").stdout), 88)
        none = self.command("vapid", self.config, check=False)
        self.assertEqual(none.returncode, 1)
        self.assertIn("no private key", none.stderr)

    def channel(self):
        return next(row for row in self.json("status")["channels"] if row["name"] == "push")


if __name__ == "__main__":
    node.main()
