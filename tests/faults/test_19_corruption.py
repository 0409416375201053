#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Damaged databases and restored ones.

Databases with flipped bits: the core runs on them, or sets them aside whole and runs in
safe mode; it never crashes. Most of them by way of the core alone (tests/lab/rescue), a
few through the whole daemon. And a backup, a loss, a restore: what is lost is told
exactly. FAULTS_LONG=1: 1,000 databases, 20 of them through the daemon.
"""
import json
import os
import pathlib
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "system"))
from harness import BIN, World, wait_for  # noqa: E402

LONG = "FAULTS_LONG" in os.environ
SHORT = "BUDKAVLE_SHORT" in os.environ
FLIPS, DAEMONS = (980, 20) if LONG else (8, 1) if SHORT else (20, 2)
LAB = pathlib.Path(os.environ.get("BUDKAVLE_LAB", BIN.parent / "tests/lab"))
CONFIG = pathlib.Path(__file__).resolve().parent.parent / "scenario/default.conf"
SAFE_MODE_S = 10


def event(n, **members):
    return {"event_id": f"e{n}", "incident": f"O-{n}", "kind": "power",
            "status": "confirmed", "places": [{"name": "Täby"}], **members}


class Core(unittest.TestCase):
    def test_flipped_bits(self):
        seed = random.randrange(1 << 40)
        done = subprocess.run([LAB / "lab_flips", CONFIG, str(FLIPS), str(seed)],
                              capture_output=True, text=True, check=False)
        print(f"corruption (seed {seed}): {done.stdout.strip()}", file=sys.stderr)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn(" 0 in safe mode", done.stdout if FLIPS > 50 else "")


class Database(World):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        self.database = self.state / "budkavle.db"

    def fill(self, first, n):
        for at in range(first, first + n, 50):
            self.send(*[event(i) for i in range(at, min(at + 50, first + n))])
        self.wait_complete()

    def restore(self, backup, expected=0):
        done = subprocess.run([str(BIN / "budkavled"), "--restore", str(backup),
                               "-c", str(self.config)],
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, expected, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def make_damaged(self):
        data = bytearray(self.database.read_bytes())
        data[4096:8192] = random.randbytes(4096)
        self.database.write_bytes(data)
        return bytes(data)

    def aside(self):
        return [path for path in self.state.glob("budkavle.db.damaged-*")
                if not path.name.endswith("-wal")]

    def note(self):
        notes = self.get("/v1/status")["notes"]
        return next((note for note in notes if "safe mode" in note), None)

    # --- Flipped, through the whole daemon

    def lives(self):
        """Restarted as systemd does, until it answers; how it ended before."""
        end, codes = time.monotonic() + SAFE_MODE_S, []
        while True:
            try:
                self.start()
                return codes
            except AssertionError:
                code = self.daemon.poll()
                self.assertIsNotNone(code, "it does not answer")
                self.assertEqual(code, 74, self.log_text()[-2000:])
                codes.append(code)
            self.assertLess(time.monotonic(), end, "it never came to run")

    def test_daemon_on_flipped_bits(self):
        self.start()
        self.fill(0, 40)
        self.stop()
        whole, safe = self.database.read_bytes(), 0
        for daemon in range(DAEMONS):
            shutil.rmtree(self.state)
            self.state.mkdir(mode=0o750)
            data = bytearray(whole)
            for _ in range(40):  # most often noticed, but they may all meet unused bytes
                data[random.randrange(100, len(data))] ^= 1 << random.randrange(8)
            if daemon == 0:
                data[100] = 0xff  # no kind of page: the first one cannot pass unseen
            self.database.write_bytes(data)
            begun = time.monotonic()
            self.lives()
            self.assertLess(time.monotonic() - begun, SAFE_MODE_S * (4 if SHORT else 1))
            if self.note():
                safe += 1
                self.assertEqual(len(self.aside()), 1)
                self.assertEqual(self.aside()[0].read_bytes(), bytes(data))
            self.assertEqual(self.stop(), 0)
        self.assertNotIn("Sanitizer", self.log_text())
        print(f"corruption: {DAEMONS} daemons, {safe} in safe mode", file=sys.stderr)
        self.assertGreater(safe, 0)

    # --- Safe mode

    def test_safe_mode_takes_nothing_and_loses_nothing(self):
        self.start()
        self.fill(0, 3)
        self.stop()
        page = {path: path.read_bytes()
                for path in (self.folder / "page").rglob("*.html")}
        data = self.make_damaged()
        self.start()
        self.assertIn("budkavle begin-anew", self.note())
        self.assertEqual([path.read_bytes() for path in self.aside()], [data])
        refused = self.send(event(9), check=False)
        self.assertEqual(refused.returncode, 75)
        self.assertIn("safe mode", refused.stderr)
        self.drop("waits.json", json.dumps(event(10)))
        self.command("reload")  # which opens no spool either
        self.assertEqual(self.json("incidents")["incidents"], [])
        self.stop()
        self.start()  # it lasts
        self.assertIsNotNone(self.note())
        self.assertTrue((self.spool / "new/waits.json").exists())
        # Nobody was told that all is over.
        self.assertEqual(page, {path: path.read_bytes() for path in page})
        # An empty store knows of nothing missing, and is no backup of anything.
        audit = self.command("audit", check=False)
        self.assertEqual(audit.returncode, 1, audit.stdout)
        self.assertIn("safe mode", audit.stdout)
        backup = self.command("backup", self.folder / "empty.db", check=False)
        self.assertEqual(backup.returncode, 1, backup.stderr)
        self.assertIn("safe mode", backup.stderr)
        self.assertFalse((self.folder / "empty.db").exists())
        self.assertEqual(self.command("begin-anew", check=False).returncode, 2)
        self.command("begin-anew", "--reason", "the disk was changed")
        self.assertIsNone(self.note())
        again = self.command("begin-anew", "--reason", "twice", check=False)
        self.assertEqual(again.returncode, 1)
        self.wait_complete()
        self.assertTrue((self.spool / "done/waits.json").exists())
        self.send(event(9))
        self.wait_complete()
        self.assertEqual(len(self.json("incidents")["incidents"]), 2)
        self.stop()
        with sqlite3.connect(self.database) as connection:
            actions = connection.execute("SELECT uid, reason FROM log"
                                         " WHERE action = 'begin-anew'").fetchall()
        connection.close()
        self.assertEqual(actions, [(os.geteuid(), "the disk was changed")])

    def test_damage_met_while_it_runs(self):
        self.start()
        self.fill(0, 3)
        self.stop()
        with sqlite3.connect(self.database) as connection:
            # More than is examined at every start, and a row that cannot be.
            connection.execute("CREATE TABLE ballast (x)")
            connection.execute("INSERT INTO ballast VALUES (zeroblob(20000000))")
            connection.execute("UPDATE outbound SET priority = 77 WHERE row = 2")
        connection.close()
        self.start()
        self.assertIsNone(self.note())
        subprocess.run(["curl", "-sS", "--unix-socket", str(self.socket),
                        "http://localhost/v1/deliveries"], capture_output=True,
                       timeout=60, check=False)
        code = self.daemon.wait(timeout=90)
        self.daemon = None
        self.assertEqual(code, 74)
        self.assertTrue((self.state / "budkavle.db.damage").exists())
        self.start()
        self.assertIsNotNone(self.note())
        self.assertFalse((self.state / "budkavle.db.damage").exists())
        self.stop()

    # --- Backup and restore

    def test_loss_is_reported_exactly(self):
        before, after = (20, 7) if SHORT else (200, 30)
        backup = self.folder / "backup.db"
        self.start()
        self.fill(0, before)
        self.drop("before.json", json.dumps(event(5000)))
        self.wait_complete()
        time.sleep(1.1)  # the report of files speaks in whole seconds
        self.command("backup", backup)
        self.assertEqual(backup.stat().st_mode & 0o777, 0o600)
        self.assertEqual(sorted(path.name for path in self.state.iterdir()
                                if "backup" in path.name), [])
        self.fill(before, after)
        lost = [row["event_id"] for row in
                self.rows("SELECT event_id FROM event WHERE receipt > ?", before + 1)]
        self.assertEqual(len(lost), after)
        self.drop("after.json", json.dumps(event(6000)))
        self.wait_complete()
        ids = {row["body"]["data"]["message"] for row in self.receivers.hooks()}
        running = self.restore(backup, 75)
        self.assertIn("another budkavled runs", running)
        self.stop()
        report = self.restore(backup)
        self.assertIn(f"it has {before + 1} events", report)
        self.assertEqual(int(re.search(r"lost: (\d+) events", report)[1]), after + 1)
        self.assertIn("spool oms: 1 files were taken after the backup", report)
        kept = pathlib.Path(re.search(r"kept: (\S+)", report)[1])
        self.assertTrue(kept.exists())
        # The command that it prints brings the file back; it is a repeat for nobody.
        subprocess.run(re.search(r"find .*$", report, re.M)[0], shell=True, check=True)
        self.start()
        self.wait_complete()
        self.assertTrue((self.spool / "done/after.json").exists())
        self.send(*[event(i) for i in range(before, before + after)])
        self.wait_complete()
        again = {row["body"]["data"]["message"] for row in self.receivers.hooks()}
        self.assertEqual(len(again - ids), after + 1,
                         "a new message has the id of a lost one")
        self.assertEqual(self.stop(), 0)
        print(f"restore: {before + 1} events kept, {after + 1} lost and reported, "
              f"{len(again - ids)} told again under new ids", file=sys.stderr)

    def rows(self, sql, *values):
        """Of a copy: only the daemon opens its database."""
        copy = self.folder / "asked.db"
        for ending in ("", "-wal"):
            if pathlib.Path(f"{self.database}{ending}").exists():
                shutil.copyfile(f"{self.database}{ending}", f"{copy}{ending}")
        connection = sqlite3.connect(copy)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()
            for path in self.folder.glob("asked.db*"):
                path.unlink()

    def test_backup_delays_nobody(self):
        self.start()
        self.fill(0, 5)
        self.stop()
        with sqlite3.connect(self.database) as connection:
            connection.execute("CREATE TABLE ballast (x)")
            for _ in range(4 if SHORT else 20):
                connection.execute("INSERT INTO ballast VALUES (randomblob(2000000))")
        connection.close()
        self.start()
        backup = self.folder / "backup.db"
        process = subprocess.Popen([str(BIN / "budkavle"), "--socket", str(self.socket),
                                    "backup", str(backup)], stdout=subprocess.DEVNULL)
        longest, asked = 0, 0
        while process.poll() is None:
            begun = time.monotonic()
            self.send(event(100 + asked))
            longest, asked = max(longest, time.monotonic() - begun), asked + 1
        self.assertEqual(process.returncode, 0)
        self.assertGreater(asked, 0)
        with sqlite3.connect(backup) as connection:
            self.assertEqual(connection.execute("PRAGMA integrity_check").fetchone()[0],
                             "ok")
        connection.close()
        print(f"backup: {backup.stat().st_size >> 20} MiB, {asked} events sent "
              f"meanwhile, the slowest in {longest * 1000:.0f} ms", file=sys.stderr)
        self.assertEqual(self.stop(), 0)

    def raw_backup(self):
        """A client that reads the header of the answer and then nothing."""
        client = socket.socket(socket.AF_UNIX)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(str(self.socket))
        client.sendall(b"GET /v1/backup HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 200"))
        return client

    def test_one_backup_at_a_time_and_a_cut_one_is_an_error(self):
        self.start()
        self.fill(0, 30)
        self.stop()
        with sqlite3.connect(self.database) as connection:
            connection.execute("CREATE TABLE ballast (x)")
            connection.execute("INSERT INTO ballast VALUES (randomblob(8000000))")
        connection.close()
        self.start()
        backup = self.folder / "backup.db"
        client = self.raw_backup()
        second = self.command("backup", backup, check=False)
        self.assertEqual(second.returncode, 75)
        self.assertIn("one at a time", second.stderr)
        self.assertFalse(backup.exists())
        client.close()
        wait_for("the next one",
                 lambda: self.command("backup", backup, check=False).returncode == 0)
        # The daemon dies in the middle: what came is no backup.
        client = self.raw_backup()
        self.kill()
        client.close()
        reader = threading.Thread(target=self.serve_half)
        reader.start()
        wait_for("the false daemon", self.socket.exists)
        half = self.folder / "half.db"
        done = self.command("backup", half, check=False)
        reader.join()
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse(half.exists())
        self.assertEqual([path.name for path in self.folder.glob("half*")], [])

    def serve_half(self):
        """Announces more than it sends, as a daemon that is killed does."""
        self.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(self.socket))
            listener.listen(1)
            client, _ = listener.accept()
            with client:
                client.recv(4096)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8192\r\n"
                               b"Repr-Digest: sha-256=:" + b"A" * 44 + b":\r\n\r\n" +
                               b"x" * 4096)
        self.socket.unlink()

    def test_backup_needs_room(self):
        """The copy does not fit: the answer says so, and everything else goes on."""
        self.start()
        self.fill(0, 3)
        scratch = self.state / "budkavle.db.backup"
        scratch.mkdir()  # a name that cannot be written
        (scratch / "x").touch()
        done = self.command("backup", self.folder / "b.db", check=False)
        self.assertEqual(done.returncode, 75)
        self.assertIn("budkavle.db.backup", done.stderr)
        shutil.rmtree(scratch)
        self.command("backup", self.folder / "b.db")
        self.fill(3, 1)
        self.assertEqual(self.stop(), 0)

    def test_restore_refuses_what_is_no_backup(self):
        self.start()
        self.fill(0, 2)
        self.stop()
        before = self.database.read_bytes()
        wrong = self.folder / "wrong.db"
        wrong.write_bytes(b"SQLite format 3\0" + random.randbytes(5000))
        self.assertIn("damaged", self.restore(wrong, 65))
        self.assertIn("cannot be read", self.restore(self.folder / "none", 66))
        self.assertEqual(self.database.read_bytes(), before)
        self.assertEqual([path.name for path in self.state.glob("budkavle.db?*")], [])


if __name__ == "__main__":
    unittest.main()
