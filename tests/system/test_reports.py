#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Delivery reports from the gateway through nginx to the delivery they are about: Twilio
and a gateway that is described in the configuration."""
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from harness import TOOLS, World, read_rows, wait_for
from report_proxy import NGINX, ReportProxy

NUMBERS = ["+46739876541", "+46739876542"]


def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


class WithGateway(World):
    routes = 'route "all" { channels = { "page" } }'
    numbers = 'to = { "+46739876541", "+46739876542" }'
    more = ""

    def setUp(self):
        self.port, self.proxy = 9, None
        super().setUp()
        self.proxy = ReportProxy(self.folder, self.socket)
        self.proxy.start()
        self.addCleanup(self.proxy.stop)
        self.gateway = subprocess.Popen(
            [sys.executable, str(TOOLS / "vendor_sms.py"), str(self.folder)])
        self.addCleanup(self.end_gateway)
        port = self.folder / "sms.port"
        wait_for("the gateway", port.exists)
        self.port = int(port.read_text())
        for name, value in (("password", self.password), ("key", "k" * 40)):
            path = self.folder / name
            path.write_text(value + "\n")
            path.chmod(0o600)

    def end_gateway(self):
        self.gateway.kill()
        self.gateway.wait()

    def mood(self, name, content=""):
        (self.folder / name).write_text(content)

    def config_text(self):
        return super().config_text() + f"""
channel "sms" {{
  {self.channel_text()}
  report_url = "{self.proxy.url('sms') if self.proxy else 'http://localhost/r'}"
  token_key_file = "key"
  allow_http = true  allow_private = true  hold_down = "0s"
  retry_floor = "100ms"  retry_cap = "1s"
  {self.numbers}
  {self.more}
}}
route "sms" {{ channels = {{ "sms" }} }}
"""

    def begin(self):
        self.write_config()
        self.start()

    def rows(self, *words):
        return [row for row in self.json("queue", *(words or ("--all",)))["deliveries"]
                if row["channel"] == "sms"]

    def reported(self, state, n=2):
        """So many deliveries are delivered, and reported so."""
        return wait_for(f"{n} reported {state}", lambda: (
            lambda rows: len(rows) == n and rows)(
                [row for row in self.rows() if row["state"] == "delivered" and
                 row.get("report", {}).get("state") == state]))

    def texts(self):
        path = self.folder / "texts.json"
        return json.loads(path.read_text()) if path.exists() else []

    def metric(self, result):
        text = subprocess.run(["curl", "-sSf", "--unix-socket", str(self.socket),
                               "http://localhost/metrics"], capture_output=True, text=True,
                              check=True).stdout
        name = f'budkavle_reports_total{{channel="sms",result="{result}"}} '
        return sum(int(line.removeprefix(name)) for line in text.splitlines()
                   if line.startswith(name))

    def post(self, query, body="", path="report/sms"):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.proxy.port}/{path}?{query}", body.encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


class Twilio(WithGateway):
    password = "good-token"

    def channel_text(self):
        return f"""driver = "twilio"  url = "http://127.0.0.1:{self.port}"
  account = "AC{'0' * 32}"  password_file = "password"  from = "+46700000000" """

    def test_delivered(self):
        self.mood("report", "queued sent delivered")
        self.begin()
        self.send(event(1))
        self.wait_complete()
        rows = self.reported("delivered")
        self.assertEqual(sorted(row["remote_id"] for row in rows), ["SM1", "SM2"])
        self.assertEqual(sorted(text["to"] for text in self.texts()), NUMBERS)
        sent = wait_for("all reports", lambda: (lambda all: len(all) >= 6 and all)(
            read_rows(self.folder / "reported.ndjson")))
        self.assertEqual({(row["code"], row["body"]) for row in sent}, {(204, "")})
        self.assertEqual((self.metric("delivered"), self.metric("pending")), (2, 4))
        audit = self.json("audit")
        self.assertEqual(audit["reported_failed"], 0)

    def test_failed_later(self):
        self.mood("report", "sent undelivered:30007 sent")
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.reported("failed")
        incident = self.json("incidents")["incidents"][0]["id"]
        audit = self.json("audit", incident)
        self.assertTrue(audit["complete"])
        self.assertEqual(audit["reported_failed"], 2)
        self.assertEqual([row["report"]["reason"] for row in audit["failed_later"]],
                         ["30007: the carrier filtered it as unwanted"] * 2)
        self.assertEqual(len(self.rows("--failed")), 2)
        self.assertIn("reported as failed: 30007", self.command("queue", "--failed").stdout)
        self.assertIn("reported as failed later 2", self.command("audit").stdout)
        self.assertIn("reported=failed", self.command("show", incident).stdout)
        self.assertNotIn("4673", self.log_text())

    def test_before_the_answer_and_over_a_kill(self):
        self.mood("report", "delivered queued")
        self.mood("early")
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.reported("delivered")
        self.kill()
        self.start()
        self.reported("delivered")
        self.assertEqual(len(self.texts()), 2)

    def test_no_answer_is_looked_for(self):
        self.mood("silent")
        self.begin()
        self.send(event(1))
        wait_for("both taken", lambda: len(self.texts()) == 2)
        (self.folder / "silent").unlink()
        self.wait_complete()
        self.assertEqual(len(self.texts()), 2)
        self.assertEqual(sorted(row["remote_id"] for row in self.rows()), ["SM1", "SM2"])

    def test_what_is_refused_in_words(self):
        self.mood("refuse", "20003 401")
        self.begin()
        told = self.command("channel", "test", "sms", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("password_file", told.stdout)
        self.mood("refuse", "21211 400")
        self.command("channel", "resume", "sms")
        self.send(event(1))
        wait_for("both given up", lambda: [row["state"] for row in self.rows()] ==
                 ["undeliverable"] * 2)
        self.assertIn("21211: refused …", self.rows()[0]["last_error"])

    def test_who_is_gone_is_left_out(self):
        (self.folder / "list").write_text("\n".join(NUMBERS) + "\n")
        self.numbers = f'to_file = "{self.folder}/list"'
        self.mood("report", "undelivered:30005")
        self.begin()
        self.send(event(1))
        self.reported("failed")
        wait_for("both left out", lambda: "left out from now on" in self.log_text() and
                 self.log_text().count("left out from now on") == 2)
        self.send(event(2, status="restored"))
        wait_for("nobody is left", lambda: all(row["state"] in ("undeliverable", "cancelled")
                 for row in self.rows() if row["sequence"] == 2))
        self.wait_complete()
        self.assertEqual(len(self.texts()), 2)

    def test_strangers(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        callback = self.texts()[0]["callback"]
        query = callback.partition("?")[2]
        body = "MessageSid=SM1&MessageStatus=failed"
        code, answer = self.post(query, body)
        self.assertEqual(code, 403)
        self.assertIn("X-Twilio-Signature", json.loads(answer)["detail"])
        self.assertEqual(self.metric("refused"), 1)
        # Nothing else gets through, and reports only to channels that take them.
        self.assertEqual(self.post("", "", "v1/status")[0], 404)
        self.assertEqual(self.post("d=1", body, "report/page")[0], 404)
        self.assertEqual(self.post("d=1", body, "report/nowhere")[0], 404)
        self.assertEqual(self.post("d=%", body)[0], 400)
        self.assertTrue(all("report" not in row for row in self.rows()))


class Described(WithGateway):
    password = "good-password"

    def channel_text(self):
        return f"""driver = "sms_http"  url = "http://127.0.0.1:{self.port}/send"
  body = "to={{to}}&text={{text}}&ref={{id}}&callback={{report_url}}"
  username = "u1"  password_file = "password"
  success_regex = "^OK"  id_regex = "^OK (.+)$"
  permanent_regex = "invalid number"  credentials_regex = "bad password"
  report_state = "state"  report_delivered = {{ "there" }}  report_failed = {{ "lost" }}
  report_reason = "why"  report_reference = "ref"  report_id = "id" """

    def test_delivered_and_failed(self):
        self.mood("report", "accepted there")
        self.begin()
        self.send(event(1))
        self.wait_complete()
        rows = self.reported("delivered")
        self.assertEqual(sorted(row["remote_id"] for row in rows), ["SM1", "SM2"])
        self.mood("report", "lost:expired")
        self.send(event(2, incident="OMS-2"))
        rows = self.reported("failed")
        self.assertEqual(rows[0]["report"]["reason"], "expired")

    def test_a_report_stands_for_the_answer(self):
        """No answer came, and a report did: it is not sent again."""
        self.mood("silent")
        self.mood("report", "accepted")
        self.mood("early")
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.reported("pending")
        self.assertEqual(len(self.texts()), 2)

    def test_reports_by_the_gateways_own_id(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.assertEqual(self.post("", "id=SM1&state=there"), (204, b""))
        self.reported("delivered", 1)
        self.assertEqual(self.post("", "id=SM9&state=there")[0], 503)
        self.assertEqual(self.post("", "state=there")[0], 403)
        self.assertEqual(self.post("", "id=SM1&words=there")[0], 400)
        self.assertEqual(self.post(f"ref={self.texts()[1]['ref']}", "state=lost")[0], 204)
        self.reported("failed", 1)
        self.assertEqual(self.post("d=1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "state=lost")[0], 403)
        self.assertEqual(
            self.post("d=4711-aaaaaaaaaaaaaaaaaaaaaaaaaa", "state=lost")[0], 204)
        self.assertEqual(self.metric("unknown"), 1)

    def test_most_of_them_fail(self):
        self.more = 'concurrency = 8'
        self.mood("report", "lost:expired")
        self.begin()
        self.send(*[event(1, incident=f"OMS-{n}", places=[{"name": f"By {n}"}])
                    for n in range(12)])
        wait_for("the alarm", lambda: any(
            alarm["kind"] == "reports" and alarm["subject"] == "sms"
            for alarm in self.json("status")["alarms"]))
        self.assertIn("budkavle queue --failed", self.command("status").stdout)

    def test_faults_name_file_and_line(self):
        self.more = 'retry_regex = "("'
        self.write_config()
        told = self.command("config", "check", str(self.config), check=False)
        self.assertEqual(told.returncode, 78)
        self.assertRegex(told.stderr + told.stdout,
                         r"budkavle\.conf:\d+: .*retry_regex is \"\(\"")


if __name__ == "__main__":
    if not pathlib.Path(NGINX).exists():
        print("needs nginx")
        sys.exit(77)
    unittest.main()
