#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The installed units under a real systemd (systemd_lab.py)."""
import json
import re
import sys
import time
import unittest

from harness import wait_for
from systemd_lab import Lab, what_is_missing

CONF = """
organisation = "Nordan Energi"
timezone     = "Europe/Stockholm"
state_dir    = "/var/lib/budkavle"
page_url     = "https://drift.example.se"
contact      = "Ring 020-00 00 00"
socket { path = "/run/budkavle/budkavle.sock" }
access {
  read    = { "group:budkavle-read" }
  operate = { "group:budkavle" }
}
spool "oms" { path = "/var/spool/budkavle/oms" }
channel "bus" {
  driver      = "webhook"
  url         = "https://bus.example/hooks/outage"
  secret_file = "bus.key"
}
channel "page" { driver = "page"  directory = "/var/lib/budkavle-page" }
route "all"   { channels = { "page" } }
route "large" { min_customers = 1000000  channels = { "bus" } }
"""
DROP_IN = """
[Service]
WatchdogSec=3s
"""
EVENT = {"incident": "OMS-1", "kind": "power", "status": "confirmed",
         "customers_affected": 12, "places": [{"name": "Täby kyrkby"}]}


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.addClassCleanup(cls.lab.close)
        cls.lab.furnish()
        cls.lab.install()
        cls.lab.write("/etc/systemd/system/budkavled.service.d/lab.conf", DROP_IN)
        cls.lab.write("/etc/budkavle/budkavle.conf", CONF)
        cls.lab.write("/etc/budkavle/credentials/bus.key",
                      "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n", 0o600)
        cls.lab.boot()
        # As a package does after it was unpacked.
        cls.lab.run("systemd-sysusers")
        cls.lab.run("systemd-tmpfiles", "--create", "--prefix=/etc/budkavle",
                    "--prefix=/var/spool/budkavle", "--prefix=/var/lib/budkavle-page")
        cls.lab.run("chgrp", "-R", "budkavle", "/etc/budkavle/budkavle.conf")

    def setUp(self):
        self.configure(CONF)
        self.lab.run("systemctl", "start", "budkavled.socket")
        started = self.lab.run("systemctl", "start", "budkavled.service", check=False)
        self.assertEqual(started.returncode, 0, self.journal())

    def configure(self, text):
        self.lab.run("tee", "/etc/budkavle/budkavle.conf", stdin=text)

    def journal(self, *options):
        return self.lab.run("journalctl", "--no-pager", "-u", "budkavled.service",
                            *options).stdout

    def shown(self, name):
        return self.lab.run("systemctl", "show", "-P", name,
                            "budkavled.service").stdout.strip()

    def status_line(self):
        return self.shown("StatusText")

    def send(self, **fields):
        return self.lab.run("budkavle", "send", "-",
                            stdin=json.dumps({**EVENT, **fields})).stdout

    def is_back(self, pid):
        return (self.shown("ActiveState") == "active"
                and self.shown("MainPID") not in ("0", pid))

    def test_status_and_journal(self):
        wait_for("the status line", lambda: re.search(
            r'Status: "ok: \d incidents, 0 waiting, 2/2 channels up"',
            self.lab.run("systemctl", "status", "budkavled").stdout))
        self.assertIn("applied", self.send(event_id="J1", incident="JOURNAL"))
        wait_for("the page", lambda: self.lab.run(
            "grep", "-l", "Täby kyrkby", "/var/lib/budkavle-page/index.html",
            check=False).returncode == 0)
        self.assertTrue(self.lab.run("budkavle", "status").stdout.startswith("ok"))
        rows = [json.loads(line) for line in self.journal(
            "-o", "json", "BUDKAVLE_INCIDENT=JOURNAL").splitlines()]
        self.assertTrue(rows)
        self.assertTrue(all("MESSAGE_ID" in row for row in rows), rows)
        self.assertNotIn("running as root", self.journal())

    def test_who_may_reach_the_socket(self):
        owner = self.lab.run("stat", "-c", "%U:%G %a", "/run/budkavle/budkavle.sock").stdout
        self.assertEqual(owner, "root:budkavle-clients 660\n")
        status = ("budkavle", "status")
        reader = self.lab.run("setpriv", "--reuid=nobody", "--regid=nogroup",
                              "--groups=budkavle-clients,budkavle-read", *status)
        self.assertTrue(reader.stdout.startswith("ok"))
        client = self.lab.run("setpriv", "--reuid=nobody", "--regid=nogroup",
                              "--groups=budkavle-clients", *status, check=False)
        self.assertEqual(client.returncode, 77, client.stderr)
        stranger = self.lab.run("setpriv", "--reuid=nobody", "--regid=nogroup",
                                "--clear-groups", *status, check=False)
        self.assertNotEqual(stranger.returncode, 0)

    def test_killed_and_back(self):
        before = self.shown("MainPID")
        self.lab.run("systemctl", "kill", "-s", "KILL", "budkavled.service")
        # While there is no daemon, the socket keeps who comes.
        self.assertIn("applied", self.send(event_id="K1", incident="KILLED"))
        wait_for("the restart", lambda: self.is_back(before))
        self.assertTrue(self.status_line().startswith("ok"))

    def test_a_core_that_hangs_is_replaced(self):
        before = self.shown("MainPID")
        self.lab.run("systemctl", "kill", "-s", "STOP", "--kill-who=main",
                     "budkavled.service")
        wait_for("the watchdog's restart", lambda: self.is_back(before))
        self.assertIn("Watchdog timeout", self.journal())
        self.assertIn("applied", self.send(event_id="H1", incident="HUNG"))

    def test_reload(self):
        before = self.shown("MainPID")
        self.lab.run("systemctl", "reload", "budkavled")
        self.configure(CONF + 'route "bad" { channels = { "nowhere" } }\n')
        failed = self.lab.run("systemctl", "reload", "budkavled", check=False)
        self.assertNotEqual(failed.returncode, 0)
        self.assertRegex(self.journal(), r"budkavle\[\d+\]: .*nowhere")
        self.assertEqual(self.shown("MainPID"), before)
        self.assertEqual(self.shown("ActiveState"), "active")
        self.assertRegex(self.status_line(), r"degraded: .*reload was refused "
                         r"\(/etc/budkavle/budkavle.conf:\d+: route .bad. channels: "
                         r".*nowhere")
        self.configure(CONF)
        self.lab.run("systemctl", "reload", "budkavled")
        self.assertTrue(self.status_line().startswith("ok"))

    def with_second_key(self, name):
        """A channel more, whose secret has this name."""
        return CONF + f'''channel "second" {{
          driver = "webhook"  url = "https://bus.example/x"  secret_file = "{name}"
        }}
'''

    def test_a_key_in_the_folder_needs_no_other_edit(self):
        self.lab.run("sh", "-c", "cd /etc/budkavle/credentials && umask 077 "
                     "&& cp bus.key second.key")
        self.addCleanup(self.lab.run, "rm", "/etc/budkavle/credentials/second.key")
        self.configure(self.with_second_key("second.key"))
        self.lab.run("systemctl", "restart", "budkavled")
        self.assertIn("3/3 channels up", self.status_line())

    def test_folders_of_keys_that_are_missing_are_made(self):
        self.configure(CONF.replace('secret_file = "bus.key"', ""))
        self.lab.run("mv", "/etc/budkavle/credentials", "/etc/budkavle/away")
        self.lab.run("rmdir", "/etc/budkavle/credentials.encrypted")
        self.lab.run("systemctl", "restart", "budkavled")
        self.lab.run("systemd-tmpfiles", "--create", "--prefix=/etc/budkavle")
        self.assertEqual(self.lab.run("stat", "-c", "%U:%G %a", "/etc/budkavle/credentials",
                                      "/etc/budkavle/credentials.encrypted").stdout,
                         "root:root 700\n" * 2)
        self.lab.run("rmdir", "/etc/budkavle/credentials")
        self.lab.run("mv", "/etc/budkavle/away", "/etc/budkavle/credentials")
        self.configure(CONF)
        self.lab.run("systemctl", "restart", "budkavled")

    def test_an_encrypted_key(self):
        sealed = "/etc/budkavle/credentials.encrypted/sealed.key"
        made = self.lab.run("systemd-creds", "encrypt", "--with-key=host",
                            "--name=sealed_sealed.key",
                            "/etc/budkavle/credentials/bus.key", sealed, check=False)
        if made.returncode != 0:
            self.skipTest(f"systemd-creds cannot encrypt here: {made.stderr}")
        self.addCleanup(self.lab.run, "rm", sealed)
        self.configure(self.with_second_key("sealed.key"))
        self.lab.run("systemctl", "restart", "budkavled")
        self.assertIn("3/3 channels up", self.status_line())

    def test_a_start_after_a_bad_edit(self):
        self.lab.run("systemctl", "reload", "budkavled")
        self.configure(CONF + 'keeep = "1d"\n')
        self.lab.run("systemctl", "restart", "budkavled")
        self.assertRegex(self.status_line(),
                         r"degraded: .*running on the configuration of 20.*"
                         r"/etc/budkavle/budkavle.conf:\d+: keeep")
        self.assertIn("applied", self.send(event_id="B1", incident="BAD-EDIT"))
        refused = self.lab.run("systemctl", "reload", "budkavled", check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.configure(CONF)
        self.lab.run("systemctl", "reload", "budkavled")
        self.assertNotIn("running on", self.status_line())

    def test_stop_and_the_next_client_starts_it(self):
        begin = time.monotonic()
        self.lab.run("systemctl", "stop", "budkavled.service")
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(self.shown("ActiveState"), "inactive")
        self.assertEqual(self.shown("Result"), "success")
        self.assertIn("applied", self.send(event_id="S1", incident="STARTS"))
        self.assertEqual(self.shown("ActiveState"), "active")


if __name__ == "__main__":
    missing = what_is_missing()
    if missing is not None:
        print(f"skipped: no systemd can be booted here without {missing}",
              file=sys.stderr)
        sys.exit(77)
    unittest.main()
