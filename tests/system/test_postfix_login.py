#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A real Postfix that encrypts, asks for a login, greylists, and refuses in every way."""
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from harness import TOOLS, World, wait_for
from postfix import POSTFIX, Postfix

sys.path.insert(0, str(TOOLS))
from certificates import Authority  # noqa: E402

SASLPASSWD = "/usr/sbin/saslpasswd2"
PASSWORD = "korrekt-hast-batteri"
LOGIN = """
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = relay.example.se
smtpd_sasl_security_options = noanonymous
cyrus_sasl_config_path = {folder}/config/sasl
smtpd_tls_auth_only = yes
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
"""
# Takes each sender and recipient the second time; what it has seen stands in a file.
GREYLIST = """
import sys
seen = {seen!r}
request = {{}}
for line in sys.stdin:
    name, _, value = line.rstrip("\\n").partition("=")
    if name:
        request[name] = value
        continue
    key = request.get("sender", "") + " " + request.get("recipient", "") + "\\n"
    known = key in open(seen).readlines()
    if not known:
        open(seen, "a").write(key)
    print("action=" + ("dunno" if known else "450 4.2.0 Greylisted") + "\\n", flush=True)
    request = {{}}
"""


def event(number):
    """Each has another estimate, which is news."""
    return {"event_id": f"OMS-1-{number}", "incident": "OMS-1", "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree",
            "etr": {"at": f"2030-11-{number:02}T17:30:00+01:00", "basis": "crew"}}


class Relay(World):
    routes = 'route "all" { channels = { "mail" } }'
    recipients = 'to = { "redaktion@example.se" }'
    retries = 'retry_floor = "100ms"  retry_cap = "1s"'
    mail_more = ""
    main = ""
    master = ""
    certificate = "right"

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder / "certificates")
        self.postfix = Postfix(self.folder, self.main, self.master)
        self.addCleanup(self.postfix.stop)
        self.prepare()
        self.postfix.start()

    def prepare(self):
        for kind in ("pem", "key"):
            shutil.copy(self.folder / "certificates" / f"{self.certificate}.{kind}",
                        self.postfix.folder / f"relay.{kind}")

    def config_text(self):
        text = super().config_text()
        if not hasattr(self, "postfix"):
            return text
        return text[:text.index('channel "mail"')] + f"""
channel "mail" {{
  driver = "email"  relay = "smtp://127.0.0.1:{self.postfix.port}"
  from = "drift@example.se"  {self.recipients}
  ca_file = "{self.authority.certificate}"  allow_private = true
  backlog = "each"  hold_down = "0s"  {self.retries}
  {self.mail_more}
}}
{self.routes}
"""

    def begin(self):
        self.write_config()
        self.start()

    def channel(self):
        return self.json("status")["channels"][1]

    def deliveries(self):
        return {row["recipient"]: row for row in self.json("queue", "--all")["deliveries"]}

    def arrived(self, box, n=1):
        return wait_for(f"{n} mails for {box}", lambda: (
            lambda mails: len(mails) >= n and mails)(self.postfix.mails(box)))

    def becomes(self, state):
        return wait_for(f"the channel to be {state}", lambda: (
            lambda channel: channel["state"] == state and channel)(self.channel()))

    def refused(self, name):
        return wait_for(f"the answer about {name}", lambda: (
            lambda row: row is not None and row.get("last_error") and row)(
                self.deliveries().get(f"{name}@example.se")))


class Encrypted(Relay):
    mail_more = 'tls = "required"'

    def test_a_certificate_of_the_named_authority(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.assertRegex(self.arrived("redaktion")[0]["Received"], r"TLSv1\.[23]")


class WrongName(Relay):
    mail_more = 'tls = "required"'
    certificate = "elsewhere"

    def test_a_certificate_for_another_host(self):
        self.begin()
        self.send(event(1))
        channel = self.becomes("paused")
        self.assertIn("certificate", channel["last_error"])
        self.assertRegex(channel["last_error"], "(?i)name|subject|host")
        self.assertEqual(self.postfix.taken(), [])
        self.assertNotIn("from=<drift", self.postfix.log())


class InTheClear(Relay):
    """A relay that offers no encryption gets neither a mail nor a password."""
    main = LOGIN.replace("smtpd_tls_auth_only = yes", "smtpd_tls_auth_only = no") + \
        "smtpd_tls_security_level = none\nsmtpd_sasl_security_options = noanonymous\n"
    mail_more = 'username = "drift"  password_file = "mail.password"'

    def prepare(self):
        super().prepare()
        log_in_with(self)

    def test_required_encryption_that_is_not_offered(self):
        self.begin()
        self.send(event(1))
        row = self.refused("redaktion")
        self.assertIn("offers no TLS", row["last_error"])
        self.becomes("down")
        self.assertEqual(self.postfix.taken(), [])
        self.assertNotIn("sasl_", self.postfix.log())
        tested = self.command("channel", "test", "mail", check=False)
        self.assertEqual(tested.returncode, 1)
        self.assertIn("offers no TLS", tested.stdout)
        # The same relay, said to be trusted as it is on this machine.
        self.mail_more += '  tls = "none"'
        self.write_config()
        self.command("reload")
        self.command("channel", "retry", "mail")
        self.wait_complete()
        self.arrived("redaktion")
        self.assertIn("sasl_username=drift@relay.example.se", self.postfix.log())


def log_in_with(world, password=PASSWORD):
    """Postfix knows the user drift; the configuration's file has this password."""
    sasl = world.postfix.config / "sasl"  # where Debian's Postfix looks
    sasl.mkdir()
    (sasl / "smtpd.conf").write_text(
        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n"
        f"sasldb_path: {sasl}/sasldb2\n")
    subprocess.run([SASLPASSWD, "-p", "-c", "-f", str(sasl / "sasldb2"), "-u",
                    "relay.example.se", "drift"], input=PASSWORD, text=True, check=True,
                   capture_output=True)
    shutil.chown(sasl / "sasldb2", "postfix")
    write_password(world, password)


def write_password(world, password):
    (world.folder / "mail.password").write_text(password + "\n")
    (world.folder / "mail.password").chmod(0o600)


class Login(Relay):
    main = LOGIN
    mail_more = 'username = "drift"  password_file = "mail.password"'

    def prepare(self):
        super().prepare()
        log_in_with(self)

    def test_the_right_password(self):
        self.begin()
        self.send(event(1))
        self.wait_complete()
        self.assertRegex(self.arrived("redaktion")[0]["Received"], r"TLSv1\.[23]")
        self.assertIn("sasl_username=drift@relay.example.se", self.postfix.log())

    def test_the_wrong_password_pauses_until_it_is_mended(self):
        write_password(self, "fel-losenord")
        self.begin()
        self.send(event(1))
        channel = self.becomes("paused")
        self.assertIn("535 5.7.8 (user name or password are wrong)",
                      channel["last_error"])
        self.assertEqual(self.postfix.taken(), [])
        write_password(self, PASSWORD)
        self.command("reload")
        self.command("channel", "resume", "mail", check=False)
        self.wait_complete()
        self.arrived("redaktion")
        for secret in ("fel-losenord", PASSWORD):
            self.assertNotIn(secret, self.log_text())
            self.assertNotIn(secret, self.command("config", "show").stdout)

    def test_no_login_where_one_is_needed(self):
        self.mail_more = ""
        self.begin()
        self.send(event(1))
        channel = self.becomes("paused")
        self.assertIn("554 5.7.1 (we may not send this there)", channel["last_error"])


class EveryRefusal(Relay):
    recipients = 'to_file = "list.txt"'
    # name: what the relay answers, the state it leads to, the words, the least wait
    refusals = {
        "borta": ("550 5.1.1 No such user here", "undeliverable",
                  "there is no such mailbox", 0),
        "domanen": ("550 5.1.2 Unknown domain", "undeliverable",
                    "there is no such mail domain", 0),
        "avstangd": ("550 5.2.1 Disabled", "undeliverable", "the mailbox is disabled", 0),
        "flyttad": ("551 5.1.6 Moved", "undeliverable", "the mailbox has moved", 0),
        "full": ("552 5.2.2 Over quota", "pending", "the mailbox is full", 1700),
        "fullnu": ("452 4.2.2 Over quota", "pending", "the mailbox is full", 1700),
        "gratt": ("450 4.2.0 Greylisted", "pending", "Greylisted", 290),
        "lokalt": ("451 4.3.0 Local error", "pending", "Local error", 290),
        "platsbrist": ("452 4.3.1 No space", "pending", "disk is full", 0),
        "innehall": ("554 5.6.0 Not this content", "parked", "Not this content", 0),
        "stor": ("552 5.3.4 Too big", "parked", "too big", 0),
    }

    def test_each_class_of_refusal(self):
        self.postfix.mailboxes({name: "andra" for name in (*self.refusals, "anna")})
        self.postfix.access({name: answer[0] for name, answer in self.refusals.items()})
        self.postfix.reload()
        (self.folder / "list.txt").write_text(
            "".join(f"{name}@example.se\n" for name in (*self.refusals, "anna")))
        self.retries = 'retry_floor = "1min"  retry_cap = "30min"'
        self.begin()
        self.send(event(1))
        self.arrived("andra")
        for name, (answer, state, words, wait_s) in self.refusals.items():
            with self.subTest(answer=answer):
                row = self.refused(name)
                self.assertEqual(row["state"], state)
                self.assertTrue(row["last_error"].startswith(answer[:9].strip()), row)
                self.assertIn(words, row["last_error"])
                self.assertNotIn("@", row["last_error"])
                if wait_s > 0:
                    self.assert_waits(row, wait_s)
        self.assertEqual(self.channel()["state"], "up")
        self.assert_left({"borta", "domanen"})
        self.assertNotIn("@example.se", self.log_text())
        # The next message is not tried with those who are gone.
        self.send(event(2))
        self.arrived("andra", 2)
        newest = {row["recipient"] for row in self.json("queue", "--all")["deliveries"]
                  if row["sequence"] == 2}
        self.assertIn("avstangd@example.se", newest)
        self.assertNotIn("borta@example.se", newest)

    def assert_waits(self, row, wait_s):
        due = datetime.datetime.fromisoformat(row["due_at"].replace("Z", "+00:00"))
        left = due - datetime.datetime.now(datetime.timezone.utc)
        self.assertGreater(left.total_seconds(), wait_s - 120)

    def assert_left(self, names):
        rows = wait_for("those who are gone to be listed", lambda: (
            lambda rows: len(rows) >= len(names) and rows)(
                self.json("channel", "left", "mail")["left"]))
        self.assertEqual({row["recipient"] for row in rows},
                         {f"{name}@example.se" for name in names})
        self.assertEqual({row["reason"] for row in rows}, {"gone"})

    def test_a_refusal_of_ourselves_pauses(self):
        self.postfix.access({"anna": "550 5.7.23 SPF says no"})
        self.postfix.reload()
        (self.folder / "list.txt").write_text("anna@example.se\n")
        self.begin()
        self.send(event(1))
        channel = self.becomes("paused")
        self.assertIn("SPF does not allow our relay", channel["last_error"])
        self.assertEqual(self.json("channel", "left", "mail")["left"], [])


class Greylisted(Relay):
    main = ("smtpd_recipient_restrictions ="
            " check_policy_service unix:private/greylist, permit_mynetworks, reject\n")
    master = ("greylist unix - n n - 0 spawn user=nobody"
              " argv=/usr/bin/python3 {folder}/greylist.py\n")
    mail_more = ('return_path = "b+{token}@alerts.example.se"'
                 '  token_key_file = "token.key"')

    def prepare(self):
        super().prepare()
        seen = self.postfix.folder / "seen"
        seen.touch()
        shutil.chown(seen, "nobody")
        (self.postfix.folder / "greylist.py").write_text(GREYLIST.format(seen=str(seen)))
        (self.folder / "token.key").write_text("a" * 64)
        (self.folder / "token.key").chmod(0o600)

    def test_asked_again_late_and_from_the_same_address(self):
        self.begin()
        self.send(event(1))
        row = self.refused("redaktion")
        self.assertIn("450 4.2.0", row["last_error"])
        due = datetime.datetime.fromisoformat(row["due_at"].replace("Z", "+00:00"))
        wait = due - datetime.datetime.now(datetime.timezone.utc)
        self.assertGreater(wait.total_seconds(), 180)
        self.assertEqual(self.channel()["state"], "up")
        self.command("retry", row["id"])
        self.wait_complete()
        self.assertEqual(len(self.arrived("redaktion")), 1)
        senders = re.findall(r"from=<(b\+\d+-[a-z2-7]{26}@alerts\.example\.se)>",
                             self.postfix.log())
        self.assertGreaterEqual(len(senders), 2)
        self.assertEqual(len(set(senders)), 1)


if __name__ == "__main__":
    needed = (POSTFIX, SASLPASSWD)
    if os.geteuid() != 0 or not all(pathlib.Path(path).exists() for path in needed):
        print("needs root and the packages postfix and sasl2-bin")
        sys.exit(77)
    unittest.main()
