#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Alerts of CAP 1.2 in and out of real daemons: by spool, socket and command; files for a
web server; and what one daemon publishes another reads as the same facts."""
import pathlib
import shutil
import subprocess
import sys
import unittest
import xml.etree.ElementTree as ElementTree

from harness import World, wait_for

DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "cap"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
EVENT = {"incident": "O-1", "kind": "water", "status": "confirmed", "severity": "severe",
         "places": [{"name": "Täby & Ås", "code": "0160-03", "geometry": {
             "type": "Polygon",
             "coordinates": [[[18, 59.5], [18.25, 59.5], [18.25, 59.75], [18, 59.5]]]}}],
         "customers_affected": 1432, "started_at": "2026-11-23T12:48:00Z",
         "etr": {"at": "2036-11-23T17:30:00Z", "basis": "crew"}, "cause": "pipe_burst",
         "crew": "on_site", "note": {"sv": "Vi byter ett rör.", "en": "We change a pipe."}}
SAME = ("kind", "status", "severity", "places", "customers_affected", "started_at", "etr",
        "cause", "crew", "note")


class Cap(World):
    """One daemon; its own alerts come back by a spool of another source."""

    def config_text(self):
        text = super().config_text()
        return text + f"""
channel "cap" {{
  driver    = "cap"
  directory = "{self.folder}/cap"
  url       = "https://drift.example.se/cap"
  sender    = "drift@example.se"
}}
route "cap" {{ sources = {{ "oms", "socket" }} channels = {{ "cap" }} }}
spool "others" {{
  path      = "{self.folder}/others"
  cap_kinds = {{ "SEVERE THUNDERSTORM=other", "CAE=transport" }}
}}
"""

    def alerts(self):
        """Those that were published, in the order of their times."""
        return sorted((self.folder / "cap" / "alert").glob("*.xml"),
                      key=lambda p: p.stat().st_mtime_ns)

    def wait_alerts(self, n):
        wait_for(f"{n} alerts", lambda: len(self.alerts()) >= n)
        self.wait_complete()
        self.assertEqual(n, len(self.alerts()))
        return self.alerts()

    def put(self, name, content):
        """Into the spool of the others, whole."""
        beside = self.folder / name
        beside.write_bytes(content)
        beside.rename(self.folder / "others" / "new" / name)

    def incident(self, source, number):
        for one in self.get("/v1/incidents")["incidents"]:
            if one["source"] == source and one["incident"] == number:
                return one
        return None

    def test_out_and_in_again(self):
        """What is published validates, is linked, and is read as the same facts."""
        self.start()
        self.send(EVENT)
        first = self.wait_alerts(1)[0]
        before = first.read_bytes()
        self.send({"incident": "O-1", "status": "restored"})
        second = self.wait_alerts(2)[1]
        self.assertEqual(before, first.read_bytes())
        root = ElementTree.parse(second).getroot()
        self.assertEqual("Update", root.findtext(CAP + "msgType"))
        self.assertIn(first.stem, root.findtext(CAP + "references"))
        feed = ElementTree.parse(self.folder / "cap" / "cap.atom").getroot()
        links = [e.get("href") for e in feed.iter(ATOM + "link")
                 if e.get("type") == "application/cap+xml"]
        self.assertEqual([f"https://drift.example.se/cap/alert/{second.name}"], links)
        if shutil.which("xmllint"):
            subprocess.run(["xmllint", "--noout", "--nonet", "--schema",
                            DATA / "cap12.xsd", first, second], check=True,
                           capture_output=True)
        source = self.incident("socket", "O-1")
        # The second comes first: all the same it is one incident, and it is over.
        self.put("b.xml", second.read_bytes())
        wait_for("the second alert", lambda: self.incident("others", source["id"]))
        self.put("a.cap", before)
        wait_for("both", lambda: len(list((self.folder / "others" / "done").iterdir())) == 2)
        copy = self.incident("others", source["id"])
        for name in SAME:
            self.assertEqual(source.get(name), copy.get(name), name)

    def test_by_all_ways(self):
        """Spool, socket and command take alerts, and refuse with element and line."""
        self.start()
        self.put("storm.xml", (DATA / "thunderstorm.xml").read_bytes())
        self.put("amber.cap", (DATA / "amber.xml").read_bytes())
        wait_for("the alert of the spool", lambda: self.incident("others", "KSTO1055887203"))
        wait_for("the other", lambda: self.incident("others", "KAR0-0306112239-SW"))
        self.assertEqual("transport",
                         self.incident("others", "KAR0-0306112239-SW")["kind"])
        for name in ("version11", "entities", "ack"):
            self.put(name + ".xml", (DATA / f"{name}.xml").read_bytes())
        reasons = self.folder / "others" / "rejected"
        wait_for("three reasons", lambda: len(list(reasons.glob("*.reason.txt"))) == 3)
        self.assertIn("is CAP 1.1", (reasons / "version11.xml.reason.txt").read_text())
        self.assertIn("document type", (reasons / "entities.xml.reason.txt").read_text())
        self.assertIn("(line 7): msgType: is Ack",
                      (reasons / "ack.xml.reason.txt").read_text())
        self.command("send", str(DATA / "power.xml"))
        self.assertEqual("power", self.incident("socket", "inc42")["kind"])
        self.command("preview", str(DATA / "power.xml"))
        bad = self.folder / "bad.xml"
        bad.write_text((DATA / "power.xml").read_text().replace("Immediate", "Now"))
        refused = self.command("send", str(bad), check=False)
        self.assertEqual(1, refused.returncode)
        self.assertIn("info.urgency", refused.stderr)

    def test_channel_test(self):
        """A test is a file that no feed leads to; a folder that is closed is told."""
        self.start()
        self.command("channel", "test", "cap")
        text = (self.folder / "cap" / "test.xml").read_text()
        self.assertIn("<status>Test</status>", text)
        self.assertEqual([], self.alerts())


if __name__ == "__main__":
    sys.exit(unittest.main())
