#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Secrets stay in: canaries in every secret file and in recipients' addresses are looked
for wherever they could have leaked to, while peers refuse and repeat what they were told.

Looked through: the log, the command line and environment of every process, /metrics,
every answer that a reader of the socket gets, the page's files, the output of the
command. The store is not: it holds the addresses. Also held here: what the kernel says
of each process's confinement, and which files each sender has open.
"""
import base64
import hashlib
import http.server
import json
import os
import pathlib
import re
import secrets
import socket
import socketserver
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import BIN, World, wait_for  # noqa: E402

LONG = os.environ.get("FAULTS_LONG") == "1"
N_RECIPIENTS = 1000 if LONG else 40
READER = 64011
CUT = {"event_id": "E1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
       "customers_affected": 10, "places": [{"name": "Täby kyrkby"}],
       "started_at": "2026-11-23T13:48:00+01:00"}
# Run by a user who may read. Arguments: its uid or "-", then curl's.
AS_READER = """
import os, sys
if sys.argv[1] != "-":
    os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
os.execvp("curl", ["curl", "-s", *sys.argv[2:]])
"""


# Becomes a program under which the kernel refuses calls, as a container may. Arguments:
# their names with commas between, the program, its arguments.
FORBID = """
import ctypes, os, sys
seccomp = ctypes.CDLL("libseccomp.so.2")
seccomp.seccomp_init.restype = ctypes.c_void_p
context = ctypes.c_void_p(seccomp.seccomp_init(0x7fff0000))
for name in sys.argv[1].split(","):
    call = seccomp.seccomp_syscall_resolve_name(name.encode())
    assert seccomp.seccomp_rule_add(context, 0x00050001, call, 0) == 0, name
assert seccomp.seccomp_load(context) == 0
os.execv(sys.argv[2], sys.argv[2:])
"""


class EchoingMailServer(socketserver.StreamRequestHandler):
    """Takes logins, and refuses recipients in words that repeat their addresses."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 mail.example ESMTP")
        for raw in self.rfile:
            line = raw.decode(errors="replace").strip()
            verb = line[:4].upper()
            with self.server.lock:
                self.server.lines.append(line)
            if verb == "EHLO":
                self.say("250-mail.example")
                self.say("250 AUTH PLAIN LOGIN")
            elif verb == "AUTH":
                self.say("334 " if " " not in line[5:] else "235 2.7.0 well")
                if " " not in line[5:]:
                    self.server.lines.append(self.rfile.readline().decode().strip())
                    self.say("235 2.7.0 well")
            elif verb == "RCPT":
                kind = int(hashlib.sha256(line.encode()).hexdigest(), 16) % 3
                self.say(["250 2.1.5 Ok", f"550 5.1.1 no such user: {line}",
                          f"451 4.3.0 {line} not now, {line}"][kind])
            elif verb == "DATA":
                self.say("354 go on")
                while self.rfile.readline().strip() != b".":
                    pass
                self.say("250 2.0.0 Ok")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 Ok")


class EchoingHook(http.server.BaseHTTPRequestHandler):
    """Answers with the headers that it was sent."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.server.lock:
            self.server.count += 1
        body = str(self.headers).encode()
        self.send_response([200, 503, 500][self.server.count % 3])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Secrets(World):
    def setUp(self):
        self.mail = self.serve(socketserver.ThreadingTCPServer, EchoingMailServer)
        self.mail.lines = []
        self.hook = self.serve(http.server.ThreadingHTTPServer, EchoingHook)
        self.hook.count = 0
        self.addresses = [f"canary{secrets.token_hex(6)}@hush{i}.example.se"
                          for i in range(N_RECIPIENTS)]
        self.password = "pw" + secrets.token_hex(12)
        self.key = secrets.token_bytes(32)
        super().setUp()

    def serve(self, kind, handler):
        class Server(kind):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # connections of a daemon that ends

        server = Server(("127.0.0.1", 0), handler)
        server.lock = threading.Lock()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def secret_file(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)

    def config_text(self):
        self.secret_file("hook.key", "whsec_" + base64.b64encode(self.key).decode())
        self.secret_file("mail.password", self.password)
        self.secret_file("list.txt", "\n".join(self.addresses))
        mail, hook = self.mail.server_address[1], self.hook.server_address[1]
        return f"""
organisation = "Nordan Energi"
languages    = {{ "sv", "en" }}
timezone     = "Europe/Stockholm"
state_dir    = "{self.folder}/state"
page_url     = "https://drift.example.se"
socket {{ path = "{self.socket}"  mode = 0666 }}
access {{ read = {{ "user:{READER}" }} }}
spool "oms" {{ path = "{self.spool}"  settle = "300ms" }}
channel "bus" {{
  driver = "webhook"  url = "http://127.0.0.1:{hook}/"  secret_file = "hook.key"
  allow_http = true  allow_private = true  retry_floor = "100ms"  retry_cap = "1s"
}}
channel "mail" {{
  driver = "email"  relay = "smtp://127.0.0.1:{mail}"  from = "drift@example.se"
  to_file = "list.txt"  username = "drift"  password_file = "mail.password"  tls = "none"
  hold_down = "0s"
  retry_floor = "100ms"  retry_cap = "1s"
}}
channel "page" {{ driver = "page"  directory = "{self.folder}/page" }}
route "all" {{ channels = {{ "page", "bus", "mail" }} }}
"""

    def canaries(self):
        """What must be found nowhere, in each form that it could take."""
        raw = [self.password, *self.addresses,
               *(address.split("@")[0] for address in self.addresses)]
        key = base64.b64encode(self.key).decode()
        login = base64.b64encode(f"\0drift\0{self.password}".encode()).decode()
        return [text.encode() for text in [
            *raw, key, key.rstrip("="), self.key.hex(), login,
            base64.b64encode(self.password.encode()).decode()]] + [self.key]

    def search(self, where, content, canaries):
        if isinstance(content, str):
            content = content.encode()
        self.searched += 1
        for canary in canaries:
            if canary in content:
                at = content.index(canary)
                self.hits.append(f"{where}: …{content[max(0, at - 80):at + 80]!r}…")

    def ask_as_reader(self, path):
        uid = str(READER) if os.geteuid() == 0 else "-"
        return subprocess.run(
            [sys.executable, "-c", AS_READER, uid, "-i", "-m", "5", "--unix-socket",
             str(self.socket), f"http://localhost{path}"],
            capture_output=True, check=True).stdout

    def search_processes(self, canaries):
        for pid in [self.daemon.pid, *self.processes()]:
            for name in ("cmdline", "environ"):
                try:
                    content = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                except PermissionError:
                    continue  # nobody can look into it, this test neither
                self.search(f"{name} of process {pid}", content, canaries)

    def search_answers(self, canaries):
        paths = ["/metrics", "/v1/status", "/v1/channels", "/v1/incidents",
                 "/v1/messages", "/v1/audit"]
        incident = self.get("/v1/incidents")["incidents"][0]["id"]
        paths += [f"/v1/incidents/{incident}", f"/v1/incidents/{incident}/timeline"]
        if os.geteuid() == 0:  # else the reader is the daemon's own user, an operator
            paths += ["/v1/deliveries", "/v1/deliveries?channel=mail&limit=1000",
                      "/v1/config", "/v1/nothing"]
        for path in paths:
            answer = self.ask_as_reader(path)
            self.assertTrue(answer.startswith(b"HTTP/1.1 "), path)
            self.search(path, answer, canaries)
        for words in (("status",), ("incidents",), ("channels",), ("audit",)):
            done = self.command(*words, check=False)
            self.search(f"budkavle {' '.join(words)}", done.stdout + done.stderr, canaries)

    def test_canaries(self):
        self.start()
        self.send(CUT)
        self.drop("more.json", json.dumps(dict(CUT, event_id="E2", incident="OMS-2")))
        wait_for("all recipients to be tried", lambda: len(
            {line for line in list(self.mail.lines) if line.startswith("RCPT")})
            == N_RECIPIENTS, patience=300)
        wait_for("refused calls", lambda: self.hook.count >= 4)
        wait_for("the page", lambda: any((self.folder / "page").rglob("*.html")))
        self.assertTrue(any(line.startswith("AUTH") for line in self.mail.lines))
        self.command("reload", check=False)
        self.hits, self.searched = [], 0
        canaries = self.canaries()
        self.search_processes(canaries)
        self.search_answers(canaries)
        self.assertEqual(self.stop(), 0)
        log = self.log_text()
        self.assertIn("delivery concluded", log)
        self.search("the log", log, canaries)
        for path in (self.folder / "page").rglob("*"):
            if path.is_file():
                self.search(path.name, path.read_bytes(), canaries)
        self.search("this search itself", b"", canaries)
        print(f"{len(canaries)} canaries in {self.searched} places: {len(self.hits)} hits",
              file=sys.stderr)
        self.assertEqual(self.hits, [])
        self.assert_search_works(canaries)

    def assert_search_works(self, canaries):
        """Where the secrets are they are found."""
        self.search("its file", (self.folder / "list.txt").read_bytes(), canaries)
        self.search("its file", (self.folder / "mail.password").read_bytes(), canaries)
        self.search("its file", (self.folder / "hook.key").read_bytes(), canaries)
        self.assertGreaterEqual(len(self.hits), N_RECIPIENTS + 2)

    # --- What the kernel says of the processes -------------------------------------

    def status_of(self, pid):
        text = pathlib.Path(f"/proc/{pid}/status").read_text()
        return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)

    def open_files(self, pid):
        found = {}
        for name in os.listdir(f"/proc/{pid}/fd"):
            try:
                found[int(name)] = os.readlink(f"/proc/{pid}/fd/{name}")
            except FileNotFoundError:
                pass
        return found

    def sender_pids(self):
        senders = {}
        for pid in self.processes():
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if b"--sender" in words:
                senders[pid] = words[2].decode()
        return senders

    def all_senders(self):
        senders = self.sender_pids()
        if set(senders.values()) != {"http", "smtp", "files"}:
            return None
        # One that was started a moment ago has not given its rights away yet.
        return senders if all(self.status_of(pid)["Seccomp"].strip() == "2"
                              for pid in senders) else None

    def assert_confined(self, pid):
        status = self.status_of(pid)
        limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        self.assertEqual(status["NoNewPrivs"].strip(), "1")
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        return status

    def test_every_process_is_confined(self):
        self.start()
        self.send(CUT)
        senders = wait_for("confined senders of each kind", self.all_senders)
        wait_for("the page", lambda: any((self.folder / "page").rglob("*.html")))
        self.assertEqual(self.assert_confined(self.daemon.pid)["Seccomp"].strip(), "2")
        for pid in self.processes():
            self.assert_confined(pid)
        for pid, kind in senders.items():
            status = self.status_of(pid)
            self.assertEqual(status["Seccomp"].strip(), "2", kind)
            capabilities = int(status["CapPrm"], 16) | int(status["CapEff"], 16)
            self.assertEqual(capabilities & ~(0b1011 if kind == "files" else 0), 0, kind)
            self.assert_no_store(pid, kind)
        notes = self.get("/v1/status").get("notes", [])
        print(f"{len(senders)} senders and the core confined; notes: {notes}",
              file=sys.stderr)

    def start_where_forbidden(self, calls):
        log = open(self.folder / "log", "ab")
        self.daemon = subprocess.Popen(
            [sys.executable, "-c", FORBID, calls, str(BIN / "budkavled"), "-c",
             str(self.config)], stdout=log, stderr=log)
        log.close()
        wait_for("the socket", self.answers)

    def test_a_kernel_that_cannot_confine_is_told_of_and_all_goes_on(self):
        self.start_where_forbidden("landlock_create_ruleset,unshare")
        self.send(CUT)
        wait_for("the page", lambda: any((self.folder / "page").rglob("*.html")))
        wait_for("a note of it in the status", lambda: any(
            "the store and the spools" in note for note in self.get("/v1/status")["notes"]))
        self.assertIn("less confined than it should be", self.log_text())
        self.assertEqual(self.stop(), 0)

    def test_a_kernel_without_filters_is_told_of_and_all_goes_on(self):
        # seccomp(2) is what libseccomp asks for them with.
        self.start_where_forbidden("seccomp")
        self.send(CUT)
        wait_for("the page", lambda: any((self.folder / "page").rglob("*.html")))
        self.assertTrue(any("the core is not confined" in note
                            for note in self.get("/v1/status")["notes"]))
        self.assertEqual(self.stop(), 0)

    def assert_no_store(self, pid, kind):
        try:
            files = self.open_files(pid)
        except PermissionError:
            print("not root: open files cannot be listed", file=sys.stderr)
            return
        for fd, target in files.items():
            # The lock that tells a successor that the senders are gone: an empty file.
            if target == f"{self.folder}/state/senders.lock":
                continue
            self.assertFalse(
                target.startswith((f"{self.folder}/state", f"{self.folder}/spool")),
                f"the sender {kind} has {target} open as {fd}")
        listening = {row.split()[6] for row in pathlib.Path("/proc/net/unix").read_text()
                     .splitlines() if row.endswith(str(self.socket))}
        self.assertTrue(listening)
        inodes = set(re.findall(r"socket:\[(\d+)\]", " ".join(files.values())))
        self.assertFalse(inodes & listening, f"the sender {kind} has the socket")


if __name__ == "__main__":
    unittest.main()
