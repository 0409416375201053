#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Bluesky and X through servers that answer as theirs do: sessions that expire, threads
whose posts are looked for, records that are never there twice, signatures, limits."""
import unittest

from harness import wait_for
from test_vendors import ETR, WithVendors, event


class Microblog(WithVendors):
    servers = "vendor_microblogs.py"

    def throttled(self, form):
        (self.folder / "throttled").write_text(form)

    def asked_for(self, part):
        return [row for row in self.asked() if part in row["path"]]


class Bluesky(Microblog):
    options = ""

    def channel_text(self):
        return f"""
channel "vendor" {{
  driver = "bluesky"  url = "http://127.0.0.1:{self.port}"  identifier = "nat.example"
  password_file = "token"
  {self.common}
  {self.options}
}}"""

    def records(self, n=1):
        """By age."""
        found = wait_for(f"{n} records", lambda: (
            lambda records: len(records) >= n and records)(self.stored("records.json")))
        return list(found.items())

    def sessions(self):
        return len(self.asked_for("createSession"))

    def begin_with_a_post(self):
        self.begin()
        self.send(event(1))
        self.records(1)
        self.wait_complete()

    def test_a_thread_as_people_read_it(self):
        self.begin_with_a_post()
        self.send(event(2, etr=ETR))
        self.records(2)
        self.wait_complete()
        self.send(event(3, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        self.records(3)
        self.wait_complete()
        records = self.records(3)
        (first, root), (second, update), (_, last) = records
        self.assertEqual(len(records), 3)
        self.assertIn("Täby kyrkby", root["text"])
        self.assertNotIn("https://", root["text"])
        self.assertTrue(root["embed"]["external"]["uri"].endswith(".html"))
        self.assertEqual(root["langs"], ["sv"])
        self.assertNotIn("reply", root)
        self.assertIn("Strömmen är tillbaka", last["text"])
        for record, parent in ((update, first), (last, second)):
            self.assertTrue(record["reply"]["root"]["uri"].endswith(first))
            self.assertTrue(record["reply"]["parent"]["uri"].endswith(parent))
        self.assertEqual([row["remote_id"].split()[0].rsplit("/", 1)[-1]
                          for row in self.rows()], [key for key, _ in records])
        self.assertEqual(self.sessions(), 1, "the session is kept")
        self.assertNotIn("good-token", self.log_text())

    def test_links_are_marked_where_there_is_no_card(self):
        self.options = "card = false"
        self.begin_with_a_post()
        _, record = self.records(1)[0]
        self.assertNotIn("embed", record)
        self.assertEqual(len(record["facets"]), 1)
        self.assertIn(record["facets"][0]["features"][0]["uri"], record["text"])

    def test_a_session_that_expires_is_renewed_on_the_way(self):
        self.begin_with_a_post()
        self.mood("expired")
        self.send(event(2, etr=ETR))
        self.records(2)
        self.wait_complete()
        self.assertEqual((self.sessions(), len(self.asked_for("refreshSession"))), (1, 1))
        self.mood("expired")
        self.mood("revoked")
        self.send(event(3, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        self.records(3)
        self.wait_complete()
        self.assertEqual((self.sessions(), len(self.asked_for("refreshSession"))), (2, 2))
        self.assertEqual([row["attempts"] for row in self.rows()], [1, 1, 1])
        self.assertEqual(self.channel()["state"], "up")

    def test_the_session_outlives_a_reload_and_not_a_restart(self):
        self.begin_with_a_post()
        self.command("reload")
        self.send(event(2, etr=ETR))
        self.records(2)
        self.wait_complete()
        self.assertEqual(self.sessions(), 1)
        self.stop()
        self.start()
        self.send(event(3, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        self.wait_complete()
        self.assertEqual(len(self.records(3)), 3)
        self.assertEqual(self.sessions(), 2)

    def test_a_limit_is_waited_for_in_each_form(self):
        self.begin()
        for form in ("retry-after", "date", "reset"):
            with self.subTest(form=form):
                self.throttled(form)
                self.send(event(1, incident=f"OMS-{form}"))
                wait_for("the refusal", lambda: self.channel()["state"] == "down")
                n = len(self.asked())
                self.mood("throttled", False)
                self.wait_complete()
                # The first needs a session besides.
                self.assertLessEqual(len(self.asked()) - n, 2, "asked again before the time")
                wait_for("the channel to be up", lambda: self.channel()["state"] == "up")

    def test_a_lost_answer_is_no_second_post(self):
        self.begin()
        self.mood("silent")
        self.send(event(1))
        self.records(1)
        wait_for("the question whether it is there",
                 lambda: self.asked_for("getRecord") or len(self.asked_for("putRecord")) > 1)
        self.mood("silent", False)
        self.wait_complete()
        self.assertEqual(len(self.records(1)), 1)
        self.assertEqual(len(self.asked_for("putRecord")), 1)
        self.assertIn(self.records(1)[0][0], self.rows()[0]["remote_id"])

    def test_a_daemon_that_is_killed_in_doubt_posts_nothing_twice(self):
        self.begin()
        self.mood("hung")
        self.send(event(1))
        self.records(1)
        self.kill()
        self.mood("hung", False)
        self.start()
        self.wait_complete()
        self.assertEqual(len(self.records(1)), 1)
        self.assertEqual(len(self.asked_for("putRecord")), 1)
        self.assertEqual(self.sessions(), 2)
        self.send(event(2, etr=ETR))
        (first, _), (_, update) = self.records(2)
        self.assertTrue(update["reply"]["root"]["uri"].endswith(first), "the thread goes on")

    def test_posts_that_were_taken_away(self):
        self.begin_with_a_post()
        self.send(event(2, etr=ETR))
        (first, _), (second, _) = self.records(2)
        self.wait_complete()
        (self.folder / "gone").write_text(second)
        self.send(event(3, etr={"at": "2030-11-23T18:30:00+01:00", "basis": "crew"}))
        self.wait_complete()
        third = wait_for("the third post", lambda: next(
            (row for row in self.stored("records.json").items()
             if row[0] not in (first, second)), None))
        self.assertTrue(third[1]["reply"]["parent"]["uri"].endswith(first))
        (self.folder / "gone").write_text(f"{first} {second} {third[0]}")
        self.send(event(4, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        self.wait_complete()
        last = wait_for("the last post", lambda: next(
            (row for row in self.stored("records.json").items()
             if row[0] not in (first, second, third[0])), None))
        self.assertNotIn("reply", last[1])

    def test_a_password_that_is_wrong_is_told_in_words_and_mended(self):
        self.secret("token", "bad-token")
        self.begin()
        told = self.command("channel", "test", "vendor", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("credentials: 401 Unauthorized: AuthenticationRequired: Invalid identifier "
                      "or password; identifier, or the app password in password_file", told.stdout)
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.secret("token", "good-token")
        self.command("reload")
        self.wait_complete()
        self.records(1)
        self.assertNotIn("bad-token", self.log_text())

    def test_a_test_posts_nothing(self):
        self.begin()
        told = self.command("channel", "test", "vendor")
        self.assertIn("test on vendor: delivered", told.stdout)
        self.assertEqual(self.stored("records.json"), [])
        self.assertEqual([row["path"] for row in self.asked()],
                         ["/xrpc/com.atproto.server.createSession"])


class X(Microblog):
    options = ""

    def setUp(self):
        super().setUp()
        self.secret("key", "good-key")
        self.secret("key-secret", "good-secret")
        self.secret("token-secret", "good-token-secret")

    def channel_text(self):
        return f"""
channel "vendor" {{
  driver = "x"  url = "http://127.0.0.1:{self.port}"  consumer_key_file = "key"
  consumer_secret_file = "key-secret"  token_file = "token"  token_secret_file = "token-secret"
  {self.common}
  {self.options}
}}"""

    def tweets(self, n=1):
        return wait_for(f"{n} posts", lambda: (
            lambda tweets: len(tweets) >= n and tweets)(self.stored("tweets.json")))

    def tell_a_story(self):
        self.begin()
        self.send(event(1))
        self.tweets(1)
        self.wait_complete()
        self.send(event(2, etr=ETR))
        self.tweets(2)
        self.wait_complete()
        return self.stored("tweets.json")

    def test_posts_that_stand_alone(self):
        tweets = self.tell_a_story()
        self.assertEqual(len(tweets), 2)
        self.assertEqual([set(tweet) for tweet in tweets], [{"id", "text"}] * 2)
        self.assertEqual([row["remote_id"] for row in self.rows()],
                         [tweet["id"] for tweet in tweets])
        for tweet in tweets:
            self.assertIn("Täby kyrkby", tweet["text"])
            self.assertNotIn("https://", tweet["text"], "an address costs more")
        for secret in ("good-key", "good-secret", "good-token"):
            self.assertNotIn(secret, self.log_text())

    def test_a_thread_where_it_is_asked_for(self):
        self.options = "threads = true  links = true"
        tweets = self.tell_a_story()
        self.assertEqual(tweets[1]["reply"], {"in_reply_to_tweet_id": tweets[0]["id"]})
        self.assertIn("https://", tweets[0]["text"])
        self.mood("aloof")
        self.send(event(3, status="restored", ended_at="2026-11-23T14:30:00+01:00"))
        tweets = self.tweets(3)
        self.wait_complete()
        self.assertNotIn("reply", tweets[2])
        self.assertEqual([row["attempts"] for row in self.rows()], [1, 1, 1])

    def test_a_lost_answer_shows_as_a_duplicate(self):
        self.begin()
        self.mood("silent")
        self.send(event(1))
        self.tweets(1)
        wait_for("a repeat", lambda: len(self.asked()) > 1)
        self.mood("silent", False)
        self.wait_complete()
        self.assertEqual(len(self.tweets(1)), 1)
        self.assertEqual(self.rows()[0]["state"], "delivered")

    def test_a_daemon_that_is_killed_in_doubt(self):
        self.begin()
        self.mood("hung")
        self.send(event(1))
        self.tweets(1)
        self.kill()
        self.mood("hung", False)
        self.start()
        self.wait_complete()
        self.assertEqual(len(self.tweets(1)), 1)
        self.assertEqual(self.rows()[0]["state"], "delivered")

    def test_a_limit_is_waited_for_in_each_form(self):
        self.begin()
        for form in ("retry-after", "date", "reset"):
            with self.subTest(form=form):
                self.throttled(form)
                self.send(event(1, incident=f"OMS-{form}", places=[{"name": form.title()}]))
                wait_for("the refusal", lambda: self.channel()["state"] == "down")
                n = len(self.asked())
                self.mood("throttled", False)
                self.wait_complete()
                self.assertEqual(len(self.asked()) - n, 1, "asked again before the time")

    def test_a_cap_is_a_long_pause_and_told_in_words(self):
        self.begin()
        self.mood("capped")
        self.send(event(1))
        wait_for("the refusal", lambda: self.channel()["state"] == "down")
        self.assertIn("Monthly product cap; what the developer account pays for is used up",
                      self.rows()[0]["last_error"])
        self.mood("capped", False)
        self.command("channel", "retry", "vendor")
        self.wait_complete()
        self.assertEqual(len(self.asked()), 2, "nothing was asked meanwhile")

    def test_no_credits_pause_and_keys_that_are_wrong_too(self):
        self.begin()
        self.mood("broke")
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("no credits left", self.channel()["last_error"])
        self.mood("broke", False)
        self.secret("token-secret", "bad-secret")
        self.command("reload")
        wait_for("the other pause",
                 lambda: "the four keys" in (self.channel().get("last_error") or ""))
        self.secret("token-secret", "good-token-secret")
        self.command("reload")
        self.wait_complete()
        self.assertEqual(len(self.tweets(1)), 1)

    def test_a_test_posts_nothing(self):
        self.begin()
        told = self.command("channel", "test", "vendor")
        self.assertIn("test on vendor: delivered", told.stdout)
        self.assertEqual(self.stored("tweets.json"), [])
        self.assertEqual([row["path"] for row in self.asked()], ["/2/users/me"])


if __name__ == "__main__":
    unittest.main()
