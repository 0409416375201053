# SPDX-License-Identifier: EUPL-1.2
"""The real daemon in the fault laboratory: file calls that fail, memory that runs out,
and journals of what reached the disk (tests/lab), for the tests of this folder.

Everything the daemon must keep lies below one folder, the disk: state and spool.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

from harness import BIN, World, wait_for  # noqa: E402

LAB = pathlib.Path(os.environ.get("BUDKAVLE_LAB", BIN.parent / "tests/lab"))
LONG = "FAULTS_LONG" in os.environ
SHORT = "BUDKAVLE_SHORT" in os.environ  # under the sanitizers
SEED = int(os.environ.get("FAULTS_SEED", "1"))
HANG_S = 30
# struct fault_counts of tests/lab/fault.h.
CALLS = ("write", "fsync", "rename", "open", "ftruncate", "unlink", "mkdir", "memory")
COUNTS = CALLS + ("any", "failed", "syncs_after_failure")
READY = re.compile(rb"daemon: ready ")


def sanitizer_library():
    """The sanitizer's library must be preloaded before ours; None without sanitizers."""
    linked = subprocess.run(["ldd", BIN / "budkavled"], capture_output=True, text=True,
                            check=True).stdout
    found = re.search(r"libasan\S* => (\S+)", linked)
    return found.group(1) if found else None


def event(number, incident=None, **more):
    return {"event_id": f"e-{number}", "incident": f"O-{incident or number}",
            "kind": "power", "status": "confirmed", "customers_affected": 12,
            "started_at": "2026-11-23T12:00:00Z", **more}


def lines(events):
    return "".join(json.dumps(row) + "\n" for row in events)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Lab(World):
    """A world whose state and spool lie on one disk, which a test can exchange."""

    routes = 'route "all" { channels = { "page", "bus" } }\n'

    def setUp(self):
        super().setUp()
        self.preload = sanitizer_library()
        self.use_disk("disk")

    def use_disk(self, name):
        """An empty disk, or one that is there already."""
        self.disk = self.folder / name
        self.spool = self.disk / "spool"
        for folder in (self.disk / "state", *(self.spool / sub for sub in
                                              ("new", "drop", "done", "rejected"))):
            folder.mkdir(parents=True, exist_ok=True)
        self.write_config()

    def remove_disk(self):
        shutil.rmtree(self.disk, ignore_errors=True)

    def config_text(self):
        text = super().config_text()
        text = text.replace(f'path = "{self.socket}"',
                            f'path = "{self.socket}"  source = "oms"')
        return text.replace(f'"{self.folder}/state"', f'"{getattr(self, "disk", "")}/state"')

    def launch(self, library="libbudkavle_shim.so", **shim):
        """Starts the daemon with the library between it and libc, and waits for nothing.

        The senders get none of it: their environment is cleaned by the launcher.
        """
        environment = dict(os.environ, **{f"SHIM_{name.upper()}": str(value)
                                          for name, value in shim.items()})
        if shim:
            environment["LD_PRELOAD"] = ":".join(
                filter(None, (self.preload, str(LAB / library))))
        self.counts_file = shim.get("counts")
        if self.counts_file:
            self.counts_file.write_bytes(bytes(8 * len(COUNTS)))
        (self.folder / "log").write_bytes(b"")
        with open(self.folder / "log", "ab") as log:
            self.daemon = subprocess.Popen(
                [str(BIN / "budkavled"), "-c", str(self.config)],
                stdout=log, stderr=log, env=environment)

    def is_ready(self):
        return READY.search((self.folder / "log").read_bytes()) is not None

    def wait_ready_or_ended(self, patience=HANG_S):
        wait_for("the daemon to be ready or to end",
                 lambda: self.is_ready() or self.daemon.poll() is not None, patience)
        return self.daemon.poll() is None

    def launch_whole(self):
        """Without faults, as systemd starts it again."""
        self.launch()
        self.assertTrue(self.wait_ready_or_ended(),
                        f"the daemon does not come back:\n{self.log_text()[-2000:]}")

    def counts(self):
        values = struct.unpack(f"{len(COUNTS)}q", self.counts_file.read_bytes())
        return dict(zip(COUNTS, values))

    def end(self, number=signal.SIGTERM):
        """Sends the signal; the exit code."""
        if self.daemon.poll() is None:
            self.daemon.send_signal(number)
        code = self.daemon.wait(timeout=HANG_S)
        self.daemon = None
        return code

    def request(self, method, path, body=None, timeout=HANG_S):
        """(code, answer), or (None, why) when there was no whole answer. An answer that
        does not come in time is a hang, and fails the test."""
        connection = UnixConnection(self.socket, timeout)
        kind = {"Content-Type": "application/x-ndjson"} if body else {}
        try:
            connection.request(method, path, body, kind)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except TimeoutError as error:
            raise AssertionError(f"{method} {path}: no answer within {timeout} s:\n"
                                 f"{self.log_text()[-2000:]}") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            return None, str(error)
        finally:
            connection.close()

    def post(self, *events):
        """Whether they were acknowledged."""
        return self.request("POST", "/v1/events", lines(events))[0] == 200

    def assert_known(self, events, what):
        """They are in the store: sent again, each is a repeat. The number of them."""
        if not events:
            return 0
        code, answer = self.request("POST", "/v1/events", lines(events))
        self.assertEqual(code, 200, f"{what}: {answer}")
        lost = [row["event_id"] for row in answer["accepted"] if row["result"] != "repeat"]
        self.assertEqual(lost, [], f"{what} lost")
        return len(events)

    def spool_is_empty(self):
        return not any((self.spool / "new").iterdir())

    def wait_taken_and_delivered(self, patience=HANG_S):
        wait_for("the spool to be taken", self.spool_is_empty, patience)
        wait_for("every delivery", lambda: self.request("GET", "/v1/audit")[1]["complete"],
                 patience)


def report(text):
    print(text, file=sys.stderr, flush=True)


__all__ = ["BIN", "CALLS", "HANG_S", "LAB", "LONG", "SEED", "SHORT", "Lab", "event",
           "lines", "report", "wait_for", "time"]
