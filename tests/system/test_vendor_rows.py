#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Every answer of every vendor, through the whole daemon: a channel for each row of
vendor_rows.py, one incident for all of them, and the state in which each row ends."""
import datetime
import http.server
import pathlib
import re
import socket
import struct
import threading
import unittest

import vendor_rows
from harness import World, wait_for
from vendor_rows import LOST, NO_ANSWER, NO_REQUEST, VENDORS

EVENT = {"event_id": "1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
         "customers_affected": 1432, "places": [{"name": "Täby kyrkby"}],
         "started_at": "2026-11-23T13:48:00+01:00"}
ROOT = pathlib.Path(__file__).resolve().parents[2]
# Pages of channels that are asked nothing over HTTP, and those about several.
NO_HTTP = {"README", "reports", "page", "cap", "email", "smstools", "mqtt", "exec", "syslog"}
AGAIN_S = 30  # what is to be tried again rests for so long while the test looks
WAIT_SLACK_S = 40


def reset(connection):
    """Closed so that the other side sees a reset, not an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, code, body, headers=()):
        data = body.encode()
        now = datetime.datetime.now(datetime.timezone.utc)
        self.send_response_only(code)
        for name, value in dict(headers).items():
            if found := vendor_rows.is_reset(value):
                at = now + datetime.timedelta(seconds=int(found[1]))
                value = vendor_rows.RESET_FORMS[found[2]](at)
            self.send_header(name, value)
        if code not in (204, 304):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data if code not in (204, 304) else b"")

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = re.match(r"/row/([^/]+)/(\d+)(.*)", self.path)
        if found is None:
            self.answer(404, "no row")
            return
        vendor, number = VENDORS[found[1]], int(found[2])
        asked = f"{self.command} {found[3]}"
        self.server.asked.append((found[1], number, f"{asked}\n{body.decode(errors='replace')}"))
        row = vendor.all_rows()[number]
        for pattern, code, body in vendor.prelude:
            if re.match(pattern, asked) and not row.at_once:
                self.answer(code, body)
                return
        if row.code == NO_ANSWER:
            reset(self.connection)
            self.close_connection = True
        else:
            self.answer(row.code, row.body, row.headers)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):  # a connection that was reset
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.asked = []  # (driver, row, request)

    def shutdown_request(self, request):
        try:
            super().shutdown_request(request)
        except OSError:
            pass

    def handle_error(self, request, client_address):
        pass


class Deaf:
    """Takes connections and resets each before it reads anything of it."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                reset(self.socket.accept()[0])
            except OSError:
                return


class VendorRows(World):
    maxDiff = None

    def setUp(self):
        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.deaf = Deaf()
        self.addCleanup(self.deaf.socket.close)
        super().setUp()

    def places(self, driver, number, row):
        port = self.deaf.port if row.code == NO_REQUEST else self.server.server_address[1]
        url = f"http://127.0.0.1:{port}"
        return {"{row}": f"{url}/row/{driver}/{number}", "{url}": url}

    def filled(self, text, places):
        for name, value in places.items():
            text = text.replace(name, value)
        return text

    def config_text(self):
        text = super().config_text()
        names = []
        for driver, vendor in VENDORS.items():
            for number, row in enumerate(vendor.all_rows()):
                name = f"{driver}-{number}"
                places = self.places(driver, number, row)
                options = vendor.options
                for file, content in vendor.files.items():
                    own = f"{name}.{file}"
                    self.secret(own, self.filled(content, places))
                    options = options.replace(f'"{file}"', f'"{own}"')
                text += f"""
channel "{name}" {{
  driver = "{vendor.driver or driver}"  allow_http = true  allow_private = true  hold_down = "0s"
  retry_floor = "{AGAIN_S}s"  retry_cap = "{AGAIN_S}s"  on_unknown = "park"
  {self.filled(options, places)}
}}"""
                names.append(f'"{name}"')
        self.secret("token", "good-token")
        return text + f'\nroute "vendors" {{ channels = {{ {", ".join(names)} }} }}\n'

    def secret(self, name, value):
        path = self.folder / name
        path.write_text(value + "\n")
        path.chmod(0o600)

    def deliveries(self):
        """By channel, once none of them is under way or untried."""
        rows = {}
        after = ""
        while after is not None:
            page = self.get(f"/v1/deliveries?limit=1000{after}")
            rows.update({row["channel"]: row for row in page["deliveries"]})
            after = f"&after={page['next']}" if page["next"] else None
        mine = {name: row for name, row in rows.items() if "-" in name}
        begun = [row for row in mine.values()
                 if row["attempts"] > 0 and row["state"] != "in_flight"]
        return mine if len(begun) == len(mine) > 0 else None

    def check(self, name, row, delivery, channel):
        self.assertEqual((delivery["state"], channel["state"]), (row.state, row.channel),
                         f"{row}\n{delivery}\n{channel}")
        said = delivery.get("last_error", "")
        self.assertIn(row.says, said)
        self.assertNotIn("good-token", said)
        if row.remote_id:
            self.assertEqual(delivery.get("remote_id"), row.remote_id)
        if row.wait:
            due = datetime.datetime.fromisoformat(delivery["due_at"].replace("Z", "+00:00"))
            left = (due - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
            self.assertGreater(left, max(AGAIN_S, row.wait - WAIT_SLACK_S))

    def test_every_vendor_has_rows(self):
        pages = {page.stem for page in (ROOT / "docs/channels").glob("*.md")}
        self.assertEqual(pages - NO_HTTP - set(VENDORS), set())

    def test_every_row(self):
        self.start()
        self.send(EVENT)
        deliveries = wait_for("an answer to each", self.deliveries, 120)
        channels = {row["name"]: row for row in self.get("/v1/channels")["channels"]}
        for driver, vendor in VENDORS.items():
            for number, row in enumerate(vendor.all_rows()):
                name = f"{driver}-{number}"
                # Whether the request went out before the reset is seen by who sent it.
                if row.code == NO_REQUEST and LOST in deliveries[name]["last_error"]:
                    row = vendor.all_rows()[-1]
                with self.subTest(row=name, answer=row.code):
                    self.check(name, row, deliveries[name], channels[name])
        self.assertNotIn("good-token", self.log_text())

    def first(self, driver, state, channel):
        return next((number for number, row in enumerate(VENDORS[driver].all_rows())
                     if (row.state, row.channel) == (state, channel)), None)

    def refuses_the_key(self, driver):
        """Of many services one does not pause the channel."""
        number = self.first(driver, "parked", "paused")
        return self.first(driver, "parked", "up") if number is None else number

    def tried(self, driver, number):
        """What a person sees who tries the channel, and what the vendor was asked."""
        self.server.asked.clear()
        done = self.command("channel", "test", f"{driver}-{number}", check=False)
        return done, [asked for *row, asked in self.server.asked if row == [driver, number]]

    def test_a_test_is_seen_by_nobody_and_says_what_is_wrong(self):
        self.start()
        for driver, vendor in VENDORS.items():
            with self.subTest(driver=driver):
                works, asked = self.tried(driver, self.first(driver, "delivered", "up"))
                self.assertEqual(works.returncode, 0, works.stdout + works.stderr)
                self.assertTrue(asked)
                for request in asked:
                    self.assertRegex(request, vendor.test)
                fails, _ = self.tried(driver, self.refuses_the_key(driver))
                self.assertEqual(fails.returncode, 1, fails.stdout + fails.stderr)
                self.assertGreater(len((fails.stdout + fails.stderr).split()), 5)
                self.assertNotIn("good-token", fails.stdout + fails.stderr)
        self.assertNotIn("good-token", self.log_text())


if __name__ == "__main__":
    unittest.main()
