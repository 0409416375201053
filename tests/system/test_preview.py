#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A preview shows what is sent, to the letter, and how it differs from the last word."""
import datetime
import email
import email.policy
import html
import json
import subprocess
import tempfile
import unittest

from harness import BIN, World, wait_for


def hours_from_now(hours):
    return (datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0) +
            datetime.timedelta(hours=hours)).isoformat()


CUT = {
    "event_id": "E1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
    "customers_affected": 1432, "started_at": "2026-11-23T13:48:00+01:00",
    "places": [{"name": name} for name in ("Täby kyrkby", "Gribbylund", "Visinge")],
    "cause": "tree", "crew": "on_site", "advice": ["stay_away_from_lines"],
    "next_word_at": hours_from_now(30),
}


class Preview(World):
    def config_text(self):
        more = "".join(f"""
channel "{name}" {{
  driver = "email"  relay = "smtp://127.0.0.1:{self.receivers.ports['smtp']}"
  from = "drift@example.se"  to = {{ "{name}@example.se" }}
}}
route "{name}" {{ channels = {{ "{name}" }} }}
""" for name in ("vakt", "press"))
        return super().config_text() + more

    def preview(self, event, *words):
        return self.command("preview", *words, "-", stdin=json.dumps(event)).stdout

    def texts(self, event):
        rows = self.json("preview", "-", stdin=json.dumps(event))["previews"]
        return {(row["channel"], text["part"], text["language"]): text
                for row in rows for text in row["texts"]}

    def test_what_is_previewed_is_what_is_sent(self):
        self.start()
        texts = self.texts(CUT)
        self.send(CUT)
        self.wait_complete()
        body = wait_for("the web hook", self.receivers.hooks)[0]["body"]["data"]
        for language in ("sv", "en"):
            for part in ("title", "short", "long"):
                self.assertEqual(texts["bus", part, language]["text"],
                                 body["texts"][language][part])
        short = texts["bus", "short", "sv"]
        self.assertEqual((short["unit"], short["most"], short["parts"], short["encoding"]),
                         ("sms", 160, 1, "GSM-7"))
        self.assertEqual(short["length"],
                         f"{short['used']} of 160 septets, 1 part, GSM-7")
        for mail in self.receivers.mails():
            parsed = email.message_from_string(mail["data"], policy=email.policy.default)
            self.assertEqual(parsed["Subject"], texts["mail", "subject", "sv"]["text"])
            self.assertEqual("\n".join(parsed.get_body(("plain",)).get_content().splitlines()).strip(),
                             texts["mail", "text", "sv, en"]["text"].strip())
        page = self.folder / f"page/incident/{body['incident']['id']}.html"
        self.assertIn(html.escape(texts["page", "title", "sv"]["text"]), page.read_text())
        for paragraph in texts["page", "text", "sv"]["text"].split("\n\n"):
            self.assertIn(html.escape(paragraph), page.read_text())

    def test_the_same_text_is_shown_once(self):
        self.start()
        shown = self.preview(CUT)
        self.assertEqual(shown.count("Subject") + shown.count("subject [sv]"), 1, shown)
        line = next(line for line in shown.splitlines() if "mail (email)" in line)
        for name in ("vakt (email)", "press (email)"):
            self.assertIn(name, line)
        self.assertIn("of 160 septets, 1 part, GSM-7", shown)
        self.assertIn("OMS-1, notice first, on ", shown)

    def test_what_changed_since_the_last_word(self):
        self.start()
        later = dict(CUT, event_id="E2", etr=hours_from_now(50))
        self.assertIn("nothing was delivered there before", self.preview(CUT, "--diff"))
        self.send(CUT)
        self.wait_complete()
        shown = self.preview(later, "--diff")
        self.assertIn("notice etr_set", shown)
        self.assertIn("compared with what was written 20", shown)
        self.assertRegex(shown, r"\{\+[^}]*Vi räknar med")
        self.assertRegex(shown, r"\[-[^]]*Strömmen är borta")
        self.assertNotIn("\033[", shown)
        self.assertIn("as before", shown)  # the subject of the mail
        row = next(row for row in self.json("preview", "-", stdin=json.dumps(later))
                   ["previews"] if row["channel"] == "bus")
        old = {text["part"]: text["text"] for text in row["before"]
               if text["language"] == "sv"}
        self.assertEqual(old["short"], self.receivers.hooks()[0]["body"]["data"]["texts"]
                         ["sv"]["short"])

    def test_a_try_says_when_there_is_no_room(self):
        self.config.write_text(self.config_text().replace(
            'disk_low     = "64M"', 'disk_low = "1000T"'))
        self.start()
        minor = dict(CUT, severity="minor")
        self.assertIn("sent now this would be refused: ", self.preview(minor))
        tried = self.json("send", "--check", "-", stdin=json.dumps(minor))["accepted"][0]
        self.assertIn("would be refused", tried["warning"])
        self.assertIn("would be refused",
                      self.command("send", "--check", "-", stdin=json.dumps(minor)).stdout)
        self.assertEqual(self.send(minor, check=False).returncode, 75)
        self.assertNotIn("would be refused", self.preview(CUT))
        self.assertEqual(self.send(CUT).returncode, 0)


class Lint(unittest.TestCase):
    """Needs no daemon."""

    def lint(self, text, *words):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            return subprocess.run([str(BIN / "budkavle"), *words, file.name],
                                  capture_output=True, text=True, timeout=60, check=False)

    def test_a_text_is_measured(self):
        text = "Vi lagar felet på Storgatan kl. 17.30."
        done = self.lint(text, "lint", "--length", "1 sms")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{len(text)} of 160 septets, 1 part, GSM-7: it fits", done.stdout)
        done = self.lint(text, "lint", "--length", "30 graphemes")
        self.assertEqual(done.returncode, 1)
        self.assertIn("of 30 graphemes: it does not fit", done.stdout)
        done = self.lint("Vi lagar felet i Київ kl. 17.30.", "lint", "--length", "1 sms")
        self.assertIn("ucs2 was not asked for", done.stdout)
        answer = json.loads(self.lint(text, "--json", "lint", "--length",
                                      "280 weighted").stdout)
        self.assertTrue(answer["fits"])
        done = self.lint(text, "lint", "--length", "5 words")
        self.assertEqual(done.returncode, 2)
        self.assertIn("500 graphemes", done.stderr)


if __name__ == "__main__":
    unittest.main()
