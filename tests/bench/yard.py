# SPDX-License-Identifier: EUPL-1.2
"""What the benchmarks share: a receiver that is never the limit, libcurl alone as the
yardstick, and a daemon with one channel to that receiver."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ["BUDKAVLE_BIN"])
PATIENCE_S = 600
HZ = os.sysconf("SC_CLK_TCK")


def wait_for(what, condition, patience=PATIENCE_S, pause=0.05):
    """The first true value of the condition, which is asked again and again."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(pause)
    raise TimeoutError(f"waited {patience} s for {what}")


class Sink:
    """bench_sink: answers every HTTP request with 200."""

    def __init__(self):
        self.process = subprocess.Popen([BIN / "bench_sink"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def close(self):
        """How many requests it answered, and the seconds from the first to the last."""
        self.process.stdin.close()
        n, seconds = self.process.stdout.read().split()
        self.process.wait()
        return int(n), float(seconds)


def bare_rate(n, concurrency, body_length):
    """Requests a second of libcurl alone on a sink of its own."""
    sink = Sink()
    done = subprocess.run([BIN / "bench_bare_loop", sink.url + "/send", str(n),
                           str(concurrency), str(body_length)],
                          capture_output=True, text=True, check=True)
    sink.close()
    return float(done.stdout)


class Daemon:
    """budkavled in a folder of its own, with the configuration given."""

    def __init__(self, config, files=None, wrap=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="budkavle-bench."))
        self.socket = self.folder / "run.sock"
        for name, content in (files or {}).items():
            (self.folder / name).write_text(content)
        (self.folder / "budkavle.conf").write_text(f"""
organisation = "Nordan Energi"
timezone     = "Europe/Stockholm"
state_dir    = "{self.folder}/state"
page_url     = "https://drift.example.se"
contact      = "Ring 020-00 00 00"
disk_low     = "64M"  disk_critical = "16M"  disk_reserve = "1M"
socket {{ path = "{self.socket}" }}
{config.replace("FOLDER", str(self.folder))}
""")
        self.start(wrap)

    def start(self, wrap=()):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [*wrap, BIN / "budkavled", "-c", self.folder / "budkavle.conf"],
            stdout=self.log, stderr=self.log)
        self.log.close()
        wait_for("the daemon", self.answers)

    def answers(self):
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "log").read_text()[-2000:])
        return self.command("status", check=False).returncode == 0

    def command(self, *words, stdin=None, check=True):
        return subprocess.run([BIN / "budkavle", "--socket", self.socket, *words],
                              input=stdin, capture_output=True, text=True, check=check)

    def send(self, *events):
        text = "".join(json.dumps(event) + "\n" for event in events)
        return self.command("send", "-", stdin=text)

    def channel(self, name):
        answer = json.loads(self.command("--json", "channels").stdout)
        return next(row for row in answer["channels"] if row["name"] == name)

    def is_idle(self, channel):
        """Nothing waits there, and no list is still being made into deliveries."""
        return self.channel(channel)["waiting"] == 0

    def processes(self):
        """The core's and its senders' process ids, the core's first."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            try:
                children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text()
            except OSError:
                continue
            todo += [int(child) for child in children.split()]
        return found

    def cpu_seconds(self):
        """Of each process, by its name and number."""
        spent = {}
        for pid in self.processes():
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
            fields = stat[stat.rindex(")") + 2:].split()
            spent[pid] = (int(fields[11]) + int(fields[12])) / HZ
        return spent

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=PATIENCE_S)
        return code

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def sms_channel(sink, more=""):
    """A channel of sms_http to a list of numbers in numbers.txt."""
    return f"""
channel "sms" {{
  driver        = "sms_http"
  url           = "{sink.url}/send"
  body          = "to={{to}}&from={{from}}&text={{text}}"
  from          = "NordanNat"
  to_file       = "FOLDER/numbers.txt"
  success_regex = "^OK"
  id_regex      = "^OK (.+)$"
  allow_http    = true
  allow_private = true
  hold_down     = "0s"
  {more}
}}
route "all" {{ channels = {{ "sms" }} }}
"""


def numbers(n):
    return "".join(f"+4670{i:07d}\n" for i in range(n))


EVENT = {"event_id": "1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
         "customers_affected": 1432, "places": [{"name": "Täby kyrkby"}],
         "started_at": "2026-11-23T13:48:00+01:00"}
