#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Two persons: what is held, who may release it, and what makes a release void."""
import json
import os
import pwd
import re
import subprocess
import sys
import unittest

from harness import BIN, wait_for
from socket_world import SocketWorld, UnixHTTPConnection, event

# Accounts that every Debian has.
DESK, CHIEF, OTHER = "games", "news", "man"
WORDS = "Vi bjuder på kaffe i bygdegården."


def uid_of(name):
    return pwd.getpwnam(name).pw_uid


class Approving(SocketWorld):
    """A desk that sends, a chief that approves, and somebody who may do both."""

    socket_more = "mode = 0666"
    access = f"""access {{
  submit  = {{ "user:{DESK}", "user:{OTHER}" }}
  read    = {{ "user:{DESK}", "user:{CHIEF}", "user:{OTHER}" }}
  operate = {{ "user:{CHIEF}", "user:{OTHER}" }}
  approve = {{ "user:{CHIEF}", "user:{OTHER}" }}
}}
"""

    def setUp(self):
        super().setUp()
        self.contact = "Ring 020-00 00 00"

    def config_text(self):
        return super().config_text().replace("Ring 020-00 00 00",
                                             getattr(self, "contact", "Ring 020-00 00 00"))

    def as_user(self, name, method, path, body=None):
        """Status and answer of a request that this user makes."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                uid = uid_of(name)
                os.setgroups([])
                os.setresgid(uid, uid, uid)
                os.setresuid(uid, uid, uid)
                connection = UnixHTTPConnection(self.socket)
                kind = {"Content-Type": "application/json"} if body is not None else {}
                connection.request(method, path,
                                   json.dumps(body) if body is not None else None, kind)
                answer = connection.getresponse()
                with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                    json.dump([answer.status, json.loads(answer.read())], pipe)
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        self.assertTrue(text, "the user's process has said nothing")
        return tuple(json.loads(text))

    def command_as(self, name, *arguments, typed=None):
        """The command, run by this user: exit code, what it printed, what it complained."""
        uid = uid_of(name)
        done = subprocess.run(
            ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups",
             str(BIN / "budkavle"), "--socket", str(self.socket), *arguments],
            input=typed, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def send_as(self, name, number, **more):
        status, answer = self.as_user(name, "POST", "/v1/events",
                                      [dict(event(number), **more)])
        self.assertEqual(status, 200, answer)
        return answer["accepted"][0]

    def held(self):
        return self.ok("GET", "/v1/held")["held"]

    def release(self, name, held, sha256=None):
        return self.as_user(name, "POST", f"/v1/held/{held['id']}/release",
                            {"sha256": sha256 or held["sha256"]})

    def bus_says(self, words):
        return [row for row in self.receivers.hooks()
                if words in json.dumps(row, ensure_ascii=False)]

    def page_says(self, words):
        folder = self.folder / "page"
        return [path for path in folder.rglob("*") if path.is_file()
                and words in path.read_text(errors="replace")]

    def wait_first(self, number):
        wait_for("the facts on the bus", lambda: self.bus_says(f"I{number}"))
        wait_for("the facts on the page", lambda: self.page_says(f"I{number}") or
                 self.page_says("Täby kyrkby"))


@unittest.skipIf(os.geteuid() != 0, "needs root to be several persons")
class Held(Approving):
    def test_the_words_wait_and_the_facts_do_not(self):
        self.write_config()
        self.start()
        accepted = self.send_as(DESK, number=1, note=WORDS)
        self.assertEqual(accepted["result"], "held", accepted)
        self.assertIn(accepted["held"], accepted["why"])
        self.wait_first(1)
        self.assertEqual(self.bus_says("kaffe"), [])
        # Nor on any page, feed or map, whatever makes them be written.
        self.send_as(DESK, number=1, event_id="E1b", customers_affected=1433)
        wait_for("the page with the new number", lambda: self.page_says("1433") or
                 self.page_says("1\u00a0433") or self.page_says("1 433"))
        self.assertEqual(self.page_says("kaffe"), [])
        held = self.held()[0]
        self.assertEqual(held["rules"], ["free_text"])
        self.assertEqual(held["submitted_by"], [{"uid": uid_of(DESK), "name": DESK}])
        self.assertEqual(held["source"], "socket")
        self.assertIn(WORDS.rstrip("."), held["texts"]["sv"]["long"])
        self.assertRegex(held["sha256"], r"^[0-9a-f]{64}$")
        self.assertEqual({row["name"] for row in held["channels"]}, {"bus", "page", "mail"})
        self.assertIn("held for a second person", self.ok("GET", "/v1/status")["line"])
        status, answer = self.release(CHIEF, held)
        self.assertEqual(status, 200, answer)
        wait_for("the words on the bus", lambda: self.bus_says("kaffe"))
        wait_for("the words on the page", lambda: self.page_says("kaffe"))
        self.assertEqual(self.held(), [])
        incident = held["incident_id"]
        timeline = self.ok("GET", f"/v1/incidents/{incident}/timeline")["timeline"]
        actions = [(row["action"], row["uid"], row["reason"]) for row in timeline
                   if row["what"] == "action"]
        self.assertIn("hold", [action for action, _, _ in actions])
        self.assertEqual(actions[-1][:2], ("release", uid_of(CHIEF)))
        self.assertIn("free text", actions[-1][2])
        self.assertIn(held["sha256"], actions[-1][2])

    def test_who_may_not_release(self):
        self.write_config()
        self.start()
        self.send_as(OTHER, number=1, note=WORDS)
        held = self.held()[0]
        status, answer = self.release(OTHER, held)
        self.assertEqual(status, 403, answer)
        self.assertIn("second person", answer["detail"])
        status, answer = self.release(DESK, held)  # no approver
        self.assertEqual(status, 403, answer)
        self.assertIn("approve", answer["detail"])
        for sha256 in ("0" * 64, "short", None):
            status, answer = self.as_user(CHIEF, "POST", f"/v1/held/{held['id']}/release",
                                          {"sha256": sha256} if sha256 else {})
            self.assertEqual(status, 409 if sha256 == "0" * 64 else 422, answer)
        self.assertEqual(self.as_user(CHIEF, "POST", "/v1/held/m_none_1/release",
                                      {"sha256": "0" * 64})[0], 404)
        self.assertEqual(self.bus_says("kaffe"), [])
        self.assertEqual(self.release(CHIEF, held)[0], 200)

    def test_another_configuration_voids_it(self):
        self.write_config()
        self.start()
        self.send_as(DESK, number=1, note=WORDS)
        held = self.held()[0]
        self.contact = "Ring 020-11 11 11"
        self.write_config()
        self.ok("POST", "/v1/reload", {})
        status, answer = self.release(CHIEF, held)
        self.assertEqual(status, 409, answer)
        now = self.held()[0]
        self.assertEqual(answer["faults"], [{"field": "sha256", "problem": now["sha256"]}])
        self.assertNotEqual(now["sha256"], held["sha256"])
        self.assertEqual(self.release(CHIEF, now)[0], 200)
        wait_for("the words", lambda: self.bus_says("kaffe"))

    def test_no_approver_no_hold_and_a_warning(self):
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("nobody may approve", done.stdout + done.stderr)
        self.access = ""
        self.write_config()
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = [line for line in (done.stdout + done.stderr).splitlines()
                 if "nobody may approve" in line]
        self.assertEqual(len(lines), 1, done.stderr)
        self.start()
        self.assertEqual(self.post(event(1, note=WORDS))[0]["result"], "applied")
        wait_for("the words", lambda: self.bus_says("kaffe"))


@unittest.skipIf(os.geteuid() != 0, "needs root to be several persons")
class Commands(Approving):
    def file(self, number, **more):
        path = self.folder / f"event{number}.json"
        path.write_text(json.dumps(event(number, **more)))
        path.chmod(0o644)
        return str(path)

    def test_held_and_release(self):
        self.write_config()
        self.start()
        code, out, err = self.command_as(DESK, "send", self.file(1, note=WORDS))
        self.assertEqual(code, 0, err)
        self.assertIn("waits for a second person", out)
        code, out, err = self.command_as(CHIEF, "held")
        self.assertEqual(code, 0, err)
        self.assertIn(WORDS.rstrip("."), out)
        self.assertIn(f"uid {uid_of(DESK)} ({DESK})", out)
        self.assertIn("free_text", out)
        held = re.search(r"^(m_\S+)", out).group(1)
        sha256 = re.search(r"sha256 +([0-9a-f]{64})", out).group(1)
        # Without a terminal nothing is released unread.
        code, _, err = self.command_as(CHIEF, "release", held, typed="yes\n")
        self.assertEqual(code, 2, err)
        self.assertEqual(self.command_as(DESK, "release", held, "--sha256", sha256)[0], 77)
        self.assertEqual(self.command_as(CHIEF, "release", held, "--sha256", "0" * 64)[0], 1)
        code, out, err = self.command_as(CHIEF, "release", held, "--sha256", sha256)
        self.assertEqual(code, 0, err)
        wait_for("the words", lambda: self.bus_says("kaffe"))
        self.assertIn("nothing is held", self.command_as(CHIEF, "held")[1])
        self.assertEqual(self.command_as(CHIEF, "release", held, "--sha256", sha256)[0], 1)

    def test_release_shows_and_asks_on_a_terminal(self):
        self.write_config()
        self.start()
        self.send_as(DESK, number=1, note=WORDS)
        held = self.held()[0]["id"]
        for typed, code in (("no\n", 1), ("yes\n", 0)):
            shown, got = self.on_a_terminal(CHIEF, typed, "release", held)
            self.assertEqual(got, code, shown)
            self.assertIn("kaffe", shown)
        wait_for("the words", lambda: self.bus_says("kaffe"))

    def on_a_terminal(self, name, typed, *arguments):
        """What the command shows to this user at a terminal, and its exit code."""
        uid = uid_of(name)
        child, terminal = os.forkpty()
        if child == 0:
            os.execvp("setpriv", ["setpriv", f"--reuid={uid}", f"--regid={uid}",
                                  "--clear-groups", str(BIN / "budkavle"), "--socket",
                                  str(self.socket), *arguments])
        shown = b""
        asked = False
        while True:
            try:
                piece = os.read(terminal, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            shown += piece
            if not asked and b"Type yes" in shown:
                os.write(terminal, typed.encode())
                asked = True
        os.close(terminal)
        return (shown.decode(errors="replace"),
                os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    def test_cancel(self):
        self.write_config()
        self.start()
        self.send_as(DESK, number=1, note=WORDS)
        held = self.held()[0]["id"]
        self.assertEqual(self.command_as(CHIEF, "held", "--cancel", held)[0], 2)
        code, out, err = self.command_as(CHIEF, "held", "--cancel", held, "--reason", "stavfel")
        self.assertEqual(code, 0, err)
        self.assertIn("4 deliveries", out)
        self.assertEqual(self.held(), [])
        self.send_as(DESK, number=1, event_id="E1b", cause="storm")
        self.assertEqual(self.held(), [])
        self.assertEqual(self.bus_says("kaffe"), [])
        self.wait_complete()
        self.assertEqual(self.page_says("kaffe"), [])


if __name__ == "__main__":
    unittest.main()
