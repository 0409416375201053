#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Twilio and a nameless text message gateway on loopback, as their vendors' answer.

usage: vendor_sms.py FOLDER

Listens on a free port, which is written to FOLDER/sms.port. The text messages that were
taken stand in FOLDER/texts.json, every request in FOLDER/asked.ndjson, every report that
was sent in FOLDER/reported.ndjson, with the code that answered it. Moods, each while its
file is in FOLDER:

  silent    what is asked is done, and the connection closes without an answer
  refuse    its content is a code of Twilio's and its HTTP code, such as "21610 400"
  report    what is reported of each text message, word by word in this order: "sent
            delivered", "undelivered:30005"; each is reported until it is taken
  early     reports are sent before the answer

Twilio's account is AC and 32 zeros, its auth token "good-token". The gateway takes a form
at /send with to, text, ref and callback, Basic credentials "u1" and "good-password", and
answers "OK ID".
"""
import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ACCOUNT = "AC" + "0" * 32
TOKEN = "good-token"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class State:
    def __init__(self, folder):
        self.folder, self.lock, self.texts = folder, threading.RLock(), []

    def mood(self, name):
        try:
            return (self.folder / name).read_text()
        except OSError:
            return None

    def note(self, name, row):
        with self.lock, open(self.folder / name, "a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    def take(self, **text):
        with self.lock:
            text["sid"] = f"SM{len(self.texts) + 1}"
            self.texts.append(text)
            made = self.folder / ".texts.json"
            made.write_text(json.dumps(self.texts, ensure_ascii=False))
            os.replace(made, self.folder / "texts.json")
        return text


def signature(url, form):
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(
        hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()


def send_report(state, url, form, headers):
    """Until it is taken, as gateways do for hours."""
    for _ in range(100):
        request = urllib.request.Request(
            url, urllib.parse.urlencode(form).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                code, body = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            code, body = error.code, error.read().decode()
        except OSError as error:
            code, body = 0, str(error)
        state.note("reported.ndjson", {"form": form, "code": code, "body": body})
        if code // 100 == 2:
            return
        time.sleep(0.05)


class Gateway(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code, body, content_type="application/json"):
        if self.server.state.mood("silent") is not None:
            self.close_connection = True
            return
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response_only(code)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        state = self.server.state
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True,
                                           strict_parsing=bool(body)))
        path = urllib.parse.urlsplit(self.path)
        state.note("asked.ndjson", {"method": self.command, "path": self.path, "form": form})
        handle = {MESSAGES: self.twilio, "/send": self.nameless}.get(path.path)
        if handle is None:
            self.answer(404, {"code": 20404, "message": "The requested resource was not "
                              "found", "status": 404})
            return
        handle(path, form)

    do_GET = do_POST = handle_any

    def reports(self, text, make):
        """Reports each word of the mood; done at once if they are to be early."""
        state = self.server.state
        words = (state.mood("report") or "").split()
        url = text["callback"]
        if not words or not url:
            return

        def run():
            for word in words:
                send_report(state, url, *make(word))
        if state.mood("early") is not None:
            run()
        else:
            threading.Timer(0.05, run).start()

    def twilio(self, path, form):
        if self.headers.get("Authorization") != basic(ACCOUNT, TOKEN):
            self.answer(401, {"code": 20003, "message": "Authenticate", "status": 401})
            return
        if self.command == "GET":
            query = dict(urllib.parse.parse_qsl(path.query, strict_parsing=True))
            rows = [{"sid": one["sid"], "to": one["to"], "body": one["text"],
                     "direction": "outbound-api"} for one in self.server.state.texts
                    if one["to"] == query["To"]]
            assert len(query["DateSent>"]) == len("2026-11-23")
            self.answer(200, {"messages": rows[::-1]})
            return
        refused = self.server.state.mood("refuse")
        if refused:
            code, http_code = map(int, refused.split())
            self.answer(http_code, {"code": code, "message": f"refused {form['To']}",
                                    "status": http_code})
            return
        text = self.server.state.take(to=form["To"], text=form["Body"],
                                      callback=form.get("StatusCallback"),
                                      validity=form["ValidityPeriod"])

        def make(word):
            status, _, code = word.partition(":")
            fields = {"MessageSid": text["sid"], "MessageStatus": status,
                      "To": text["to"], **({"ErrorCode": code} if code else {})}
            return fields, {"X-Twilio-Signature": signature(text["callback"], fields)}
        self.reports(text, make)
        self.answer(201, {"sid": text["sid"], "status": "queued", "error_code": None})

    def nameless(self, _, form):
        if self.headers.get("Authorization") != basic("u1", "good-password"):
            self.answer(200, "ERROR bad password", "text/plain")
            return
        if form["to"].endswith("0000"):
            self.answer(200, "ERROR invalid number", "text/plain")
            return
        text = self.server.state.take(to=form["to"], text=form["text"],
                                      callback=form.get("callback"), ref=form["ref"])
        self.reports(text, lambda word: (
            {"id": text["sid"], "state": word.partition(":")[0],
             "why": word.partition(":")[2]}, {}))
        self.answer(200, f"OK {text['sid']}", "text/plain")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """The client is killed in some tests."""


def main():
    folder = pathlib.Path(sys.argv[1])
    server = Server(("127.0.0.1", 0), Gateway)
    server.state = State(folder)
    made = folder / ".sms.port"
    made.write_text(str(server.server_address[1]))
    os.replace(made, folder / "sms.port")
    server.serve_forever()


if __name__ == "__main__":
    main()
