#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Text messages through a real Kannel to its own simulated operator: bearerbox, smsbox and
fakesmsc of Debian's packages, on free ports of loopback."""
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import unittest

from harness import World, wait_for
from report_proxy import NGINX, ReportProxy

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
BEARERBOX, SMSBOX = "bearerbox", "smsbox"


def free_ports(n):
    """Ports that nobody listens on; held together until all are known."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
        return True
    except OSError:
        return False


class Kannel:
    """A gateway in a folder. The operator behind it is started by itself."""

    def __init__(self, folder):
        self.folder = folder / "kannel"
        self.folder.mkdir()
        self.admin, self.boxes, self.smsc, self.port = free_ports(4)
        self.processes, self.operator = [], None
        (self.folder / "kannel.conf").write_text(f"""
group = core
admin-port = {self.admin}
admin-interface = 127.0.0.1
smsbox-port = {self.boxes}
smsbox-interface = 127.0.0.1
admin-password = adm
status-password = st
box-allow-ip = "127.0.0.1"
store-type = file
store-location = "{self.folder}/store"

group = smsc
smsc = fake
smsc-id = FAKE
port = {self.smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {self.port}
sendsms-interface = 127.0.0.1
sendsms-chars = "0123456789+ -"
black-list-regex = "73000"

group = sendsms-user
username = budkavle
password = good-password
max-messages = 5
concatenation = true

group = sms-service
keyword = default
text = ""
catch-all = true
max-messages = 0

""")

    def run(self, *command):
        name = pathlib.Path(command[0]).name
        with open(self.folder / f"{name}.log", "ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        self.processes.append(process)
        return process

    def start(self):
        self.run(BEARERBOX, "kannel.conf")
        wait_for("bearerbox", lambda: answers(self.boxes))
        self.run(SMSBOX, "kannel.conf")
        wait_for("smsbox", lambda: answers(self.port))

    def start_operator(self):
        """It sends one message first: with none to send it would end at once."""
        self.operator = self.run(FAKESMSC, "-H", "127.0.0.1", "-r", str(self.smsc), "-i",
                                 "1", "-m", "1", "46709999999 13013 text hej")

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes = []

    def log(self):
        path = self.folder / "fakesmsc.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def got(self):
        """What the operator was given: sender, number, and the rest as fakesmsc writes it."""
        return re.findall(r"Got message \d+: <(\S+) (\+46\d+) (text .*?|udh .*?|ucs-2 .*?)>\n",
                          self.log(), re.S)


def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


class ThroughKannel(World):
    numbers = 'to = { "+46739876541", "+46739876542" }'
    password, more = "good-password", ""

    def setUp(self):
        self.kannel = None
        super().setUp()
        self.kannel = Kannel(self.folder)
        self.addCleanup(self.kannel.end)
        self.kannel.start()

    def config_text(self):
        port = self.kannel.port if self.kannel else 9
        key = self.folder / "password"
        key.write_text(self.password + "\n")
        key.chmod(0o600)
        return super().config_text() + f"""
channel "sms" {{
  driver = "kannel"  url = "http://127.0.0.1:{port}/cgi-bin/sendsms"
  username = "budkavle"  password_file = "password"  from = "Nordan"  {self.numbers}
  allow_http = true  allow_private = true  hold_down = "0s"
  retry_floor = "100ms"  retry_cap = "1s"
  {self.more}
}}
route "sms" {{ channels = {{ "sms" }} }}
"""

    routes = 'route "all" { channels = { "page" } }'

    def begin(self):
        self.write_config()
        self.start()

    def channel(self):
        return next(row for row in self.json("status")["channels"] if row["name"] == "sms")

    def rows(self):
        return [row for row in self.json("queue", "--all")["deliveries"]
                if row["channel"] == "sms"]

    def arrived(self, n):
        return wait_for(f"{n} text messages at the operator", lambda: (
            lambda got: len(got) >= n and got)(self.kannel.got()))

    def test_what_the_operator_gets(self):
        self.kannel.start_operator()
        self.begin()
        self.send(event(1))
        self.wait_complete()
        got = self.arrived(2)
        self.assertEqual(sorted(number for _, number, _ in got),
                         ["+46739876541", "+46739876542"])
        for sender, _, text in got:
            self.assertEqual(sender, "Nordan")
            self.assertTrue(text.startswith("text Nordan Energi: Strömmen"), text)
            self.assertIn("Täby kyrkby", text)
            self.assertIn("13.48", text)
            self.assertLessEqual(len(text.removeprefix("text ")), 160)
        self.assertNotIn("4673", self.log_text())
        self.assertNotIn("good-password", self.log_text())

    def test_it_is_queued_while_the_operator_is_away(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()  # "3: Queued for later delivery": Kannel has it, and keeps it
        self.assertEqual(self.kannel.got(), [])
        self.kannel.start_operator()
        self.assertEqual(len(self.arrived(2)), 2)

    def test_parts_and_other_letters(self):
        self.more = "parts = 4  ucs2 = true"
        self.kannel.start_operator()
        self.begin()
        self.send(event(1, places=[{"name": "Жуково"}]))
        self.wait_complete()
        wait_for("Жуково in UCS-2 at both", lambda: all(
            "%04%16%04C%04%3A%04%3E%042%04%3E" in self.whole(number)
            for number in ("+46739876541", "+46739876542")))

    def whole(self, wanted):
        """All parts for a number, without what joins them."""
        return "".join(re.sub(r"^udh \S+ data ", "", text)
                       for _, number, text in self.kannel.got() if number == wanted)

    def test_what_kannel_refuses(self):
        self.numbers = 'to = { "+46739876541", "+46730000000" }'
        self.kannel.start_operator()
        self.begin()
        self.send(event(1))
        self.wait_complete()
        rows = {row["recipient"]: row for row in self.rows()}
        self.assertEqual(rows["+46739876541"]["state"], "delivered")
        self.assertEqual(rows["+46730000000"]["state"], "undeliverable")
        self.assertIn("denied", rows["+46730000000"]["last_error"])
        self.assertEqual(self.channel()["state"], "up")

    def test_a_wrong_password_is_told_in_words_and_mended(self):
        self.password = "bad-password"
        self.kannel.start_operator()
        self.begin()
        told = self.command("channel", "test", "sms", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("Authorization failed for sendsms", told.stdout)
        self.assertIn("password_file", told.stdout)
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertEqual(self.kannel.got(), [])
        self.password = "good-password"
        self.write_config()
        self.command("reload")
        self.wait_complete()
        self.assertEqual(len(self.arrived(2)), 2)

    def test_an_address_that_is_not_kannels(self):
        self.begin()
        self.config.write_text(self.config_text().replace("/cgi-bin/sendsms", "/wrong"))
        self.command("reload")
        told = self.command("channel", "test", "sms", check=False)
        self.assertIn("with the path /cgi-bin/sendsms", told.stdout)


@unittest.skipUnless(pathlib.Path(NGINX).exists(), "needs nginx, which hands reports on")
class Reports(ThroughKannel):
    """The operator acknowledges each text message; Kannel calls the address it was given."""

    def setUp(self):
        self.proxy = None
        super().setUp()
        self.proxy = ReportProxy(self.folder, self.socket)
        self.proxy.start()
        self.addCleanup(self.proxy.stop)
        key = self.folder / "key"
        key.write_text("k" * 40 + "\n")
        key.chmod(0o600)

    def config_text(self):
        self.more = ""
        if self.proxy:
            self.more = f'report_url = "{self.proxy.url("sms")}"  token_key_file = "key"'
        return super().config_text()

    def reported(self, state):
        return wait_for(f"both reported {state}", lambda: [
            (row["state"], row.get("report", {}).get("state")) for row in self.rows()] ==
            [("delivered", state)] * 2)

    def test_what_the_operator_acknowledges(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.assertEqual([row.get("report") for row in self.rows()], [None, None])
        self.kannel.start_operator()
        self.reported("delivered")
        for row in self.rows():
            self.assertTrue(row["remote_id"])
        self.assertNotIn("4673", self.log_text())


for name in [name for name in dir(ThroughKannel) if name.startswith("test_")]:
    setattr(Reports, name, None)  # told above already


if __name__ == "__main__":
    missing = [one for one in (BEARERBOX, SMSBOX, FAKESMSC) if shutil.which(one) is None]
    if missing:
        print(f"needs the packages kannel and kannel-extras; missing: {', '.join(missing)}")
        sys.exit(77)
    unittest.main()
