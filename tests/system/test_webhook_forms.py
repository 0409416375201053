#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What a web hook sends, read by the libraries of Standard Webhooks and CloudEvents: every
form, a secret that is being changed, and an endpoint that wants no more."""
import base64
import json
import secrets
import subprocess

import node
from harness import TOOLS, World, read_rows, wait_for

FORMS = ("standard", "cloudevents", "cloudevents-binary")


def new_secret():
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def event(number, incident="OMS Åre 1%"):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00"}


class Forms(World):
    routes = 'route "all" { channels = { "page" } }'

    def setUp(self):
        super().setUp()
        self.secrets = {"old": new_secret(), "new": new_secret(), "strange": new_secret()}
        (self.folder / "secrets.json").write_text(json.dumps(self.secrets))
        self.give("old")
        self.reader = subprocess.Popen(
            ["node", str(TOOLS / "webhook_reader.js"), str(self.folder)],
            env=node.environment(), stdin=subprocess.PIPE)
        self.addCleanup(self.end_reader)
        port = self.folder / "reader.port"
        wait_for("the reader", port.exists)
        self.port = int(port.read_text())
        self.write_config("".join(map(self.channel_text, FORMS)) + """
route "forms" { channels = { "standard", "cloudevents", "cloudevents-binary" } }
""")

    def end_reader(self):
        self.reader.stdin.close()
        self.reader.wait()

    def give(self, *names):
        path = self.folder / "forms.key"
        path.write_text("".join(self.secrets[name] + "\n" for name in names))
        path.chmod(0o600)

    def channel_text(self, form):
        return f"""
channel "{form}" {{
  driver = "webhook"  form = "{form}"  url = "http://127.0.0.1:{self.port}/{form}"
  secret_file = "forms.key"  event_type_prefix = "se.example."
  allow_http = true  allow_private = true  retry_floor = "100ms"  retry_cap = "500ms"
}}"""

    def read(self, n):
        return wait_for(f"{n} requests", lambda: (
            lambda rows: len(rows) >= n and rows)(read_rows(self.folder / "read.ndjson")))

    def by_form(self, rows):
        return {row["url"][1:]: row for row in rows}

    def test_each_form_is_read_by_its_library(self):
        self.start()
        self.send(event(1))
        self.wait_complete()
        rows = self.by_form(self.read(3))
        self.assertEqual(sorted(rows), sorted(FORMS))
        for row in rows.values():
            self.assertEqual(row["verified"], ["old"])
            self.assertNotIn("fault", row)
        self.assertIsNone(rows["standard"]["event"])
        data = rows["standard"]["body"]["data"]
        for form in FORMS[1:]:
            read = rows[form]["event"]
            self.assertTrue(read["valid"])
            self.assertEqual(read["specversion"], "1.0")
            self.assertEqual(read["id"], rows[form]["headers"]["webhook-id"])
            self.assertEqual(read["source"], "https://drift.example.se")
            self.assertEqual(read["type"], "se.example.incident.notice")
            self.assertEqual(read["data"], data, "the same data in every form")
        self.assertEqual(rows["cloudevents"]["event"]["subject"], "OMS Åre 1%")
        self.assertEqual(rows["cloudevents-binary"]["headers"]["ce-subject"],
                         "OMS%20%C3%85re%201%25")
        self.assertEqual(len({row["headers"]["webhook-id"] for row in rows.values()}), 1)

    def test_a_secret_is_changed_without_a_gap(self):
        self.start()
        for number, names in enumerate((["old"], ["new", "old"], ["new"]), 1):
            self.give(*names)
            self.command("reload")
            self.send(event(number, incident=f"OMS-{number}"))
            self.wait_complete()
            for row in self.read(3 * number)[-3:]:
                self.assertEqual(sorted(row["verified"]), sorted(names))

    def test_an_endpoint_that_is_gone_is_left_alone(self):
        self.start()
        (self.folder / "gone").touch()
        self.send(event(1))
        paused = wait_for("the channels to pause", lambda: (
            lambda rows: len(rows) == 3 and rows)(
                [row for row in self.json("status")["channels"] if row["state"] == "paused"]))
        for row in paused:
            self.assertIn("410 Gone", row["last_error"])
        self.send(event(1, incident="OMS-2"))
        self.assertEqual(len(self.read(3)), 3, "nothing more is sent there")
        (self.folder / "gone").unlink()
        for form in FORMS:
            self.command("channel", "resume", form)
        self.wait_complete()
        self.assertEqual(len(self.read(9)), 9, "what was refused, and what waited")


if __name__ == "__main__":
    node.main()
