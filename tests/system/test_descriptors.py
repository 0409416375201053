#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""File descriptors run out: who connects is turned away, and everything else goes on."""
import json
import os
import pathlib
import resource
import socket
import sys
import time
import unittest

from harness import World, wait_for

CLIENTS = 300
FEW = 24  # descriptors beyond those that the daemon has open at rest
EVENT = {"kind": "power", "status": "confirmed", "places": [{"name": "Täby kyrkby"}]}


class Descriptors(World):
    routes = 'route "all" { channels = { "bus", "page" } }\n'

    def config_text(self):
        return super().config_text().replace(
            f'path = "{self.socket}"',
            f'path = "{self.socket}"  max_per_uid = 4096  max = 4096')

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.daemon.pid}/stat").read_text()
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def open_fds(self):
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        try:
            client.connect(str(self.socket))
        except BlockingIOError:
            pass  # the queue of the socket is full
        return client

    def test_everything_but_connections_goes_on(self):
        self.start()
        self.drop("first.json", json.dumps({"incident": "O-0", **EVENT}))
        self.wait_complete()
        limit = self.open_fds() + FEW
        resource.prlimit(self.daemon.pid, resource.RLIMIT_NOFILE, (limit, limit))
        clients = [self.connect() for _ in range(CLIENTS)]
        for client in clients:
            self.addCleanup(client.close)
        begun, used = time.monotonic(), self.cpu_s()
        most = 0
        for number in range(1, 6):
            self.drop(f"part-{number}.json",
                      json.dumps({"incident": f"O-{number}", **EVENT}))
            wait_for("the file", (self.spool / f"done/part-{number}.json").exists)
            most = max(most, self.open_fds())
            told = number + 1
            wait_for("the delivery", lambda: len(self.receivers.hooks()) >= told)
        while time.monotonic() - begun < 2:
            most = max(most, self.open_fds())
            time.sleep(0.05)  # the daemon is looked at for so long
        share = (self.cpu_s() - used) / (time.monotonic() - begun)
        print(f"descriptors: at most {most} of {limit} open, {share:.0%} of a core",
              file=sys.stderr)
        self.assertLess(most, limit)
        self.assertLess(share, 0.5)  # a spinning loop takes all of it
        for client in clients:
            client.close()
        wait_for("the socket to answer again", self.answers)
        self.wait_complete()
        self.assertEqual(self.stop(), 0)


if __name__ == "__main__":
    unittest.main()
