#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A channel is dead while its queue grows, and then it is back.

The other channel's calls come as soon as before, and when the dead one is back no second
sees more calls than its rate. The three days of it pass in the long run of the scenario
tests, with a clock of its own (FAULTS_LONG=1: with 50,000 messages); here the real
program does it for seconds.
"""
import http.server
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import BIN, wait_for  # noqa: E402
from socket_world import SocketWorld, event  # noqa: E402

LONG = "FAULTS_LONG" in os.environ
SHORT = "BUDKAVLE_SHORT" in os.environ
MESSAGES = 2000 if LONG else 60 if SHORT else 120
RATE = 50
SIMULATED = 50000 if LONG else 0


class Calls(http.server.BaseHTTPRequestHandler):
    """Notes when a call came, and about what."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        now = time.monotonic()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.calls.append((now, body["data"]["incident"]["incident"]))
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port=0):
        self.calls, self.lock = [], threading.Lock()
        super().__init__(("127.0.0.1", port), Calls)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class DeadChannel(SocketWorld):
    routes = 'route "all" { channels = { "bus", "dead" } }\n'

    def setUp(self):
        # Bound and never listened on: whoever calls is refused, and nobody else gets it.
        self.reserved = socket.socket()
        self.reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.reserved.bind(("127.0.0.1", 0))
        self.port = self.reserved.getsockname()[1]
        self.addCleanup(self.reserved.close)
        self.healthy = Server()
        self.addCleanup(self.healthy.close)
        super().setUp()

    def config_text(self):
        port = self.healthy.server_address[1]
        text = super().config_text()
        text = text.replace(f"http://127.0.0.1:{self.receivers.ports['http']}/hooks/outage",
                            f"http://127.0.0.1:{port}/")
        return text + f"""
channel "dead" {{
  driver        = "webhook"
  url           = "http://127.0.0.1:{self.port}/"
  allow_http    = true
  allow_private = true
  rate          = "{RATE}/s"
}}
"""

    def latency(self, numbers):
        """Seconds from each event to its call on the healthy channel, sorted."""
        sent = {}
        for i in numbers:
            sent[f"I{i}"] = time.monotonic()
            self.post(event(i, severity="moderate"))
        wait_for("the healthy channel's calls",
                 lambda: set(sent) <= {name for _, name in self.healthy.calls})
        return sorted(at - sent[name] for at, name in self.healthy.calls if name in sent)

    def test_nobody_else_notices_and_it_comes_back_gently(self):
        self.start()
        self.command("channel", "pause", "dead")
        alone = self.latency(range(MESSAGES))
        self.command("channel", "resume", "dead")
        wait_for("single probes", lambda: "single probes" in self.log_text())
        beside = self.latency(range(MESSAGES, 2 * MESSAGES))
        for share in (50, 99):
            before, now = (row[len(row) * share // 100] for row in (alone, beside))
            # What the machine does besides is more than a tenth of so little.
            self.assertLess(now, before * 1.1 + (0.25 if LONG else 2), f"the {share}th percentile")
        self.reserved.close()
        back = Server(self.port)
        self.addCleanup(back.close)
        self.command("channel", "retry", "dead")
        self.wait_complete(120 + 4 * MESSAGES / RATE)
        calls = sorted(at for at, _ in back.calls)
        self.assertEqual(len({name for _, name in back.calls}), 2 * MESSAGES)
        # The daemon lets RATE start in any second; on their way some may catch up with
        # others, by no more than a second or so.
        span = 3 if SHORT else 2
        most = max(sum(1 for at in calls if begin <= at < begin + span)
                   for begin in calls)
        self.assertLessEqual(most, RATE * (span + (1 if LONG else 3)))
        last = -1 - MESSAGES // 100
        print(f"dead channel: {2 * MESSAGES} waited, p99 on the other {alone[last]:.3f} s "
              f"before and {beside[last]:.3f} s beside it, back with {most / span:.0f} "
              f"calls a second of {RATE} allowed", file=sys.stderr)

    @unittest.skipUnless(SIMULATED, "the short one is scenario/simulated_dead_channel")
    def test_three_days(self):
        done = subprocess.run(
            [str(BIN.parent / "tests/scenario/simulate"), "dead_channel", str(SIMULATED)],
            capture_output=True, text=True, check=False)
        print(done.stdout, end="", file=sys.stderr)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
