#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What was said wrong is set right by one command, and who did what is kept in a log that
nobody can rewrite unseen."""
import hashlib
import json
import os
import sqlite3
import subprocess
import unittest

from harness import BIN, PATIENCE
from socket_world import SocketWorld

EVENT = {"event_id": "E1", "incident": "OMS-1", "kind": "power", "status": "confirmed",
         "customers_affected": 90, "places": [{"name": "Taby"}],
         "started_at": "2026-11-23T13:48:00+01:00"}


class Amending(SocketWorld):
    def notices(self):
        return [row["body"]["data"]["notice"] for row in self.receivers.hooks()]

    def texts(self):
        return [row["body"]["data"]["texts"]["sv"]["short"] for row in self.receivers.hooks()]

    def as_nobody(self, *words):
        """The command, run by one who is in none of the groups but games."""
        return subprocess.run(
            [str(BIN / "budkavle"), "--socket", str(self.socket), *words], user=65534,
            group="nogroup", extra_groups=["games"], capture_output=True, text=True,
            timeout=PATIENCE, check=False)


class Commands(Amending):
    def test_correct_in_one_command(self):
        self.start()
        self.post(EVENT)
        self.wait_complete()
        tried = self.command("correct", "OMS-1", "places=Vallentuna", "--check").stdout
        self.assertIn("would be said: correction", tried)
        self.assertIn("Rätt är Vallentuna.", tried)
        self.assertEqual(self.notices(), ["first"])
        done = self.command("correct", "OMS-1", "places=Vallentuna", "customers_affected=120",
                            "--reason", "We misread the map").stdout
        self.assertIn("is being said: correction", done)
        self.wait_complete()
        self.assertEqual(self.notices(), ["first", "correction"])
        self.assertIn("Vi skrev Taby. Rätt är Vallentuna.", self.texts()[1])
        data = self.receivers.hooks()[1]["body"]["data"]
        self.assertEqual(data["correction"]["wrong"], ["places", "customers_affected"])
        self.assertEqual(data["correction"]["was"]["places"], [{"name": "Taby"}])
        incident = self.json("incidents")["incidents"][0]
        self.assertEqual(incident["places"], [{"name": "Vallentuna"}])
        self.assertEqual(incident["customers_affected"], 120)
        again = self.command("correct", "OMS-1", "places=Vallentuna", check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("nothing differs", again.stderr)

    def test_correct_from_a_file_and_values(self):
        self.start()
        self.post(EVENT)
        self.wait_complete()
        patch = self.folder / "patch.json"
        patch.write_text(json.dumps({"started_at": "2026-11-23T12:48:00+01:00"}))
        answer = self.json("correct", "OMS-1", patch)
        self.assertEqual((answer["notice"], answer["wrong"]), ("correction", ["started_at"]))
        heard = {row["channel"]: row["heard"] for row in answer["channels"]}
        self.assertEqual((heard["bus"], heard["mail"]), (1, 2))
        answer = self.json("correct", "OMS-1", "-", stdin='{"cause": "tree"}')
        self.assertEqual((answer["notice"], answer["wrong"]), ("cause", []))
        answer = self.json("correct", "OMS-1", "advice=boil_water,keep_fridge_closed", "cause=")
        self.assertEqual(answer["wrong"], ["cause"])
        self.wait_complete()
        incident = self.json("incidents")["incidents"][0]
        self.assertEqual(incident["advice"], ["boil_water", "keep_fridge_closed"])
        self.assertNotIn("cause", incident)
        for words, code in ((("correct", "OMS-1"), 2), (("correct", "OMS-1", "x", "y=1"), 2),
                            (("correct", "OMS-1", "places=A", "places=B"), 2),
                            (("correct", "OMS-1", "palces=A"), 1),
                            (("correct", "OMS-1", "etr=soon"), 1),
                            (("correct", "OMS-2", "places=A"), 1), (("retract",), 2)):
            self.assertEqual(self.command(*words, check=False).returncode, code, words)

    def test_retract_in_one_command(self):
        self.start()
        self.post(EVENT)
        self.wait_complete()
        tried = self.json("retract", "OMS-1", "--check")
        self.assertEqual(tried["notice"], "false_alarm")
        self.assertTrue(tried["previews"])
        self.assertEqual(self.json("incidents")["incidents"][0]["status"], "confirmed")
        self.command("retract", "OMS-1", "--reason",
                     '{"sv": "En mätare visade fel", "en": "A meter was misread"}')
        self.wait_complete()
        self.assertEqual(self.notices(), ["first", "false_alarm"])
        self.assertIn("En mätare visade fel.", self.texts()[1])
        refused = self.command("retract", "OMS-1", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is cancelled", refused.stderr)
        acts = [row for row in self.json("log")["log"] if row["action"] == "retract"]
        self.assertEqual([(row["uid"], row["reason"]) for row in acts],
                         [(os.geteuid(), "En mätare visade fel")])
        shown = self.command("show", "OMS-1").stdout
        self.assertIn("action=retract", shown)

    def test_shapes_and_refusals(self):
        self.start()
        self.post(EVENT, {"event_id": "W", "incident": "OMS-9", "places": [{"name": "A"}]})
        self.wait_complete()
        rows = {row["incident"]: row["id"] for row in
                self.get("/v1/incidents")["incidents"] +
                self.get("/v1/incidents?waiting=1")["incidents"]}
        one, waits = (f"/v1/incidents/{rows[name]}" for name in ("OMS-1", "OMS-9"))
        self.problem(404, "POST", "/v1/incidents/i_nobody_1/retract", {})
        self.problem(409, "POST", f"{waits}/retract", {})
        self.problem(400, "POST", f"{one}/retract?check=yes", {})
        self.problem(422, "POST", f"{one}/retract", {"resaon": "x"})
        self.problem(422, "POST", f"{one}/correct", {"reason": "x"})
        self.problem(422, "POST", f"{one}/correct", {"patch": {"status": "cancelled"}})
        self.problem(422, "POST", f"{one}/correct", {"patch": {"places": "x"}, "reason": 4})
        found = self.problem(422, "POST", f"{one}/correct", {"patch": {"etr": "soon"}})
        self.assertEqual(found["faults"][0]["field"].split(".")[0], "etr")
        self.assertEqual(self.notices(), ["first"])

    @unittest.skipIf(os.geteuid() != 0, "needs root to be somebody else")
    def test_needs_the_role(self):
        self.socket_more = "mode = 0666"
        self.access = 'access { read = { "group:games" } }\n'
        self.write_config()
        os.chmod(self.folder, 0o755)
        self.start()
        self.post(EVENT)
        self.wait_complete()
        for words in (("retract", "OMS-1"), ("correct", "OMS-1", "places=X"),
                      ("retract", "OMS-1", "--check")):
            done = self.as_nobody(*words)
            self.assertEqual(done.returncode, 77, done.stderr)
            self.assertIn("operate", done.stderr)
        self.assertEqual(self.as_nobody("log", "verify").returncode, 0)
        self.assertEqual(self.notices(), ["first"])


class Log(Amending):
    def verify(self, *more):
        done = self.command("--json", "log", "verify", *more, check=False)
        return done.returncode, json.loads(done.stdout)

    def fill(self):
        self.post(EVENT)
        self.wait_complete()
        self.command("channel", "pause", "mail")
        self.command("channel", "resume", "mail")
        self.command("channel", "test", "bus")
        self.command("reload")
        self.command("backup", self.folder / "copy.db")
        self.command("correct", "OMS-1", "places=Vallentuna", "--reason", "back\\slash")
        self.wait_complete()

    def test_every_act_is_in_it(self):
        self.start()
        self.fill()
        rows = self.json("log")["log"]
        self.assertEqual([row["action"] for row in rows],
                         ["submit", "pause", "resume", "test", "reload", "backup", "correct"])
        self.assertEqual({row["uid"] for row in rows}, {os.geteuid()})
        self.assertEqual(rows[0]["reason"], "E1")
        self.assertEqual(self.json("log", "--after", "5")["log"], rows[5:])
        self.assertEqual([row["action"] for row in
                          self.json("log", "--incident", "OMS-1")["log"]],
                         ["submit", "correct"])
        self.assertIn("VALLENTUNA".lower(), self.command("show", "OMS-1").stdout.lower())
        # The head that status tells can be written down, and asked for later.
        head = self.get("/v1/status")["log"]
        self.assertEqual(head, {"row": 7, "hash": rows[-1]["hash"]})
        self.command("reload")
        self.assertEqual(self.verify("--expect", head["hash"])[0], 0)
        code, said = self.verify("--expect", "0" * 63 + "1")
        self.assertEqual((code, said["whole"]), (1, False))

    def test_anybody_can_compute_the_hashes(self):
        """As docs/operations.md says it, and with nothing of this program."""
        self.start()
        self.fill()
        previous = "0" * 64
        for row in self.get("/v1/log")["log"]:
            values = [previous, row["row"], row["at"], row["uid"], row["action"],
                      row.get("incident", ""), row.get("delivery", ""),
                      row.get("channel", ""), row.get("reason", "")]
            form = "".join(str(value).replace("\\", "\\\\").replace("\n", "\\n") + "\n"
                           for value in values)
            self.assertEqual(row["previous"], previous)
            self.assertEqual(row["hash"], hashlib.sha256(form.encode()).hexdigest())
            previous = row["hash"]

    def test_what_was_changed_is_found(self):
        self.start()
        self.fill()
        self.assertEqual(self.verify()[1]["head"]["row"], 7)
        self.stop()
        database = self.folder / "state/budkavle.db"
        clean = database.read_bytes()
        for change in ("UPDATE log SET reason = 'x' WHERE row = 3",
                       "UPDATE log SET uid = 1 WHERE row = 3",
                       "DELETE FROM log WHERE row = 3",
                       "DELETE FROM log WHERE row = 1"):
            database.write_bytes(clean)
            with sqlite3.connect(database) as connection:
                connection.execute(change)
            connection.close()
            self.start()
            code, said = self.verify()
            self.assertEqual((code, said["whole"]), (1, False), change)
            self.assertIn("does not fit", said["problem"])
            if "row = 3" in change:
                self.assertRegex(said["problem"], "row [34] ")
            self.stop()

    def test_a_restore_keeps_it_whole(self):
        self.start()
        self.fill()
        before = self.json("log")["log"]
        self.stop()
        done = subprocess.run(
            [str(BIN / "budkavled"), "-c", str(self.config), "--restore",
             str(self.folder / "copy.db")], capture_output=True, text=True,
            timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.start()
        after = self.json("log")["log"]
        # The backup has not the correction; what people did since it is there.
        self.assertEqual(after[:len(before)], before)
        self.assertEqual([row["action"] for row in after[len(before):]], ["restore"])
        self.assertEqual(self.verify()[0], 0)


if __name__ == "__main__":
    unittest.main()
