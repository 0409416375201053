# SPDX-License-Identifier: EUPL-1.2
"""A real daemon with real receivers in a temporary folder, for the system tests.

The programs are found through BUDKAVLE_BIN (the build's bin folder). Everything listens
on free ports of loopback or on sockets in the folder; everything is removed at the end.
"""
import json
import os
import pathlib
import resource
import secrets
import base64
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent / "tools"
BIN = pathlib.Path(os.environ.get("BUDKAVLE_BIN", HERE.parent.parent / "build/bin"))
PATIENCE = float(os.environ.get("BUDKAVLE_PATIENCE", "60"))


def wait_for(what, condition, patience=PATIENCE):
    """Waits until condition() is true; the failure names what was waited for."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"waited {patience:.0f} s in vain for {what}")


def read_rows(path):
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


class Receivers:
    """The web hook receiver and the mail server of tests/tools/receivers.py."""

    def __init__(self, folder, secret):
        self.folder, self.secret, self.process = folder, secret, None
        self.ports = {}

    def start(self):
        ports = self.folder / "ports.json"
        ports.unlink(missing_ok=True)
        command = [sys.executable, str(TOOLS / "receivers.py"), str(self.folder),
                   "--secret", self.secret]
        for name, port in self.ports.items():
            command += [f"--{name}-port", str(port)]
        self.process = subprocess.Popen(command)
        wait_for("the receivers", ports.exists)
        self.ports = json.loads(ports.read_text())

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hooks(self):
        return read_rows(self.folder / "hooks.ndjson")

    def mails(self):
        return read_rows(self.folder / "mails.ndjson")


class World(unittest.TestCase):
    """Receivers, a configuration, and a daemon that the test starts."""

    routes = """
route "all"   { channels = { "page", "bus" } }
route "large" { min_customers = 50  channels = { "mail" } }
"""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="budkavle-system."))
        os.chmod(self.folder, 0o755)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        key = self.folder / "bus.key"
        key.write_text(secret + "\n")
        key.chmod(0o600)
        self.receivers = Receivers(self.folder, secret)
        self.receivers.start()
        self.addCleanup(self.receivers.stop)
        self.daemon = None
        self.addCleanup(self.kill)
        self.socket = self.folder / "run.sock"
        self.spool = self.folder / "spool"
        self.config = self.folder / "budkavle.conf"
        self.write_config()

    def config_text(self):
        ports = self.receivers.ports
        return f"""
organisation = "Nordan Energi"
languages    = {{ "sv", "en" }}
timezone     = "Europe/Stockholm"
state_dir    = "{self.folder}/state"
disk_low     = "64M"  disk_critical = "16M"  disk_reserve = "1M"
page_url     = "https://drift.example.se"
contact      = "Ring 020-00 00 00"
socket {{ path = "{self.socket}" }}
spool "oms" {{ path = "{self.spool}"  settle = "300ms" }}
channel "bus" {{
  driver        = "webhook"
  url           = "http://127.0.0.1:{ports['http']}/hooks/outage"
  secret_file   = "bus.key"
  allow_http    = true
  allow_private = true
  retry_floor   = "100ms"
  retry_cap     = "1s"
}}
channel "mail" {{
  driver      = "email"
  relay       = "smtp://127.0.0.1:{ports['smtp']}"
  from        = "drift@example.se"
  to          = {{ "redaktion@example.se", "beredskap@example.se" }}
  hold_down   = "0s"
  retry_floor = "100ms"
  retry_cap   = "1s"
}}
channel "page" {{
  driver    = "page"
  directory = "{self.folder}/page"
}}
{self.routes}
"""

    def write_config(self, more=""):
        self.config.write_text(self.config_text() + more)

    def start(self):
        self.log = open(self.folder / "log", "ab")
        self.daemon = subprocess.Popen(
            [str(BIN / "budkavled"), "-c", str(self.config)],
            stdout=self.log, stderr=self.log,
        )
        self.log.close()
        wait_for("the socket", self.answers)

    def answers(self):
        if self.daemon.poll() is not None:
            raise AssertionError(
                f"the daemon ended with {self.daemon.returncode}:\n{self.log_text()[-2000:]}"
            )
        return self.command("status", check=False).returncode == 0

    def log_text(self):
        return (self.folder / "log").read_text(errors="replace")

    def stop(self):
        self.daemon.send_signal(signal.SIGTERM)
        code = self.daemon.wait(timeout=PATIENCE)
        self.daemon = None
        return code

    def kill(self):
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = None

    def command(self, *words, check=True, stdin=None):
        done = subprocess.run(
            [str(BIN / "budkavle"), "--socket", str(self.socket), *map(str, words)],
            input=stdin, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(
                f"budkavle {' '.join(map(str, words))} ended with {done.returncode}:\n"
                f"{done.stdout}{done.stderr}"
            )
        return done

    def json(self, *words, check=True, stdin=None):
        return json.loads(self.command("--json", *words, check=check, stdin=stdin).stdout)

    def get(self, path):
        """What a route of the socket answers, as curl gets it."""
        return json.loads(subprocess.run(
            ["curl", "-sSf", "--unix-socket", str(self.socket), f"http://localhost{path}"],
            capture_output=True, text=True, timeout=PATIENCE, check=True).stdout)

    def send(self, *events, check=True):
        text = "".join(json.dumps(event) + "\n" for event in events)
        return self.command("send", "-", stdin=text, check=check)

    def drop(self, name, content, folder="new"):
        """A file written elsewhere on the same file system and renamed in."""
        beside = self.folder / f".writing-{name}"
        if isinstance(content, str):
            content = content.encode()
        beside.write_bytes(content)
        os.rename(beside, self.spool / folder / name)

    def audit(self):
        done = self.command("--json", "audit", check=False)
        return json.loads(done.stdout) if done.stdout else {}

    def wait_complete(self, patience=PATIENCE):
        wait_for("the spool to be taken",
                 lambda: not any((self.spool / "new").iterdir()), patience)
        return wait_for("the audit to be complete",
                        lambda: self.command("audit", check=False).returncode == 0,
                        patience)

    def processes(self):
        """Pids of the daemon's launcher and senders."""
        found, todo = [], [self.daemon.pid]
        while todo:
            pid = todo.pop()
            try:
                children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
            except OSError:
                continue
            todo += [int(child) for child in children.split()]
            found += [int(child) for child in children.split()]
        return found

    def memory_kib(self):
        """Resident memory of all processes together (proportional share)."""
        total = 0
        for pid in [self.daemon.pid, *self.processes()]:
            try:
                rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += next(int(line.split()[1]) for line in rollup.splitlines()
                          if line.startswith("Pss:"))
        return total

    def assert_chain(self, hooks):
        """Each incident's messages in order, without a gap, none twice out of turn."""
        given = {}
        for row in hooks:
            data = row["body"]["data"]
            key = data["incident"]["id"]
            if data["sequence"] == given.get(key):
                continue  # the same message again: allowed after an unknown outcome
            self.assertEqual(data["previous"], given.get(key, 0), f"a gap in {key}")
            self.assertGreater(data["sequence"], given.get(key, 0), key)
            given[key] = data["sequence"]
        return given


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
