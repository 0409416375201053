#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what: every route of docs/socket.md, tried as every kind of peer."""
import grp
import json
import os
import pwd
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../system"))
from socket_world import EVENT, SocketWorld, UnixHTTPConnection, event

ROLES = ("submit", "read", "operate", "approve", "report")
# Accounts that every Debian has, one for each way into a role.
USERS = {"submit": "games", "read": "man", "operate": "lp", "approve": "news",
         "report": "backup"}
GROUPS = {"submit": "games", "read": "operator", "operate": "staff", "approve": "dialout",
          "report": "video"}


def gid(name):
    return grp.getgrnam(name).gr_gid


@unittest.skipIf(os.geteuid() != 0, "needs root to be somebody else")
class Access(SocketWorld):
    socket_more = "mode = 0666  max_per_uid = 64"
    access = "access {\n" + "".join(
        f'  {role} = {{ "user:{USERS[role]}", "group:{GROUPS[role]}" }}\n' for role in ROLES
    ) + "}\n"

    def peers(self):
        """Name: (uid, gid, further groups, roles)."""
        nobody, nogroup = pwd.getpwnam("nobody").pw_uid, gid("nogroup")
        found = {"nobody": (nobody, nogroup, (), set()),
                 "root": (0, 0, (), set(ROLES)),
                 "everything by groups": (nobody, nogroup, tuple(map(gid, GROUPS.values())),
                                          set(ROLES)),
                 "a number without an account": (54321, 54321, (), set())}
        for role in ROLES:
            found[f"{role} by name"] = (pwd.getpwnam(USERS[role]).pw_uid, nogroup, (), {role})
            found[f"{role} by first group"] = (nobody, gid(GROUPS[role]), (), {role})
            found[f"{role} by further group"] = (nobody, nogroup, (gid(GROUPS[role]),), {role})
        return found

    def as_peer(self, peer, calls):
        """The status and text of each (method, path, body), asked by a process of peer's."""
        uid, group, more, _ = peer
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups(list(more))
                os.setresgid(group, group, group)
                os.setresuid(uid, uid, uid)
                answers = [self.head_of(*call) for call in calls]
                with os.fdopen(writing, "w", encoding="utf-8") as pipe:
                    json.dump(answers, pipe)
            finally:
                os._exit(0)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            text = pipe.read()
        os.waitpid(child, 0)
        self.assertTrue(text, "the peer's process has said nothing")
        return json.loads(text)

    def head_of(self, method, path, body):
        """Status and text; of a stream that is let in only the status."""
        connection = UnixHTTPConnection(self.socket)
        given = {"Content-Type": "application/json"} if method == "POST" else {}
        connection.request(method, path, json.dumps(body) if method == "POST" else None, given)
        answer = connection.getresponse()
        endless = path == "/v1/stream" and answer.status == 200
        text = "" if endless else answer.read().decode(errors="replace")
        connection.close()
        return answer.status, text

    def routes_for(self, incident):
        """The documented routes with ids in their places."""
        ids = {"{name}": "bus", "{id}": incident}
        for method, path, role in self.documented():
            fill = dict(ids, **{"{id}": "999999"}) if "deliveries" in path else ids
            yield method, re.sub(r"\{\w+\}", lambda found: fill[found.group()], path), role

    def test_every_peer_on_every_route(self):
        self.write_config()
        self.start()
        incident = self.post(EVENT)[0]["incident"]
        self.wait_complete()
        cells = 0
        for name, peer in self.peers().items():
            calls = [(method, path, event(cells + number))
                     for number, (method, path, _) in enumerate(self.routes_for(incident))]
            answers = self.as_peer(peer, calls)
            cells += len(answers)
            for (method, path, _), (_, _, role), (status, text) in zip(
                    calls, self.documented(), answers):
                with self.subTest(f"{name}: {method} {path}"):
                    if role in peer[3]:
                        self.assertNotIn(status, (0, 401, 403), text)
                    else:
                        self.assertEqual(status, 403, text)
                        self.assertIn(role, json.loads(text)["detail"])
        self.assertGreaterEqual(cells, 150)
        print(f"access: {cells} cells of role, operation and peer", file=sys.stderr)

    def test_what_is_refused_changes_nothing(self):
        self.write_config()
        self.start()
        stranger = self.peers()["nobody"]
        calls = [(method, path, EVENT)
                 for method, path, _ in self.routes_for("any") if method == "POST"]
        for status, text in self.as_peer(stranger, calls):
            self.assertEqual(status, 403, text)
        self.assertEqual(self.get("/v1/incidents")["incidents"], [])
        self.assertEqual({row["state"] for row in self.get("/v1/channels")["channels"]}, {"up"})
        self.assertEqual(self.receivers.hooks(), [])


    # --- Two persons ---------------------------------------------------------------------

    TIMES = 100

    def both(self):
        """Somebody who may send and approve, and another one who may."""
        nogroup = gid("nogroup")
        groups = tuple(map(gid, GROUPS.values()))
        return [(pwd.getpwnam(name).pw_uid, nogroup, groups, set(ROLES))
                for name in ("nobody", USERS["approve"])]

    def hold(self, peer, numbers, **more):
        """Events of this peer that must wait, and what is held of them, by incident."""
        calls = [("POST", "/v1/events", dict(event(number), **more)) for number in numbers]
        for status, text in self.as_peer(peer, calls):
            self.assertEqual(status, 200, text)
            self.assertEqual(json.loads(text)["accepted"][0]["result"], "held", text)
        return {row["incident"]: row for row in self.get("/v1/held")["held"]}

    def releases(self, held, numbers):
        return [("POST", f"/v1/held/{held[f'I{number}']['id']}/release",
                 {"sha256": held[f"I{number}"]["sha256"]}) for number in numbers]

    def said(self, words):
        return [row for row in self.receivers.hooks()
                if words in json.dumps(row, ensure_ascii=False)]

    def test_nobody_approves_their_own(self):
        self.write_config()
        self.start()
        author, other = self.both()
        numbers = range(1, self.TIMES + 1)
        held = self.hold(author, numbers, note="Vi bjuder på kaffe.")
        self.assertEqual(len(held), self.TIMES)
        refused = self.as_peer(author, self.releases(held, numbers))
        self.assertEqual([status for status, _ in refused], [403] * self.TIMES)
        # Nor does anything that another one sends make it theirs to release.
        self.as_peer(other, [("POST", "/v1/events",
                              dict(event(number), event_id=f"O{number}",
                                   customers_affected=5000 + number)) for number in numbers])
        held = {row["incident"]: row for row in self.get("/v1/held")["held"]}
        refused = self.as_peer(author, self.releases(held, numbers))
        self.assertEqual([status for status, _ in refused], [403] * self.TIMES)
        self.assertEqual(self.said("kaffe"), [])
        released = self.as_peer(other, self.releases(held, numbers))
        self.assertEqual([status for status, _ in released], [200] * self.TIMES)
        self.wait_complete()
        self.assertGreaterEqual(len(self.said("kaffe")), self.TIMES)
        print(f"access: {2 * self.TIMES} releases of one's own refused", file=sys.stderr)

    def test_a_change_after_the_reading_voids_it(self):
        self.write_config()
        self.start()
        author, other = self.both()
        numbers = range(1, self.TIMES + 1)
        read = self.hold(author, numbers, note="Vi bjuder på kaffe.")
        self.as_peer(author, [("POST", "/v1/events",
                               dict(event(number), event_id=f"N{number}",
                                    note="Vi bjuder på te.")) for number in numbers])
        refused = self.as_peer(other, self.releases(read, numbers))
        for status, text in refused:
            self.assertIn(status, (404, 409), text)
        # What was read and what is there now do not go together either.
        now = {row["incident"]: row for row in self.get("/v1/held")["held"]}
        mixed = [("POST", f"/v1/held/{now[f'I{number}']['id']}/release",
                  {"sha256": read[f"I{number}"]["sha256"]}) for number in numbers]
        for status, text in self.as_peer(other, mixed):
            self.assertEqual(status, 409, text)
        self.assertEqual(self.said("kaffe"), [])
        self.assertEqual(self.said("bjuder på te"), [])
        released = self.as_peer(other, self.releases(now, numbers))
        self.assertEqual([status for status, _ in released], [200] * self.TIMES)
        self.wait_complete()
        self.assertEqual(self.said("kaffe"), [])
        self.assertGreaterEqual(len(self.said("bjuder på te")), self.TIMES)
        print(f"access: {2 * self.TIMES} releases of changed texts refused", file=sys.stderr)


if __name__ == "__main__":
    unittest.main()
