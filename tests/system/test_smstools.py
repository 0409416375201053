#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Text messages through a real SMS Server Tools (Debian package smstools) to a modem of
tests/tools/modem.py, and what its event handler reports."""
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import unittest

from harness import BIN, TOOLS, World, read_rows, wait_for

SMSD = os.environ.get("BUDKAVLE_SMSD") or shutil.which("smsd") or "/usr/sbin/smsd"


def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


class WithSpool(World):
    routes = 'route "all" { channels = { "page" } }'
    more = ""

    def setUp(self):
        self.spool_folder = None
        super().setUp()
        self.sms = self.folder / "sms"
        for name in ("outgoing", "checked", "failed", "sent", "incoming", "report"):
            (self.sms / name).mkdir(parents=True)
        key = self.folder / "key"
        key.write_text("k" * 40 + "\n")
        key.chmod(0o600)

    def config_text(self):
        return super().config_text() + f"""
channel "sms" {{
  driver = "smstools"  directory = "{self.folder}/sms/outgoing"  token_key_file = "key"
  to = {{ "+46739876541", "+46739876542" }}  hold_down = "0s"
  retry_floor = "100ms"  retry_cap = "1s"  {self.more}
}}
route "sms" {{ channels = {{ "sms" }} }}
"""

    def begin(self):
        self.write_config()
        self.start()

    def rows(self):
        return [row for row in self.json("queue", "--all")["deliveries"]
                if row["channel"] == "sms"]

    def states(self):
        return [(row["state"], row.get("report", {}).get("state")) for row in self.rows()]


class Files(WithSpool):
    def test_whole_files_that_the_group_may_change(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        files = sorted((self.sms / "outgoing").iterdir())
        self.assertEqual(len(files), 2)
        for path, row in zip(files, self.rows()):
            self.assertEqual(path.name, f"budkavle-{row['message']}-{row['id']}")
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o660)
            header, text = path.read_text().split("\n\n", 1)
            self.assertIn("To: 4673987654", header)
            self.assertIn(f"X-Delivery: {row['id']}-", header)
            self.assertIn("Täby kyrkby", text)
        told = self.command("channel", "test", "sms")
        self.assertIn("delivered", told.stdout)
        self.assertEqual(len(list((self.sms / "outgoing").glob("budkavle-m_test*"))), 1)

    def test_reports_of_the_event_handler(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        first, second = sorted((self.sms / "outgoing").iterdir())
        number = first.read_text().split("To: ")[1].split("\n")[0]
        self.command("report", "sms", "SENT", first, 117)
        second.write_text("Fail_reason: Modem failed +46739876541\n" + second.read_text())
        self.command("report", "sms", "FAILED", second)
        self.assertEqual(self.states(), [("delivered", "pending"), ("delivered", "failed")])
        self.assertEqual(self.rows()[1]["report"]["reason"], "Modem failed …")
        status = self.sms / "report" / "GSM1.x"
        status.write_text(f"From: {number}\nSubject: GSM1\n\nSMS STATUS REPORT\n"
                          "Message_id: 117\nDischarge_timestamp: 02-01-21 22:27:02\n"
                          "Status: 0,Ok,short message received by the SME\n")
        self.command("report", "sms", "REPORT", status)
        self.assertEqual(self.states()[0], ("delivered", "delivered"))
        # What a person writes back is none of this channel's business.
        self.command("report", "sms", "RECEIVED", "/nowhere")
        stranger = self.sms / "sent" / "by-hand"
        stranger.write_text("To: 46739876541\n\nhej\n")
        told = self.command("report", "sms", "SENT", stranger, check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("has no X-Delivery", told.stderr)

    def test_a_folder_that_is_not_there(self):
        (self.sms / "outgoing").rmdir()
        self.sms.rename(self.folder / "elsewhere")
        self.begin()
        told = self.command("channel", "test", "sms", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("directory should be smsd's outgoing folder", told.stdout)


@unittest.skipUnless(pathlib.Path(SMSD).exists(), "needs the package smstools")
class ThroughSmsd(WithSpool):
    more = "reports = true"

    def setUp(self):
        super().setUp()
        self.processes = []
        self.addCleanup(self.end)
        self.run_beside(sys.executable, TOOLS / "modem.py", self.folder)
        wait_for("the modem", (self.folder / "modem.port").exists)
        handler = self.folder / "handler"
        handler.write_text(f'#!/bin/sh\nexec "{BIN}/budkavle" --socket "{self.socket}" '
                           f'report sms "$@" >> "{self.folder}/handler.log" 2>&1\n')
        handler.chmod(0o755)
        port = (self.folder / "modem.port").read_text()
        folders = "\n".join(f"{name} = {self.sms}/{name}" for name in
                            ("outgoing", "checked", "failed", "sent", "incoming", "report"))
        (self.folder / "smsd.conf").write_text(f"""
devices = GSM1
{folders}
logfile = {self.folder}/smsd.log
infofile = {self.folder}/smsd.info
pidfile = {self.folder}/smsd.pid
loglevel = 7
delaytime = 1
delaytime_mainprocess = 1
eventhandler = {handler}
blocktime = 2
errorsleeptime = 1

[GSM1]
device = @127.0.0.1:{port}
incoming = yes
report = yes
send_retries = 0
""")

    def run_beside(self, *command):
        with open(self.folder / "beside.log", "ab") as log:
            self.processes.append(subprocess.Popen(
                [str(word) for word in command], stdout=log, stderr=log,
                start_new_session=True))
        return self.processes[-1]

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, 9)
            process.wait()

    def start_smsd(self):
        self.run_beside(SMSD, f"-c{self.folder}/smsd.conf", "-t")

    def test_what_the_modem_gets_and_what_is_reported(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.start_smsd()
        got = wait_for("both at the modem", lambda: (lambda rows: len(rows) >= 2 and rows)(
            read_rows(self.folder / "modem.ndjson")))
        self.assertEqual(sorted(row["to"] for row in got),
                         ["+46739876541", "+46739876542"])
        for row in got:
            self.assertTrue(row["text"].startswith("Nordan Energi: Strömmen"), row)
            self.assertIn("Täby kyrkby", row["text"])
            self.assertTrue(row["report"])
        wait_for("both reported sent", lambda: self.states() ==
                 [("delivered", "pending")] * 2)
        self.assertNotIn("4673", self.log_text())


if __name__ == "__main__":
    unittest.main()
