#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A drill beside real receivers: nothing of it reaches them, and every text says so."""
import email
import email.policy
import json
import re
import unittest

from harness import World, wait_for

KINDS = ("power", "water", "sewage", "heating", "gas", "telecom", "transport", "other")
MARKS = {"sv": "ÖVNING", "nb": "ØVELSE", "en": "EXERCISE"}


def story(prefix, kind):
    """Every status that an incident can have, in two incidents of the kind."""
    common = {"kind": kind, "places": [{"name": "Täby kyrkby"}],
              "started_at": "2026-11-23T13:48:00+01:00"}
    one = {"incident": f"{prefix}-{kind}", **common}
    two = {"incident": f"{prefix}-{kind}-planned", **common}
    return [
        {**one, "event_id": f"{prefix}{kind}1", "status": "suspected"},
        {**one, "event_id": f"{prefix}{kind}2", "status": "confirmed",
         "customers_affected": 12000, "severity": "extreme",
         "advice": ["stay_away_from_lines"] + ["boil_water"] * (kind == "water")},
        {**one, "event_id": f"{prefix}{kind}3",
         "etr": {"at": "2099-11-23T17:30:00+01:00", "basis": "crew"}},
        {**one, "event_id": f"{prefix}{kind}4", "cause": "tree", "crew": "on_site"},
        {**one, "event_id": f"{prefix}{kind}5", "status": "partly_restored",
         "customers_restored": 400},
        {**one, "event_id": f"{prefix}{kind}6", "status": "restored"},
        {**one, "event_id": f"{prefix}{kind}7", "status": "confirmed"},
        {**one, "event_id": f"{prefix}{kind}8", "status": "cancelled"},
        {**two, "event_id": f"{prefix}{kind}9", "status": "planned",
         "planned": {"from": "2099-11-23T09:00:00+01:00",
                     "to": "2099-11-23T12:00:00+01:00"}},
        {**two, "event_id": f"{prefix}{kind}10", "status": "planned",
         "planned": {"from": "2099-11-24T09:00:00+01:00",
                     "to": "2099-11-24T12:00:00+01:00"}},
        {**two, "event_id": f"{prefix}{kind}11", "status": "cancelled"},
    ]


class Drill(World):
    routes = """
route "all"   { channels = { "page", "bus", "mail", "drill_page", "drill_bus",
                             "drill_mail" } }
alarm { channels = { "mail" } }
"""

    def config_text(self):
        ports = self.receivers.ports
        return super().config_text().replace(
            'languages    = { "sv", "en" }', 'languages    = { "sv", "nb", "en" }') + f"""
channel "drill_bus" {{
  driver = "webhook"  url = "http://127.0.0.1:{ports['http']}/hooks/drill"
  secret_file = "bus.key"  allow_http = true  allow_private = true  live = false
  backlog = "each"  retry_floor = "100ms"  retry_cap = "1s"
}}
channel "drill_mail" {{
  driver = "email"  relay = "smtp://127.0.0.1:{ports['smtp']}"  live = false
  from = "drift@example.se"  to = {{ "ovning@example.se" }}
  retry_floor = "100ms"  retry_cap = "1s"
}}
channel "drill_page" {{
  driver = "page"  directory = "{self.folder}/drill"  live = false
}}
"""

    def assert_marked(self, text, language):
        self.assertTrue(text.startswith(MARKS[language] + ": "), text)

    def look_at_hooks(self):
        hooks = self.receivers.hooks()
        self.assertEqual({row["path"] for row in hooks}, {"/hooks/drill"})
        for row in hooks:
            data = row["body"]["data"]
            self.assertEqual(data["incident"]["mode"], "exercise")
            self.assertEqual(set(data["texts"]), set(MARKS))
            for language, texts in data["texts"].items():
                for form in ("title", "short", "long"):
                    self.assert_marked(texts[form], language)
        return {row["body"]["data"]["notice"] for row in hooks}

    def look_at_mails(self):
        mails = self.receivers.mails()
        self.assertTrue(mails)
        for row in mails:
            self.assertEqual(row["to"], ["ovning@example.se"])
            mail = email.message_from_string(row["data"], policy=email.policy.default)
            self.assert_marked(mail["Subject"], "sv")
            body = mail.get_body(("plain",)).get_content()
            for mark in MARKS.values():
                self.assertIn(mark, body)

    def look_at_pages(self):
        live = self.folder / "page"
        self.assertFalse((live / "incident").exists() and any((live / "incident").iterdir()))
        everything = "".join(path.read_text() for path in live.rglob("*") if path.is_file())
        for mark in MARKS.values():
            self.assertNotIn(mark, everything)
        self.assertNotIn("Täby kyrkby", everything)
        for language, mark in MARKS.items():
            folder = self.folder / "drill" / ("" if language == "sv" else language)
            for page in [folder / "index.html", *(folder / "incident").iterdir()]:
                title = re.search("<title>(.*?)</title>", page.read_text())[1]
                self.assert_marked(title, language)
                self.assertIn(f'class="banner">{mark}', page.read_text())
            feed = json.loads((folder / "feed.json").read_text())
            self.assert_marked(feed["title"], language)
            self.assertTrue(feed["items"])
            for item in feed["items"]:
                self.assert_marked(item["title"], language)
            for title in re.findall("<title>(.*?)</title>", (folder / "feed.atom").read_text()):
                self.assert_marked(title, language)

    def send_story(self, kind):
        """One send for each step, so that each is said by itself."""
        for event in story("SOCKET", kind):
            self.command("send", "--exercise", "--name", "drill", "-", stdin=json.dumps(event))

    def test_a_whole_drill(self):
        self.start()
        for number, kind in enumerate(KINDS):
            for event in story("SPOOL", kind):
                self.drop(f"{number}-{event['event_id']}.json",
                          json.dumps({**event, "mode": "exercise"}))
            self.send_story(kind)
        self.wait_complete()
        notices = self.look_at_hooks()
        for notice in ("suspected", "first", "etr_set", "cause", "partly_restored",
                       "restored", "reopened", "false_alarm", "danger", "planned",
                       "planned_moved", "planned_off"):
            self.assertIn(notice, notices)
        self.look_at_mails()
        wait_for("the drill's page", (self.folder / "drill/nb/index.html").exists)
        self.look_at_pages()
        self.assertEqual(self.stop(), 0)

    def test_a_drill_does_not_touch_what_is_real(self):
        self.start()
        real = story("REAL", "power")[1]
        self.send(real)
        wait_for("the real one", self.receivers.hooks)
        done = self.json("send", "--exercise", "--name", "v48", "-",
                         stdin=json.dumps({**real, "status": "restored"}))
        self.assertEqual(done["accepted"][0]["incident"], "v48:REAL-power")
        self.assertEqual(done["accepted"][0]["event_id"], "v48:REALpower2")
        again = self.json("send", "--exercise", "--name", "v48", "-",
                          stdin=json.dumps({**real, "status": "restored"}))
        self.assertEqual(again["accepted"][0]["result"], "repeat")
        rows = {row["incident"]: row for row in self.json("incidents")["incidents"]}
        self.assertEqual(rows["REAL-power"]["status"], "confirmed")

    def test_an_old_storm_is_played_as_of_now(self):
        self.start()
        old = [{"incident": "S1", "at": "2021-01-06T13:00:00+01:00", "kind": "power",
                "status": "confirmed", "started_at": "2021-01-06T12:00:00+01:00",
                "places": [{"name": "Täby kyrkby"}]},
               {"incident": "S1", "at": "2021-01-06T15:00:00+01:00",
                "etr": "2021-01-06T21:00:00+01:00"}]
        self.command("send", "--exercise", "--shift", "-", stdin=json.dumps(old))
        wait_for("the drill's notice", self.receivers.hooks)
        hook = self.receivers.hooks()[-1]
        self.assertNotIn("2021", json.dumps(hook["body"]["data"]["texts"]))

    def test_what_is_left_of_a_drill_is_closed(self):
        self.start()
        self.send(story("REAL", "power")[1])
        self.command("send", "--exercise", "--name", "v48", "-",
                     stdin=json.dumps(story("A", "power")[1:3]))
        rows = self.json("incidents", "--open")["incidents"]
        self.assertEqual(len(rows), 2)
        self.send(*[{"incident": row["incident"], "mode": row["mode"], "status": "restored"}
                    for row in rows if row.get("mode") == "exercise"
                    and row["source"] == "socket"])
        rows = self.json("incidents", "--open")["incidents"]
        self.assertEqual([row["incident"] for row in rows], ["REAL-power"])

    def test_what_is_no_event_is_refused_with_its_line(self):
        done = self.command("send", "--exercise", "-", check=False,
                            stdin='{"incident": "A"}\n{"incident": \n')
        self.assertEqual(done.returncode, 1)
        self.assertIn("line 2", done.stderr)
        done = self.command("send", "--name", "x", "-", check=False, stdin="{}")
        self.assertEqual(done.returncode, 2)

    def test_trouble_with_a_drill_channel_is_marked(self):
        self.start()
        (self.folder / "denied").touch()
        self.command("send", "--exercise", "-", stdin=json.dumps(story("A", "power")[1]))
        wait_for("the drill channel to be paused", lambda: any(
            row["name"] == "drill_bus" and row["state"] == "paused"
            for row in self.json("channels")["channels"]))
        row = wait_for("the alarm", lambda: [
            row for row in self.receivers.mails()
            if row["to"] != ["ovning@example.se"]])[0]
        mail = email.message_from_string(row["data"], policy=email.policy.default)
        self.assert_marked(mail["Subject"], "sv")
        self.assertIn("drill_bus", mail["Subject"])


if __name__ == "__main__":
    unittest.main()
