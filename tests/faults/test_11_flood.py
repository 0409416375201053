#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Floods of connections and slow clients: producers and operators still get in.

The flood comes from users of its own (as root; else everything is one user, and the
producer keeps a connection that it had before). Long form (FAULTS_LONG=1): 10,000
connections a round and 500 slow clients for ten minutes.
"""
import json
import os
import pathlib
import resource
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import PATIENCE, wait_for  # noqa: E402
from socket_world import EVENT, SocketWorld, UnixHTTPConnection  # noqa: E402

LONG = os.environ.get("FAULTS_LONG") == "1"
CONNECTIONS, SLOW, SECONDS = (10000, 500, 600) if LONG else (300, 30, 6)
IS_ROOT = os.geteuid() == 0
PRODUCER, FLOODERS = 64001, (64002, 64003)
# Run by users of the flood. Arguments: what, the socket, how many, how long.
FLOOD = r"""
import os, socket, sys, time
what, path, count, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
if len(sys.argv) > 5:
    os.setgroups([]); os.setgid(int(sys.argv[5])); os.setuid(int(sys.argv[5]))
end = time.monotonic() + seconds
made = turned_away = 0

def opened():
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(2)
    one.connect(path)
    return one

def flood():
    global made, turned_away
    while time.monotonic() < end:
        held = []
        for _ in range(min(count, 200)):
            try:
                held.append(opened())
                made += 1
            except OSError:
                turned_away += 1
                time.sleep(0.01)
            if time.monotonic() > end:
                break
        time.sleep(0.2)
        for one in held:
            one.close()

def drip():
    global made, turned_away
    held = []
    while time.monotonic() < end:
        while len(held) < count:
            try:
                one = opened()
                one.setblocking(False)
                held.append(one)
                made += 1
            except OSError:
                turned_away += 1
                break
        time.sleep(0.5)
        for one in list(held):
            try:
                one.send(b"P")
                if not one.recv(4096):
                    raise ConnectionError
            except BlockingIOError:
                pass
            except OSError:
                held.remove(one)
                one.close()

{"flood": flood, "drip": drip}[what]()
print(made, turned_away)
"""


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Slow:
    """Sends a byte now and then: each in time, the header as a whole never."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.socket.sendall(b"GET /v1/status HTTP/1.1\r\nX: ")
        self.socket.setblocking(False)
        self.begun, self.lasted, self.answer = time.monotonic(), None, b""

    def has_ended(self):
        try:
            while self.lasted is None:
                piece = self.socket.recv(4096)
                self.answer += piece
                if not piece:
                    self.lasted = time.monotonic() - self.begun
        except BlockingIOError:
            try:
                self.socket.send(b"x")
            except OSError:
                pass  # it has ended: the next reading tells
        except OSError:
            self.lasted = time.monotonic() - self.begun
        return self.lasted is not None


class Flood(SocketWorld):
    socket_more = "mode = 0666"
    access = f'access {{ submit = {{ "user:{PRODUCER}" }} }}\n'

    def flood(self, what, count, seconds, uid):
        command = [sys.executable, "-c", FLOOD, what, str(self.socket), str(count),
                   str(seconds)]
        if IS_ROOT:
            command.append(str(uid))
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def post(self, connection, number):
        event = dict(EVENT, event_id=f"F{number}", incident=f"F{number % 50}",
                     revision=number)
        connection.request("POST", "/v1/events", json.dumps(event),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def produce(self, seconds, kept):
        """Sends events one after the other; the time to each acknowledgement."""
        times, end, number = [], time.monotonic() + seconds, 0
        while time.monotonic() < end:
            number += 1
            connection = kept or UnixHTTPConnection(self.socket)
            begun = time.monotonic()
            self.assertEqual(self.post(connection, number), 200)
            times.append(time.monotonic() - begun)
            if kept is None:
                connection.close()
            time.sleep(0.02)
        return times

    def produce_as_another(self, seconds):
        """The producer in a child with a uid of its own; its times."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups([])
                os.setgid(PRODUCER)
                os.setuid(PRODUCER)
                text = json.dumps(self.produce(seconds, None))
            except BaseException as error:  # a child must not run the tests on
                text = json.dumps(repr(error))
            os.write(writing, text.encode()[:1000000])
            os._exit(0)
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:
            times = json.load(pipe)
        os.waitpid(pid, 0)
        self.assertIsInstance(times, list, times)
        return times

    def test_acknowledgements_go_on(self):
        self.start()
        kept = None if IS_ROOT else UnixHTTPConnection(self.socket)
        if kept is not None:
            self.addCleanup(kept.close)
            self.assertEqual(self.post(kept, 0), 200)
        flood = self.flood("flood", CONNECTIONS, SECONDS, FLOODERS[0])
        drips = self.flood("drip", SLOW, SECONDS, FLOODERS[1])
        slow = [Slow(self.socket) for _ in range(5)]
        for one in slow:
            self.addCleanup(one.socket.close)
        entered, asking = [], threading.Event()

        def operate():
            while not asking.wait(0.5):
                entered.append(self.command("status", check=False).returncode)

        operator = threading.Thread(target=operate)
        if IS_ROOT:
            operator.start()
        else:
            print("not root: no user but one, so no operator is tried", file=sys.stderr)
        try:
            times = (self.produce_as_another(SECONDS - 1) if IS_ROOT
                     else self.produce(SECONDS - 1, kept))
        finally:
            asking.set()
            if IS_ROOT:
                operator.join()
        made = [sum(map(int, process.communicate(timeout=PATIENCE)[0].split()))
                for process in (flood, drips)]
        print(f"{made[0]} connections, {made[1]} slow ones; {len(times)} events, p99 "
              f"{percentile(times, 0.99) * 1000:.0f} ms; operator {len(entered)} times",
              file=sys.stderr)
        self.assertGreaterEqual(made[0], CONNECTIONS)
        self.assertGreaterEqual(made[1], SLOW)
        self.assertGreater(len(times), 10)
        # The promise is 200 ms; on a machine that does much else it may be more.
        self.assertLess(percentile(times, 0.99), 0.2 if LONG else 5)
        if IS_ROOT:
            self.assertGreater(len(entered), 2)
            self.assertEqual(set(entered), {0})
            self.assert_cut(slow)

    def assert_cut(self, slow):
        wait_for("slow clients to be cut", lambda: all([one.has_ended() for one in slow]))
        for one in slow:
            self.assertGreater(one.lasted, 4)
            self.assertIn(b" 408 ", one.answer)


class NoDescriptors(SocketWorld):
    """More connections are allowed than the process has file descriptors for."""
    socket_more = "mode = 0666  max = 4000  max_per_uid = 4000"

    def test_the_core_does_not_spin(self):
        self.start()
        pid = self.daemon.pid
        try:
            used = len(os.listdir(f"/proc/{pid}/fd"))
        except PermissionError:
            used = 40  # nobody but root may look into it; it is about 25
        limit = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 20, limit[1]))
        held, end = [], time.monotonic() + PATIENCE
        while "a connection cannot be taken" not in self.log_text():
            self.assertLess(time.monotonic(), end, "file descriptors do not run out")
            one = socket.socket(socket.AF_UNIX)
            self.addCleanup(one.close)
            one.setblocking(False)
            try:
                one.connect(str(self.socket))
                held.append(one)
            except BlockingIOError:
                one.close()
                time.sleep(0.05)
        # More of them wait than can be taken: the listening socket stays ready.
        for _ in range(40):
            one = socket.socket(socket.AF_UNIX)
            self.addCleanup(one.close)
            one.setblocking(False)
            try:
                one.connect(str(self.socket))
            except BlockingIOError:
                one.close()
                break
        seconds = 30 if LONG else 2
        before, begun = cpu_seconds(pid), time.monotonic()
        time.sleep(seconds)  # what is measured is a time
        share = (cpu_seconds(pid) - before) / (time.monotonic() - begun)
        print(f"{len(held)} connections without file descriptors: the core used "
              f"{share:.1%} of a processor", file=sys.stderr)
        self.assertLess(share, 0.05 if LONG else 0.5)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
        wait_for("the command to be served again",
                 lambda: self.command("status", check=False).returncode == 0)
        self.send(EVENT)


if __name__ == "__main__":
    unittest.main()
