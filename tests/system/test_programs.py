#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Programs of one's own and the log: what a program sees and does not see, what its exit
codes lead to, and lines that a listener and a real rsyslog read."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import unittest

from harness import World, wait_for

RSYSLOG = shutil.which("rsyslogd", path=os.environ["PATH"] + ":/usr/sbin:/sbin")

SIREN = """#!/bin/sh
cat > "{out}/part"
mv "{out}/part" "{out}/$BUDKAVLE_MESSAGE.$BUDKAVLE_ATTEMPT.json"
{{ cat "{state}"/budkavle.db "{state}"/*; ls "{state}" "{spool}"; cat "{key}"; }} \\
    > "{out}/seen" 2> /dev/null
python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect("{socket}")' \\
    2> "{out}/socket"
env > "{out}/environment"
[ -e "{out}/code" ] && {{ echo "the amplifier is cold" >&2; exit "$(cat "{out}/code")"; }}
echo "sounded $1"
"""


def event(number, revision=1, **more):
    return {"incident": f"P-{number}", "revision": revision, "kind": "power",
            "status": "confirmed", "places": [{"name": "Lund"}], **more}


class Siren(World):
    routes = 'route "all" { channels = { "siren", "bus" } }\n'

    def setUp(self):
        super().setUp()
        self.out = self.folder / "out"
        self.out.mkdir()
        self.program = self.folder / "siren"
        self.program.write_text(SIREN.format(
            out=self.out, state=self.folder / "state", spool=self.spool,
            key=self.folder / "bus.key", socket=self.socket))
        self.program.chmod(0o755)

    def config_text(self):
        return super().config_text() + f"""
channel "siren" {{
  driver      = "exec"
  command     = {{ "{self.folder}/siren", "--zone 3" }}
  retry_floor = "100ms"
  retry_cap   = "300ms"
  timeout     = "10s"
}}
"""

    def channel(self, name="siren"):
        return next(row for row in self.json("channels")["channels"]
                    if row["name"] == name)

    def given(self):
        return [json.loads(path.read_text()) for path in sorted(self.out.glob("*.json"))]

    def test_it_is_given_the_message_and_nothing_else(self):
        self.start()
        self.send(event(1))
        self.wait_complete()
        body, = self.given()
        self.assertEqual("incident.notice", body["type"])
        self.assertNotIn("test", body)
        # The same as a web hook's.
        hook = wait_for("the web hook", self.receivers.hooks)[0]["body"]
        self.assertEqual(hook["data"]["incident"], body["data"]["incident"])
        delivery, = [row for row in self.json("queue", "--all")["deliveries"]
                     if row["channel"] == "siren"] or [{}]
        self.assertEqual("sounded --zone 3", delivery.get("remote_id"))
        environment = (self.out / "environment").read_text()
        self.assertIn("BUDKAVLE_CHANNEL=siren\n", environment)
        self.assertIn("BUDKAVLE_ATTEMPT=1\n", environment)
        self.assertNotIn("BUDKAVLE_TEST", environment)
        self.assertNotIn("BUDKAVLE_BIN", environment)

    def test_the_wall(self):
        self.start()
        self.send(event(1))
        self.wait_complete()
        if "a sender is not confined" in json.dumps(self.get("/v1/status")):
            self.skipTest("the kernel has no wall for senders")
        self.assertEqual("", (self.out / "seen").read_text())
        self.assertIn("Error", (self.out / "socket").read_text())

    def test_a_test_is_marked(self):
        self.start()
        self.assertIn("delivered", self.command("channel", "test", "siren").stdout)
        body, = self.given()
        self.assertIs(True, body["test"])
        self.assertEqual("channel.test", body["type"])
        self.assertIn("BUDKAVLE_TEST=1\n", (self.out / "environment").read_text())

    def test_later_then_not_allowed_then_well(self):
        (self.out / "code").write_text("75")
        self.start()
        self.send(event(1))
        wait_for("a second attempt", lambda: len(self.given()) >= 2)
        self.assertIn("the amplifier is cold (exit code 75)",
                      self.channel()["last_error"])
        wait_for("the others", self.receivers.hooks)  # nobody waits for the siren
        (self.out / "code").write_text("78")
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        (self.out / "code").unlink()
        self.command("channel", "resume", "siren")
        self.command("channel", "retry", "siren", check=False)
        self.wait_complete()
        self.assertEqual(self.given()[0]["data"], self.given()[-1]["data"])

    def test_the_program_went_away(self):
        self.start()
        self.program.unlink()
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("siren cannot be started: No such file", self.channel()["last_error"])
        self.kill()
        done = subprocess.run([str(pathlib.Path(os.environ.get(
            "BUDKAVLE_BIN", "../../build/bin")) / "budkavled"), "-t", "-c",
            str(self.config)], capture_output=True, text=True, check=False)
        self.assertEqual(78, done.returncode)
        self.assertIn("siren cannot be executed: No such file", done.stderr)

    def test_it_dies_with_the_daemon(self):
        self.program.write_text(f'#!/bin/sh\nsleep 600 & echo $! > "{self.out}/child.part"\n'
                                f'echo $$ >> "{self.out}/child.part"\n'
                                f'mv "{self.out}/child.part" "{self.out}/child"\nsleep 600\n')
        self.start()
        self.send(event(1))
        child = self.out / "child"
        wait_for("the program", child.exists)
        pids = [int(word) for word in child.read_text().split()]
        self.assertEqual(2, len(pids))
        self.kill()
        for pid in pids:
            wait_for("its end", lambda pid=pid: not is_alive(pid))


def is_alive(pid):
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return text.rsplit(")", 1)[1].split()[0] not in "ZX"


class Log(World):
    routes = 'route "all" { channels = { "log" } }\n'

    def setUp(self):
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.server.settimeout(30)
        self.addCleanup(self.server.close)
        super().setUp()

    def config_text(self):
        return super().config_text() + f"""
channel "log" {{ driver = "syslog"  {self.where()}  retry_floor = "100ms"  retry_cap = "1s" }}
"""

    def where(self):
        return f'server = "127.0.0.1"  port = {self.server.getsockname()[1]}'


class ToAServer(Log):
    def test_a_line_of_rfc5424(self):
        self.start()
        self.send(event(1, severity="severe"))
        line = self.server.recv(8192).decode()
        self.assertRegex(line, r"^<130>1 \d{4}-\d\d-\d\dT\S+ \S+ budkavle - first \[")
        self.assertRegex(line, r'\[budkavle@32473 message="m_\w+" incident="i_\w+" '
                               r'status="confirmed" kind="power"\] .*Lund')
        self.assertNotIn("\n", line)
        self.wait_complete()


class ToASocket(Log):
    def where(self):
        return f'socket = "{self.folder}/dev-log"'

    def test_the_socket_comes_later(self):
        self.start()
        self.send(event(1))
        wait_for("the failure", lambda: "No such file" in json.dumps(self.json("channels")))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind(str(self.folder / "dev-log"))
            os.chmod(self.folder / "dev-log", 0o666)
            log.settimeout(30)
            self.assertRegex(log.recv(8192).decode(), r"^<132>\w+ .* budkavle: .*Lund")
        self.wait_complete()


@unittest.skipUnless(RSYSLOG, "rsyslog is not here")
class ToRsyslog(Log):
    """What rsyslog makes of it, over TCP: the fields as it has read them."""

    def where(self):
        return f'server = "127.0.0.1"  port = {self.port}  transport = "tcp"'

    def setUp(self):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        super().setUp()
        config = self.folder / "rsyslog.conf"
        self.lines = self.folder / "lines"
        config.write_text(
            'module(load="imtcp")\n'
            f'input(type="imtcp" address="127.0.0.1" port="{self.port}")\n'
            'template(name="t" type="string" string="%syslogfacility-text%|'
            '%syslogseverity-text%|%app-name%|%msgid%|%structured-data%|%msg%\\n")\n'
            f'*.* action(type="omfile" file="{self.lines}" template="t")\n')
        rsyslog = subprocess.Popen(
            [RSYSLOG, "-n", "-f", str(config), "-i", str(self.folder / "rsyslog.pid")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(rsyslog.wait)
        self.addCleanup(rsyslog.kill)

    def test_every_field_arrives(self):
        self.start()
        self.send(event(1, severity="extreme"))
        self.wait_complete()
        line = wait_for("the line", lambda: self.lines.exists() and next(
            (row for row in self.lines.read_text().splitlines() if "budkavle" in row), None))
        facility, severity, app, message_id, data, text = line.split("|", 5)
        self.assertEqual(("local0", "alert", "budkavle", "first"),
                         (facility, severity, app, message_id))
        self.assertIn('status="confirmed"', data)
        self.assertIn("Lund", text)


if __name__ == "__main__":
    unittest.main()
