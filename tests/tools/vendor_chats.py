#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Five chat services on loopback, as their vendors' servers answer.

usage: vendor_chats.py FOLDER

Listens on a free port, which is written to FOLDER/chats.port. Each service is a folder of
the address: /slack, /slackhook, /teams, /discord, /mattermost, /mattermosthook,
/rocketchat, /rocketchathook. What its readers see stands in FOLDER/SERVICE.json: a list of
messages, each with its id, what it answers ("thread"), how often it was edited, and its
texts; every request in FOLDER/asked.ndjson. Moods, each while its file is in FOLDER:

  throttled  refused for now in the vendor's own way, for two seconds
  gone       the webhook, or the channel, was taken away
  silent     what is asked is done, and the connection closes without an answer
  plain      the Mattermost server knows no priorities
"""
import http.server
import json
import os
import pathlib
import re
import sys
import threading
import time
import urllib.parse

TOKEN = "good-token-of-an-app"
WAIT_S = 2


class Refused(Exception):
    """What is answered instead: code, body, headers."""

    def __init__(self, code, body, headers=()):
        super().__init__(code)
        self.answer = code, body, headers


class Room:
    """The messages of one channel, as readers see them."""

    def __init__(self, state, name):
        self.state, self.name, self.messages = state, name, []

    def save(self):
        self.state.write(f"{self.name}.json", self.messages)

    def find(self, number):
        return next((one for one in self.messages if one["id"] == number), None)

    def add(self, number, thread, shown):
        self.messages.append({"id": number, "thread": thread, "edits": 0, **shown})
        self.save()

    def edit(self, number, shown):
        message = self.find(number)
        message.update(shown, edits=message["edits"] + 1)
        self.save()

    def take_away(self, number):
        self.messages = [one for one in self.messages if one["id"] != number]


class State:
    def __init__(self, folder):
        self.folder, self.lock = folder, threading.RLock()
        self.rooms, self.free_at = {}, {}

    def mood(self, name):
        return (self.folder / name).exists()

    def write(self, name, content):
        made = self.folder / f".{name}"
        made.write_text(json.dumps(content, ensure_ascii=False))
        os.replace(made, self.folder / name)

    def room(self, name):
        room = self.rooms.setdefault(name, Room(self, name))
        for taken in self.folder.glob(f"{name}.taken.*"):  # by a person
            room.take_away(taken.name.split(".", 2)[2])
            taken.unlink()
        return room

    def note(self, row):
        with self.lock, open(self.folder / "asked.ndjson", "a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    def is_throttled(self, service):
        """From the first request in that mood for two seconds, whether or not it lasts."""
        if self.mood("throttled"):
            self.free_at.setdefault(service, time.monotonic() + WAIT_S)
        return time.monotonic() < self.free_at.get(service, 0)


# --- Slack

def slack_shown(body):
    assert body["text"] and len(body["blocks"]) <= 50, body
    return {"text": body["text"], "blocks": body["blocks"],
            "broadcast": body.get("reply_broadcast", False)}


def no(error):
    return Refused(200, {"ok": False, "error": error})


def slack(state, asked):
    room = state.room("slack")
    if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise no("invalid_auth")
    if asked.path == "/api/auth.test":
        return 200, {"ok": True, "user": "nat"}
    if state.is_throttled("slack"):
        raise Refused(429, "", [("Retry-After", str(WAIT_S))])
    body = asked.json
    if state.mood("gone") or body["channel"] != "C0123456789":
        raise no("channel_not_found")
    if asked.path == "/api/chat.update":
        if room.find(body["ts"]) is None:
            raise no("message_not_found")
        room.edit(body["ts"], slack_shown(body))
        return 200, {"ok": True, "channel": body["channel"], "ts": body["ts"]}
    assert asked.path == "/api/chat.postMessage", asked.path
    thread = body.get("thread_ts")
    if thread is not None and room.find(thread) is None:
        raise no("thread_not_found")
    number = f"170000000{len(room.messages)}.000{len(room.messages)}00"
    room.add(number, thread, slack_shown(body))
    return 200, {"ok": True, "channel": body["channel"], "ts": number}


def slackhook(state, asked):
    if state.mood("gone") or asked.path != "/services/T0/B0/good-address-of-a-hook":
        raise Refused(404, "no_service")
    if state.is_throttled("slackhook"):
        raise Refused(429, "", [("Retry-After", str(WAIT_S))])
    room = state.room("slackhook")
    room.add(str(len(room.messages)), None, slack_shown(asked.json))
    return 200, "ok"


# --- Teams

def teams(state, asked):
    if state.mood("gone") or "sig=good-address-of-a-flow" not in asked.query:
        raise Refused(404, {"error": {"code": "WorkflowNotFound", "message": "It is gone."}})
    if state.is_throttled("teams"):
        raise Refused(200, "Webhook message delivery failed with error: Microsoft Teams "
                      "endpoint returned HTTP error 429 with ContextId tcid=0",
                      [("Retry-After", str(WAIT_S))])
    card = asked.json["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard" and len(asked.data) <= 28 * 1024, card
    room = state.room("teams")
    room.add(str(len(room.messages)), None,
             {"text": "\n".join(block.get("text", "") for block in card["body"]),
              "card": card})
    return 202, ""


# --- Discord

def discord(state, asked):
    room = state.room("discord")
    found = re.fullmatch(r"/api/webhooks/123/good-address-of-a-hook(?:/messages/(\d+))?",
                         asked.path)
    if state.mood("gone") or found is None:
        raise Refused(404, {"message": "Unknown Webhook", "code": 10015})
    if state.is_throttled("discord"):
        raise Refused(429, {"message": "You are being rate limited.",
                            "retry_after": WAIT_S - 0.25, "global": False})
    body = asked.json
    assert body["allowed_mentions"] == {"parse": []}, body
    assert len(body["content"]) <= 2000, body
    shown = {"text": body["content"], "embeds": body["embeds"]}
    if asked.method == "PATCH":
        if room.find(found[1]) is None:
            raise Refused(404, {"message": "Unknown Message", "code": 10008})
        room.edit(found[1], shown)
        return 200, {"id": found[1]}
    assert "wait=true" in asked.query, asked.query
    number = str(1100000000000000000 + len(room.messages))
    room.add(number, None, shown)
    return 200, {"id": number}


# --- Mattermost

def sorry(code, name):
    return Refused(code, {"id": name, "message": "Sorry.", "status_code": code})


def check_priority(state, priority):
    if priority is not None and state.mood("plain"):
        raise sorry(403, "api.post.post_priority.priority_post_not_allowed_for_user."
                    "request_error")


def mattermost(state, asked):
    room = state.room("mattermost")
    if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise sorry(401, "api.context.session_expired.app_error")
    if state.mood("gone"):
        raise sorry(403, "api.context.permissions.app_error")
    if asked.method == "GET":
        return 200, {"id": asked.path.rsplit("/", 1)[1]}
    if state.is_throttled("mattermost"):
        raise Refused(429, "limit exceeded", [("Retry-After", str(WAIT_S))])
    body = asked.json
    edited = re.fullmatch(r"/api/v4/posts/(\w+)/patch", asked.path)
    if edited:
        if room.find(edited[1]) is None:
            raise sorry(403, "api.context.permissions.app_error")
        room.edit(edited[1], {"text": body["message"]})
        return 200, {"id": edited[1]}
    assert asked.path == "/api/v4/posts", asked.path
    root, priority = body.get("root_id"), body.get("metadata", {}).get("priority")
    if root is not None and room.find(root) is None:
        raise sorry(400, "api.post.create_post.root_id.app_error")
    check_priority(state, priority)
    number = f"{len(room.messages):026}"
    room.add(number, root, {"text": body["message"], "priority": priority})
    return 201, {"id": number}


def mattermosthook(state, asked):
    if state.mood("gone") or asked.path != "/hooks/good-address-of-a-hook":
        raise sorry(400, "web.incoming_webhook.invalid.app_error")
    if state.is_throttled("mattermosthook"):
        raise Refused(429, "limit exceeded", [("Retry-After", str(WAIT_S))])
    check_priority(state, asked.json.get("priority"))
    room = state.room("mattermosthook")
    room.add(str(len(room.messages)), None, {"text": asked.json["text"],
                                             "priority": asked.json.get("priority")})
    return 200, "ok"


# --- Rocket.Chat

def failure(code, error, headers=()):
    return Refused(code, {"success": False, "error": error}, headers)


def reset_header():
    return [("X-RateLimit-Reset", str(int((time.time() + WAIT_S) * 1000)))]


def rocketchat(state, asked):
    room = state.room("rocketchat")
    if (asked.headers.get("X-Auth-Token"), asked.headers.get("X-User-Id")) != (TOKEN, "u7"):
        raise Refused(401, {"status": "error", "message": "You must be logged in to do this."})
    if state.mood("gone"):
        raise failure(400, "[invalid-channel]")
    if asked.method == "GET":
        return 200, {"success": True, "room": {"_id": "GENERAL"}}
    if state.is_throttled("rocketchat"):
        raise failure(429, "Error, too many requests. [error-too-many-requests]",
                      reset_header())
    body = asked.json
    if asked.path == "/api/v1/chat.update":
        if room.find(body["msgId"]) is None or body["roomId"] != "GENERAL":
            raise failure(400, f"No message found with the id of \"{body['msgId']}\".")
        room.edit(body["msgId"], {"text": body["text"]})
        return 200, {"success": True}
    assert asked.path == "/api/v1/chat.postMessage", asked.path
    thread = body.get("tmid")
    if thread is not None and room.find(thread) is None:
        raise failure(400, "Invalid message [error-invalid-message]")
    number = f"m{len(room.messages)}"
    room.add(number, thread, {"text": body["text"], "broadcast": body.get("tshow", False)})
    return 200, {"success": True, "message": {"_id": number, "rid": "GENERAL"}}


def rocketchathook(state, asked):
    if state.mood("gone") or asked.path != "/hooks/7/good-address-of-a-hook":
        raise failure(400, "Invalid integration id or token provided.")
    if state.is_throttled("rocketchathook"):
        raise failure(200, "[error-too-many-requests]", reset_header())
    room = state.room("rocketchathook")
    room.add(str(len(room.messages)), None, {"text": asked.json["text"]})
    return 200, {"success": True}


SERVICES = {one.__name__: one for one in (
    slack, slackhook, teams, discord, mattermost, mattermosthook, rocketchat,
    rocketchathook)}


class Chats(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code, body, headers=()):
        if self.server.state.mood("silent"):
            self.close_connection = True
            return
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response_only(code)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        state = self.server.state
        self.data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        url = urllib.parse.urlsplit(self.path)
        _, service, rest = url.path.split("/", 2)
        self.method, self.path, self.query = self.command, "/" + rest, url.query
        self.json = json.loads(self.data) if self.data else None
        state.note({"service": service, "method": self.method, "path": self.path,
                    "body": self.json})
        with state.lock:
            try:
                reply = SERVICES[service](state, self)
            except Refused as refused:
                reply = refused.answer
        self.answer(*reply)

    do_GET = do_POST = do_PUT = do_PATCH = handle_any

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
    server = Server(("127.0.0.1", 0), Chats)
    server.state = State(folder)
    made = folder / ".chats.port"
    made.write_text(str(server.server_address[1]))
    os.replace(made, folder / "chats.port")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


main()
