#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Chat services, each with a server that answers as its vendor's does: what a reader sees of
a whole story, what happens to it when limits are met, answers are lost, or the webhook is
gone, and that no secret is ever told."""
import json
import subprocess
import sys
import unittest

from harness import TOOLS, World, read_rows, wait_for

TOKEN = "good-token-of-an-app"
SECRETS = (TOKEN, "good-address-of-a-hook", "good-address-of-a-flow")
HOSTILE = "@everyone <!channel> [Lund](https://evil.example/x)"
# service: driver, its options, the secret's file and what is in it.
SERVICES = {
    "slack": ("slack", 'url = "{url}/api"  token_file = "{file}"  channel_id = "C0123456789"',
              TOKEN),
    "slackhook": ("slack", 'webhook_file = "{file}"',
                  "{url}/services/T0/B0/good-address-of-a-hook"),
    "teams": ("teams", 'webhook_file = "{file}"',
              "{url}/flow/invoke?api-version=1&sig=good-address-of-a-flow"),
    "discord": ("discord", 'webhook_file = "{file}"',
                "{url}/api/webhooks/123/good-address-of-a-hook"),
    "mattermost": ("mattermost", 'url = "{url}"  token_file = "{file}"  channel_id = "c7"',
                   TOKEN),
    "mattermosthook": ("mattermost", 'webhook_file = "{file}"',
                       "{url}/hooks/good-address-of-a-hook"),
    "rocketchat": ("rocketchat", 'url = "{url}"  user_id = "u7"  token_file = "{file}"\n'
                   '  room = "#drift"', TOKEN),
    "rocketchathook": ("rocketchat", 'webhook_file = "{file}"',
                       "{url}/hooks/7/good-address-of-a-hook"),
}
THREADS = ("slack", "mattermost", "rocketchat")
EDITS = THREADS + ("discord",)
ETR = {"at": "2030-11-23T17:30:00+01:00", "basis": "crew"}


def event(number, **more):
    return {"event_id": f"OMS-77120-{number}", "incident": "OMS-77120", "kind": "power",
            "status": "confirmed", "customers_affected": 1432, "revision": number,
            "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
            "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree", **more}


END = {"status": "restored", "ended_at": "2026-11-23T14:30:00+01:00"}


class Chats(World):
    maxDiff = None
    more = ""

    def setUp(self):
        self.port = 9  # until the servers have one
        super().setUp()
        self.chats = subprocess.Popen(
            [sys.executable, str(TOOLS / "vendor_chats.py"), str(self.folder)])
        self.addCleanup(self.end_chats)
        port = self.folder / "chats.port"
        wait_for("the chats' servers", port.exists)
        self.port = int(port.read_text())

    def end_chats(self):
        self.chats.kill()
        self.chats.wait()

    def mood(self, name, on=True):
        path = self.folder / name
        path.touch() if on else path.unlink(missing_ok=True)

    def channel_text(self, service):
        driver, options, secret = SERVICES[service]
        url = f"http://127.0.0.1:{self.port}/{service}"
        path = self.folder / f"{service}.secret"
        path.write_text(secret.format(url=url) + "\n")
        path.chmod(0o600)
        return f"""
channel "{service}" {{
  driver = "{driver}"  {options.format(url=url, file=path.name)}
  allow_http = true  allow_private = true  hold_down = "0s"  rate = "100/s"
  retry_floor = "100ms"  retry_cap = "1s"  {self.more}
}}"""

    def config_text(self):
        names = ", ".join(f'"{service}"' for service in SERVICES)
        return (super().config_text() + "".join(map(self.channel_text, SERVICES)) +
                f'\nroute "chats" {{ channels = {{ {names} }} }}\n')

    def begin(self):
        self.write_config()
        self.start()

    def messages(self, service):
        path = self.folder / f"{service}.json"
        return json.loads(path.read_text()) if path.exists() else []

    def rows(self, service):
        return [row for row in self.json("queue", "--all")["deliveries"]
                if row["channel"] == service]

    def channel(self, service):
        return next(row for row in self.json("status")["channels"] if row["name"] == service)

    def asked(self, service):
        return [row for row in read_rows(self.folder / "asked.ndjson")
                if row["service"] == service]

    def assert_no_secret(self, *told):
        for secret in SECRETS:
            self.assertNotIn(secret, self.log_text() + "".join(told))

    def tell(self, number, **more):
        self.send(event(number, **more))
        self.wait_complete()

    def assert_story(self, service):
        """First, update, end: a thread, and the first says what the last does."""
        first, update, end = self.messages(service)
        threads = [first["id"]] * 2 if service in THREADS else [None] * 2
        self.assertIsNone(first["thread"])
        self.assertEqual([update["thread"], end["thread"]], threads)
        self.assertIn("17.30", update["text"])
        self.assertIn("Strömmen är tillbaka", end["text"])
        if service in EDITS:
            self.assertEqual(first["edits"], 2)
            self.assertEqual(first["text"], end["text"], "the first says what is now")
        else:
            self.assertEqual(first["edits"], 0)
            self.assertIn("Strömmen är borta", first["text"])

    def assert_ids(self, service):
        """What the service called the messages is kept where it tells."""
        told = [row.get("remote_id", "") for row in self.rows(service)]
        ids = [message["id"] for message in self.messages(service)]
        for one, number in zip(told, ids):
            self.assertTrue(one.endswith(number) if service in EDITS else one == "",
                            (service, told, ids))

    def test_a_whole_story_as_people_read_it(self):
        self.begin()
        self.tell(1)
        self.tell(2, etr=ETR)
        self.tell(3, **END)
        for service in SERVICES:
            with self.subTest(service=service):
                self.assert_story(service)
                self.assert_ids(service)
        self.assertTrue(self.messages("slack")[2]["broadcast"])
        self.assertFalse(self.messages("slack")[1]["broadcast"])
        self.assert_no_secret()

    def test_names_call_nobody(self):
        self.begin()
        self.tell(1, places=[{"name": HOSTILE}])
        for service in SERVICES:
            with self.subTest(service=service):
                shown = json.dumps(self.messages(service)[0], ensure_ascii=False)
                self.assertNotIn("@everyone", shown)
                if not service.startswith("slack"):
                    self.assertNotIn("[Lund](", shown)
                if service.startswith("slack"):
                    self.assertNotIn("<!channel>", shown)

    def test_limits_are_waited_for_in_each_form(self):
        self.begin()
        self.mood("throttled")
        self.send(event(1))
        for service in SERVICES:
            wait_for(f"the refusal of {service}", lambda name=service: any(
                row.get("last_error") for row in self.rows(name)))
        self.mood("throttled", False)
        self.wait_complete()
        for service in SERVICES:
            with self.subTest(service=service):
                self.assertEqual(len(self.messages(service)), 1)
                self.assertLess(len(self.asked(service)), 5, "asked before the time")
                self.assertIn("429" if "rocketchathook" != service else "too-many",
                              self.rows(service)[0].get("last_error", "429 too-many"))

    def test_what_is_gone_pauses_or_is_parked(self):
        """Webhooks and tokens that are of no use pause the channel, and nothing is asked
        again until a person has mended it; then the rest follows."""
        self.begin()
        self.mood("gone")
        self.send(event(1))
        parked = ("slack", "rocketchat")  # the API says it of one message
        for service in SERVICES:
            wait_for(f"{service}'s row", lambda name=service: [
                row for row in self.rows(name) if row["state"] == "parked"])
            state = "up" if service in parked else "paused"
            self.assertEqual(self.channel(service)["state"], state, service)
        before = {service: len(self.asked(service)) for service in SERVICES}
        self.send(event(2, etr=ETR))
        wait_for("the parked channels to be asked", lambda: all(
            len(self.asked(service)) > before[service] for service in parked))
        told = json.dumps(self.json("status")) + json.dumps(self.json("queue", "--all"))
        for service in SERVICES:
            if service not in parked:
                self.assertEqual(len(self.asked(service)), before[service], service)
        self.mood("gone", False)
        for service in SERVICES:
            if service not in parked:
                self.command("channel", "resume", service)
            self.command("channel", "retry", service)
        self.wait_complete()
        for service in SERVICES:
            self.assertIn("17.30", self.messages(service)[-1]["text"], service)
        self.assert_no_secret(told)

    def test_a_lost_answer_is_said_again_or_parked(self):
        self.more = 'on_unknown = "park"'
        self.begin()
        self.mood("silent")
        self.send(event(1))
        for service in SERVICES:
            row = wait_for(f"{service}'s row", lambda name=service: next(
                (row for row in self.rows(name) if row["state"] == "parked"), None))
            self.assertIn("without an answer", row["last_error"])
            self.assertEqual(len(self.messages(service)), 1, "nothing is repeated silently")
        self.mood("silent", False)
        self.more = ""
        self.write_config()
        self.command("reload")
        for service in SERVICES:
            self.command("channel", "retry", service)
        self.wait_complete()
        for service in SERVICES:
            self.assertEqual(len(self.messages(service)), 2, service)

    def test_a_first_message_that_a_person_took_away(self):
        self.begin()
        self.tell(1)
        self.tell(2, etr=ETR)
        for service in EDITS:
            (self.folder / f"{service}.taken.{self.messages(service)[0]['id']}").touch()
        self.tell(3, **END)
        for service in EDITS:
            with self.subTest(service=service):
                update, end = self.messages(service)
                self.assertIn("Strömmen är tillbaka", end["text"])
                self.assertEqual(end["thread"],
                                 update["id"] if service in THREADS else None)
                self.assertEqual(self.channel(service)["state"], "up")

    def test_what_is_urgent_is_marked_where_it_can_be(self):
        self.begin()
        self.mood("plain")
        self.tell(1, severity="severe")
        self.assertIsNone(self.messages("mattermost")[0]["priority"])
        self.assertIsNone(self.messages("mattermosthook")[0]["priority"])
        self.mood("plain", False)
        self.send({**event(1, severity="severe"), "incident": "OMS-2", "event_id": "2-1"})
        self.wait_complete()
        self.assertEqual(self.messages("mattermost")[1]["priority"], {"priority": "urgent"})
        self.assertEqual(self.messages("mattermosthook")[1]["priority"],
                         {"priority": "urgent"})

    def test_a_marked_test(self):
        """With a token nothing is written; a webhook gets a message that says what it is."""
        self.begin()
        for service in SERVICES:
            with self.subTest(service=service):
                told = self.command("channel", "test", service)
                self.assertIn("delivered", told.stdout)
                messages = self.messages(service)
                if service in THREADS:
                    self.assertEqual(messages, [])
                else:
                    self.assertIn("TEST. Inget har hänt.", json.dumps(
                        messages[0], ensure_ascii=False))
        self.mood("gone")
        told = self.command("channel", "test", "discord", check=False)
        self.assertEqual(told.returncode, 1)
        self.assertIn("the webhook is gone; make a new webhook", told.stdout)
        self.assert_no_secret(told.stdout)

    def test_a_secret_that_is_no_address_is_refused_without_it(self):
        self.begin()
        (self.folder / "discord.secret").write_text("discord.com/good-address-of-a-hook\n")
        told = self.command("reload", check=False)
        self.assertNotEqual(told.returncode, 0)
        self.assertIn("the file holds no address", told.stdout + told.stderr)
        self.assert_no_secret(told.stdout, told.stderr)


if __name__ == "__main__":
    unittest.main()
