#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The page's feeds from a real run, as feed readers take them: parsed by feedparser without
a complaint, each word an entry of its own, nothing changed behind a reader's back, and
nothing fetched twice through a real web server."""
import datetime
import json
import re
import sys
import unittest

# Debian's packages, also for a python3 that is from elsewhere.
sys.path.append("/usr/lib/python3/dist-packages")
try:
    import feedparser
except ImportError:
    feedparser = None

from harness import World, wait_for
from test_nginx import Nginx

FEEDS = ("", "en/")
URN = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def event(number, incident, **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 90 + number, "revision": number,
            "places": [{"name": "Täby <kyrkby> & \"vägen\"", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", **more}


def moment(text):
    at = datetime.datetime.fromisoformat(text)
    assert at.tzinfo is not None, f"{text} has no zone"
    return at


class Feeds(World):
    routes = 'route "all" { channels = { "page" } }'

    def setUp(self):
        super().setUp()
        self.nginx = Nginx(self.folder)
        self.nginx.start()
        self.addCleanup(self.nginx.stop)
        self.words = {}  # of each entry that was ever seen: what it said

    def url(self, name):
        return f"http://127.0.0.1:{self.nginx.page}/{name}"

    def say(self, *events):
        self.send(*events)
        self.wait_complete()

    def atom(self, folder):
        feed = feedparser.parse(self.url(folder + "feed.atom"))
        self.assertFalse(feed.bozo, feed.get("bozo_exception"))
        self.assertEqual((feed.version, feed.status), ("atom10", 200))
        self.assertEqual(feed.feed.title_detail.language, folder[:2] or "sv")
        self.assertRegex(feed.feed.id, URN)
        links = {link.rel: link.href for link in feed.feed.links}
        self.assertEqual(links["self"], f"https://drift.example.se/{folder}feed.atom")
        self.assertTrue(feed.feed.author)
        moment(feed.feed.updated)
        return feed

    def json_feed(self, folder):
        feed = json.loads((self.folder / "page" / folder / "feed.json").read_text())
        self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
        for name in ("title", "home_page_url", "feed_url", "language"):
            self.assertIsInstance(feed[name], str, name)
        return feed

    def check_entries(self, rows):
        """rows: (id, updated, words). None is there twice, and none has changed."""
        self.assertEqual(len({row[0] for row in rows}), len(rows), "one id, one entry")
        self.assertEqual([row[1] for row in rows],
                         sorted((row[1] for row in rows), reverse=True), "the newest first")
        for row in rows:
            self.assertRegex(row[0], URN)
            self.assertEqual(self.words.setdefault(row[0], row[1:]), row[1:],
                             "a reader that has it misses nothing")

    def check(self):
        """Both feeds of each language; the ids of the entries."""
        ids = []
        for folder in FEEDS:
            atom, feed = self.atom(folder), self.json_feed(folder)
            rows = [(entry.id, moment(entry.updated), entry.title + entry.summary)
                    for entry in atom.entries]
            self.check_entries(rows)
            for entry in atom.entries:
                self.assertLessEqual(moment(entry.published), moment(entry.updated))
                self.assertTrue(entry.link.startswith(f"https://drift.example.se/{folder}incident/"))
            self.assertEqual([item["id"] for item in feed["items"]], [row[0] for row in rows],
                             "the same entries")
            for item, entry in zip(feed["items"], atom.entries):
                self.assertEqual(item["url"], entry.link)
                moment(item["date_published"])
                self.assertIn("Täby <kyrkby> & \"vägen\"", item["content_text"])
                self.assertIn("Täby <kyrkby> & \"vägen\"", item["title"])
            ids.append([row[0] for row in rows])
        self.assertFalse(set(ids[0]) & set(ids[1]), "each language has entries of its own")
        return ids[0]

    def test_what_a_feed_reader_gets(self):
        self.start()
        self.say(event(1, "O-1"))
        seen = [set(self.check())]
        for events in ([event(1, "O-2")],
                       [event(2, "O-1", status="partly_restored", customers_restored=40)],
                       [event(2, "O-2", etr={"at": "2030-01-01T10:00:00Z"}), event(1, "O-3")],
                       [event(3, "O-1", status="restored",
                              ended_at="2026-11-23T14:30:00+01:00")]):
            self.say(*events)
            seen.append(set(self.check()))
        self.assertEqual([len(ids) for ids in seen], [1, 2, 2, 3, 3], "one entry an incident")
        self.assertEqual(len(set.union(*seen)), 6, "each word is an entry that is new")
        # The same entries after a restart, and after a crash.
        before = self.check()
        self.assertEqual(self.stop(), 0)
        self.start()
        self.assertEqual(self.check(), before)
        self.kill()
        self.start()
        self.assertEqual(self.check(), before)

    def test_nothing_is_fetched_twice(self):
        self.start()
        self.say(event(1, "O-1"))
        first = self.atom("")
        again = feedparser.parse(self.url("feed.atom"), etag=first.etag, modified=first.modified)
        self.assertEqual(again.status, 304)
        self.say(event(2, "O-1", status="partly_restored", customers_restored=40))
        news = feedparser.parse(self.url("feed.atom"), etag=first.etag, modified=first.modified)
        self.assertEqual(news.status, 200)
        self.assertNotEqual(news.entries[0].id, first.entries[0].id)

    def test_an_empty_feed_is_one(self):
        self.start()
        files = [self.folder / "page" / folder / name
                 for folder in FEEDS for name in ("feed.atom", "feed.json")]
        wait_for("the first feeds", lambda: all(file.exists() for file in files))
        self.assertEqual(self.check(), [])


if __name__ == "__main__":
    if feedparser is None:
        print("skipped: there is no feedparser (Debian package python3-feedparser)")
        sys.exit(77)
    unittest.main()
