# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the control socket share: a client of HTTP over a Unix socket."""
import http.client
import json
import re
import socket

from harness import HERE, World

EVENT = {"event_id": "E1", "incident": "OMS-77120", "kind": "power",
         "status": "confirmed", "customers_affected": 1432,
         "places": [{"name": "Täby kyrkby", "code": "0160-03"}], "premises": ["735999"],
         "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def event(number, **more):
    return dict(EVENT, event_id=f"E{number}", incident=f"I{number}", **more)


class UnixHTTPConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class SocketWorld(World):
    socket_more = ""
    access = ""

    def config_text(self):
        text = super().config_text().replace(
            f'path = "{self.socket}" }}', f'path = "{self.socket}"  {self.socket_more} }}')
        return text + self.access

    def call(self, method, path, body=None, kind="application/json", headers=None):
        """Status, headers and the body, parsed if it is JSON."""
        connection = UnixHTTPConnection(self.socket)
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        given = {} if body is None or kind is None else {"Content-Type": kind}
        try:
            connection.request(method, path, body, {**given, **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if "json" in answer.headers.get("Content-Type", ""):
            content = json.loads(content)
        return answer.status, answer.headers, content

    def ok(self, method, path, body=None, **more):
        status, _, content = self.call(method, path, body, **more)
        self.assertEqual(status, 200, f"{method} {path}: {content}")
        return content

    def problem(self, status, method, path, body=None, **more):
        """The answer must be this problem, as problem+json."""
        got, headers, content = self.call(method, path, body, **more)
        self.assertEqual(got, status, f"{method} {path}: {content}")
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        self.assertTrue(content["title"] and content["detail"], content)
        return content

    def post(self, *events):
        return self.ok("POST", "/v1/events", list(events))["accepted"]

    def documented(self):
        """The table of docs/socket.md: method, path, role."""
        text = (HERE.parent.parent / "docs/socket.md").read_text()
        found = []
        for methods, role in re.findall(r"^\| ((?:GET|POST) `.*?) \| (\w+) \|", text, re.M):
            method, *_ = methods.split(" ", 1)
            base = ""
            for path in re.findall(r"`([^`]+)`", methods):
                if path.startswith("…/{"):
                    path = base[:base.index("/{")] + path[1:]
                elif path.startswith("…"):
                    path = base[:base.rindex("/")] + path[1:]
                base = path
                found.append((method, path, role))
        return found
