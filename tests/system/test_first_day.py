#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What people do on the first day: drop, send, look, reload, stop."""
import email
import email.policy
import json
import os
import pathlib
import re
import subprocess
import time
import unittest

from harness import BIN, World, wait_for

CUT = {
    "event_id": "E1", "incident": "OMS-77120", "kind": "power", "status": "confirmed",
    "customers_affected": 1432, "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
    "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", "crew": "on_site",
    "advice": ["stay_away_from_lines"],
}


class FirstDay(World):
    def test_one_event_reaches_every_channel(self):
        self.start()
        self.drop("first.json", json.dumps(CUT))
        self.wait_complete()
        hook = wait_for("the web hook", self.receivers.hooks)[0]
        self.assertTrue(hook["signed"])
        self.assertEqual(hook["body"]["type"], "incident.notice")
        data = hook["body"]["data"]
        self.assertEqual((data["notice"], data["sequence"], data["previous"]),
                         ("first", 1, 0))
        self.assertEqual(data["incident"]["incident"], "OMS-77120")
        self.assertNotIn("premises", data["incident"])
        self.assertIn("Täby kyrkby", data["texts"]["sv"]["short"])
        self.assertLessEqual(len(data["texts"]["sv"]["short"]), 160)
        mails = self.receivers.mails()
        self.assertEqual(sorted(mail["to"][0] for mail in mails),
                         ["beredskap@example.se", "redaktion@example.se"])
        mail = email.message_from_string(mails[0]["data"], policy=email.policy.default)
        self.assertIn("Täby kyrkby", mail["Subject"])
        self.assertIn("Täby kyrkby", mail.get_body(("plain",)).get_content())
        page = self.folder / "page"
        for name in ("index.html", "feed.atom", "feed.json", "incidents.geojson",
                     "status.json", f"incident/{data['incident']['id']}.html",
                     "en/index.html", f"en/incident/{data['incident']['id']}.html"):
            self.assertTrue((page / name).is_file(), name)
            self.assertEqual((page / name).stat().st_mode & 0o777, 0o644, name)
        self.assertIn("Täby kyrkby", (page / "index.html").read_text())
        self.assertTrue((self.spool / "done/first.json").exists())
        self.assertEqual(self.stop(), 0)

    def test_a_wrong_file_is_refused_with_all_its_faults(self):
        self.start()
        self.drop("wrong.json", '{"incident":"A","kind":"powr","status":"confirmed",'
                                '"etr":"tomorrow"}')
        reason = self.spool / "rejected/wrong.json.reason.txt"
        wait_for("the reason", reason.exists)
        text = wait_for("its words", reason.read_text)
        self.assertIn("kind", text)
        self.assertIn("etr", text)
        self.assertIn("tomorrow", text)
        self.assertTrue((self.spool / "rejected/wrong.json").exists())
        self.assertEqual(self.json("incidents")["incidents"], [])

    def test_the_command(self):
        self.start()
        done = self.send(CUT)
        self.assertIn("applied", done.stdout)
        self.assertIn("repeat", self.send(CUT).stdout)
        refused = self.send(dict(CUT, status="restored"), check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("event_id", refused.stderr)
        self.wait_complete()
        self.assertIn("OMS-77120", self.command("incidents", "--open").stdout)
        shown = self.command("show", "OMS-77120").stdout
        self.assertIn("timeline", shown)
        self.assertIn("first", shown)
        self.assertIn("nothing waits", self.command("queue").stdout)
        self.assertIn("delivered", self.command("queue", "--all").stdout)
        self.assertTrue(self.command("status").stdout.startswith("ok: 1 incidents"))
        self.assertEqual(self.command("check").returncode, 0)
        preview = self.command("preview", "-", stdin=json.dumps(
            dict(CUT, event_id="E2", status="restored")))
        self.assertIn("restored", preview.stdout)
        self.assertIn("mail", preview.stdout)
        self.assertEqual(self.json("incidents")["incidents"][0]["status"], "confirmed")
        self.assertIn("delivered", self.command("channel", "test", "bus").stdout)
        self.assertEqual(self.command("nonsense", check=False).returncode, 2)
        self.assertEqual(self.command("show", "nothing", check=False).returncode, 1)
        self.kill()
        self.assertEqual(self.command("status", check=False).returncode, 3)

    def test_every_command_says_how_it_is_written(self):
        listed = self.command("help").stdout
        names = re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE)
        self.assertIn("send", names)
        for name in names:
            told = self.command(name, "--help")
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assertTrue(told.stdout.startswith(f"usage: budkavle {name}"), told.stdout)

    def test_waiting_events_and_unrouted_ones(self):
        self.start()
        row = self.json("send", "-", stdin='{"incident":"B","cause":"tree"}')["accepted"][0]
        self.assertEqual(row["result"], "waiting")
        row = self.json("send", "-", stdin=json.dumps(
            dict(CUT, event_id="S", incident="S", audience="staff")))["accepted"][0]
        self.assertEqual(row["messages"], 0)
        self.assertTrue(row["why"])

    def test_reload_keeps_the_old_on_any_fault(self):
        self.start()
        self.write_config('route "bad" { channels = { "nowhere" } }\n')
        done = self.command("reload", check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("nowhere", done.stderr)
        self.assertTrue(self.command("status").stdout.startswith("degraded"))
        self.send(CUT)
        self.wait_complete()
        self.write_config('channel "bus2" { driver = "webhook" '
                          f'url = "http://127.0.0.1:{self.receivers.ports["http"]}/second" '
                          'secret_file = "bus.key" allow_http = true allow_private = true }\n'
                          'route "second" { channels = { "bus2" } }\n')
        self.command("reload")
        self.assertTrue(self.command("status").stdout.startswith("ok"))
        self.send(dict(CUT, event_id="E9", incident="NEW"))
        self.wait_complete()
        self.assertIn("/second", {row["path"] for row in self.receivers.hooks()})

    def test_configuration_faults_have_file_and_line(self):
        self.config.write_text(self.config_text() + 'channel "x" {\n  driver = "fax"\n}\n')
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"budkavle\.conf:\d+: .*fax")

    def test_a_second_daemon_touches_nothing(self):
        self.start()
        second = subprocess.run([str(BIN / "budkavled"), "-c", str(self.config)],
                                capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual(second.returncode, 75, second.stderr)
        self.send(CUT)
        self.wait_complete()

    def test_a_stale_socket_is_replaced_and_a_restart_is_quick(self):
        self.start()
        self.kill()
        self.assertTrue(self.socket.exists())
        begin = time.monotonic()
        self.start()
        self.assertLess(time.monotonic() - begin, 10)

    def test_senders_die_with_the_core(self):
        self.start()
        self.send(CUT)
        self.wait_complete()
        pids = self.processes()
        self.assertGreaterEqual(len(pids), 3)
        self.kill()
        wait_for("the senders to end",
                 lambda: not any(pathlib.Path(f"/proc/{pid}/exe").exists()
                                 and os.path.exists(f"/proc/{pid}/task")
                                 and b"budkavled" in pathlib.Path(
                                     f"/proc/{pid}/cmdline").read_bytes()
                                 for pid in pids), 10)

    def test_metrics(self):
        self.start()
        self.send(CUT)
        self.wait_complete()
        text = subprocess.run(
            ["curl", "-sS", "--unix-socket", str(self.socket), "http://localhost/metrics"],
            capture_output=True, text=True, check=True).stdout
        self.assertIn('budkavle_events_total{source="socket",result="applied"} 1', text)
        self.assertIn("budkavle_event_to_delivery_seconds_count", text)
        promtool = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                  capture_output=True, check=False)
        self.assertEqual(promtool.returncode, 0, promtool.stdout + promtool.stderr)


if __name__ == "__main__":
    unittest.main()
