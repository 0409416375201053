#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A webhook receiver and an SMTP server on loopback that write down what they get.

usage: receivers.py FOLDER [--secret whsec_...] [--http-port N] [--smtp-port N]

Both listen on free ports, which are written to FOLDER/ports.json. Webhook calls go to
FOLDER/hooks.ndjson, mails to FOLDER/mails.ndjson. While FOLDER/down exists, webhook
calls are answered with 503 and mails with 451; while FOLDER/denied exists, webhook calls
are answered with 401. A call whose signature is wrong is
answered with 401 and written down as such.
"""
import argparse
import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import socketserver
import sys
import threading

LOCK = threading.Lock()


def record(path, row):
    with LOCK, open(path, "a", encoding="utf-8") as out:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


def signature_is_right(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join(
        [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
    )
    want = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(f"v1,{want}", one) for one in given)


class Hook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code):
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if (self.server.folder / "down").exists():
            self.answer(503)
            return
        if (self.server.folder / "denied").exists():
            self.answer(401)
            return
        right = self.server.secret is None or signature_is_right(
            self.server.secret, self.headers, body
        )
        record(
            self.server.folder / "hooks.ndjson",
            {
                "path": self.path,
                "id": self.headers.get("webhook-id"),
                "signed": right,
                "body": json.loads(body),
            },
        )
        self.answer(204 if right else 401)

    def log_message(self, *_):
        pass


class Mail(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a relay's client needs."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def data(self):
        self.say("354 go on")
        lines = []
        for line in self.rfile:
            if line in (b".\r\n", b".\n"):
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines).decode("utf-8", "replace")

    def handle(self):
        self.say("220 receivers ESMTP")
        sender, to = None, []
        for raw in self.rfile:
            line = raw.decode("ascii", "replace").strip()
            verb = line.upper()
            if verb.startswith("EHLO"):
                self.wfile.write(b"250-receivers\r\n250 8BITMIME\r\n")
            elif verb.startswith("MAIL FROM:"):
                sender, to = line[10:].split()[0].strip("<>"), []
                down = (self.server.folder / "down").exists()
                self.say("451 4.3.0 not now" if down else "250 2.1.0 ok")
            elif verb.startswith("RCPT TO:"):
                to.append(line[8:].split()[0].strip("<>"))
                self.say("250 2.1.5 ok")
            elif verb == "DATA":
                text = self.data()
                record(
                    self.server.folder / "mails.ndjson",
                    {"from": sender, "to": to, "data": text},
                )
                self.say("250 2.0.0 ok: queued as R1")
            elif verb == "QUIT":
                self.say("221 2.0.0 bye")
                return
            elif verb in ("RSET", "NOOP"):
                self.say("250 2.0.0 ok")
            else:
                self.say("502 5.5.2 not here")


class Quiet:
    """A client that goes away in the middle is what the tests are about."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class HookServer(Quiet, http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class MailServer(Quiet, socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--secret")
    options.add_argument("--http-port", type=int, default=0)
    options.add_argument("--smtp-port", type=int, default=0)
    given = options.parse_args()
    hooks = HookServer(("127.0.0.1", given.http_port), Hook)
    mails = MailServer(("127.0.0.1", given.smtp_port), Mail)
    for server in (hooks, mails):
        server.folder = given.folder
        server.secret = given.secret
    ports = {"http": hooks.server_address[1], "smtp": mails.server_address[1]}
    made = given.folder / ".ports.json"
    made.write_text(json.dumps(ports))
    os.replace(made, given.folder / "ports.json")
    threading.Thread(target=mails.serve_forever, daemon=True).start()
    try:
        hooks.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


main()
