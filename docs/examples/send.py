#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Sends a file of events with nothing but Python's standard library, and goes on trying
while the daemon is away. An event that arrived twice is taken once, because of its
event_id.

usage: send.py FILE [SOCKET]"""
import http.client
import json
import socket
import sys
import time

SOCKET = "/run/budkavle/budkavle.sock"
ATTEMPTS = 10


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=300)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def post(path, events):
    """Status, seconds to wait before another attempt, and the answer as JSON."""
    connection = UnixConnection(path)
    try:
        connection.request("POST", "/v1/events", events,
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, int(answer.getheader("Retry-After", 1)), json.load(answer)
    finally:
        connection.close()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        events = file.read()
    path = sys.argv[2] if len(sys.argv) == 3 else SOCKET
    for attempt in range(1, ATTEMPTS + 1):
        try:
            status, wait_s, answer = post(path, events)
        except (OSError, http.client.HTTPException) as problem:
            status, wait_s, answer = 0, 1, {"detail": str(problem)}
        if status == 200:
            for event in answer["accepted"]:
                print(event["event_id"], event["result"], event["id"])
            return
        if 400 <= status < 500 and status != 429:
            for fault in answer.get("faults", []):
                print("fault:", fault.get("field"), fault["problem"], file=sys.stderr)
            sys.exit(f"refused: {answer['detail']}")
        print(f"attempt {attempt}: {answer['detail']}", file=sys.stderr)
        time.sleep(wait_s)
    sys.exit("given up")


if __name__ == "__main__":
    main()
