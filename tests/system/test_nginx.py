#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A real nginx as the web hook's receiver over HTTPS, and as the page's web server."""
import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import unittest
import urllib.request

from harness import World, read_rows, wait_for

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
# Answers come from a second server, because only what is passed on has its body read.
CONF = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  client_body_buffer_size 1m;
  types {{ text/html html; application/json json; }}
  log_format hook escape=json '{{"path":"$request_uri","id":"$http_webhook_id",'
    '"timestamp":"$http_webhook_timestamp","signature":"$http_webhook_signature",'
    '"type":"$content_type","tls":"$ssl_protocol","status":$status,'
    '"body":"$request_body"}}';
  server {{
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {folder}/{certificate}.pem;
    ssl_certificate_key {folder}/{certificate}.key;
    location / {{
      access_log {folder}/hooks.ndjson hook;
      proxy_pass http://127.0.0.1:{plain}/answer/;
    }}
  }}
  server {{
    listen 127.0.0.1:{plain};
    location /answer/ {{ {answer} }}
  }}
  server {{
    listen 127.0.0.1:{page};
    root {folder}/../page;
    charset utf-8;
    gzip on;
    gzip_types application/atom+xml application/json application/feed+json application/geo+json;
    add_header Cache-Control "max-age=60";
    location ~ /feed\\.json$     {{ default_type application/feed+json; types {{}} }}
    location ~ \\.atom$          {{ default_type application/atom+xml;  types {{}} }}
    location ~ \\.geojson$       {{ default_type application/geo+json;  types {{}} }}
  }}
}}
"""


def free_ports(n):
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(n)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class Nginx:
    """An instance of its own in the folder, with certificates of an authority of its own."""

    def __init__(self, folder):
        self.folder, self.process = folder / "nginx", None
        self.folder.mkdir()
        self.tls, self.plain, self.page = free_ports(3)
        self.certificate, self.answer = "right", "return 204;"
        for name in ("ca", "other-ca"):
            openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", f"/CN={name}", "-keyout", self.folder / f"{name}.key",
                    "-out", self.folder / f"{name}.pem")
        self.issue("right", "DNS:localhost,IP:127.0.0.1")
        self.issue("elsewhere", "DNS:bus.example.se")
        self.issue("old", "DNS:localhost,IP:127.0.0.1", days=-1)

    def issue(self, name, names, days=2):
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.folder / "ca.pem",
                "-CAkey", self.folder / "ca.key", "-CAcreateserial", "-days", days,
                "-extfile", extensions, "-out", self.folder / f"{name}.pem")

    def configure(self, certificate=None, answer=None):
        self.certificate = certificate or self.certificate
        self.answer = answer or self.answer
        (self.folder / "nginx.conf").write_text(CONF.format(**vars(self)))

    def start(self, **settings):
        self.configure(**settings)
        self.process = subprocess.Popen(
            [NGINX, "-p", str(self.folder), "-e", str(self.folder / "error.log"),
             "-c", str(self.folder / "nginx.conf")])
        wait_for("nginx", lambda: all(map(self.listens, (self.tls, self.plain, self.page))))

    def listens(self, port):
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "error.log").read_text())
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return True
        except OSError:
            return False

    def restart(self, **settings):
        self.stop()
        self.start(**settings)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def hooks(self, at_least=0):
        """nginx writes a call down after it has answered it."""
        log = self.folder / "hooks.ndjson"
        rows = wait_for("nginx to write the calls down", lambda: (
            lambda rows: len(rows) >= at_least and (rows or [None]))(read_rows(log)))
        if rows == [None]:
            return []
        for row in rows:
            row["body"] = json.loads(row["body"])
        return rows


def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03",
                        "geometry": {"type": "Point", "coordinates": [18.06, 59.49]}}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


class WithNginx(World):
    routes = 'route "all" { channels = { "page", "bus" } }'
    ca = "ca"

    def setUp(self):
        super().setUp()
        self.nginx = Nginx(self.folder)
        self.addCleanup(self.nginx.stop)
        self.write_config()

    def config_text(self):
        text = super().config_text()
        if not hasattr(self, "nginx"):
            return text
        start, end = text.index('channel "bus"'), text.index('channel "mail"')
        return text[:start] + f"""
channel "bus" {{
  driver = "webhook"  url = "https://localhost:{self.nginx.tls}/hooks/outage"
  secret_file = "bus.key"  ca_file = "{self.nginx.folder}/{self.ca}.pem"
  allow_private = true  retry_floor = "100ms"  retry_cap = "1s"
}}
""" + text[end:]

    def channel(self):
        return self.json("status")["channels"][0]

    def waits_for_state(self, state):
        return wait_for(f"the channel to be {state}", lambda: (
            lambda channel: channel["state"] == state and channel)(self.channel()))

    def get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.nginx.page}/{path}",
                                    timeout=10) as answer:
            return answer.read(), answer.headers["Content-Type"]

    def test_delivered_over_https_and_signed(self):
        self.nginx.start()
        self.start()
        self.send(event(1))
        self.send(event(2, status="restored"))
        self.wait_complete()
        hooks = self.nginx.hooks(2)
        self.assertEqual([row["body"]["data"]["sequence"] for row in hooks], [1, 2])
        key = base64.b64decode(self.receivers.secret.removeprefix("whsec_"))
        lines = (self.nginx.folder / "hooks.ndjson").read_text().splitlines()
        for row, line in zip(hooks, lines):
            self.assertEqual(row["path"], "/hooks/outage")
            self.assertRegex(row["tls"], r"TLSv1\.[23]")
            self.assertEqual(row["type"], "application/json")
            self.assertEqual(row["id"], row["body"]["data"]["message"])
            signed = f"{row['id']}.{row['timestamp']}.{json.loads(line)['body']}".encode()
            digest = hmac.new(key, signed, hashlib.sha256).digest()
            self.assertEqual(row["signature"], "v1," + base64.b64encode(digest).decode())
            told = row["body"]["data"]["incident"]
            self.assertEqual(told["places"][0]["name"], "Täby kyrkby")

    def check_untrusted(self, words):
        self.start()
        self.send(event(1))
        channel = self.waits_for_state("paused")
        self.assertIn("certificate", channel["last_error"])
        self.assertRegex(channel["last_error"], words)
        self.assertRegex(self.command("status").stdout, r"^degraded: bus paused")
        self.send(event(2, customers_affected=2000))
        self.assertEqual(self.nginx.hooks(), [], "sent to whom nobody trusts")
        self.assertEqual(self.command("audit", check=False).returncode, 1)

    def test_another_authority_pauses_until_the_right_one_is_named(self):
        self.ca = "other-ca"
        self.write_config()
        self.nginx.start()
        self.check_untrusted("certificate")
        self.ca = "ca"
        self.write_config()
        self.command("reload")
        if self.channel()["state"] == "paused":
            self.command("channel", "resume", "bus")
        self.wait_complete()
        given = self.assert_chain(self.nginx.hooks(1))
        self.assertEqual(list(given.values()), [self.json("incidents")["incidents"][0]["sequence"]])
        self.assertTrue(self.command("status").stdout.startswith("ok"))

    def test_a_certificate_for_another_name(self):
        self.nginx.start(certificate="elsewhere")
        self.check_untrusted("(?i)name|subject|host")
        self.nginx.restart(certificate="right")
        self.command("channel", "resume", "bus")
        self.wait_complete()
        self.nginx.hooks(1)

    def test_a_certificate_that_has_expired(self):
        self.nginx.start(certificate="old")
        self.check_untrusted("expired")

    def test_a_redirect_is_not_followed(self):
        self.nginx.start(answer=f"return 301 http://127.0.0.1:{self.nginx.plain}/stolen;")
        self.start()
        self.send(event(1))
        row = wait_for("two attempts", lambda: [
            row for row in self.json("queue")["deliveries"]
            if row["channel"] == "bus" and row["attempts"] >= 2])[0]
        self.assertIn("301", row["last_error"])
        self.assertNotIn("stolen", json.dumps([hook["path"] for hook in self.nginx.hooks()]))
        self.nginx.restart(answer="return 204;")
        self.wait_complete()
        hooks = wait_for("the last call", lambda: (
            lambda hooks: hooks[-1]["status"] == 204 and hooks)(self.nginx.hooks(1)))
        self.assertEqual({hook["id"] for hook in hooks}, {hooks[0]["id"]})
        self.assertEqual([hook["status"] for hook in hooks].count(204), 1)
        self.assertGreaterEqual([hook["status"] for hook in hooks].count(301), 2)

    def test_retry_after_is_kept(self):
        self.nginx.start(answer='add_header Retry-After 3 always; return 503;')
        self.start()
        self.send(event(1))
        first = wait_for("the first attempt", self.nginx.hooks)
        self.nginx.configure(answer="return 204;")
        subprocess.run([NGINX, "-p", str(self.nginx.folder), "-c",
                        str(self.nginx.folder / "nginx.conf"), "-s", "reload"], check=True,
                       capture_output=True)
        self.wait_complete()
        hooks = self.nginx.hooks(2)
        self.assertEqual([hook["status"] for hook in hooks], [503, 204])
        waited = int(hooks[1]["timestamp"]) - int(first[0]["timestamp"])
        self.assertGreaterEqual(waited, 2)

    def test_the_page_is_served_whole(self):
        self.nginx.start()
        self.start()
        self.send(event(1))
        self.wait_complete()
        kinds = {"": "text/html; charset=utf-8", "index.html": "text/html; charset=utf-8",
                 "en/": "text/html; charset=utf-8", "feed.atom": "application/atom+xml",
                 "en/feed.atom": "application/atom+xml",
                 "feed.json": "application/feed+json", "en/feed.json": "application/feed+json",
                 "incidents.geojson": "application/geo+json",
                 "status.json": "application/json"}
        kinds["incident/" + self.json("incidents")["incidents"][0]["id"] + ".html"] = \
            "text/html; charset=utf-8"
        for path, kind in kinds.items():
            content, said = self.get(path)
            self.assertTrue(said.startswith(kind), f"{path}: {said}")
            self.assert_whole(path, content)
        for path in ("", "en/", "feed.atom", "status.json"):
            self.assertIn("Täby kyrkby", self.get(path)[0].decode(), path)
        feed = json.loads(self.get("feed.json")[0])
        self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
        self.assertEqual(len(feed["items"]), 1)
        status = json.loads(self.get("status.json")[0])
        self.assertEqual((status["open"], status["customers_affected"]), (1, 1432))
        point = json.loads(self.get("incidents.geojson")[0])["features"][0]
        self.assertEqual(point["geometry"]["coordinates"], [18.06, 59.49])
        self.read_while_it_changes(list(kinds))

    def read_while_it_changes(self, paths):
        """Whoever reads at any moment gets whole files."""
        end = datetime.datetime.now() + datetime.timedelta(seconds=2.5)
        number = 0
        while datetime.datetime.now() < end:
            number += 1
            self.send(event(number, f"I-{number % 20}",
                            note="<b>&\"'" + "å" * (number * 37 % 400)))
            for path in paths:
                self.assert_whole(path, self.get(path)[0])
        self.wait_complete()
        for path in paths:
            self.assert_whole(path, self.get(path)[0])
        self.assertNotIn("<b>&", self.get("")[0].decode())

    def assert_whole(self, path, content):
        if path.endswith("json"):
            json.loads(content)
        elif path.endswith(".atom"):
            done = subprocess.run(["xmllint", "--noout", "-"], input=content, check=False,
                                  capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"http://www.w3.org/2005/Atom", content)
        else:
            self.assertTrue(content.rstrip().endswith(b"</html>"), path)


if __name__ == "__main__":
    if not pathlib.Path(NGINX).exists() or shutil.which("xmllint") is None:
        print("needs the packages nginx-light and libxml2-utils")
        sys.exit(77)
    unittest.main()
