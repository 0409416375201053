#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""No channel reaches an address that it may not reach, however its URL spells it.

Traps listen on loopback and count connections; every spelling of a forbidden address
points at their port. Long form (FAULTS_LONG=1): at least 300 spellings, and a name whose
address changes while it is remembered.
"""
import http.server
import ipaddress
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import BIN, World, wait_for  # noqa: E402

LONG = os.environ.get("FAULTS_LONG") == "1"
SHORT_SPELLINGS = 60
CUT = {"event_id": "E1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
       "customers_affected": 10, "places": [{"name": "Täby kyrkby"}],
       "started_at": "2026-11-23T13:48:00+01:00"}

# Loopback, this host, private, link-local, carrier-grade NAT, metadata, multicast …
FORBIDDEN = ["127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "0.0.0.0",
             "10.0.0.1", "10.255.0.7", "172.16.0.1", "172.31.255.1", "192.168.0.1",
             "192.168.178.44", "169.254.169.254", "100.64.0.1", "198.18.0.1",
             "192.0.0.8", "224.0.0.1", "240.0.0.1", "255.255.255.255"]
NAMES = ["localhost", "LOCALHOST", "LocalHost.", "a.localhost", "ip6-localhost",
         "ip6-loopback", "localhost.localdomain", socket.gethostname(),
         "127.0.0.1.", "127.1", "127.0.1", "0", "0x0", "00", "127.000.000.001",
         "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "①②⑦.⓪.⓪.①", "１２７.0.0.1",
         "127。0。0。1", "127.0.0.1%00.example.org", "0x7f.0.0.0x1", "0177.0x0.0.1",
         "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::1%25lo]", "[::1%lo]",
         "[fe80::1%25lo]", "[fe80::1%lo]", "[fe80::1]", "[fec0::1]", "[fc00::1]",
         "[fd12:3456::1]", "[ff02::1]", "[ff02::1%25lo]", "[64:ff9b:1::7f00:1]",
         "[2001:0:7f00:1::]", "[100::1]", "[::127.0.0.1]", "[::7f00:1]"]
PREFIXES = ["example.org@", "example.org:80@", "user:example.org@", "example.org%40@",
            "example.org#@", "example.org?@", "example.org\\\\@", "example.org/@",
            "@", "example.org%20@"]


def spellings_of(address):
    """An IPv4 address as inet_aton(3), IPv6 and the tunnels write it."""
    packed = ipaddress.IPv4Address(address).packed
    a, b, c, d = packed
    number = int.from_bytes(packed, "big")
    return [address, str(number), hex(number), "0" + oct(number)[2:],
            f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
            f"{a}.{(b << 16) + (c << 8) + d}", f"0x{a:x}.{b}.{(c << 8) + d}",
            f"[::ffff:{address}]", f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]",
            f"[::ffff:0:{address}]", f"[64:ff9b::{address}]",
            f"[64:ff9b::{a:02x}{b:02x}:{c:02x}{d:02x}]",
            f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]"]


def hosts():
    """All spellings; in the short form some of each kind."""
    tables = [NAMES, [prefix + "127.0.0.1" for prefix in PREFIXES]]
    tables += [spellings_of(address) for address in FORBIDDEN]
    if LONG:
        return [host for table in tables for host in table]
    taken = NAMES[::2] + tables[1][::3] + tables[2]
    for i, table in enumerate(tables[3:]):
        taken += [table[i % len(table)], table[(i + 7) % len(table)]]
    return taken[:max(SHORT_SPELLINGS, len(taken))]


class Traps:
    """Listens on the same port of several loopback addresses, and counts."""

    addresses = ["127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "::1"]

    def __init__(self):
        self.count, self.port, self.open = 0, 0, True
        self.lock = threading.Lock()
        self.sockets = []
        for address in self.addresses:
            self.listen(address)

    def listen(self, address):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        trap = socket.socket(family)
        try:
            trap.bind((address, self.port))
        except OSError as error:
            if not self.port:
                raise
            print(f"no trap on {address}: {error}", file=sys.stderr)
            trap.close()
            return
        trap.listen(64)
        self.port = trap.getsockname()[1]
        self.sockets.append(trap)
        threading.Thread(target=self.accept, args=(trap,), daemon=True).start()

    def accept(self, trap):
        while self.open:
            try:
                connection, _ = trap.accept()
            except OSError:
                return
            with self.lock:
                self.count += 1
            connection.settimeout(1)
            try:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                                   b"Connection: close\r\n\r\n")
            except OSError:
                pass
            connection.close()

    def close(self):
        self.open = False
        for trap in self.sockets:
            trap.shutdown(socket.SHUT_RDWR)
            trap.close()


class Redirector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.count += 1
        code = int(self.path.strip("/") or 302)
        self.send_response(code)
        self.send_header("Location", f"http://127.0.0.1:{self.server.trap}/")
        self.send_header("Refresh", f"0; url=http://127.0.0.1:{self.server.trap}/")
        self.send_header("Content-Length", "0")
        self.end_headers()


class Ssrf(World):
    channels = ()
    wrapper = ()

    def setUp(self):
        self.traps = Traps()
        self.addCleanup(self.traps.close)
        super().setUp()

    def config_text(self):
        names = ", ".join(f'"{name}"' for name, _ in self.channels)
        sections = "".join(f'channel "{name}" {{ {text} }}\n'
                           for name, text in self.channels)
        return f"""
organisation = "Nordan Energi"
languages    = {{ "sv" }}
timezone     = "Europe/Stockholm"
state_dir    = "{self.folder}/state"
page_url     = "https://drift.example.se"
socket {{ path = "{self.socket}" }}
{sections}
route "all" {{ channels = {{ {names} }} }}
channel "control" {{ {self.hook(f"http://127.0.0.1:{self.traps.port}/")}
  allow_private = true }}
"""

    def hook(self, url, more=""):
        return (f'driver = "webhook"  url = "{url}"  secret_file = "bus.key"  '
                f'allow_http = true  retry_floor = "200ms"  retry_cap = "1s"  '
                f'timeout = "3s"  {more}')

    def start(self):
        log = open(self.folder / "log", "ab")
        self.daemon = subprocess.Popen(
            [*self.wrapper, str(BIN / "budkavled"), "-c", str(self.config)],
            stdout=log, stderr=log)
        log.close()
        wait_for("the socket", self.answers)

    def drop_refused(self):
        """Takes channels away whose URL the configuration refuses; returns how many."""
        self.write_config()
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, check=False, timeout=60)
        lines = self.config.read_text().splitlines()
        named = {int(number) for number in
                 re.findall(re.escape(str(self.config)) + r":(\d+)", done.stderr)}
        refused = {match.group(1) for number in named if number <= len(lines)
                   for match in [re.match(r'channel "(\w+)"', lines[number - 1])] if match}
        self.channels = [row for row in self.channels if row[0] not in refused]
        self.write_config()
        return len(refused)

    def deliveries(self):
        rows, after = [], ""
        while True:
            answer = self.get(f"/v1/deliveries?limit=1000{after}")
            rows += answer["deliveries"]
            if answer["next"] is None:
                return rows
            after = f"&after={answer['next']}"

    def concluded(self):
        """Every channel's delivery with what became of it, once each has been tried."""
        rows = self.deliveries()
        tried = [row for row in rows if row.get("last_error")]
        return rows if rows and len(tried) == len(rows) else None

    def assert_trap_works(self):
        self.assertEqual(self.traps.count, 0, "a forbidden address was reached")
        self.command("channel", "test", "control", check=False)
        wait_for("the trap to count a permitted connection",
                 lambda: self.traps.count > 0)

    def test_spellings(self):
        port = self.traps.port
        table = hosts()
        self.channels = [
            (f"c{i}", self.hook(f"http://{host}:{port}/"))
            for i, host in enumerate(table)]
        refused = self.drop_refused()
        self.start()
        self.send(CUT)
        rows = wait_for("all channels to be tried", self.concluded)
        self.assertEqual(len(rows), len(self.channels))
        guarded = sum("private or local" in row["last_error"] for row in rows)
        for row in rows:
            self.assertNotEqual(row["state"], "delivered", row)
        print(f"{len(table)} spellings: {refused} refused by the configuration, "
              f"{guarded} by the guard, {len(rows) - guarded} named nothing; "
              f"connections: {self.traps.count}", file=sys.stderr)
        self.assertGreaterEqual(len(table), 300 if LONG else SHORT_SPELLINGS)
        self.assertGreaterEqual(guarded, len(table) // 3)
        self.assert_trap_works()

    def test_redirects_are_not_followed(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirector)
        server.lock, server.count, server.trap = threading.Lock(), 0, self.traps.port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        port = server.server_address[1]
        codes = (301, 302, 303, 307, 308)
        self.channels = [
            (f"r{code}", self.hook(f"http://127.0.0.1:{port}/{code}",
                                   "allow_private = true")) for code in codes]
        self.write_config()
        self.start()
        self.send(CUT)
        wait_for("every redirect to be answered twice", lambda: server.count >= 10)
        print(f"{server.count} redirects, {self.traps.count} followed", file=sys.stderr)
        self.assert_trap_works()

    def test_a_kept_connection_gives_no_right_to_another_channel(self):
        """Both name the same host and port; only one of them may go there."""
        ports = self.receivers.ports
        url = f"http://127.0.0.1:{ports['http']}/hooks/outage"
        self.channels = [("may", self.hook(url, "allow_private = true")),
                         ("maynot", self.hook(url))]
        self.write_config()
        self.start()
        for i in range(5):
            self.send(dict(CUT, event_id=f"E{i}", incident=f"I{i}"))
            wait_for("the permitted channel",
                     lambda n=i: len(self.receivers.hooks()) > n)
        rows = [row for row in self.deliveries() if row["channel"] == "maynot"]
        self.assertTrue(rows)
        self.assertNotIn("delivered", {row["state"] for row in rows})
        self.assertEqual(len(self.receivers.hooks()), 5)
        self.assert_trap_works()


class Rebinding(Ssrf):
    """The daemon sees a hosts file that the test changes: the name server's part."""

    def setUp(self):
        super().setUp()
        self.hosts = self.folder / "hosts"
        self.hosts.write_text("127.0.0.1 localhost\n")
        unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        mount = f'mount --bind "{self.hosts}" /etc/hosts'
        tried = subprocess.run([*unshare, "sh", "-c", mount], capture_output=True,
                               text=True, check=False)
        if tried.returncode != 0:
            self.skipTest(f"no mount namespace here: {tried.stderr.strip()}")
        self.wrapper = (*unshare, "sh", "-c", mount + ' && exec "$0" "$@"')

    def name(self, *addresses):
        # In place: another file would not be the one that is mounted.
        self.hosts.write_text("127.0.0.1 localhost\n" + "".join(
            f"{address} rebind.example\n" for address in addresses))

    def test_names(self):
        port = self.traps.port
        url = f"http://rebind.example:{port}/"
        # 192.0.2.0/24 is for documentation: public, and nobody is there.
        self.name("192.0.2.77", "127.0.0.1", "127.0.0.2", "::1")
        self.channels = [
            ("hook", self.hook(url)),
            ("mail", f'driver = "email"  relay = "smtp://rebind.example:{port}"  '
                     f'from = "a@example.se"  to = {{ "b@example.se" }}  '
                     f'retry_floor = "200ms"  retry_cap = "1s"  timeout = "3s"  '
                     f'hold_down = "0s"')]
        self.write_config()
        self.start()
        self.send(CUT)
        wait_for("both to be tried", self.concluded)
        self.name("127.0.0.1", "::1")
        if LONG:
            time.sleep(65)  # a name is remembered for a minute
        # A new sender remembers nothing: the name now means this machine alone.
        for pid in self.processes()[1:]:
            os.kill(pid, 9)
        self.command("channel", "retry", "hook", check=False)
        self.command("channel", "retry", "mail", check=False)
        self.send(dict(CUT, event_id="E2", incident="OMS-2"))
        wait_for("the name to be refused as private", lambda: all(
            any(row["channel"] == channel and "private or local" in
                (row.get("last_error") or "") for row in self.deliveries())
            for channel in ("hook", "mail")))
        self.assertNotIn("delivered", {row["state"] for row in self.deliveries()})
        print(f"a name that changes: {self.traps.count} connections", file=sys.stderr)
        self.assert_trap_works()

    # Those of the base class once are enough.
    test_spellings = test_redirects_are_not_followed = None
    test_a_kept_connection_gives_no_right_to_another_channel = None


if __name__ == "__main__":
    unittest.main()
