#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What senders really do with a spool folder: slow, odd, hostile and wrong files."""
import json
import os
import pathlib
import shutil
import socket
import time
import unittest

from harness import World, wait_for

GOOD = {"incident": "X", "kind": "power", "status": "confirmed"}


def event(number, **more):
    return {"event_id": f"E{number}", "incident": f"I{number}", "kind": "power",
            "status": "confirmed", "customers_affected": 10,
            "places": [{"name": "Täby kyrkby"}], **more}


def lines(*events):
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in events)


def good(**more):
    return json.dumps({**GOOD, **more})


# name, content, what the reason must say: the field, and what is right or what was found
WRONG = [
    ("incident-missing", '{"kind":"power","status":"confirmed"}', ["incident: is missing"]),
    ("incident-empty", good(incident=""), ["incident: is empty"]),
    ("incident-long", good(incident="x" * 121), ["incident:", "121", "120"]),
    ("incident-number", good(incident=77), ["incident: 77", "a string"]),
    ("event-id-long", good(event_id="y" * 121), ["event_id:", "120"]),
    ("event-id-list", good(event_id=[]), ["event_id: a list", "a string"]),
    ("revision-negative", good(revision=-1), ["revision: -1"]),
    ("revision-large", good(revision=2**53 + 1), ["revision:", "9007199254740992"]),
    ("revision-half", good(revision=1.5), ["revision: 1.5"]),
    ("revision-text", good(revision="3"), ['revision: "3"']),
    ("at-without-offset", good(at="2026-11-23T14:05:00"), ["at:", "RFC 3339"]),
    ("at-too-early", good(at="1999-12-31T23:59:59Z"), ["at:", "2000"]),
    ("at-too-late", good(at="2101-01-01T00:00:00Z"), ["at:", "2100"]),
    ("at-no-such-day", good(at="2026-02-30T12:00:00Z"), ["at:", "2026-02-30"]),
    ("mode", good(mode="drill"), ["mode:", "drill", "exercise"]),
    ("kind", good(kind="powr"), ["kind:", "powr", "power, water"]),
    ("kind-null", good(kind=None), ["kind:", "null"]),
    ("status", good(status="done"), ["status:", "done", "restored"]),
    ("status-null", good(status=None), ["status:", "null"]),
    ("severity", good(severity="high"), ["severity:", "high", "severe"]),
    ("places-no-list", good(places="Täby"), ["places:", "Täby", "list"]),
    ("place-no-object", good(places=["Täby"]), ["places[0]:", "Täby"]),
    ("place-no-name", good(places=[{"code": "1"}]), ["places[0].name: is missing"]),
    ("place-control", good(places=[{"name": "a\u0007b"}]), ["places[0].name", "control"]),
    ("geometry-type", good(places=[{"name": "a", "geometry": {
        "type": "LineString", "coordinates": []}}]), ["places[0].geometry", "LineString"]),
    ("geometry-range", good(places=[{"name": "a", "geometry": {
        "type": "Point", "coordinates": [200, 59]}}]), ["places[0].geometry", "200"]),
    ("geometry-open", good(places=[{"name": "a", "geometry": {
        "type": "Polygon", "coordinates": [[[18, 59], [19, 59], [19, 60], [18, 60]]]}}]),
     ["places[0].geometry"]),
    ("premises", good(premises=["7350", 12]), ["premises[1]: 12"]),
    ("customers-negative", good(customers_affected=-1), ["customers_affected: -1"]),
    ("customers-text", good(customers_affected="12"), ['customers_affected: "12"']),
    ("restored-half", good(customers_restored=0.5), ["customers_restored: 0.5"]),
    ("started-number", good(started_at=1795439110), ["started_at: 1795439110"]),
    ("ended", good(ended_at="yesterday"), ["ended_at:", "yesterday"]),
    ("etr", good(etr="tomorrow"), ["etr:", "tomorrow", "2026-11-23T17:30:00+01:00"]),
    ("etr-no-at", good(etr={"basis": "crew"}), ["etr.at: is missing"]),
    ("etr-basis", good(etr={"at": "2030-01-01T00:00:00Z", "basis": "guess"}),
     ["etr.basis:", "guess", "average"]),
    ("planned-half", good(planned={"to": "2030-01-01T00:00:00Z"}), ["planned.from: is mis"]),
    ("planned-turned", good(planned={"from": "2030-01-02T00:00:00Z",
                                     "to": "2030-01-01T00:00:00Z"}), ["planned:", "before"]),
    ("cause", good(cause="ghost"), ["cause:", "ghost", "lightning"]),
    ("cause-empty", good(cause={}), ["cause:", "code"]),
    ("crew", good(crew="asleep"), ["crew:", "asleep", "on_site"]),
    ("advice", good(advice=["Boil water"]), ["advice[0]:", "Boil water"]),
    ("advice-no-list", good(advice="boil_water"), ["advice:", "list"]),
    ("note-number", good(note=5), ["note: 5"]),
    ("note-language", good(note={"Svenska": "hej"}), ["note.Svenska:", "language"]),
    ("next-word", good(next_word_at="soon"), ["next_word_at:", "soon"]),
    ("audience", good(audience="press"), ["audience:", "press", "staff"]),
    ("merge-into-itself", good(merge_into="X"), ["merge_into:", "itself"]),
    ("twice", '{"incident":"X","kind":"power","kind":"water"}', ["kind", "twice"]),
    ("too-large", good(note="x", extra="y" * 262144), ["256 KiB"]),
    ("too-deep", good(extra=json.loads("[" * 16 + "]" * 16)), ["17", "16"]),
    ("empty", "", ["empty"]),
    ("empty-list", "[]", ["empty"]),
    ("a-number", "42", ["42", "object"]),
    ("cut-off", good()[:-10], ["cut off"]),
    ("trailing", good() + " x", ["more", "x"]),
    ("latin-1", good().replace("X", "Täby").encode("latin-1"), ["UTF-8", "0xE4"]),
    ("half-a-character", '{"incident":"\\ud800"}', ["half a character"]),
    ("cap.xml", "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'/>",
     ["identifier: is missing", "sent: is missing", "line 1"]),
    ("cap-1.1.xml", "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.1'/>", ["1.1", "1.2"]),
    ("list-with-one", json.dumps([GOOD, {**GOOD, "kind": 3}]), ["event 2: kind: 3"]),
    ("all-faults", good(kind="a", etr="b", crew="c", advice=[1], customers_affected=None,
                        places=[{}]), ["kind", "etr", "crew", "advice[0]", "places[0].name"]),
]


class Spool(World):
    def reason(self, name):
        path = self.spool / "rejected" / f"{name}.reason.txt"
        wait_for(f"the reason for {name}", path.exists)
        return wait_for("its words", path.read_text)

    def names(self, folder):
        return sorted(os.listdir(self.spool / folder))

    def gone(self, folder, name):
        wait_for(f"{folder}/{name} to be taken",
                 lambda: not (self.spool / folder / name).exists())

    def numbers(self):
        return {row["incident"] for row in self.json("incidents")["incidents"]}

    def assert_well(self):
        self.assertIsNone(self.daemon.poll())
        self.drop("after.json", json.dumps(event("after")))
        wait_for("a good file after all that", (self.spool / "done/after.json").exists)
        self.assertIn("Iafter", self.numbers())

    def test_every_wrong_event_says_which_field_and_why(self):
        self.start()
        pid = self.daemon.pid
        for name, content, _ in WRONG:
            self.drop(name, content)
        for name, _, words in WRONG:
            with self.subTest(name):
                reason = self.reason(name)
                for word in words:
                    self.assertIn(word, reason)
                self.assertTrue((self.spool / "rejected" / name).exists())
        self.assertEqual(self.names("done"), [])
        self.assertEqual(self.numbers(), set())
        self.assertEqual(self.daemon.pid, pid)
        self.assert_well()
        self.assertEqual(self.receivers.mails(), [])

    def test_a_bad_event_in_a_batch_refuses_all_of_it(self):
        self.start()
        batch = [event(number) for number in range(10)]
        batch[6]["status"] = "fixed"
        self.drop("ten.ndjson", lines(*batch))
        reason = self.reason("ten.ndjson")
        self.assertTrue(reason.startswith("event 7 (line 7): status:"), reason)
        self.drop("gap.ndjson", "\n" + lines(event(1)) + "\n\n" + lines(event(2, crew=1)))
        self.assertIn("event 2 (line 5): crew: 1", self.reason("gap.ndjson"))
        self.assertEqual(self.numbers(), set())
        self.drop("other.json", json.dumps(event(1)))
        self.gone("new", "other.json")
        self.drop("conflict.json", json.dumps(event(1, crew="done")))
        self.assertIn("event_id", self.reason("conflict.json"))
        self.assertEqual(self.numbers(), {"I1"})

    def test_an_upload_that_grows_and_one_that_dies(self):
        self.start()
        path = self.spool / "drop/growing.json"
        text = json.dumps(event(1), ensure_ascii=False).encode()
        dead = self.spool / "drop/dead.json"
        dead.write_bytes(text[:len(text) // 2])
        begin = time.monotonic()
        with open(path, "wb", buffering=0) as upload:
            for at in range(0, len(text) - 3, 40):
                upload.write(text[at:min(at + 40, len(text) - 2)])
                time.sleep(0.25)
            time.sleep(0.6)  # longer than it takes to settle, and all but whole
            self.assertTrue(path.exists())
            upload.write(text[-2:])
        wait_for("the upload", (self.spool / "done/growing.json").exists)
        wait_for("two seconds", lambda: time.monotonic() - begin > 2.5)
        self.assertEqual(dead.read_bytes(), text[:len(text) // 2])
        self.assertEqual(self.names("rejected"), [])
        with open(dead, "ab") as upload:  # the sender comes back after all
            upload.write(text[len(text) // 2:])
        wait_for("the rest", (self.spool / "done/dead.json").exists)
        self.assertEqual(self.numbers(), {"I1"})
        self.wait_complete()
        self.assertEqual(len(self.receivers.hooks()), 1)

    def test_a_file_that_grows_after_it_was_taken_is_taken_again(self):
        self.start()
        path = self.spool / "drop/log.ndjson"
        with open(path, "w", buffering=1) as log:
            log.write(lines(event(1)))
            wait_for("the first part", (self.spool / "done/log.ndjson").exists)
            log.write(lines(event(2)))
        wait_for("the second part", lambda: self.numbers() == {"I1", "I2"})
        self.assertIn("grew", " ".join(self.json("status")["notes"]))
        self.wait_complete()
        self.assertEqual(len(self.receivers.hooks()), 2)

    def test_names_of_unfinished_uploads(self):
        self.start()
        drop = self.spool / "drop"
        text = json.dumps(event(1))
        odd = [".hidden", "a.json~", "a.tmp", "a.part", "a.filepart", "a.crdownload"]
        for name in odd:
            (drop / name).write_text(text)
        (drop / ".upload").write_text(json.dumps(event(2)))
        os.link(drop / ".upload", drop / "linked.json")
        time.sleep(1)
        self.assertEqual(self.names("drop"), sorted([*odd, ".upload", "linked.json"]))
        os.unlink(drop / ".upload")
        wait_for("the linked one", (self.spool / "done/linked.json").exists, 10)
        os.rename(drop / "a.filepart", drop / "a.json")
        wait_for("the renamed one", (self.spool / "done/a.json").exists)
        self.assertEqual(self.numbers(), {"I1", "I2"})
        self.assertEqual(self.names("rejected"), [])

    def test_what_windows_and_others_write(self):
        self.start()
        place = [{"name": "Åmål 🔌"}]
        ways = {
            "bom8": lambda text: b"\xef\xbb\xbf" + text.encode(),
            "le16": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
            "be16": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
            "crlf": lambda text: text.replace("\n", "\r\n").encode(),
            "nfd": lambda text: text.replace("Å", "A\u030a").encode(),
        }
        for name, way in ways.items():
            content = lines(event(name, places=place), event(name + "2", places=place))
            self.drop(name, way(content))
            pretty = json.dumps(event(name + "3", places=place), indent=2,
                                ensure_ascii=False)
            self.drop(name + "-pretty", way(pretty), folder="drop")
        wait_for("all of them", lambda: len(self.names("done")) == 2 * len(ways))
        rows = self.json("incidents")["incidents"]
        self.assertEqual(len(rows), 3 * len(ways))
        self.assertEqual({row["places"][0]["name"] for row in rows}, {"Åmål 🔌"})

    def test_five_hundred_events_in_one_file(self):
        self.start()
        self.drop("many.ndjson", lines(*(event(number) for number in range(500))))
        self.wait_complete()
        self.assertEqual(len(self.numbers()), 500)
        self.assertEqual(len(self.assert_chain(self.receivers.hooks())), 500)

    def test_files_are_taken_in_order_of_time(self):
        self.start()
        self.kill()
        for age, name, customers in ((3, "z", 30), (2, "a", 20), (1, "m", 10)):
            self.drop(name, json.dumps(event(1, event_id=name,
                                             customers_affected=customers)))
            at = time.time() - 100 * age
            os.utime(self.spool / "new" / name, (at, at))
        self.start()
        self.wait_complete()
        incident = self.json("incidents")["incidents"][0]
        self.assertEqual(incident["customers_affected"], 10)
        timeline = self.get(f"/v1/incidents/{incident['id']}/timeline")["timeline"]
        self.assertEqual([row["event_id"] for row in timeline if row["what"] == "event"],
                         ["z", "a", "m"])

    def test_what_is_no_plain_file_and_hostile_names(self):
        self.start()
        new = os.fsencode(self.spool / "new") + b"/"
        outside = self.folder / "outside.json"
        outside.write_text(json.dumps(event("outside")))
        os.symlink(outside, new + b"link.json")
        os.mkfifo(new + b"pipe.json")
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(os.fsdecode(new + b"sock"))
        expected = {"link.json": "symbolic link", "pipe.json": "FIFO", "sock": "socket"}
        try:
            os.mknod(new + b"null.json", 0o020600, os.makedev(1, 3))
            expected["null.json"] = "device"
        except PermissionError:
            pass
        hostile = {b"new\nline.json": "control", b"\xff\xfe\xe5.json": "UTF-8",
                   b"x" * 200 + b".json": "120", b"esc\x1b[31m": "control"}
        for name in hostile:
            beside = self.folder / ".beside"
            beside.write_text(json.dumps(event("hostile")))
            os.rename(os.fsencode(beside), new + name)
        (self.spool / "new/a folder").mkdir()
        self.drop("-rf ; $(x) å.json", json.dumps(event("odd")))
        os.link(outside, new + b"hard.json")
        for name, words in expected.items():
            self.assertIn(words, self.reason(name))
        n_files = 2 * (len(expected) + len(hostile))
        names = wait_for("all refusals", lambda: (
            lambda names: len(names) == n_files and names)(self.names("rejected")))
        reasons = [(self.spool / "rejected" / name).read_text()
                   for name in names if name.endswith(".reason.txt")]
        for words in hostile.values():
            self.assertTrue(any(words in reason for reason in reasons), (words, reasons))
        for name in names:
            self.assertTrue(name.isprintable() and len(os.fsencode(name)) < 256, name)
        wait_for("the odd name", (self.spool / "done/-rf ; $(x) å.json").exists)
        self.assertEqual(self.numbers(), {"Iodd"})
        self.assertEqual(self.names("new"), ["a folder", "hard.json"])
        self.assertIn("a folder", " ".join(self.json("status")["notes"]))
        outside.unlink()
        self.assert_well()
        self.gone("new", "hard.json")
        self.assertIn("Ioutside", self.numbers())

    def test_the_same_name_and_the_same_content_again(self):
        self.start()
        for number, content in enumerate((event(1), event(2), event(1), event(2))):
            self.drop("same.json", json.dumps(content))
            wait_for(f"number {number}", lambda: len(self.names("done")) == number + 1)
        self.assertEqual(self.names("done"),
                         ["same.json", "same.json.1", "same.json.2", "same.json.3"])
        for name in ("bad.json", "bad.json"):
            self.drop(name, "{}")
            self.gone("new", name)
        self.assertEqual(self.names("rejected"), ["bad.json", "bad.json.1",
                                                  "bad.json.1.reason.txt",
                                                  "bad.json.reason.txt"])
        self.drop("other-name.json", lines(event(1), event(2)))
        self.wait_complete()
        self.assertEqual(self.numbers(), {"I1", "I2"})
        self.assertEqual(len(self.receivers.hooks()), 2)

    def test_the_folder_is_removed_and_made_again(self):
        self.start()
        shutil.rmtree(self.spool)
        wait_for("the status to say so", lambda: "spool oms" in " ".join(
            self.json("status")["notes"]), 10)
        self.assertTrue(self.command("status").stdout.startswith("degraded"))
        self.spool.mkdir()
        wait_for("the folders", lambda: all(
            (self.spool / name).is_dir() for name in ("new", "drop", "done", "rejected")), 15)
        self.drop("first.json", json.dumps(event(1)))
        wait_for("the file", (self.spool / "done/first.json").exists, 15)
        self.assertTrue(self.command("status").stdout.startswith("ok"))

    def test_two_thousand_files_at_once(self):
        self.start()
        beside = pathlib.Path(self.folder / "beside")
        beside.mkdir()
        for number in range(2000):
            (beside / f"{number}.json").write_text(json.dumps(
                event(number, incident=f"I{number % 40}", revision=number)))
        for number in range(2000):
            os.rename(beside / f"{number}.json", self.spool / "new" / f"{number}.json")
        self.wait_complete()
        self.assertEqual(len(self.names("done")), 2000)
        self.assertEqual(self.names("rejected"), [])
        rows = self.json("incidents")["incidents"]
        self.assertEqual({row["incident"]: row["revision"] for row in rows},
                         {f"I{number}": 1960 + number for number in range(40)})
        self.assert_chain(self.receivers.hooks())


if __name__ == "__main__":
    unittest.main()
