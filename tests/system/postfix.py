# SPDX-License-Identifier: EUPL-1.2
"""An instance of the real Postfix for the tests that need a mail server."""
import email
import email.policy
import os
import re
import shutil
import socket
import subprocess

from harness import wait_for

POSTFIX = "/usr/sbin/postfix"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example.se
mydestination =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
virtual_mailbox_domains = example.se
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_mailbox_base = {folder}/mail
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/access,
  permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/relay.pem
smtpd_tls_key_file = {folder}/relay.key
smtpd_tls_received_header = yes
smtpd_client_connection_count_limit = 0
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
{more}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
{more}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postfix:
    """An instance of its own: its queue, its log, its mailboxes, its port."""

    def __init__(self, folder, main="", master=""):
        """main and master are added to main.cf and master.cf; {folder} is filled in."""
        self.folder, self.port, self.runs = folder / "postfix", free_port(), False
        self.config = self.folder / "config"
        for name in ("config", "queue", "data", "mail"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "data", "postfix")
        os.chown(self.folder / "mail", 65534, 65534)
        more = {"main": main.format(folder=self.folder),
                "master": master.format(folder=self.folder)}
        (self.config / "main.cf").write_text(
            MAIN.format(folder=self.folder, more=more["main"]))
        (self.config / "master.cf").write_text(
            MASTER.format(port=self.port, more=more["master"]))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=relay.example.se", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", str(self.folder / "relay.key"),
             "-out", str(self.folder / "relay.pem")],
            check=True, capture_output=True)
        self.mailboxes({"redaktion": "redaktion", "beredskap": "beredskap"})
        self.access({})

    def mailboxes(self, boxes):
        (self.folder / "mailboxes").write_text(
            "".join(f"{name}@example.se {box}/\n" for name, box in boxes.items()))

    def access(self, answers):
        (self.folder / "access").write_text(
            "".join(f"{name}@example.se {answer}\n" for name, answer in answers.items()))

    def run(self, what):
        done = subprocess.run([POSTFIX, "-c", str(self.config), what], check=False,
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise AssertionError(f"postfix {what}: {done.stdout}{done.stderr}{self.log()}")

    def log(self):
        path = self.folder / "maillog"
        return path.read_text(errors="replace") if path.exists() else ""

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), 5) as peer:
                return peer.recv(4) == b"220 "
        except OSError:
            return False

    def start(self):
        self.run("start")
        self.runs = True
        wait_for("Postfix", self.answers)

    def reload(self):
        self.run("reload")
        wait_for("Postfix after its reload", self.answers)

    def stop(self):
        if self.runs:
            self.run("stop")
            self.runs = False

    def mails(self, box):
        """The mails in a box in the order in which Postfix took them."""
        folder = self.folder / "mail" / box / "new"
        if not folder.exists():
            return []
        mails = {}
        for path in folder.iterdir():
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            mails[mail["Message-ID"]] = mail
        return [mails[one] for one in self.taken() if one in mails]

    def taken(self):
        return re.findall(r"cleanup\[\d+\]: \w+: message-id=(<[^>]+>)", self.log())
