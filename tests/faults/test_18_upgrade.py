#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""An upgrade in the middle of a queue: killed at any moment, nothing is lost; and an old
program leaves a newer database as it is.

The database of version 1 is made of the schema's own text and of rows as the program
writes them. FAULTS_LONG=1: 100 kills with 10,000 queued deliveries.
"""
import hashlib
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import BIN, World, wait_for  # noqa: E402

LONG = "FAULTS_LONG" in os.environ
QUEUED, KILLS = (10_000, 100) if LONG else (500, 6)
LAB = pathlib.Path(os.environ.get("BUDKAVLE_LAB", BIN.parent / "tests/lab"))

FIRST = {"event_id": "e0", "incident": "O-0", "kind": "power", "status": "confirmed",
         "places": [{"name": "Täby"}]}


def digests(folder):
    """An empty WAL, which looking at a database leaves, is nothing."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.glob("budkavle.db*") if path.stat().st_size > 0}


def ask(path, sql):
    """Of a copy: the file itself is left to the daemon."""
    copy = path.with_name(path.name + ".asked")
    shutil.copyfile(path, copy)
    try:
        with sqlite3.connect(copy) as connection:
            return connection.execute(sql).fetchone()[0]
    finally:
        copy.unlink()


class Upgrade(World):
    routes = 'route "all" { channels = { "bus" } }'

    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        self.database = self.state / "budkavle.db"
        self.old = self.folder / "version-1.db"

    def records(self):
        """What the program writes into an incident and a message."""
        self.start()
        self.send(FIRST)
        self.wait_complete()
        self.stop()
        with sqlite3.connect(self.database) as connection:
            incident = connection.execute("SELECT * FROM incident").fetchall()
            names = [row[1] for row in
                     connection.execute("PRAGMA table_info(incident)")]
            message = connection.execute("SELECT * FROM message").fetchone()
        connection.close()
        shutil.rmtree(self.state)
        self.receivers.stop()
        (self.folder / "hooks.ndjson").unlink()
        return dict(zip(names, incident[0])), message

    def make_version_1(self):
        incident, message = self.records()
        columns = ["row", "source", "number", "record", "known", "status", "mode",
                   "merged", "sequence", "created_at_ms", "updated_at_ms",
                   "exists_since_ms", "closed_at_ms", "next_check_ms"]
        schema = subprocess.run([LAB / "lab_schema", "1"], check=True,
                                capture_output=True, text=True).stdout
        with sqlite3.connect(self.old) as connection:
            connection.executescript(schema)
            connection.execute("INSERT INTO meta VALUES ('instance', 'abcdef'),"
                               " ('created_at_ms', '1')")
            connection.execute("INSERT INTO channel VALUES (1, 'bus')")
            for row in range(1, QUEUED + 1):
                values = dict(incident, row=row, number=f"O-{row}")
                connection.execute(
                    f"INSERT INTO incident ({','.join(columns)})"
                    f" VALUES ({','.join('?' * len(columns))})",
                    [values[name] for name in columns])
                connection.execute(
                    "INSERT INTO event (receipt, source, event_id, incident, at_ms,"
                    " received_at_ms, digest, body, result)"
                    " VALUES (?, 'socket', ?, ?, 1, 1, ?, '{}', 0)",
                    [row, f"e{row}", row, "0" * 64])
                connection.execute("INSERT INTO message VALUES (?, ?, 1, ?, ?, ?, ?)",
                                   [row, row, *message[3:7]])
                connection.execute(
                    "INSERT INTO outbound (message, incident, sequence, previous,"
                    " channel, recipient, list, state, priority, ready, created_at_ms,"
                    " due_at_ms) VALUES (?, ?, 1, 0, 1, '', 0, 1, 1, 1, 1, 1)",
                    [row, row])
                connection.execute("INSERT INTO incident_channel VALUES (?, 1, 1)",
                                   [row])
            connection.execute("INSERT INTO outbound_count VALUES (1, 1, ?)", [QUEUED])
            connection.execute("INSERT INTO tally VALUES ('incident', 2, ?),"
                               " ('message', 0, ?)", [QUEUED, QUEUED])
        connection.close()
        self.assertEqual(ask(self.old, "PRAGMA integrity_check"), "ok")

    def put_old(self):
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(mode=0o750)
        shutil.copyfile(self.old, self.database)

    def check_whole(self):
        copy = self.state / "budkavle.db.v1"
        self.assertEqual(ask(self.database, "PRAGMA user_version"), 3)
        self.assertEqual(ask(self.database, "PRAGMA integrity_check"), "ok")
        self.assertEqual(ask(self.database, "SELECT count(*) FROM outbound"), QUEUED)
        self.assertEqual(ask(self.database, "SELECT count(*) FROM event"), QUEUED)
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertEqual(ask(copy, "PRAGMA user_version"), 1)
        self.assertEqual(ask(copy, "PRAGMA integrity_check"), "ok")
        self.assertEqual(ask(copy, "SELECT count(*) FROM outbound WHERE state = 1"),
                         QUEUED)
        self.assertFalse((self.state / "budkavle.db.v1.part").exists())

    def run_killed(self, after):
        """Starts, and kills so long after; what the upgrade had come to."""
        with open(self.folder / "log", "ab") as log:
            daemon = subprocess.Popen([str(BIN / "budkavled"), "-c", str(self.config)],
                                      stdout=log, stderr=log)
        time.sleep(after)
        daemon.kill()
        daemon.wait()
        if (self.state / "budkavle.db.v1").exists():
            return "copied"
        return "copying" if (self.state / "budkavle.db.v1.part").exists() else "before"

    def test_killed_while_upgrading(self):
        self.make_version_1()
        self.put_old()
        begun = time.monotonic()
        self.start()
        whole = time.monotonic() - begun
        self.stop()
        self.check_whole()
        stages, n = {}, 0
        # Moments spread over the whole start, and as many more as it takes for one to
        # fall between the first write and the last.
        while n < KILLS or ("copying" not in stages and n < 10 * KILLS):
            self.put_old()
            stage = self.run_killed(random.uniform(0, whole))
            stages[stage] = stages.get(stage, 0) + 1
            self.start()
            self.stop()
            self.check_whole()
            n += 1
        print(f"upgrade: {n} kills within {whole * 1000:.0f} ms of start with {QUEUED} "
              f"queued ({stages}); 0 lost", file=sys.stderr)
        # And all of them go out.
        self.receivers.start()
        self.start()
        self.wait_complete()
        told = {row["body"]["data"]["incident"]["incident"]
                for row in self.receivers.hooks()}
        self.assertEqual(len(told), QUEUED)
        self.assertEqual(self.stop(), 0)

    def test_newer_database_is_left_alone(self):
        self.start()
        self.send(FIRST)
        self.wait_complete()
        self.stop()
        with sqlite3.connect(self.database) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("CREATE TABLE of_a_later_version (x)")
        connection.close()
        before = digests(self.state)
        done = subprocess.run([str(BIN / "budkavled"), "-c", str(self.config)],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 74)
        self.assertIn("made by a newer Budkavle", done.stderr)
        self.assertEqual(digests(self.state), before)


if __name__ == "__main__":
    unittest.main()
