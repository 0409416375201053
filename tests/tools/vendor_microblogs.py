#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A Bluesky server (PDS) and the API of X on loopback, as their vendors' answer.

usage: vendor_microblogs.py FOLDER

Listens on a free port, which is written to FOLDER/vendors.port. Bluesky's records stand in
FOLDER/records.json by their keys, X's posts in FOLDER/tweets.json, every request in
FOLDER/asked.ndjson. Moods, each while its file is in FOLDER:

  down       503
  throttled  429; what is in the file says how the limit is told: retry-after, date or reset;
             it begins anew two seconds later, by the server's own clock, an hour ahead
  silent     what is asked to be written is done, and the connection closes without an answer
  hung       what is asked to be written is done, and nothing is answered
  expired    access tokens that were made before now have expired; the file is taken away
  revoked    so have refresh tokens; the file is taken away
  capped     X: the month's usage cap is reached
  broke      X: no credits are left
  aloof      X: nobody may answer posts
  gone       the keys of Bluesky's records that a person took away, one a line

The account is nat.example with the password good-token; X's keys are good-key, good-secret,
good-token and good-token-secret.
"""
import base64
import datetime
import email.utils
import hashlib
import hmac
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
DID = "did:plc:natnatnat"
COLLECTION = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")
UTC = datetime.timezone.utc


class Refused(Exception):
    """code, error, message."""


def graphemes(text):
    """Enough for the letters of the tests: marks and joiners belong to what is before."""
    return sum(1 for c in text if not unicodedata.combining(c) and c != "\u200d")


def cid(record):
    data = json.dumps(record, sort_keys=True).encode()
    return "bafyrei" + base64.b32encode(hashlib.sha256(data).digest()).decode().lower().strip("=")


class State:
    def __init__(self, folder):
        self.folder, self.lock = folder, threading.RLock()
        self.records, self.tweets, self.nonces = {}, [], set()
        self.access, self.refresh, self.made = set(), set(), 0

    def mood(self, name):
        return (self.folder / name).exists()

    def write(self, name, content):
        made = self.folder / f".{name}"
        made.write_text(json.dumps(content, ensure_ascii=False))
        os.replace(made, self.folder / name)

    def note(self, row):
        with self.lock, open(self.folder / "asked.ndjson", "a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")

    def age(self):
        """What a person, or time, did to tokens and records since the last request."""
        for name, tokens in (("expired", self.access), ("revoked", self.refresh)):
            if self.mood(name):
                tokens.clear()
                (self.folder / name).unlink()
        if self.mood("gone"):
            for key in (self.folder / "gone").read_text().split():
                self.records.pop(key, None)

    def session(self):
        self.made += 1
        access, refresh = f"access-good-token-{self.made}", f"refresh-good-token-{self.made}"
        self.access.add(access)
        self.refresh.add(refresh)
        return {"did": DID, "handle": "nat.example", "accessJwt": access, "refreshJwt": refresh,
                "active": True}


class Vendor(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code, body, headers=()):
        data = json.dumps(body).encode()
        now = datetime.datetime.now(UTC) + AHEAD
        self.send_response_only(code)
        self.send_header("Date", email.utils.format_datetime(now, usegmt=True))
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def answer_throttled(self):
        then = datetime.datetime.now(UTC) + AHEAD + datetime.timedelta(seconds=2)
        is_x = self.path.startswith("/2/")
        forms = {
            "retry-after": ("Retry-After", "2"),
            "date": ("Retry-After", email.utils.format_datetime(
                then + datetime.timedelta(seconds=1) - AHEAD, usegmt=True)),
            "reset": ("x-rate-limit-reset" if is_x else "RateLimit-Reset",
                      str(int(then.timestamp()) + 1)),
        }
        body = ({"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}
                if is_x else {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"})
        self.answer(429, body, [forms[(self.server.state.folder / "throttled").read_text()]])

    def handle_any(self):
        state = self.server.state
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        content = json.loads(body) if body else None
        state.note({"method": self.command, "path": self.path, "body": content})
        if state.mood("down"):
            self.answer(503, {"error": "ServiceUnavailable"})
            return
        if state.mood("throttled"):
            self.answer_throttled()
            return
        path = urllib.parse.urlsplit(self.path)
        with state.lock:
            state.age()
            try:
                code, reply = (self.x if path.path.startswith("/2/") else self.pds)(path, content)
            except Refused as refused:
                code, error, message = refused.args
                reply = {"error": error, "message": message}
        writes = path.path in ("/2/tweets", "/xrpc/com.atproto.repo.putRecord")
        if writes and state.mood("silent"):
            self.close_connection = True
            return
        while writes and state.mood("hung"):
            time.sleep(0.05)
        self.answer(code, reply)

    do_GET = do_POST = handle_any

    # --- Bluesky

    def pds(self, path, content):
        calls = {
            ("POST", "com.atproto.server.createSession"): self.create_session,
            ("POST", "com.atproto.server.refreshSession"): self.refresh_session,
            ("GET", "com.atproto.repo.getRecord"): self.get_record,
            ("POST", "com.atproto.repo.putRecord"): self.put_record,
        }
        call = calls.get((self.command, path.path.removeprefix("/xrpc/")))
        if call is None:
            raise Refused(501, "MethodNotImplemented", "Method Not Implemented")
        return 200, call(dict(urllib.parse.parse_qsl(path.query)), content)

    def bearer(self, tokens):
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer":
            raise Refused(401, "AuthMissing", "Authentication Required")
        if token not in tokens:
            raise Refused(400, "ExpiredToken", "Token has expired")
        return token

    def create_session(self, _, content):
        if content != {"identifier": "nat.example", "password": "good-token"}:
            raise Refused(401, "AuthenticationRequired", "Invalid identifier or password")
        return self.server.state.session()

    def refresh_session(self, _, content):
        if content is not None:
            raise Refused(400, "InvalidRequest", "A request body was provided when none was "
                                                 "expected")
        self.server.state.refresh.remove(self.bearer(self.server.state.refresh))
        return self.server.state.session()

    def get_record(self, query, _):
        key = query["rkey"]
        record = self.server.state.records.get(key)
        if (query["repo"], query["collection"]) != (DID, COLLECTION) or record is None:
            raise Refused(400, "RecordNotFound", f"Could not locate record: at://{key}")
        return {"uri": f"at://{DID}/{COLLECTION}/{key}", "cid": cid(record), "value": record}

    def put_record(self, _, content):
        state, key, record = self.server.state, content["rkey"], content["record"]
        self.bearer(state.access)
        if (content["repo"], content["collection"]) != (DID, COLLECTION) or set(content) != {
                "repo", "collection", "rkey", "record"}:
            raise Refused(400, "InvalidRequest", "Input is not as it should be")
        if TID.fullmatch(key) is None:
            raise Refused(400, "InvalidRequest", "rkey is no TID")
        self.check(record)
        made = {"uri": f"at://{DID}/{COLLECTION}/{key}", "cid": cid(record),
                "validationStatus": "valid"}
        if state.records.get(key) != record:
            made["commit"] = {"cid": cid(record), "rev": key}
            state.records[key] = record
            state.write("records.json", state.records)
        return made

    def check(self, record):
        """As the lexicon has it; text as people and as bytes count it."""
        text = record["text"]
        if record["$type"] != COLLECTION or len(record["langs"]) > 3:
            raise Refused(400, "InvalidRequest", "Record is not of its type")
        if graphemes(text) > 300 or len(text.encode()) > 3000:
            raise Refused(400, "InvalidRequest",
                          "Record/text must not be longer than 300 graphemes")
        datetime.datetime.strptime(record["createdAt"].split(".")[0].strip("Z"),
                                   "%Y-%m-%dT%H:%M:%S")
        for facet in record.get("facets", []):
            start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
            uri = facet["features"][0]["uri"]
            if text.encode()[start:end].decode() != uri:
                raise Refused(400, "InvalidRequest", f"Record/facets: {start} to {end}")
        if "embed" in record and set(record["embed"]["external"]) != {
                "uri", "title", "description"}:
            raise Refused(400, "InvalidRequest", "Record/embed/external")
        for end in ("root", "parent") if "reply" in record else ():
            reference = record["reply"][end]
            found = self.server.state.records.get(reference["uri"].rsplit("/", 1)[-1])
            if found is None or cid(found) != reference["cid"]:
                raise Refused(400, "InvalidRequest", f"Record/reply/{end} is not there")

    # --- X

    def signature(self, url, given):
        """Made anew from what was sent, by RFC 5849 and nothing of the program's."""
        def quote(text):
            return urllib.parse.quote(text, safe="-._~")
        fields = [(quote(name), quote(value)) for name, value in given.items()
                  if name != "oauth_signature"]
        joined = "&".join(f"{name}={value}" for name, value in sorted(fields))
        base = "&".join((self.command, quote(url), quote(joined)))
        key = b"good-secret&good-token-secret"
        return base64.b64encode(hmac.new(key, base.encode(), hashlib.sha1).digest()).decode()

    def signed(self, path):
        header = self.headers.get("Authorization", "")
        given = {name: urllib.parse.unquote(value) for name, value in
                 re.findall(r'(\w+)="([^"]*)"', header.removeprefix("OAuth "))}
        url = f"http://{self.headers['Host']}{path.path}"
        nonces = self.server.state.nonces
        is_good = (given.get("oauth_consumer_key") == "good-key"
                   and given.get("oauth_token") == "good-token"
                   and given.get("oauth_nonce") not in nonces
                   and abs(int(given.get("oauth_timestamp", 0)) - time.time()) < 300
                   and given.get("oauth_signature") == self.signature(url, given))
        nonces.add(given.get("oauth_nonce"))
        return is_good

    def x(self, path, content):
        state = self.server.state

        def problem(code, title, detail):
            return code, {"title": title, "detail": detail, "type": "about:blank", "status": code}

        if not self.signed(path):
            return problem(401, "Unauthorized", "Unauthorized")
        if (self.command, path.path) == ("GET", "/2/users/me"):
            return 200, {"data": {"id": "7", "name": "Nat", "username": "nat"}}
        if (self.command, path.path) != ("POST", "/2/tweets"):
            return problem(404, "Not Found", "Not Found")
        if state.mood("broke"):
            return problem(402, "CreditsDepleted", "Your account has no credits")
        if state.mood("capped"):
            return problem(429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap")
        if "reply" in content and state.mood("aloof"):
            return problem(403, "Forbidden", "Reply to this conversation is not allowed because "
                           "you have not been mentioned or otherwise engaged by the author.")
        if content["text"] in [tweet["text"] for tweet in state.tweets]:
            return problem(403, "Forbidden", "You are not allowed to create a Tweet with "
                           "duplicate content.")
        made = {"id": str(1795000000000000000 + len(state.tweets)), **content}
        state.tweets.append(made)
        state.write("tweets.json", state.tweets)
        return 201, {"data": {"id": made["id"], "text": made["text"]}}

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
