# SPDX-License-Identifier: EUPL-1.2
"""Plays every story with a channel for alerts, and holds each alert that was published to
CAP 1.2: the grammar with xmllint, and the rules between messages with code of its own.

usage: cap_corpus.py SCENARIO
"""
import collections
import concurrent.futures
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent / "data" / "cap"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ATOM = "{http://www.w3.org/2005/Atom}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
LEAST_ALERTS = 300  # of all stories: fewer, and something was not published


class Alert:
    """One message, read without the program's own code."""

    def __init__(self, path):
        self.path = path
        root = ElementTree.parse(path).getroot()
        self.root = root
        self.identifier = root.findtext(CAP + "identifier")
        self.sender = root.findtext(CAP + "sender")
        self.sent_text = root.findtext(CAP + "sent")
        self.sent = datetime.datetime.fromisoformat(self.sent_text)
        self.type = root.findtext(CAP + "msgType")
        self.incident = root.findtext(CAP + "incidents").split()[0]
        self.references = (root.findtext(CAP + "references") or "").split()
        self.infos = root.findall(CAP + "info")
        self.expires = datetime.datetime.fromisoformat(
            self.infos[0].findtext(CAP + "expires"))

    def triple(self):
        """As others refer to it."""
        return f"{self.sender},{self.identifier},{self.sent_text}"


def check_alone(alert):
    """Faults of one message by itself."""
    for element in alert.root.iter():
        name = element.tag.removeprefix(CAP)
        if len(element) == 0 and not (element.text or "").strip():
            yield f"<{name}> is empty"
        if name in ("sent", "effective", "onset", "expires") and (
                not TIME.fullmatch(element.text) or element.text.endswith("Z")):
            yield f"<{name}> is {element.text}"
    if re.search(r"[ ,<&]", alert.identifier + alert.sender):
        yield "identifier or sender"
    if alert.expires <= alert.sent:
        yield "expires before it is sent"
    languages = [info.findtext(CAP + "language") for info in alert.infos]
    if languages != ["sv", "en"]:
        yield f"languages are {languages}"
    for info in alert.infos:
        yield from check_info(info)
    same = ["category", "responseType", "urgency", "severity", "certainty", "effective",
            "onset", "expires", "eventCode/" + CAP + "value", "area/" + CAP + "areaDesc"]
    for name in same:
        values = [[e.text for e in info.findall(CAP + name)] for info in alert.infos]
        if values[0] != values[1]:
            yield f"<{name}> differs between languages: {values}"


def check_info(info):
    """Faults of what is said in one language."""
    headline = info.findtext(CAP + "headline")
    if len(headline) >= 140:
        yield f"a headline of {len(headline)} characters"
    if headline == info.findtext(CAP + "description"):
        yield "the description is the headline"
    for polygon in info.iter(CAP + "polygon"):
        pairs = polygon.text.split()
        if len(pairs) < 4 or pairs[0] != pairs[-1]:
            yield f"polygon {polygon.text}"
        for pair in pairs:
            latitude, longitude = map(float, pair.split(","))
            if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
                yield f"position {pair}"


def check_story(alerts):
    """Faults between the messages of one incident on one channel, in the order of
    their numbers (a message's file is named by it)."""
    active, before = [], None
    for alert in alerts:
        expected = [a for a in active if a.expires > alert.sent]
        if not expected and active:
            expected = active[-1:]
        if before is not None and alert.sent < before.sent:
            yield alert, "was sent before the one before it"
        if (alert.type == "Alert") != (not active):
            yield alert, f"is {alert.type} with {len(active)} earlier messages"
        if alert.references != [a.triple() for a in expected]:
            yield alert, f"refers to {alert.references}, not to " \
                         f"{[a.triple() for a in expected]}"
        if len(set(alert.references)) != len(alert.references):
            yield alert, "refers twice to one"
        active = [] if alert.type == "Cancel" else active + [alert]
        before = alert


def check_feed(folder):
    """Faults of the feeds: links that lead nowhere, ids given twice."""
    for feed in folder.glob("cap.*"):
        root = ElementTree.parse(feed).getroot()
        links = [e.get("href") for e in root.iter(ATOM + "link")
                 if e.get("type") == "application/cap+xml"]
        links += [e.findtext("link") for e in root.iter("item")]
        ids = [e.text for e in root.iter(ATOM + "id")] + \
              [e.text for e in root.iter("guid")]
        if len(set(ids)) != len(ids):
            yield feed, "gives an id twice"
        for link in links:
            if not (folder / "alert" / link.rsplit("/", 1)[1]).exists():
                yield feed, f"links {link}, which is not there"


def play(scenario, story, folder):
    """The story's alerts are left in the folder."""
    folder.mkdir()
    done = subprocess.run([scenario, HERE / "alerts.conf", story], check=False,
                          env=dict(os.environ, SCENARIO_ALERTS=str(folder)),
                          capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SystemExit(f"{story.name}: {done.stderr[-500:]}")
    return folder


def check_folder(folder):
    """All faults of what one story published, and how many alerts there are."""
    faults = []
    paths = sorted(folder.glob("alert/*.xml"), key=lambda p: p.stat().st_mtime_ns)
    faults += [f"{p}: was published with another content before"
               for p in folder.glob("alert/*.changed")]
    stories, seen = collections.defaultdict(list), set()
    for path in paths:
        alert = Alert(path)
        stories[alert.incident].append(alert)
        faults += [f"{path}: {fault}" for fault in check_alone(alert)]
        if alert.triple() in seen:
            faults.append(f"{path}: its name is given twice")
        seen.add(alert.triple())
    for alerts in stories.values():
        faults += [f"{a.path}: {fault}" for a, fault in check_story(alerts)]
    faults += [f"{path}: {fault}" for path, fault in check_feed(folder)]
    return faults, paths


def main():
    """0: all is well."""
    if shutil.which("xmllint") is None:
        print("needs the package libxml2-utils")
        return 77
    with tempfile.TemporaryDirectory(prefix="budkavle-alerts-") as name:
        root = pathlib.Path(name)
        stories = sorted((HERE / "stories").glob("*.story"))
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            folders = list(pool.map(
                lambda s: play(sys.argv[1], s, root / s.stem), stories))
        faults, paths = [], []
        for folder in (channel for story in folders for channel in story.iterdir()):
            more, its_paths = check_folder(folder)
            faults += more
            paths += its_paths
        types = collections.Counter(Alert(path).type for path in paths)
        for i in range(0, len(paths), 200):
            done = subprocess.run(["xmllint", "--noout", "--nonet", "--schema",
                                   DATA / "cap12.xsd", *paths[i:i + 200]], check=False,
                                  capture_output=True, text=True)
            if done.returncode != 0:
                faults += [line for line in done.stderr.splitlines()
                           if not line.endswith(" validates")]
    print(f"{len(paths)} alerts of {len(stories)} stories: {dict(types)}")
    print("\n".join(faults[:40]))
    if len(paths) < LEAST_ALERTS or set(types) != {"Alert", "Update", "Cancel"}:
        faults.append("too few")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
