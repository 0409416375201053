#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Posts and text messages through servers that answer as their vendors' do: threads,
repeats that are known or looked for, limits, and what a person is told when it fails."""
import json
import subprocess
import sys
import unittest

from harness import TOOLS, World, read_rows, wait_for


def event(number, incident="OMS-77120", **more):
    return {"event_id": f"{incident}-{number}", "incident": incident, "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


ETR = {"at": "2030-11-23T17:30:00+01:00", "basis": "crew"}


class WithVendors(World):
    routes = 'route "all" { channels = { "page" } }'
    more = ""
    servers = "vendor_servers.py"

    def setUp(self):
        self.port = 9  # until the servers have one
        super().setUp()
        self.vendors = subprocess.Popen(
            [sys.executable, str(TOOLS / self.servers), str(self.folder)])
        self.addCleanup(self.end_vendors)
        port = self.folder / "vendors.port"
        wait_for("the vendors' servers", port.exists)
        self.port = int(port.read_text())
        self.secret("token", "good-token")
        self.secret("password", "good-password")

    def end_vendors(self):
        self.vendors.kill()
        self.vendors.wait()

    def secret(self, name, value):
        path = self.folder / name
        path.write_text(value + "\n")
        path.chmod(0o600)

    def mood(self, name, on=True):
        path = self.folder / name
        path.touch() if on else path.unlink(missing_ok=True)

    def channel_text(self):
        raise NotImplementedError

    def config_text(self):
        return super().config_text() + f"""
{self.channel_text()}
route "vendor" {{ channels = {{ "vendor" }} }}
"""

    common = ('allow_http = true  allow_private = true  hold_down = "0s"\n'
              '  retry_floor = "100ms"  retry_cap = "1s"')

    def begin(self):
        self.write_config()
        self.start()

    def channel(self):
        return next(row for row in self.json("status")["channels"] if row["name"] == "vendor")

    def rows(self):
        return [row for row in self.json("queue", "--all")["deliveries"]
                if row["channel"] == "vendor"]

    def asked(self):
        return read_rows(self.folder / "asked.ndjson")

    def stored(self, name):
        path = self.folder / name
        return json.loads(path.read_text()) if path.exists() else []


class Mastodon(WithVendors):
    def channel_text(self):
        return f"""
channel "vendor" {{
  driver = "mastodon"  url = "http://127.0.0.1:{self.port}"  token_file = "token"
  {self.common}
  {self.more}
}}"""

    def posts(self, n=1):
        return wait_for(f"{n} posts", lambda: (
            lambda posts: len(posts) >= n and posts)(self.stored("posts.json")))

    def test_a_thread_as_people_read_it(self):
        self.begin()
        self.send(event(1))
        root = self.posts(1)[0]
        self.assertEqual((root["visibility"], root["language"]), ("public", "sv"))
        self.assertNotIn("in_reply_to_id", root)
        self.assertIn("Täby kyrkby", root["status"])
        self.wait_complete()
        self.send(event(2, etr=ETR))
        self.posts(2)
        self.wait_complete()
        self.send(event(3, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        posts = self.posts(3)
        self.wait_complete()
        posts = self.stored("posts.json")
        self.assertEqual(len(posts), 3)
        self.assertEqual([post.get("in_reply_to_id") for post in posts[1:]], [posts[0]["id"]] * 2)
        self.assertEqual({post["visibility"] for post in posts[1:]}, {"unlisted"})
        self.assertIn("Strömmen är tillbaka", posts[2]["status"])
        self.assertEqual(posts[0]["status"], posts[2]["status"], "the first says what is now")
        self.assertEqual(posts[0]["edits"], 2)
        self.assertEqual([row["remote_id"] for row in self.rows()], [post["id"] for post in posts])
        self.assertNotIn("good-token", self.log_text())

    def test_a_lost_answer_is_no_second_post(self):
        self.begin()
        self.mood("silent")
        self.send(event(1))
        self.posts(1)
        wait_for("a repeat", lambda: len(self.asked()) > 1)
        self.mood("silent", False)
        self.wait_complete()
        self.assertEqual(len(self.stored("posts.json")), 1)
        keys = {row["key"] for row in self.asked()}
        self.assertEqual(len(keys), 1)
        self.assertTrue(keys.pop().endswith(".vendor"))
        self.assertEqual(self.rows()[0]["remote_id"], "1000")

    def test_a_limit_is_waited_for_by_the_servers_clock(self):
        self.begin()
        self.mood("throttled")
        self.send(event(1))
        wait_for("the refusal", lambda: self.rows() and self.rows()[0].get("last_error"))
        self.assertIn("Too many requests", self.rows()[0]["last_error"])
        self.mood("throttled", False)
        self.wait_complete()
        self.assertLess(len(self.asked()), 6, "asked again before the time")
        self.assertEqual(len(self.stored("posts.json")), 1)

    def test_a_token_that_is_wrong_is_told_in_words_and_mended(self):
        self.secret("token", "bad-token")
        self.begin()
        told = self.command("channel", "test", "vendor", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("credentials: 401 Unauthorized: The access token is invalid; the token "
                      "in token_file is not valid", told.stdout)
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertEqual(self.stored("posts.json"), [])
        self.secret("token", "good-token")
        self.command("reload")
        self.wait_complete()
        self.posts(1)
        told = self.command("channel", "test", "vendor")
        self.assertIn("delivered", told.stdout)
        self.assertEqual(self.stored("posts.json")[-1]["visibility"], "direct")
        self.assertNotIn("bad-token", self.log_text())

    def test_what_is_too_long_is_parked_with_the_sentence(self):
        self.more = "max_characters = 5000"
        self.begin()
        places = [{"name": f"Gamla Storgatan i byn {number}"} for number in range(40)]
        self.send(event(1, places=places, cause="tree",
                        note={"sv": "Vi lagar felet på plats. " * 20}))
        row = wait_for("the refusal", lambda: next(
            (row for row in self.rows() if row["state"] in ("parked", "delivered")), None))
        self.assertEqual(row["state"], "parked")
        self.assertIn("character limit of 500", row["last_error"])
        self.assertIn("max_characters", row["last_error"])
        self.assertEqual(self.channel()["state"], "up")

    def test_the_server_is_away_for_a_while(self):
        self.begin()
        self.mood("down")
        self.send(event(1))
        self.send(event(2, etr=ETR))
        wait_for("the channel to be down", lambda: self.channel()["state"] == "down")
        self.mood("down", False)
        self.wait_complete()
        posts = self.stored("posts.json")
        self.assertEqual(len(posts), 1, "one post makes up for it")
        self.assertIn("17.30", posts[0]["status"])


class Texts(WithVendors):
    numbers = 'to = { "+46739876541", "+46739876542" }'

    def channel_text(self):
        return f"""
channel "vendor" {{
  driver = "46elks"  url = "http://127.0.0.1:{self.port}"  username = "u1"
  password_file = "password"  from = "Nordan"  {self.numbers}
  {self.common}
  {self.more}
}}"""

    def texts(self, n):
        return wait_for(f"{n} text messages", lambda: (
            lambda texts: len(texts) >= n and texts)(self.stored("texts.json")))

    def test_everybody_gets_one(self):
        numbers = [f"+467398{number:05}" for number in range(10001, 10031)]
        (self.folder / "list.txt").write_text(
            "".join(f"{number}\n" for number in [*numbers, "+46739990000", "0739876543"]))
        self.numbers = 'to_file = "list.txt"'
        self.begin()
        self.send(event(1))
        self.wait_complete()
        texts = self.texts(30)
        self.assertEqual(sorted(text["to"] for text in texts), numbers)
        self.assertEqual({text["from"] for text in texts}, {"Nordan"})
        for text in texts:
            self.assertLessEqual(len(text["message"]), 160)
            self.assertIn("Täby kyrkby", text["message"])
        states = [row["state"] for row in self.rows()]
        self.assertEqual((states.count("delivered"), states.count("undeliverable")), (30, 1))
        self.assertEqual(self.channel()["state"], "up")
        log = self.log_text()
        self.assertIn("list.txt line 32", log)
        self.assertNotIn("4673", log)
        self.assertNotIn("good-password", log)
        refused = next(row for row in self.rows() if row["state"] == "undeliverable")
        self.assertIn("Invalid to number …", refused["last_error"])

    def test_a_lost_answer_is_looked_up(self):
        self.begin()
        self.mood("silent")
        self.send(event(1))
        self.texts(2)
        wait_for("the question what was sent",
                 lambda: any(row["method"] == "GET" for row in self.asked()))
        self.mood("silent", False)
        self.wait_complete()
        self.assertEqual(len(self.stored("texts.json")), 2)
        self.assertEqual(sorted(row["remote_id"] for row in self.rows()),
                         sorted(text["id"] for text in self.stored("texts.json")))

    def test_a_crash_before_the_answer_is_looked_up(self):
        self.begin()
        self.mood("hung")
        self.send(event(1))
        self.texts(2)
        self.kill()
        self.mood("hung", False)
        self.start()
        self.wait_complete()
        self.assertEqual(len(self.stored("texts.json")), 2)

    def test_no_money_pauses_and_is_told_in_words(self):
        self.begin()
        self.mood("poor")
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("Not enough credits", self.channel()["last_error"])
        told = self.command("channel", "test", "vendor", check=False)
        self.assertIn("no money left; fill it up", told.stdout)
        self.mood("poor", False)
        self.command("channel", "resume", "vendor")
        self.wait_complete()
        self.assertEqual(len(self.texts(2)), 2)

    def test_a_test_costs_nothing(self):
        self.begin()
        told = self.command("channel", "test", "vendor")
        self.assertIn("test on vendor: delivered", told.stdout)
        self.assertEqual(self.stored("texts.json"), [])
        self.assertEqual(self.asked()[-1]["form"]["dryrun"], "yes")

    def test_a_list_needs_a_number_for_tests(self):
        (self.folder / "list.txt").write_text("+46739876541\n")
        self.numbers = 'to_file = "list.txt"'
        self.begin()
        told = self.command("channel", "test", "vendor", check=False)
        self.assertIn("give one address as test_to", told.stdout + told.stderr)
        self.numbers = 'to_file = "list.txt"  test_to = "+46739876549"'
        self.write_config()
        self.command("reload")
        self.command("channel", "test", "vendor")
        self.assertEqual(self.asked()[-1]["form"]["to"], "+46739876549")


if __name__ == "__main__":
    unittest.main()
