#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Telegram, a Matrix homeserver, ntfy, Gotify and Pushover on loopback, as they answer.

usage: vendor_talk.py FOLDER

Listens on a free port, which is written to FOLDER/vendors.port. What people see stands in
FOLDER/seen.json, every request in FOLDER/asked.ndjson. Moods, each while its file is in
FOLDER:

  down       503
  throttled  429: with Retry-After if the file says "header", else in the vendor's own way;
             both two seconds
  silent     what is asked is done, and the connection is reset without an answer
  deaf       the connection is reset before anything is read
  moved      the group -5 is the supergroup -1005 now
  old        ntfy is older than 2.16: it does not know sequence ids
  expired    no token is valid

Tokens are in TOKENS. The chat -403 has blocked the bot, -400 does not exist.
"""
import datetime
import email.utils
import http.server
import json
import os
import pathlib
import re
import socket
import struct
import sys
import threading
import urllib.parse

TELEGRAM, MATRIX, NTFY, GOTIFY = "4711:AAE-good", "syt_good", "tk_good", "Agoodtoken"
PUSHOVER, USER = "good0token0good0token0good0tok", "good0user00good0user00good0use"
ROOM = "!abc:example.se"
WAIT_S = 2


class State:
    def __init__(self, folder):
        self.folder, self.lock = folder, threading.RLock()
        self.seen, self.transactions, self.number = [], {}, 0

    def mood(self, name):
        path = self.folder / name
        try:
            return path.read_text() or name
        except FileNotFoundError:
            return None

    def next(self):
        self.number += 1
        return self.number

    def find(self, **wanted):
        return next((one for one in self.seen
                     if all(one.get(name) == value for name, value in wanted.items())), None)

    def save(self):
        made = self.folder / ".seen.json"
        made.write_text(json.dumps(self.seen, ensure_ascii=False))
        os.replace(made, self.folder / "seen.json")

    def note(self, row):
        with open(self.folder / "asked.ndjson", "a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def telegram(state, method, path, _headers, body):
    token, call = re.fullmatch(r"/bot([^/]+)/(\w+)", path).groups()
    if token != TELEGRAM or state.mood("expired"):
        return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
    if wait := throttled(state, {"ok": False, "error_code": 429,
                                 "description": f"Too Many Requests: retry after {WAIT_S}",
                                 "parameters": {"retry_after": WAIT_S}}):
        return wait

    def refuse(code, words, **more):
        return code, {"ok": False, "error_code": code, "description": words, **more}

    chat = body["chat_id"]
    if chat == -5 and state.mood("moved"):
        return refuse(400, "Bad Request: group chat was upgraded to a supergroup chat",
                      parameters={"migrate_to_chat_id": -1005})
    if chat == -403:
        return refuse(403, "Forbidden: bot was blocked by the user")
    if chat == -400:
        return refuse(400, "Bad Request: chat not found")
    if call == "getChatMember":
        return 200, {"ok": True, "result": {"status": "administrator",
                                            "can_post_messages": True}}
    if call == "editMessageText":
        message = state.find(chat=chat, message_id=body["message_id"])
        if message is None:
            return refuse(400, "Bad Request: message to edit not found")
        if message["text"] == body["text"]:
            return refuse(400, "Bad Request: message is not modified: specified new message "
                               "content and reply markup are exactly the same")
        message.update(text=body["text"], edits=message["edits"] + 1)
    elif call == "sendMessage":
        answered = body.get("reply_parameters", {}).get("message_id")
        message = {"chat": chat, "message_id": state.next(), "text": body["text"], "edits": 0,
                   "answers": answered if state.find(chat=chat, message_id=answered) else None,
                   "silent": body["disable_notification"]}
        state.seen.append(message)
    else:
        return refuse(404, "Not Found")
    return 200, {"ok": True, "result": {"message_id": message["message_id"],
                                        "chat": {"id": chat}, "text": message["text"]}}


def matrix(state, method, path, headers, body):
    if headers.get("Authorization") != f"Bearer {MATRIX}" or state.mood("expired"):
        return 401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Unrecognised access token"}
    if wait := throttled(state, {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests",
                                 "retry_after_ms": WAIT_S * 1000}):
        return wait
    if path == "/_matrix/client/v3/joined_rooms":
        return 200, {"joined_rooms": [ROOM]}
    found = re.fullmatch(r"/_matrix/client/v3/rooms/([^/]+)/send/m.room.message/([^/]+)", path)
    if method != "PUT" or found is None:
        return 404, {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}
    room, transaction = map(urllib.parse.unquote, found.groups())
    if room != ROOM:
        return 403, {"errcode": "M_FORBIDDEN", "error": "User not in room"}
    if transaction in state.transactions:
        return 200, {"event_id": state.transactions[transaction]}
    relation = body.get("m.relates_to", {})
    root = relation.get("event_id")
    if root is not None and state.find(event_id=root) is None:
        return 400, {"errcode": "M_INVALID_PARAM", "error": "Can't send relation to unknown "
                                                            "event"}
    event = f"${state.next()}"
    if relation.get("rel_type") == "m.replace":
        state.find(event_id=root).update(content=body["m.new_content"], edited=True)
    else:
        state.seen.append({"event_id": event, "content": body, "thread": root,
                           "answers": relation.get("m.in_reply_to", {}).get("event_id")})
    state.transactions[transaction] = event
    return 200, {"event_id": event}


def ntfy(state, method, path, headers, body):
    def refuse(code, http_code, words):
        return http_code, {"code": code, "http": http_code, "error": words,
                           "link": "https://ntfy.sh/docs/publish/"}

    if headers.get("Authorization") != f"Bearer {NTFY}" or state.mood("expired"):
        return refuse(40101, 401, "unauthorized")
    if wait := throttled(state, refuse(42901, 429, "limit reached: too many requests")[1]):
        return wait
    if path == "/ntfy/v1/account":
        return 200, {"username": "budkavle", "role": "user"}
    if (method, path) != ("POST", "/ntfy/"):
        return refuse(40401, 404, "page not found")
    if len(body["message"].encode()) > 4096:
        return refuse(41301, 413, "attachment too large")
    message = {**body, "id": f"n{state.next()}"}
    if state.mood("old"):
        message.pop("sequence_id", None)
    before = "sequence_id" in message and state.find(sequence_id=message["sequence_id"])
    if before:
        before.clear()
        before.update(message)
    else:
        state.seen.append(message)
    return 200, {name: message.get(name) for name in ("id", "topic", "sequence_id")}


def gotify(state, method, path, headers, body):
    def refuse(code, name, words):
        return code, {"error": name, "errorCode": code, "errorDescription": words}

    if headers.get("X-Gotify-Key") != GOTIFY or state.mood("expired"):
        return refuse(401, "Unauthorized", "you need to provide a valid access token or user "
                                           "credentials to access this api")
    if wait := throttled(state, {}):
        return wait
    if (method, path) != ("POST", "/message"):
        return refuse(404, "Not Found", "page not found")
    message = {**body, "id": state.next()}
    state.seen.append(message)
    return 200, {"id": message["id"], "appid": 5, "message": message["message"]}


def pushover(state, method, path, _headers, form):
    def refuse(code, *errors, **more):
        return code, {"status": 0, "request": "r0", "errors": list(errors), **more}

    if form.get("token") != PUSHOVER or state.mood("expired"):
        return refuse(400, "application token is invalid, see https://pushover.net/api",
                      token="invalid")
    if wait := throttled(state, refuse(429, "application message limit reached")[1],
                         "X-Limit-App-Reset"):
        return wait
    request = f"r{state.next()}"
    if found := re.fullmatch(r"/1/receipts/cancel_by_tag/([\w-]+)\.json", path):
        held = [one for one in state.seen if one.get("tags") == found[1]]
        for one in held:
            one["repeats"] = False
        return 200, {"status": 1, "canceled": len(held), "request": request}
    if form.get("user") != USER:
        return refuse(400, "user identifier is not a valid user, group, or subscribed user key",
                      user="invalid")
    if path == "/1/users/validate.json":
        return 200, {"status": 1, "group": 0, "devices": ["phone"], "request": request}
    if path != "/1/messages.json":
        return 404, {}
    message = {**form, "request": request}
    answer = {"status": 1, "request": request}
    if form["priority"] == "2":
        if int(form["retry"]) < 30 or int(form["expire"]) > 10800:
            return refuse(400, "retry or expire is invalid")
        answer["receipt"] = f"{'r' * 29}{state.number}"
        message["repeats"] = True
    state.seen.append(message)
    return 200, answer


def throttled(state, body, reset_header=None):
    """429, with the time to wait in the form that is asked for; None: not now."""
    mood = state.mood("throttled")
    if mood is None:
        return None
    if mood == "header":
        return 429, body, [("Retry-After", str(WAIT_S))]
    if reset_header is None:
        return 429, body
    at = datetime.datetime.now(datetime.timezone.utc).timestamp() + WAIT_S + 1
    return 429, body, [(reset_header, str(int(at)))]


VENDORS = {"/bot": telegram, "/_matrix/": matrix, "/ntfy/": ntfy, "/message": gotify,
           "/1/": pushover}


class Vendor(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def handle(self):
        if self.server.state.mood("deaf"):
            self.reset()
        else:
            super().handle()

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):  # a connection that was reset
            pass

    def answer(self, code, body, headers=()):
        if self.server.state.mood("silent"):
            self.reset()
            return
        data = json.dumps(body).encode()
        self.send_response_only(code)
        self.send_header("Date", email.utils.format_datetime(
            datetime.datetime.now(datetime.timezone.utc), usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        state = self.server.state
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        is_form = "urlencoded" in self.headers.get("Content-Type", "")
        body = (dict(urllib.parse.parse_qsl(text, strict_parsing=True)) if is_form
                else json.loads(text or "{}"))
        with state.lock:
            state.note({"method": self.command, "path": self.path, "body": body})
            vendor = next((vendor for prefix, vendor in VENDORS.items()
                           if self.path.startswith(prefix)), None)
            if state.mood("down"):
                reply = 503, {}
            elif vendor is None:
                reply = 404, {}
            else:
                reply = vendor(state, self.command, self.path, self.headers, body)
            state.save()
        self.answer(*reply)

    do_GET = do_POST = do_PUT = handle_any

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        except OSError:
            pass

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (OSError, ValueError)):
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
