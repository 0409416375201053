#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A real broker (mosquitto): what is retained and when it goes, TLS and passwords, a
broker that dies in the middle, and what it says when the daemon is gone."""
import contextlib
import datetime
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import unittest

from harness import TOOLS, World, wait_for

sys.path.insert(0, str(TOOLS))
from certificates import Authority  # noqa: E402

BROKER = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
LISTENER = shutil.which("mosquitto_sub")


def free_port():
    """Below those that the kernel gives out: nobody takes it while the broker is dead."""
    while True:
        port = random.randrange(15000, 32000)
        with socket.socket() as one, contextlib.suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port


class Broker:
    """mosquitto on a port of its own; its store survives a kill, as on a real machine."""

    def __init__(self, folder, text="allow_anonymous true\n", port=None):
        self.folder, self.text = folder, text
        self.port = port or free_port()
        self.process = None
        folder.mkdir(exist_ok=True)
        # mosquitto gives root's rights away when it has them.
        os.chmod(folder, 0o777)

    def start(self):
        config = self.folder / "mosquitto.conf"
        config.write_text(f"listener {self.port} 127.0.0.1\npersistence true\n"
                          f"persistence_location {self.folder}/\nautosave_on_changes true\n"
                          f"autosave_interval 1\nuser root\n{self.text}")
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([BROKER, "-c", str(config)],
                                            stdout=log, stderr=log)
        wait_for("the broker", self.answers)
        return self

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def kill(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Listener:
    """mosquitto_sub: every message as a line of JSON."""

    def __init__(self, broker, path, *more):
        self.path = path
        with open(path, "ab") as out:
            self.process = subprocess.Popen(
                [LISTENER, "-h", "127.0.0.1", "-p", str(broker.port), "-V", "5",
                 "-q", "1", "-t", "budkavle/#", "-F", "%j", *more],
                stdout=out, stderr=out)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def messages(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()
                if line.startswith("{")]

    def of(self, topic):
        return [row for row in self.messages() if row["topic"] == topic]


def event(number, revision=1, **more):
    return {"incident": f"P-{number}", "revision": revision, "kind": "power",
            "status": "confirmed", "places": [{"name": "Lund"}], **more}


def estimate(i):
    """Each is news: later than the one before by half an hour."""
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
        hours=2, minutes=30 * i)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@unittest.skipUnless(BROKER and LISTENER, "mosquitto and mosquitto-clients are not here")
class Mosquitto(World):
    routes = 'route "all" { channels = { "grid" } }\n'
    broker_text = "allow_anonymous true\n"
    options = ""

    def setUp(self):
        super().setUp()
        self.broker = Broker(self.folder / "broker", self.broker_text)
        self.broker.start()
        self.addCleanup(self.broker.kill)
        self.write_config()

    def config_text(self):
        broker = getattr(self, "broker", None)
        host = getattr(self, "host", "127.0.0.1")
        return super().config_text() + f"""
channel "grid" {{
  driver      = "mqtt"
  broker      = "{host}:{broker.port if broker else 1}"
  retry_floor = "100ms"
  retry_cap   = "1s"
  timeout     = "5s"
  {self.options}
}}
"""

    def listen(self, name="heard", *more):
        listener = Listener(self.broker, self.folder / name, *more)
        self.addCleanup(listener.stop)
        return listener

    def retained(self):
        """What a listener who comes now is given, by topic."""
        path = self.folder / "retained"
        done = subprocess.run(
            [LISTENER, "-h", "127.0.0.1", "-p", str(self.broker.port), "-V", "5",
             "-t", "budkavle/#", "-F", "%j", "--retained-only", "-W", "1"],
            capture_output=True, text=True, timeout=30, check=False)
        path.write_text(done.stdout)
        return {row["topic"]: row["payload"]
                for row in map(json.loads, done.stdout.splitlines())}

    def channel(self):
        return next(row for row in self.json("channels")["channels"]
                    if row["name"] == "grid")


class Retained(Mosquitto):
    def test_what_goes_on_is_retained_and_nothing_else(self):
        listener = self.listen()
        self.start()
        self.send(event(1), event(2))
        self.wait_complete()
        retained = self.retained()
        incidents = [row for row in retained if row.startswith("budkavle/incidents/")]
        self.assertEqual(2, len(incidents))
        self.assertEqual("online", retained["budkavle/status"])
        payload = json.loads(retained[incidents[0]])
        self.assertEqual(incidents[0].rsplit("/", 1)[1], payload["incident"]["id"])
        self.assertEqual({"sv", "en"}, set(payload["texts"]))
        # The end is told to those who listen, and then there is nothing there.
        self.send(event(1, 2, status="restored"), event(2, 2, status="confirmed",
                                                         customers_affected=40))
        self.wait_complete()
        left = [row for row in self.retained() if row.startswith("budkavle/incidents/")]
        self.assertEqual(1, len(left))
        ended = (set(incidents) - set(left)).pop()
        rows = wait_for("the end", lambda: len(listener.of(ended)) == 3 and
                        listener.of(ended))
        self.assertEqual("restored", json.loads(rows[1]["payload"])["incident"]["status"])
        self.assertEqual("", rows[2].get("payload") or "")
        self.assertTrue(all(row["qos"] == 1 for row in rows))

    def test_a_test_is_marked_and_not_retained(self):
        listener = self.listen()
        self.start()
        wait_for("the listener", lambda: listener.of("budkavle/status"))
        self.assertIn("delivered", self.command("channel", "test", "grid").stdout)
        rows = wait_for("the test", lambda: listener.of("budkavle/test"))
        self.assertTrue(json.loads(rows[0]["payload"])["test"])
        self.assertNotIn("budkavle/test", self.retained())

    def test_presence(self):
        listener = self.listen()

        def words():
            return [row["payload"] for row in listener.of("budkavle/status")]

        self.start()  # nothing was ever sent
        wait_for("online", lambda: words()[-1:] == ["online"])
        self.kill()  # nobody says goodbye: the broker does
        wait_for("the last will", lambda: words()[-1:] == ["offline"])
        self.start()
        wait_for("online again", lambda: words()[-1:] == ["online"])
        self.assertEqual(0, self.stop())
        wait_for("goodbye", lambda: words()[-1:] == ["offline"])
        self.start()
        wait_for("online once more", lambda: words()[-1:] == ["online"])
        self.config.write_text(World.config_text(self).replace('"grid"', '"bus"'))
        self.command("reload")  # the channel is not there any more
        wait_for("the channel's goodbye", lambda: words()[-1:] == ["offline"])
        self.assertEqual("offline", self.retained()["budkavle/status"])


class Dies(Mosquitto):
    @staticmethod
    def sequences(listener, live=False):
        """Of each incident's topic, in the order in which they were heard."""
        heard = {}
        for row in listener.messages():
            if row["topic"].startswith("budkavle/incidents/") and not (
                    live and row["retain"]):
                heard.setdefault(row["topic"], []).append(
                    json.loads(row["payload"])["sequence"])
        return heard

    def test_nothing_is_lost_and_order_is_kept(self):
        self.start()
        heard = [self.listen("heard0")]
        n = 30
        for i in range(n):
            self.send(*[event(k, i + 1, etr={"at": estimate(i)}) for k in range(3)])
            if i in (8, 18):
                self.broker.kill()
            if i in (11, 21):
                self.broker.start()
                heard.append(self.listen(f"heard{i}"))
                wait_for("the listener", heard[-1].messages)
        self.wait_complete()
        for listener in heard:
            # What the broker had kept may be older than its last words: it is killed
            # before it has written them down.
            for sequences in self.sequences(listener, live=True).values():
                # A repeat of the newest is allowed after an unknown outcome.
                self.assertEqual(sorted(sequences), sequences)
        # Who came after the broker's last death has heard every one since, besides what
        # the broker had kept.
        newest = self.sequences(heard[-1], live=True)
        self.assertEqual(3, len(newest))
        for sequences in newest.values():
            self.assertEqual(list(range(sequences[0], n + 1)), sorted(set(sequences)))
            self.assertLess(sequences[0], n)
        retained = self.retained()
        for topic, payload in retained.items():
            if topic.startswith("budkavle/incidents/"):
                self.assertEqual(n, json.loads(payload)["sequence"])
        self.assertEqual(3, sum("/incidents/" in topic for topic in retained))
        self.assertEqual("up", self.channel()["state"])


class Secured(Mosquitto):
    """TLS with an authority of our own, and a password."""

    host = "localhost"
    options = ('tls = "required"  ca_file = "tls/ca.pem"  username = "grid"\n'
               '  password_file = "grid.key"')

    @property
    def broker_text(self):
        self.authority = Authority(self.folder / "tls")
        os.chmod(self.folder / "tls", 0o755)
        for path in (self.folder / "tls").iterdir():
            path.chmod(0o644)
        words = self.folder / "words"
        subprocess.run(["mosquitto_passwd", "-b", "-c", str(words), "grid", "hemligt"],
                       check=True, capture_output=True)
        words.chmod(0o644)
        (self.folder / "grid.key").write_text("hemligt\n")
        (self.folder / "grid.key").chmod(0o600)
        return (f"allow_anonymous false\npassword_file {words}\n"
                f"certfile {self.folder}/tls/{self.certificate}.pem\n"
                f"keyfile {self.folder}/tls/{self.certificate}.key\n")

    certificate = "right"

    def test_delivered(self):
        self.start()
        self.send(event(1))
        self.wait_complete()
        self.assertEqual("up", self.channel()["state"])
        self.assertNotIn("hemligt", self.log_text())

    def test_a_wrong_password_pauses_the_channel(self):
        (self.folder / "grid.key").write_text("fel-ord\n")
        self.start()
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("password_file", self.channel()["last_error"])
        self.assertNotIn("fel-ord", self.log_text())
        (self.folder / "grid.key").write_text("hemligt\n")
        self.command("reload")
        self.command("channel", "resume", "grid")
        self.command("channel", "retry", "grid", check=False)
        self.wait_complete()


class WrongCertificate(Secured):
    certificate = "elsewhere"

    test_a_wrong_password_pauses_the_channel = None

    def test_delivered(self):
        self.start()
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("certificate", self.channel()["last_error"])


class Expired(WrongCertificate):
    certificate = "expired"


class Guarded(Mosquitto):
    """A name that leads to this machine, and no allow_private."""

    host = "localhost.localdomain"
    options = 'tls = "none"  allow_http = true'

    def test_a_private_address_is_refused(self):
        try:
            socket.getaddrinfo(self.host, 1883)
        except OSError:
            self.skipTest(f"{self.host} has no address here")
        self.start()
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("allow_private", self.channel()["last_error"])


if __name__ == "__main__":
    if not (BROKER and LISTENER):
        print("skipped: mosquitto and mosquitto-clients are not here")
        sys.exit(77)
    unittest.main()
