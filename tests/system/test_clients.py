#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Clients of the control socket that are slow, deaf, odd, many or plainly wrong."""
import json
import socket
import subprocess
import time
import unittest

from harness import BIN, wait_for
from socket_world import EVENT, SocketWorld, UnixHTTPConnection, event


class Clients(SocketWorld):
    def test_the_stream_tells_what_happens(self):
        self.start()
        listener = UnixHTTPConnection(self.socket)
        listener.request("GET", "/v1/stream")
        answer = listener.getresponse()
        self.assertEqual(answer.headers["Content-Type"], "text/event-stream")
        self.post(EVENT)
        news = []
        while [name for name, _ in news].count("delivery") < 4:
            line = answer.readline().decode().strip()
            if line.startswith("event: "):
                news.append((line[7:], json.loads(answer.readline().decode()[6:])))
        names = [name for name, _ in news]
        self.assertEqual(set(names), {"event", "message", "delivery"})
        self.assertEqual((names.count("event"), names.count("message")), (1, 1))
        told = dict(news[:2])
        self.assertEqual(told["event"]["event_id"], "E1")
        self.assertEqual(told["event"]["result"], "applied")
        self.assertEqual(told["message"]["notice"], "first")
        self.assertEqual({data["channel"] for name, data in news if name == "delivery"},
                         {"page", "bus", "mail"})
        listener.close()
        self.post(event(2))
        self.wait_complete()

    def test_a_listener_that_does_not_listen_is_cut_and_holds_up_nobody(self):
        self.routes = 'route "all" { channels = { "bus" } }'  # the page takes its time
        self.write_config()
        self.start()
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(str(self.socket))
            deaf.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n")
            for batch in range(16):
                self.post(*(event(batch * 250 + number, customers_affected=1)
                            for number in range(250)))
            self.assertTrue(self.ok("GET", "/v1/status")["line"])
            deaf.settimeout(10)
            heard = b""
            while piece := deaf.recv(65536):  # to its end: a time-out is a failure
                heard += piece
        self.assertTrue(heard.startswith(b"HTTP/1.1 200 "))
        self.assertLess(heard.count(b"event: event"), 4000)

    def test_slow_clients_are_cut_and_others_served(self):
        self.start()
        begin = time.monotonic()
        pieces = {b"": 6.5, b"GET /v1/status HTTP/1.1\r\nHo": 6.5,
                  b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  b"Content-Length: 100\r\n\r\n{": 11.5}
        slow = []
        for piece in pieces:
            peer = socket.socket(socket.AF_UNIX)
            self.addCleanup(peer.close)
            peer.connect(str(self.socket))
            peer.sendall(piece)
            peer.settimeout(15)
            slow.append(peer)
        self.post(EVENT)
        for peer, (piece, most) in zip(slow, pieces.items()):
            answer = peer.recv(65536)
            spent = time.monotonic() - begin
            self.assertTrue(most - 2.5 < spent < most, (piece, spent))
            if piece:
                self.assertTrue(answer.startswith(b"HTTP/1.1 408 "), answer)
                self.assertIn(b"application/problem+json", answer)
            else:
                self.assertEqual(answer, b"")
        self.post(event(2))

    def test_odd_but_right_and_plainly_wrong_http(self):
        self.start()
        body = json.dumps(EVENT).encode()
        chunked = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (9, body[:9], len(body) - 9, body[9:])
        post = (b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                b"Connection: close\r\n")
        right = [
            post + b"Transfer-Encoding: chunked\r\n\r\n" + chunked,
            post + b"content-length: %d\r\n\r\n" % len(body) + body,
            b"GET /v1/status HTTP/1.0\r\n\r\n",
            b"GET http://localhost/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            b"GET /v1/incidents?number=OMS%2D77120 HTTP/1.1\r\nHost: x\r\nConnection: close"
            b"\r\n\r\n",
        ]
        for request in right:
            self.assertIn(b" 200 ", self.raw(request)[:16], request[:60])
        both = self.raw(b"GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"
                        b"GET /v1/audit HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertEqual(both.count(b"HTTP/1.1 200"), 2)
        wrong = [
            b"\r\n\r\n\r\n", b"hello\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
            b"GET /v1/status HTTP/9.9\r\n\r\n", b"BREW /v1/status HTTP/1.1\r\nHost: x\r\n"
            b"Connection: close\r\n\r\n",
            b"GET /v1/status HTTP/1.1\r\nx: " + b"y" * 70000 + b"\r\n\r\n",
            b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
            post + b"Content-Length: -1\r\n\r\n{}",
            post + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        ]
        for request in wrong:
            answer = self.raw(request)
            self.assertNotIn(b" 200 ", answer[:16], request[:60])
            self.assertFalse(b"<html" in answer.lower(), (request[:60], answer))
        self.assertEqual(len(self.ok("GET", "/v1/incidents")["incidents"]), 1)

    def raw(self, request):
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(10)
            peer.connect(str(self.socket))
            answer = b""
            try:
                peer.sendall(request)
                peer.shutdown(socket.SHUT_WR) if b"HTTP" not in request else None
                while piece := peer.recv(65536):
                    answer += piece
            except (BrokenPipeError, ConnectionResetError):
                pass
            return answer

    def test_no_more_connections_than_allowed(self):
        self.socket_more = "max = 6  max_per_uid = 4"
        self.write_config()
        self.start()
        held = []
        for _ in range(8):
            peer = socket.socket(socket.AF_UNIX)
            self.addCleanup(peer.close)
            peer.settimeout(0.3)
            peer.connect(str(self.socket))
            held.append(peer)
        refused = 0
        for peer in held:
            try:
                answer = peer.recv(4096)
                self.assertRegex(answer, rb"^HTTP/1.1 (429|503) ")
                self.assertIn(b"problem+json", answer)
                refused += 1
            except TimeoutError:
                pass
        self.assertGreaterEqual(refused, 2)
        for peer in held:
            peer.close()
        wait_for("room again", lambda: self.command("status", check=False).returncode == 0)

class Lint(unittest.TestCase):
    """The rules of plain language, without a daemon."""

    def lint(self, text, *words):
        return subprocess.run([str(BIN / "budkavle"), *words], input=text, text=True,
                              capture_output=True, timeout=30, check=False)

    def test_own_words(self):
        done = self.lint("Felsökning pågår avseende felet.\n", "lint", "-")
        self.assertEqual(done.returncode, 1)
        for code in ("E3: ", "W1: ", "W3: "):
            self.assertIn(code, done.stdout)
        done = self.lint("We mend it by 17:30.\n", "--json", "lint", "--language", "en", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["findings"], [])
        done = self.lint("Vi hörs kl. 17.30. " * 10, "lint", "--sms", "-")
        self.assertIn("E6: ", done.stdout)
        self.assertEqual(self.lint("x", "lint", "--language", "xx", "-").returncode, 2)
        self.assertIn("UTF-8", subprocess.run(
            [str(BIN / "budkavle"), "lint", "-"], input=b"\xe5", capture_output=True,
            timeout=30, check=False).stderr.decode())


if __name__ == "__main__":
    unittest.main()
