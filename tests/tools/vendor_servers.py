#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A Mastodon server and a text message gateway on loopback, as their vendors' answer.

usage: vendor_servers.py FOLDER

Listens on a free port, which is written to FOLDER/vendors.port. The posts there are stand
in FOLDER/posts.json, the text messages in FOLDER/texts.json, every request in
FOLDER/asked.ndjson. Moods, each while its file is in FOLDER:

  down       503
  throttled  429; the limit begins anew two seconds later, by the server's own clock,
             which is an hour ahead
  silent     what is asked is done, and the connection closes without an answer
  poor       the gateway's account has no money left
  hung       what is asked is done, and nothing is answered

The token is "good-token", the gateway's login "u1" and "good-password". No number that
ends with 0000 can be reached.
"""
import base64
import datetime
import email.utils
import html
import http.server
import json
import os
import pathlib
import re
import sys
import threading
import time
import unicodedata
import urllib.parse

AHEAD = datetime.timedelta(hours=1)
LIMIT = 500
PAGE = 100


def characters(text):
    """As the server counts: an address is 23, a letter with its marks one."""
    text = re.sub(r"https?://\S+", "x" * 23, text)
    return sum(1 for c in unicodedata.normalize("NFC", text) if not unicodedata.combining(c))


def shown(text):
    """The HTML that the server makes of a text."""
    paragraphs = html.escape(text, quote=False).split("\n\n")
    linked = [re.sub(r"https://(\S+)", r'<a href="https://\1" rel="nofollow"><span '
                     r'class="invisible">https://</span><span class="">\1</span></a>', one)
              for one in paragraphs]
    return "".join(f"<p>{one}</p>".replace("\n", "<br />") for one in linked)


class State:
    def __init__(self, folder):
        self.folder, self.lock = folder, threading.RLock()
        self.posts, self.keys, self.texts = {}, {}, []

    def mood(self, name):
        return (self.folder / name).exists()

    def write(self, name, content):
        made = self.folder / f".{name}"
        made.write_text(json.dumps(content, ensure_ascii=False))
        os.replace(made, self.folder / name)

    def note(self, row):
        with self.lock, open(self.folder / "asked.ndjson", "a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


class Vendor(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code, body, content_type="application/json", headers=()):
        if self.server.state.mood("silent"):
            self.close_connection = True
            return
        if self.server.state.mood("hung"):
            while self.server.state.mood("hung"):
                time.sleep(0.05)
            self.close_connection = True
            return
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response_only(code)
        now = datetime.datetime.now(datetime.timezone.utc) + AHEAD
        self.send_header("Date", email.utils.format_datetime(now, usegmt=True))
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def asked(self, form):
        state = self.server.state
        state.note({"method": self.command, "path": self.path, "form": form,
                    "key": self.headers.get("Idempotency-Key")})
        if state.mood("down"):
            self.answer(503, "<html>not now</html>", "text/html")
            return False
        if state.mood("throttled"):
            reset = datetime.datetime.now(datetime.timezone.utc) + AHEAD
            reset += datetime.timedelta(seconds=2)
            self.answer(429, {"error": "Too many requests"}, headers=[
                ("X-RateLimit-Reset", reset.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))])
            return False
        return True

    def handle_any(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        form = {name: values[0] for name, values in urllib.parse.parse_qs(
            body, keep_blank_values=True, strict_parsing=bool(body)).items()}
        if not self.asked(form):
            return
        path = urllib.parse.urlsplit(self.path)
        with self.server.state.lock:
            reply = (self.gateway if path.path == "/a1/sms" else self.social)(path, form)
        self.answer(*reply)

    do_GET = do_POST = do_PUT = handle_any

    # --- Mastodon

    def social(self, path, form):
        if self.headers.get("Authorization") != "Bearer good-token":
            return 401, {"error": "The access token is invalid"}
        if path.path == "/api/v1/accounts/verify_credentials":
            return 200, {"id": "7", "username": "nat"}
        if path.path == "/api/v1/accounts/7/statuses":
            newest = sorted(self.server.state.posts.values(), key=lambda post: -int(post["id"]))
            return 200, [{"id": post["id"], "created_at": post["created_at"],
                          "content": shown(post["status"])} for post in newest]
        if self.command == "POST" and path.path == "/api/v1/statuses":
            return self.post(form)
        number = re.fullmatch(r"/api/v1/statuses/(\d+)", path.path)
        if self.command == "PUT" and number:
            return self.edit(number[1], form)
        return 404, {"error": "Record not found"}

    def refused(self, form):
        if characters(form["status"]) > LIMIT:
            return 422, {"error": "Validation failed: Text character limit of 500 exceeded"}
        return None

    def post(self, form):
        state, key = self.server.state, self.headers["Idempotency-Key"]
        answered = form.get("in_reply_to_id")
        if key in state.keys:
            return 200, state.posts[state.keys[key]]
        if answered is not None and answered not in state.posts:
            return 404, {"error": "The post you are trying to reply to does not appear to exist."}
        number = str(1000 + len(state.posts))
        made = {"id": number, "uri": f"https://social.example/{number}",
                "created_at": datetime.datetime.now(datetime.timezone.utc).strftime(
                    "%Y-%m-%dT%H:%M:%S.000Z"), "edits": 0, **form}
        if refusal := self.refused(form):
            return refusal
        state.posts[number] = made
        state.keys[key] = number
        state.write("posts.json", list(state.posts.values()))
        return 200, made

    def edit(self, number, form):
        state = self.server.state
        if number not in state.posts:
            return 404, {"error": "Record not found"}
        if refusal := self.refused(form):
            return refusal
        post = state.posts[number]
        post.update(form, edits=post["edits"] + 1)
        state.write("posts.json", list(state.posts.values()))
        return 200, post

    # --- Text messages

    def gateway(self, path, form):
        state = self.server.state
        login = base64.b64encode(b"u1:good-password").decode()
        if self.headers.get("Authorization") != f"Basic {login}":
            return 401, "API access requires Basic HTTP authentication", "text/plain"
        if self.command == "GET":
            query = dict(urllib.parse.parse_qsl(path.query))
            found = [text for text in reversed(state.texts)
                     if text["to"] == query.get("to", text["to"])
                     and text["created"] > query.get("end", "")]
            return 200, {"data": found[:int(query.get("limit", PAGE))]}
        if state.mood("poor"):
            return 403, "Not enough credits", "text/plain"
        for name in ("from", "to", "message"):
            if name not in form:
                return 400, f"Missing key {name}", "text/plain"
        if form["to"].endswith("0000"):
            return 400, f"Invalid to number {form['to']}", "text/plain"
        made = {"status": "created", "from": form["from"], "to": form["to"],
                "message": form["message"], "cost": 3500, "parts": 1,
                "direction": "outgoing",
                "created": datetime.datetime.now(datetime.timezone.utc).strftime(
                    "%Y-%m-%dT%H:%M:%S.%f")}
        if form.get("dryrun") == "yes":
            return 200, {**made, "estimated_cost": 3500}
        made["id"] = f"s{len(state.texts) + 1:032}"
        state.texts.append(made)
        state.write("texts.json", state.texts)
        return 200, made

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    folder = pathlib.Path(sys.argv[1])
    server = Server(("127.0.0.1", 0), Vendor)
    server.state = State(folder)
    made = folder / ".vendors.port"
    made.write_text(str(server.server_address[1]))
    os.replace(made, folder / "vendors.port")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


main()
