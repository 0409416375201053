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
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))

from harness import BIN, World, wait_for  # noqa: E402

STORIES = pathlib.Path(__file__).resolve().parent.parent / "scenario"
LAB = pathlib.Path(os.environ.get("BUDKAVLE_LAB", BIN.parent / "tests/lab"))
LONG = "FAULTS_LONG" in os.environ
SHORT = "BUDKAVLE_SHORT" in os.environ  # under the sanitizers
SEED = int(os.environ.get("FAULTS_SEED", "1"))
HANG_S = 30
EXIT_STORE, EXIT_BUSY = 74, 75
# struct fault_counts of tests/lab/fault.h.
CALLS = ("write", "fsync", "rename", "open", "ftruncate", "unlink", "mkdir", "memory")
COUNTS = CALLS + ("any", "failed", "syncs_after_failure")
MEMORY = pathlib.Path("/dev/shm")
ROOM = 4 << 30  # more than the daemon asks for


def in_memory():
    """A place where syncs cost nothing: the faults come from the laboratory. None where
    there is no such place, or too little of it."""
    try:
        room = os.statvfs(MEMORY)
    except OSError:
        return None
    roomy = room.f_bavail * room.f_frsize > ROOM
    return str(MEMORY) if roomy and os.access(MEMORY, os.W_OK) else None


tempfile.tempdir = in_memory()
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

    routes = 'route "all" { channels = { "bus" } }\n'

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


class Sweep(Lab):
    """Short lives with one fault each: files and posts, an end, a life without faults,
    and a look at what was promised."""

    library = "libbudkavle_shim.so"
    # A signal may come when it is ending already, and listens to none any more.
    allowed = (0, -signal.SIGKILL, -signal.SIGTERM, EXIT_STORE, EXIT_BUSY)

    def setUp(self):
        super().setUp()
        self.run_number = 0
        self.tally = dict.fromkeys(("runs", "failed", "acknowledged", "refused", "ended"), 0)

    def in_files(self):
        return [event(f"{self.run_number}-file-{i}") for i in range(3)]

    def in_posts(self):
        return [event(f"{self.run_number}-post-{i}") for i in range(4)]

    def prepare(self):
        self.run_number += 1
        self.use_disk(f"disk-{self.run_number}")
        for number, row in enumerate(self.in_files()):
            self.drop(f"file-{number}.json", lines([row]))
        self.drop("wrong.json", '{"incident": 7}\n', "new")

    def work(self):
        """Posts while it runs, and what was acknowledged."""
        acknowledged = []
        if not self.wait_ready_or_ended():
            return acknowledged
        for row in self.in_posts():
            if self.post(row):
                acknowledged.append(row)
            elif self.daemon.poll() is not None:
                break
        if self.daemon.poll() is None and self.run_number % 3 > 0:
            self.wait_for_spool_a_while()
        return acknowledged

    def wait_for_spool_a_while(self):
        """A file may have to wait for the fault to pass: that is no failure here."""
        try:
            wait_for("the spool", lambda: self.spool_is_empty() or
                     self.daemon.poll() is not None, 1)
        except AssertionError:
            pass

    def moved(self):
        """Events of files that were moved to done/: acknowledged too."""
        done = {path.name for path in (self.spool / "done").iterdir()}
        return [row for number, row in enumerate(self.in_files())
                if f"file-{number}.json" in done]

    def recover(self, acknowledged):
        """Starts again without faults, as systemd does, and looks for what was promised."""
        self.launch_whole()
        self.tally["acknowledged"] += self.assert_known(acknowledged, "acknowledged events")
        for row in self.in_posts():
            self.assertTrue(self.post(row), "a post is refused after the fault has passed")
        self.wait_taken_and_delivered()
        self.assert_known(self.in_files(), "events of files")
        self.assertEqual(sorted(path.name for path in (self.spool / "rejected").iterdir()),
                         ["wrong.json", "wrong.json.reason.txt"])
        self.kill()
        self.remove_disk()

    def run_once(self, fault):
        self.prepare()
        self.launch(self.library, fault=fault, counts=self.folder / "counts")
        acknowledged = self.work()
        self.tally["refused"] += len(self.in_posts()) - len(acknowledged)
        self.tally["ended"] += self.daemon.poll() is not None
        acknowledged += self.moved()
        code = self.end(self.end_signal(fault))
        counts = self.counts()
        self.tally["failed"] += counts["failed"] > 0
        self.tally["runs"] += 1
        self.assertTrue(self.may_end_with(code), f"{code}\n{self.log_text()[-3000:]}")
        self.recover(acknowledged)
        return code, counts

    def may_end_with(self, code):
        return code in self.allowed

    def end_signal(self, fault):
        """SIGTERM waits up to 15 s for replies that cannot be stored on a full disk."""
        waits = "ENOSPC" in fault and "forever" in fault
        return signal.SIGKILL if waits or self.run_number % 2 else signal.SIGTERM

    def nothing(self):
        """No fault, and the same calls are counted."""
        return f"n=0,path={self.disk}"

    def count_calls(self):
        """How many calls of each kind there are when nothing fails."""
        self.prepare()
        self.launch(self.library, fault=self.nothing(), counts=self.folder / "counts")
        self.work()
        self.wait_taken_and_delivered()
        self.end()
        self.remove_disk()
        return self.counts()


def report(text):
    print(text, file=sys.stderr, flush=True)


def stories_that_keep():
    """All but those in which what is old is let go, as it should be."""
    return [story for story in sorted(STORIES.glob("stories/*.story"))
            if "keep = " not in story.read_text()]


def sweep_stories(kind, n_runs, stories):
    """lab_sweep on the stories, on all processors in the long form; how many of the
    parts failed, after saying of each what it counted."""
    n_parts = min(os.cpu_count() or 1, len(stories)) if LONG else 1
    parts = [subprocess.Popen(
        [LAB / "lab_sweep", kind, str(n_runs // n_parts), str(SEED),
         STORIES / "default.conf", *stories[number::n_parts]],
        stderr=subprocess.PIPE, text=True, errors="replace") for number in range(n_parts)]
    for part in parts:
        output = part.communicate()[1]
        report(output.strip() if part.returncode else output.strip().splitlines()[-1])
    return sum(part.returncode != 0 for part in parts)


__all__ = ["BIN", "CALLS", "EXIT_STORE", "HANG_S", "LAB", "LONG", "SEED", "SHORT", "STORIES",
           "Lab", "Sweep", "event", "lines", "report", "sanitizer_library", "stories_that_keep",
           "sweep_stories"]
