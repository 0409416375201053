#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Three languages, catalogues that an officer edits, and words that are stopped."""
import email
import email.policy
import json
import subprocess
import unittest

from harness import BIN, World, wait_for
from test_first_day import CUT

HARD = ("Vi har nu skickat ut två lag som letar efter det som är trasigt längs hela den "
        "långa ledningen till byn.")


class Languages(World):
    def config_text(self):
        return super().config_text().replace('{ "sv", "en" }', '{ "nb", "sv", "en" }')

    def test_norwegian_is_spoken_everywhere(self):
        self.start()
        self.send(CUT)
        data = wait_for("the web hook", self.receivers.hooks)[0]["body"]["data"]
        self.assertIn("Strømmen har vært borte i Täby kyrkby siden",
                      data["texts"]["nb"]["short"])
        row = wait_for("the mail", self.receivers.mails)[0]
        mail = email.message_from_string(row["data"], policy=email.policy.default)
        self.assertIn("Strømbrudd", mail["Subject"])
        self.assertEqual(mail["Content-Language"].replace(" ", ""), "nb,sv,en")
        index = self.folder / "page/index.html"
        wait_for("the page", lambda: index.exists() and "Täby" in index.read_text())
        self.assertIn('<html lang="nb">', index.read_text())
        self.assertIn("Svenska", index.read_text())
        self.assertIn("Norsk bokmål", (self.folder / "page/sv/index.html").read_text())
        previews = json.loads(self.command(
            "--json", "preview", "-",
            stdin=json.dumps({**CUT, "incident": "B", "event_id": "B"})).stdout)
        told = {text["language"] for row in previews["previews"] for text in row["texts"]
                if row["channel"] == "bus"}
        self.assertEqual(told, {"nb", "sv", "en"})

    def test_lint_knows_norwegian(self):
        done = self.command("lint", "--language", "nb", "-", check=False,
                            stdin="Vedrørende feilen kommer vi tilbake kl. 17.30.\n")
        self.assertIn("W1", done.stdout)
        done = self.command("lint", "--language", "nb", "-",
                            stdin="Vi retter feilen til tirsdag 24. november kl. 17.30.\n")
        self.assertIn("in 1 sentences", done.stdout)


class Catalogues(World):
    def setUp(self):
        super().setUp()
        self.catalogues = self.folder / "catalogues"

    def write(self, name, text):
        self.catalogues.mkdir(exist_ok=True)
        (self.catalogues / name).write_text(text)

    def test_one_sentence_is_changed_and_put_in_force(self):
        self.start()
        self.send(CUT)
        texts = wait_for("the first", self.receivers.hooks)[0]["body"]["data"]["texts"]
        self.assertIn("Strömmen är borta", texts["sv"]["short"])
        self.write("sv.local.catalogue", "phrase kind.power.off = Det är mörkt\n")
        self.command("catalogue", "check", self.catalogues / "sv.local.catalogue")
        self.command("reload")
        self.send({**CUT, "incident": "B", "event_id": "B"})
        texts = wait_for("the second", lambda: self.receivers.hooks()[1:])[0]
        self.assertIn("Det är mörkt i Täby kyrkby",
                      texts["body"]["data"]["texts"]["sv"]["short"])

    def test_a_faulty_file_is_refused_with_every_fault(self):
        self.start()
        self.write("sv.local.catalogue",
                   "phrase page.titel = Nu\n\nnotice first\n1 {orq}:\n")
        done = self.command("reload", check=False)
        self.assertNotEqual(done.returncode, 0)
        path = str(self.catalogues / "sv.local.catalogue")
        self.assertIn(f'{path}:1: there is no phrase "page.titel" to change', done.stderr)
        self.assertIn(f"{path}:4: there is no slot {{orq}}", done.stderr)
        self.assertIn(f"{path}:3: notice first needs a title", done.stderr)
        self.send(CUT)
        wait_for("the earlier catalogue to speak", self.receivers.hooks)
        self.stop()
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn(f"{path}:4: there is no slot {{orq}}", done.stderr)

    def test_hard_words_and_strange_files_are_warned_of(self):
        self.write("sv.local.catalogue", f"phrase crew.on_site = {HARD}\n")
        self.write("sv.katalog", "")
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, check=True)
        self.assertIn("sv.katalog is not used", done.stderr)
        self.assertRegex(done.stderr, r"catalogue:\d+: E9: a sentence has")

    def test_a_whole_language_of_ones_own(self):
        done = self.command("catalogue", "show", "en")
        self.write("se.catalogue", done.stdout.replace(
            "phrase page.language_name = English",
            "phrase page.language_name = Davvisámegiella"))
        self.command("catalogue", "check", self.catalogues / "se.catalogue")
        self.config.write_text(self.config_text().replace('"sv", "en"', '"sv", "se"'))
        self.start()
        self.send(CUT)
        texts = wait_for("the hook", self.receivers.hooks)[0]["body"]["data"]["texts"]
        self.assertIn("The power", texts["se"]["short"])

    def test_a_language_without_a_catalogue_is_a_fault(self):
        self.config.write_text(self.config_text().replace('"sv", "en"', '"sv", "fi"'))
        done = subprocess.run([str(BIN / "budkavled"), "-t", "-c", str(self.config)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn('there is no catalogue for language "fi"', done.stderr)
        self.assertIn("/catalogues/fi.catalogue", done.stderr)

    def test_check_tells_faults_findings_and_texts(self):
        self.write("nb.local.catalogue",
                   "phrase kind.power.off_since = Strømmen er ikke der snarest\n")
        path = self.catalogues / "nb.local.catalogue"
        told = json.loads(self.command("--json", "catalogue", "check", path).stdout)
        self.assertEqual(told["faults"], [])
        self.assertTrue(any(row["rule"] == "W1" for row in told["findings"]))
        self.assertTrue(all(row["short_length"] <= 160 for row in told["texts"]))
        path.write_text("notice first\nlong {places}\n")
        done = self.command("catalogue", "check", path, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{path}:1: notice first needs", done.stdout)


class Words(World):
    def event(self, number, note):
        return {**CUT, "event_id": f"E{number}", "incident": f"I{number}", "note": note}

    def test_a_persons_words_stop_unless_overridden(self):
        self.start()
        event = self.event(1, HARD)
        done = self.send(event, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("note: E9: a sentence has 21 words", done.stderr)
        self.assertIn("--override", done.stderr)
        self.assertEqual(self.json("incidents")["incidents"], [])
        self.command("send", "--override", "bara så kan det sägas", "-",
                     stdin=json.dumps(event))
        self.send(event)  # taken before: a repeat stops nothing
        shown = self.command("show", "I1").stdout
        self.assertIn("override", shown)
        self.assertIn("bara så kan det sägas", shown)
        self.assertIn("E9", shown)
        self.assertIn("bara så kan det sägas", self.log_text())

    def test_plain_words_are_not_stopped(self):
        self.start()
        done = self.json("send", "-", stdin=json.dumps(self.event(2, "Kaffe i skolan.")))
        self.assertNotIn("warning", done["accepted"][0])

    def post(self, query, event):
        return json.loads(subprocess.run(
            ["curl", "-sS", "--unix-socket", str(self.socket),
             "-H", "Content-Type: application/json", "--data-binary", json.dumps(event),
             f"http://localhost/v1/events{query}"],
            capture_output=True, text=True, check=True).stdout)

    def test_a_program_is_warned_and_not_stopped(self):
        self.start()
        result = self.post("", self.event(3, {"sv": HARD, "en": "See https://x.org/."}))
        warning = result["accepted"][0]["warning"]
        self.assertIn("note.sv: E9", warning)
        self.assertIn("note.en: E12", warning)
        self.assertEqual(self.post("?plain=stop", self.event(4, HARD))["status"], 422)
        self.assertEqual(self.post("?plain=halt", self.event(4, HARD))["status"], 400)
        self.assertEqual(self.post("?override=", self.event(4, HARD))["status"], 400)

    def test_a_file_is_warned_of_in_log_and_timeline(self):
        self.start()
        self.drop("one.json", json.dumps(self.event(5, HARD)))
        self.wait_complete()
        self.assertIn("plain_language", self.command("show", "I5").stdout)
        self.assertIn("E9", self.log_text())


if __name__ == "__main__":
    unittest.main()
