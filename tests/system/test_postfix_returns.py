#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What comes back of mails, all the way: through a real Postfix and a real nginx."""
import email.message
import email.policy
import os
import pathlib
import re
import shutil
import smtplib
import subprocess
import sys
import unittest

from harness import BIN, World, wait_for
from postfix import POSTFIX, Postfix, free_port

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
# Takes every recipient, and finds out later who there is.
MAIN = """
recipient_delimiter = +
virtual_mailbox_domains = example.se, alerts.example.se
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_mynetworks, reject
transport_maps = texthash:{folder}/transport
bounce-in_destination_recipient_limit = 1
leave-in_destination_recipient_limit = 1
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
"""
MASTER = """
bounce-in unix - n n - 4 pipe
  user=nobody argv={folder}/budkavle --socket {folder}/../run.sock bounce ${{original_recipient}}
leave-in unix - n n - 4 pipe
  user=nobody argv={folder}/budkavle --socket {folder}/../run.sock unsubscribe --mail ${{original_recipient}}
"""
WEB = """
daemon off;
user nobody nogroup;
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
  server {{
    listen 127.0.0.1:{port};
    location = /v1/unsubscribe {{
      limit_except GET POST {{ deny all; }}
      client_max_body_size 4k;
      proxy_pass http://unix:{socket};
    }}
    location / {{ return 404; }}
  }}
}}
"""
TOKEN = re.compile(r"\d+-[a-z2-7]{26}")


def event(number):
    """Each has another estimate, which is news."""
    return {"event_id": f"OMS-1-{number}", "incident": "OMS-1", "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree",
            "etr": {"at": f"2030-11-{number:02}T17:30:00+01:00", "basis": "crew"}}


def report(action, status):
    """A report as RFC 3464 has it."""
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["Auto-Submitted"] = "MAILER-DAEMON@example.com", "auto-replied"
    mail["Subject"] = "Returned"
    mail.set_content("Sorry.")
    mail.make_mixed()
    text = (f"Reporting-MTA: dns; mx.example.com\r\n\r\nFinal-Recipient: rfc822; x@y.se\r\n"
            f"Action: {action}\r\nStatus: {status}\r\n")
    body = mail.as_bytes().replace(b"multipart/mixed",
                                   b"multipart/report; report-type=delivery-status", 1)
    end = body.rindex(b"--===")
    line = body[end:].split(b"--\r\n")[0]
    return (body[:end] + line + b"\r\nContent-Type: message/delivery-status\r\n\r\n"
            + text.encode() + line + b"--\r\n")


def complaint():
    return (b"From: fbl@example.com\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: multipart/report; report-type=feedback-report; boundary=B\r\n"
            b"\r\n--B\r\nContent-Type: message/feedback-report\r\n\r\n"
            b"Feedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n\r\n--B--\r\n")


class Returns(World):
    routes = 'route "all" { channels = { "mail" } }'
    names = ("anna", "bo", "cia", "dan", "ingen")

    def setUp(self):
        super().setUp()
        self.postfix = Postfix(self.folder, MAIN, MASTER)
        self.addCleanup(self.postfix.stop)
        shutil.copy(BIN / "budkavle", self.postfix.folder / "budkavle")
        (self.postfix.folder / "transport").write_text(
            "b@alerts.example.se bounce-in:\nu@alerts.example.se leave-in:\n")
        self.postfix.mailboxes({name: name for name in self.names if name != "ingen"})
        self.postfix.start()
        (self.folder / "list.txt").write_text(
            "".join(f"{name}@example.se\n" for name in self.names))
        (self.folder / "token.key").write_text("k" * 64)
        (self.folder / "token.key").chmod(0o600)
        self.write_config()

    def config_text(self):
        text = super().config_text().replace(
            f'path = "{self.socket}" }}', f'path = "{self.socket}"  mode = 0666 }}')
        if not hasattr(self, "postfix"):
            return text
        return text[:text.index('channel "mail"')] + f"""
access {{ report = {{ "user:nobody" }} }}
channel "mail" {{
  driver = "email"  relay = "smtp://127.0.0.1:{self.postfix.port}"
  from = "drift@example.se"  to_file = "list.txt"
  list_id = "avbrott.example.se"
  unsubscribe_url  = "https://drift.example.se/v1/unsubscribe?token={{token}}"
  unsubscribe_mail = "u+{{token}}@alerts.example.se"
  return_path      = "b+{{token}}@alerts.example.se"
  token_key_file   = "token.key"
  backlog = "each"  hold_down = "0s"  retry_floor = "100ms"  retry_cap = "1s"
}}
{self.routes}
"""

    def begin(self):
        self.start()
        self.send(event(1))
        self.wait_complete()

    def mail(self, name, n=1):
        return wait_for(f"{n} mails for {name}", lambda: (
            lambda mails: len(mails) >= n and mails)(self.postfix.mails(name)))[n - 1]

    def token(self, name):
        return TOKEN.search(self.mail(name)["List-Unsubscribe"]).group()

    def left(self):
        return {row["recipient"].split("@")[0]: row["reason"]
                for row in self.json("channel", "left", "mail")["left"]}

    def has_left(self, name, reason):
        wait_for(f"{name} to have left", lambda: self.left().get(name) == reason)

    def comes_back(self, to, content):
        with smtplib.SMTP("127.0.0.1", self.postfix.port) as relay:
            relay.sendmail("", [to], content)

    def handled(self, words):
        wait_for(f"Postfix to have handed it over: {words}",
                 lambda: words in self.postfix.log())

    def logged(self, words):
        wait_for(f"the journal to say: {words}", lambda: words in self.log_text())

    def returned(self, result):
        text = subprocess.run(
            ["curl", "-sS", "--unix-socket", str(self.socket), "http://localhost/metrics"],
            capture_output=True, text=True, check=True).stdout
        found = re.search(r'budkavle_returned_total\{channel="mail",result="%s"\} (\d+)'
                          % result, text)
        return int(found.group(1)) if found else 0

    def newest(self, sequence):
        return {row["recipient"].split("@")[0]
                for row in self.json("queue", "--all")["deliveries"]
                if row["sequence"] == sequence}

    def test_a_mailbox_that_does_not_exist_is_left_out(self):
        self.begin()
        self.has_left("ingen", "gone")
        self.assertEqual(self.left(), {"ingen": "gone"})
        self.handled("relay=bounce-in")
        self.assertEqual(self.returned("gone"), 1)
        self.send(event(2))
        self.wait_complete()
        self.assertEqual(self.newest(2), set(self.names) - {"ingen"})
        self.mail("anna", 2)
        log = self.log_text()
        self.assertIn("word came back of a delivery", log)
        self.assertNotIn("@example.se", log)
        self.assertIsNone(TOKEN.search(log))
        # A person puts it right.
        self.command("channel", "left", "mail", "--take-back", "ingen@example.se")
        self.send(event(3))
        self.wait_complete()
        self.assertIn("ingen", self.newest(3))

    def test_a_mail_waits_in_postfix_while_the_daemon_is_away(self):
        self.begin()
        token = self.token("bo")
        self.has_left("ingen", "gone")
        self.stop()
        self.comes_back(f"b+{token}@alerts.example.se", report("failed", "5.1.1"))
        self.handled("status=deferred")
        self.start()
        self.has_left("bo", "gone")

    def test_what_changes_nothing(self):
        self.begin()
        self.has_left("ingen", "gone")
        token = self.token("anna")
        forged = token[:-3] + ("aaa" if token[-3:] != "aaa" else "bbb")
        away = b"From: anna@example.se\r\nAuto-Submitted: auto-replied\r\n\r\nAway\r\n"
        cases = [
            (f"b+{token}@alerts.example.se", away, "an automatic reply"),
            (f"b+{token}@alerts.example.se", b"Subject: hello\r\n\r\nhello\r\n",
             "it reports no failure"),
            (f"b+{forged}@alerts.example.se", report("failed", "5.1.1"),
             "of no mail that is known"),
            ("b@alerts.example.se", report("failed", "5.1.1"), "there is no token"),
        ]
        for to, content, words in cases:
            with self.subTest(words=words):
                self.comes_back(to, content)
                self.logged(words)
        for action, status, result in (("delayed", "4.4.7", "delayed"),
                                       ("failed", "5.2.2", "failed")):
            self.comes_back(f"b+{token}@alerts.example.se", report(action, status))
            wait_for(f"{result} to be counted", lambda: self.returned(result) == 1)
        self.comes_back(f"u+{token}@alerts.example.se", away)
        self.handled("relay=leave-in")
        self.assertEqual(self.left(), {"ingen": "gone"})
        self.assertNotIn("status=deferred", self.postfix.log())
        self.assertNotIn("status=bounced (Command", self.postfix.log())

    def test_leaving_by_mail_and_by_a_complaint(self):
        self.begin()
        self.comes_back(f"u+{self.token('anna')}@alerts.example.se",
                        b"From: anna@example.se\r\nSubject: stop\r\n\r\n")
        self.has_left("anna", "unsubscribed")
        self.comes_back(f"b+{self.token('bo').upper()}@alerts.example.se", complaint())
        self.has_left("bo", "unsubscribed")
        self.command("unsubscribe", self.token("cia"))
        self.has_left("cia", "unsubscribed")
        self.has_left("ingen", "gone")
        self.send(event(2))
        self.wait_complete()
        self.assertEqual(self.newest(2), {"dan"})
        self.assertNotIn("@example.se", self.log_text())
        unknown = self.command("unsubscribe", "4711-" + 26 * "a", check=False)
        self.assertEqual(unknown.returncode, 1)
        self.assertIn("no mail with this token", unknown.stderr)
        log = self.command("log").stdout
        self.assertEqual(log.count("recipient "), 3, log)
        self.assertNotIn("@", log)

    # --- With one click ---------------------------------------------------------------

    def web(self):
        folder = self.folder / "nginx"
        folder.mkdir()
        self.port = free_port()
        (folder / "nginx.conf").write_text(
            WEB.format(folder=folder, port=self.port, socket=self.socket))
        nginx = subprocess.Popen([NGINX, "-p", str(folder), "-e", str(folder / "error.log"),
                                  "-c", str(folder / "nginx.conf")])
        self.addCleanup(nginx.wait, 30)
        self.addCleanup(nginx.terminate)
        wait_for("nginx", lambda: self.ask("/")[0] == 404)

    def ask(self, path, *words):
        done = subprocess.run(
            ["curl", "-sS", "-w", "\n%{http_code}", *words,
             f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True,
            check=False, timeout=30)
        body, _, code = done.stdout.rpartition("\n")
        return int(code or 0), body

    def test_with_one_click_through_nginx(self):
        self.web()
        self.begin()
        self.has_left("ingen", "gone")
        mail = self.mail("anna")
        self.assertEqual(mail["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")
        self.assertEqual(mail["List-Id"], "<avbrott.example.se>")
        path = re.match(r"<https://drift\.example\.se(/[^>]+)>",
                        mail["List-Unsubscribe"]).group(1)
        for words in ((), ("-I",), ("-X", "PUT"), ("-d", "x=y"), ("-F", "x=y")):
            code, body = self.ask(path, *words)
            self.assertIn(code, (200, 400, 403, 405))
            self.assertEqual(code == 200, words == ())
            if code == 200:
                self.assertIn("<button", body)
                self.assertIn("Sluta få mejl", body)
        self.assertNotIn("anna", self.left())
        code, body = self.ask(path, "-d", "List-Unsubscribe=One-Click")
        self.assertEqual(code, 200)
        self.assertIn("Du får inga fler", body)
        self.assertEqual(self.left()["anna"], "unsubscribed")
        code, _ = self.ask(path, "-d", "List-Unsubscribe=One-Click")
        self.assertEqual(code, 200, "again is harmless")
        other = TOKEN.search(self.mail("bo")["List-Unsubscribe"]).group()
        code, _ = self.ask(f"/v1/unsubscribe?token={other}", "-F",
                           "List-Unsubscribe=One-Click")
        self.assertEqual(code, 200)
        self.assertEqual(self.left()["bo"], "unsubscribed")
        code, body = self.ask(f"/v1/unsubscribe?token={other[:-1]}",
                              "-d", "List-Unsubscribe=One-Click")
        self.assertEqual(code, 404)
        self.assertIn("Länken gäller inte", body)
        self.send(event(2))
        self.wait_complete()
        self.assertEqual(self.newest(2), {"cia", "dan"})
        self.assertEqual(len(self.postfix.mails("anna")), 1)

    def test_the_web_server_may_do_nothing_else(self):
        self.begin()
        for method, path in (("GET", "/v1/status"), ("POST", "/v1/reload"),
                             ("GET", "/v1/channels/mail/left"), ("POST", "/v1/events")):
            done = subprocess.run(
                ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "curl",
                 "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method,
                 "--unix-socket", str(self.socket), f"http://localhost{path}"],
                capture_output=True, text=True, check=True, timeout=30)
            self.assertEqual(done.stdout, "403", path)


if __name__ == "__main__":
    needed = (POSTFIX, NGINX)
    if os.geteuid() != 0 or not all(pathlib.Path(path).exists() for path in needed):
        print("needs root and the packages postfix and nginx-light")
        sys.exit(77)
    unittest.main()
