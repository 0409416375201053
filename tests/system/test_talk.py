#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Telegram, Matrix, ntfy, Gotify and Pushover through servers that answer as theirs do: a
whole story on each, what lost and refused requests come to, groups that move, danger that
is repeated until it is over; and no token in any log.

BUDKAVLE_SHORT=1 (under the sanitizers): what holds for each of them is asked of one, drawn
at random; each one's own tests run all the same."""
import os
import random
import unittest

from harness import wait_for
from test_vendors import ETR, WithVendors, event

OVER = {"status": "restored", "ended_at": "2026-11-23T14:30:00+01:00"}


class Talk:
    """What holds for each of them; mixed into its class."""

    servers = "vendor_talk.py"
    secrets = {}        # file: what it holds
    options = ""
    n_after_loss = 2    # messages that are seen when an answer was lost

    def setUp(self):
        super().setUp()
        for name, value in self.secrets.items():
            self.secret(name, value)

    def tearDown(self):
        """Whatever happened: nothing that people can read has a secret in it."""
        if self.daemon is None:
            return
        told = "".join([self.log_text(), self.command("status").stdout,
                        self.command("--json", "status").stdout,
                        self.command("--json", "queue", "--all").stdout,
                        self.command("--json", "channels").stdout,
                        self.command("metrics", check=False).stdout])
        for value in self.secrets.values():
            self.assertNotIn(value, told)
            self.assertNotIn(value.partition(":")[2] or value, told)

    def channel_text(self):
        return f"""
channel "vendor" {{
  driver = "{self.driver}"  {self.place()}
  {self.common}
  {self.options}
}}"""

    def place(self):
        return f'url = "http://127.0.0.1:{self.port}"'

    def seen(self, n=0):
        return wait_for(f"{n} messages", lambda: (
            lambda seen: len(seen) >= n and (seen or n == 0) and [seen])(
                self.stored("seen.json")))[0]

    def say(self, number, **more):
        self.send(event(number, **more))
        self.wait_complete()

    def tell_story(self):
        self.begin()
        self.say(1)
        self.say(2, etr=ETR)
        self.say(3, **OVER)
        self.assertEqual([row["state"] for row in self.rows()], ["delivered"] * 3)
        return self.seen(1)

    # --- The same for all

    def test_a_login_that_expires_is_told_in_words_and_mended(self):
        self.begin()
        self.say(1)
        self.mood("expired")
        told = self.command("channel", "test", "vendor", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("token", told.stdout)
        self.send(event(2, etr=ETR))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("token", self.channel()["last_error"])
        self.mood("expired", False)
        self.command("channel", "resume", "vendor")
        self.command("retry", "--channel", "vendor", check=False)
        self.say(3, **OVER)
        self.assertIn("tillbaka", str(self.seen(1)[-1]))

    def be_throttled(self, form):
        self.begin()
        (self.folder / "throttled").write_text(form)
        self.send(event(1))
        wait_for("the refusal", lambda: self.rows() and self.rows()[0].get("last_error"))
        self.assertIn("429", self.rows()[0]["last_error"])
        n = len(self.asked())
        self.mood("throttled", False)
        self.wait_complete()
        self.assertLess(n, 4, "asked again before the time")
        self.assertEqual(len(self.seen(1)), 1)

    def test_a_limit_in_a_header(self):
        self.be_throttled("header")

    def test_a_limit_in_the_vendors_own_way(self):
        self.be_throttled("own")

    def test_a_connection_that_is_reset_before_anything_was_read(self):
        self.begin()
        self.mood("deaf")
        self.send(event(1))
        wait_for("a failure", lambda: self.channel()["state"] == "down")
        self.assertEqual(self.stored("seen.json"), [])
        self.mood("deaf", False)
        self.wait_complete()
        self.assertEqual(len(self.seen(1)), 1)
        self.assertEqual(self.rows()[0]["state"], "delivered")

    def test_an_answer_that_is_lost(self):
        self.begin()
        self.mood("silent")
        self.send(event(1))
        self.seen(1)
        wait_for("the loss to be noticed", lambda: self.channel()["state"] == "down")
        n = len(self.asked())
        self.mood("silent", False)
        self.wait_complete()
        self.assertEqual(self.rows()[0]["state"], "delivered")
        seen = len(self.seen(1))
        if self.n_after_loss == 1:
            self.assertEqual(seen, 1, "the repeat is known")
        else:
            self.assertGreaterEqual(seen, 2)
        self.assertGreater(len(self.asked()), n)

    def test_an_answer_that_is_lost_may_wait_for_a_person(self):
        self.options += '\n  on_unknown = "park"'
        self.begin()
        self.mood("silent")
        self.send(event(1))
        self.seen(1)
        if self.driver == "matrix":  # a repeat is harmless there
            self.mood("silent", False)
            self.wait_complete()
            self.assertEqual(len(self.seen(1)), 1)
            return
        wait_for("a person's decision",
                 lambda: self.rows() and self.rows()[0]["state"] == "parked")
        self.mood("silent", False)
        self.assertEqual(len(self.seen(1)), 1)

    def test_the_vendor_is_away_for_a_while(self):
        self.begin()
        self.mood("down")
        self.send(event(1))
        self.send(event(2, etr=ETR))
        wait_for("the channel to be down", lambda: self.channel()["state"] == "down")
        self.mood("down", False)
        self.wait_complete()
        self.assertEqual(len(self.seen(1)), 1, "one message makes up for it")
        self.assertIn("17.30", str(self.seen(1)[0]))

    def test_a_test_disturbs_nobody(self):
        self.begin()
        told = self.command("channel", "test", "vendor")
        self.assertIn("delivered", told.stdout)
        self.assertEqual(self.stored("seen.json"), [])


class Telegram(Talk, WithVendors):
    driver = "telegram"
    secrets = {"bot": "4711:AAE-good"}
    chats = '"-5"'

    def place(self):
        return super().place() + f'  token_file = "bot"  to = {{ {self.chats} }}'

    def test_a_story(self):
        first, update, last = self.tell_story()
        self.assertEqual([one["answers"] for one in (first, update, last)],
                         [None, first["message_id"], first["message_id"]])
        self.assertEqual(first["text"], last["text"], "the first says what is now")
        self.assertEqual(first["edits"], 2)
        self.assertIn("<b>Strömmen är tillbaka i Täby kyrkby", last["text"])
        self.assertEqual([row["remote_id"] for row in self.rows()],
                         [f"-5:{one['message_id']}" for one in (first, update, last)])

    def test_an_edit_that_was_made_already_is_no_fault(self):
        self.begin()
        self.say(1)
        self.mood("silent")
        self.send(event(2, etr=ETR))
        wait_for("the edit", lambda: self.seen(1)[0]["edits"] == 1)
        wait_for("the loss to be noticed", lambda: self.channel()["state"] == "down")
        self.mood("silent", False)
        self.wait_complete()
        self.assertEqual([row["state"] for row in self.rows()], ["delivered"] * 2)
        self.assertEqual((len(self.seen(2)), self.seen(2)[0]["edits"]), (2, 1))
        edits = [row for row in self.asked() if row["path"].endswith("/editMessageText")]
        self.assertGreater(len(edits), 1)

    def test_a_group_that_becomes_a_supergroup(self):
        self.begin()
        self.say(1)
        self.mood("moved")
        self.say(2, etr=ETR)
        self.say(3, **OVER)
        seen = self.seen(3)
        self.assertEqual([one["chat"] for one in seen], [-5, -1005, -1005])
        self.assertEqual(seen[2]["answers"], seen[1]["message_id"])
        self.assertEqual([row["state"] for row in self.rows()], ["delivered"] * 3)
        self.assertIn("write -1005 in place of -5", self.channel()["last_error"])
        self.assertIn("write -1005 in place of -5", self.rows()[1]["last_error"])
        asked = len(self.asked())
        self.send(event(1, incident="OMS-2"))
        self.wait_complete()
        self.assertEqual(len(self.asked()), asked + 1, "the new number is remembered")
        # After a restart the old number is asked once more.
        self.stop()
        self.start()
        self.send(event(1, incident="OMS-3"))
        self.wait_complete()
        self.assertEqual(self.seen(5)[4]["chat"], -1005)
        self.chats = '"-1005"'
        self.write_config()
        self.command("reload")
        self.send(event(1, incident="OMS-4"))
        self.wait_complete()
        self.assertNotIn("last_error", {name: value for name, value in self.channel().items()
                                        if value})

    def test_some_of_several_chats_take_nothing(self):
        self.chats = '"-5", "-403", "-400", "-7"'
        self.begin()
        self.say(1)
        self.assertEqual(sorted(one["chat"] for one in self.seen(2)), [-7, -5])
        states = sorted(row["state"] for row in self.rows())
        self.assertEqual(states, ["delivered"] * 2 + ["undeliverable"] * 2)
        self.assertEqual(self.channel()["state"], "up")

    def test_the_only_chat_takes_nothing(self):
        self.chats = '"-403"'
        self.begin()
        self.send(event(1))
        wait_for("the pause", lambda: self.channel()["state"] == "paused")
        self.assertIn("blocked by the user; add the bot", self.channel()["last_error"])
        told = self.command("channel", "test", "vendor", check=False)
        self.assertIn("add the bot", told.stdout)


class Matrix(Talk, WithVendors):
    driver = "matrix"
    secrets = {"bot": "syt_good"}
    n_after_loss = 1

    def place(self):
        return super().place() + '  token_file = "bot"  room_id = "!abc:example.se"'

    def test_a_story(self):
        first, update, last = self.tell_story()
        self.assertEqual([one["thread"] for one in (first, update, last)],
                         [None, first["event_id"], first["event_id"]])
        self.assertEqual(last["answers"], update["event_id"])
        self.assertTrue(first["edited"])
        self.assertIn("Strömmen är tillbaka", first["content"]["body"])
        self.assertIn("<table", first["content"]["formatted_body"])
        self.assertEqual([row["remote_id"] for row in self.rows()],
                         [one["event_id"] for one in (first, update, last)])


class Ntfy(Talk, WithVendors):
    driver = "ntfy"
    secrets = {"bot": "tk_good"}
    n_after_loss = 1

    def place(self):
        return f'url = "http://127.0.0.1:{self.port}/ntfy"  topic = "drift"  token_file = "bot"'

    def test_a_story(self):
        one, = self.tell_story()
        self.assertIn("Strömmen är tillbaka", one["title"])
        self.assertEqual(one["tags"], ["white_check_mark"])
        self.assertRegex(one["click"], r"https://drift.example.se/incident/i_\w+\.html")
        self.assertEqual(self.rows()[2]["remote_id"], one["id"])

    def test_an_older_server_shows_one_after_the_other(self):
        self.mood("old")
        self.assertEqual(len(self.tell_story()), 3)

    def test_a_topic_for_tests(self):
        self.options = 'test_topic = "drift-test"'
        self.begin()
        self.command("channel", "test", "vendor")
        one, = self.seen(1)
        self.assertEqual((one["topic"], one["priority"]), ("drift-test", 1))
        self.assertIn("TEST", one["message"])


class Gotify(Talk, WithVendors):
    driver = "gotify"
    secrets = {"bot": "Agoodtoken"}

    def place(self):
        return super().place() + '  token_file = "bot"'

    def test_a_story(self):
        first, _, last = self.tell_story()
        self.assertIn("Strömmen är borta", first["title"])
        self.assertIn("Strömmen är tillbaka", last["message"])
        self.assertEqual([row["remote_id"] for row in self.rows()],
                         [str(one["id"]) for one in self.seen(3)])

    def test_a_limit_in_the_vendors_own_way(self):
        """It has none; a proxy in front of it may say 429 all the same."""
        self.be_throttled("own")

    def test_a_test_disturbs_nobody(self):
        self.begin()
        self.command("channel", "test", "vendor")
        one, = self.seen(1)
        self.assertEqual(one["priority"], 0)
        self.assertIn("TEST", one["message"])


class Pushover(Talk, WithVendors):
    driver = "pushover"
    secrets = {"bot": "good0token0good0token0good0tok",
               "user": "good0user00good0user00good0use"}

    def place(self):
        return super().place() + '  token_file = "bot"  user_key_file = "user"'

    def test_a_story(self):
        first, _, last = self.tell_story()
        self.assertIn("Strömmen är borta", first["title"])
        self.assertIn("Strömmen är tillbaka", last["message"])
        self.assertEqual({one["priority"] for one in self.seen(3)}, {"0"})
        self.assertEqual([row["remote_id"] for row in self.rows()],
                         [one["request"] for one in self.seen(3)])

    def test_danger_is_repeated_until_it_is_over(self):
        self.begin()
        water = {"kind": "water", "cause": "contamination"}
        self.say(1, **water, advice=["boil_water"])
        alarm = self.seen(1)[0]
        self.assertEqual((alarm["priority"], alarm["retry"], alarm["expire"]),
                         ("2", "60", "3600"))
        self.assertTrue(alarm["repeats"])
        self.say(2, **water, advice=[], **OVER)
        seen = self.seen(2)
        self.assertFalse(seen[0]["repeats"])
        self.assertNotEqual(seen[-1]["priority"], "2")
        self.assertTrue(any("cancel_by_tag" in row["path"] for row in self.asked()))

    def test_a_key_that_is_wrong(self):
        self.secret("user", "x" * 30)
        self.begin()
        told = self.command("channel", "test", "vendor", check=False)
        self.assertIn("user_key_file should hold", told.stdout)


def load_tests(loader, _tests, _pattern):
    vendors = (Telegram, Matrix, Ntfy, Gotify, Pushover)
    whole = vendors if "BUDKAVLE_SHORT" not in os.environ else (random.choice(vendors),)
    return unittest.TestSuite(
        vendor(name) for vendor in vendors for name in loader.getTestCaseNames(vendor)
        if vendor in whole or name in vars(vendor))


if __name__ == "__main__":
    unittest.main()
