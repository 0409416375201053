# SPDX-License-Identifier: EUPL-1.2
"""What the tests with faults share: the daemon, receivers of this process, kills.

The short form is the default; with FAULTS_LONG=1 the numbers are those that the
acceptance tests ask for; under the sanitizers (BUDKAVLE_SHORT=1) they are smaller still.
"""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "system"), str(HERE.parent / "tools")]

# pylint: disable=wrong-import-position
from fault_receivers import HttpReceiver, Stage  # noqa: E402
from fault_relay import SmtpReceiver  # noqa: E402
from harness import BIN, wait_for  # noqa: E402
from socket_world import SocketWorld  # noqa: E402

LONG = "FAULTS_LONG" in os.environ
SANITIZED = "BUDKAVLE_SHORT" in os.environ


def sized(long, short, sanitized=None):
    """How many, of the three forms of a test."""
    if LONG:
        return long
    return short if sanitized is None or not SANITIZED else sanitized


def told(text):
    print(text, file=sys.stderr)


class FaultWorld(SocketWorld):
    """A daemon whose channels lead to receivers that this process plays."""

    more_config = ""

    def setUp(self):
        self.stage = Stage()
        self.addCleanup(self.stage.close)
        self.channels = []  # the configuration's sections
        super().setUp()

    def config_text(self):
        text = super().config_text()
        start = text.index('channel "bus"')
        return text[:start] + "\n".join(self.channels) + self.routes + self.more_config

    def hook(self, name, script=("ok",), tls=None, listen=True, options=""):
        """A web hook channel and its receiver; later options win over earlier ones."""
        receiver = HttpReceiver(self.stage, script, tls, listen)
        scheme = "https" if tls else "http"
        self.add(name, "webhook", f"""
  url = "{scheme}://127.0.0.1:{receiver.port}/{name}"
  allow_http = true  allow_private = true""", options)
        return receiver

    def relay(self, name, script=("ok",), tls=None, auth=False, listen=True, options="",
              to=("redaktion@example.se", "beredskap@example.se")):
        receiver = SmtpReceiver(self.stage, script, tls, auth, listen)
        recipients = ", ".join(f'"{one}"' for one in to)
        self.add(name, "email", f"""
  relay = "smtp://127.0.0.1:{receiver.port}"  from = "drift@example.se"
  to = {{ {recipients} }}""", options)
        return receiver

    def page(self, name="page"):
        self.add(name, "page", f'directory = "{self.folder}/{name}"', "")

    def add(self, name, driver, own, options):
        given = {"timeout": '"10s"' if driver != "page" else '"60s"',
                 "retry_floor": '"100ms"', "retry_cap": '"500ms"', "hold_down": '"0s"'}
        for line in filter(None, options.split("; ")):
            key, _, value = line.partition(" = ")
            given[key] = value
        lines = "\n  ".join(f"{key} = {value}" for key, value in given.items())
        self.channels.append(f'channel "{name}" {{\n  driver = "{driver}" {own}\n  {lines}\n}}')

    def route_to_all(self, names):
        listed = ", ".join(f'"{name}"' for name in names)
        self.routes = f'\nroute "all" {{ channels = {{ {listed} }} }}\n'

    def begin(self):
        self.write_config()
        self.start()

    def deliveries(self, **filters):
        """All deliveries that the filters let through, over all pages."""
        rows, query = [], "".join(f"&{key}={value}" for key, value in filters.items())
        after = ""
        while after is not None:
            got = self.ok("GET", f"/v1/deliveries?limit=1000{query}{after}")
            rows += got["deliveries"]
            after = None if got["next"] is None else f"&after={got['next']}"
        return rows

    def incidents(self):
        rows, after = [], ""
        while after is not None:
            got = self.ok("GET", f"/v1/incidents?limit=1000{after}")
            rows += got["incidents"]
            after = None if got["next"] is None else f"&after={got['next']}"
        return rows

    def timeline(self, incident_id):
        return self.ok("GET", f"/v1/incidents/{incident_id}/timeline")["timeline"]

    def metric(self, name, *labels):
        text = self.call("GET", "/metrics")[2].decode()
        return sum(float(line.split()[-1]) for line in text.splitlines()
                   if line.startswith(name) and all(label in line for label in labels))

    def core_kib(self):
        """The most that the core ever held in memory."""
        status = pathlib.Path(f"/proc/{self.daemon.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines()
                    if line.startswith("VmHWM"))

    def post_patiently(self, events, patience=300):
        """As a good client: again until the daemon has said that it is on disk."""
        body = json.dumps(list(events)).encode()

        def accepted():
            try:
                status, _, content = self.call("POST", "/v1/events", body)
            except (OSError, ValueError, http.client.HTTPException):
                return None  # it was killed meanwhile, or starts
            if status in (429, 503):
                return None
            self.assertEqual(status, 200, content)
            return content["accepted"]
        return wait_for("the events to be accepted", accepted, patience)


class Killer:
    """kill -9 of the core, the launcher or a sender, at random moments, with the times."""

    def __init__(self, world, chance, pause_s):
        self.world, self.chance, self.pause_s = world, chance, pause_s
        self.counts, self.times = {"core": 0, "children": 0}, []
        self.stopped, self.wanted = threading.Event(), 0
        self.failure = None
        self.thread = threading.Thread(target=self.run)

    def total(self):
        return sum(self.counts.values())

    def start(self):
        self.thread.start()

    def run(self):
        try:
            while not self.stopped.wait(self.chance.uniform(*self.pause_s)):
                self.kill_one()
        except Exception as problem:  # told to the test, which would wait in vain
            self.failure = problem
            raise

    def kill_one(self):
        world = self.world
        children = world.processes()
        if children and self.chance.random() < 0.5:
            try:
                os.kill(self.chance.choice(children), signal.SIGKILL)
            except ProcessLookupError:
                return
            self.counts["children"] += 1
        elif world.daemon.poll() is None:
            world.daemon.kill()
            world.daemon.wait()
            self.counts["core"] += 1
        self.times.append(time.time())
        # A kill now and then meets a start; but not all of them, however slow the
        # machine is, because then nothing would ever be done.
        if self.chance.random() < 0.8:
            wait_for("the socket", self.is_up, 120)
        elif world.daemon.poll() is not None:
            self.begin()

    def is_up(self):
        """Whether it answers; one that ended is started anew, as systemd does."""
        if self.world.daemon.poll() is not None:
            self.begin()
        try:
            return self.world.call("GET", "/v1/status")[0] == 200
        except (OSError, ValueError, http.client.HTTPException):
            return False

    def begin(self):
        world = self.world
        with open(world.folder / "log", "ab") as log:
            world.daemon = subprocess.Popen(
                [str(BIN / "budkavled"), "-c", str(world.config)], stdout=log, stderr=log)

    def keep_pace(self, due):
        """Waits for so many kills, so that the work is never ahead of the killing."""
        def enough():
            if self.failure is not None:
                raise AssertionError(f"the killing failed: {self.failure!r}")
            return self.total() >= due
        wait_for(f"{due} kills", enough, 300)

    def stop(self):
        """And what was killed last, though it ends only now, is up again."""
        self.stopped.set()
        self.thread.join()
        wait_for("the daemon", lambda: self.is_up() and self.has_launcher(), 120)

    def has_launcher(self):
        """Without it the daemon answers for a moment still, and ends then."""
        pid = self.world.daemon.pid
        try:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            stats = [pathlib.Path(f"/proc/{child}/stat").read_text() for child in children]
        except OSError:
            return False
        return any(stat.rpartition(")")[2].split()[0] != "Z" for stat in stats)
