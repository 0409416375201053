#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What a service manager gives the daemon and hears from it: the test is the manager."""
import base64
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest

from harness import BIN, World, wait_for

CUT = {
    "event_id": "E1", "incident": "OMS-77120", "kind": "power", "status": "confirmed",
    "customers_affected": 1432, "places": [{"name": "Täby kyrkby", "code": "0160-03"}],
    "started_at": "2026-11-23T13:48:00+01:00", "cause": "tree",
}
NOBODY = 65534
# Variables that name a process can be set in that process only: this one becomes the
# daemon. Its arguments: the socket's descriptor or -1, the user or "-", the program.
BECOME = """
import os, sys
fd = int(sys.argv[1])
if fd >= 0:
    os.dup2(fd, 3)
    os.environ["LISTEN_FDS"] = "1"
    os.environ.setdefault("LISTEN_PID", str(os.getpid()))
if "WATCHDOG_USEC" in os.environ:
    os.environ.setdefault("WATCHDOG_PID", str(os.getpid()))
if sys.argv[2] != "-":
    os.setgroups([])
    os.setresgid(*[int(sys.argv[2])] * 3)
    os.setresuid(*[int(sys.argv[2])] * 3)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Manager:
    """The datagram socket that the daemon tells its state; keeps what came, and when."""

    def __init__(self, folder):
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        os.chmod(self.path, 0o777)
        self.heard = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            text = self.socket.recv(65536).decode()
            if not text:
                return
            self.heard.append((time.monotonic(), dict(
                line.split("=", 1) for line in text.split("\n"))))

    def close(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", str(self.path))
        self.reader.join()
        self.socket.close()

    def all(self, name, since=0.0):
        return [values[name] for at, values in list(self.heard)
                if name in values and at >= since]

    def times(self, name, since=0.0):
        return [at for at, values in list(self.heard) if name in values and at >= since]


class Holding:
    """Takes connections and what is written to them, and gives no answer, or a late one."""

    def __init__(self, answer_after=None):
        self.answer_after = answer_after
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.connections = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.connections.append(connection)
            if self.answer_after is not None:
                threading.Timer(self.answer_after, self.answer, [connection]).start()

    @staticmethod
    def answer(connection):
        try:
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
        except OSError:
            pass  # the caller went away, which the test sees elsewhere

    def close(self):
        self.listener.close()
        for connection in self.connections:
            connection.close()


def status_of(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:
        return b""


class ServiceWorld(World):
    user = "-"

    def setUp(self):
        super().setUp()
        self.manager = Manager(self.folder)
        self.addCleanup(self.manager.close)
        self.program = BIN / "budkavled"
        self.more = {}  # environment

    def start(self, listen=None, wait=True):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.manager.path), **self.more}
        with open(self.folder / "log", "ab") as log:
            self.daemon = subprocess.Popen(
                [sys.executable, "-I", "-c", BECOME,
                 str(-1 if listen is None else listen.fileno()), self.user,
                 str(self.program), "-c", str(self.config)],
                stdout=log, stderr=log, env=environment,
                pass_fds=[] if listen is None else [listen.fileno()])
        if wait:
            wait_for("the socket", self.answers)

    def hold(self, channel, **options):
        """A receiver that keeps the channel waiting."""
        holding = Holding(**options)
        self.addCleanup(holding.close)
        port = {"bus": "http", "mail": "smtp"}[channel]
        self.receivers.ports[port] = holding.port
        return holding

    def sender(self, kind):
        return wait_for(f"the {kind} sender", lambda: next(
            (pid for pid in self.processes()
             if f"sender {kind}".encode() in command_line(pid)), None))

    def hook_of(self, incident):
        return wait_for(f"the web hook of {incident}", lambda: next(
            (row for row in self.receivers.hooks()
             if row["body"]["data"]["incident"]["incident"] == incident), None))


class Telling(ServiceWorld):
    def test_ready_then_degraded_then_well_then_stopping(self):
        self.start()
        wait_for("READY=1", lambda: self.manager.all("READY"))
        first = self.manager.heard[0][1]
        self.assertEqual(first["READY"], "1")
        self.assertEqual(first["STATUS"], "ok: 0 incidents, 0 waiting, 3/3 channels up")
        self.receivers.stop()
        self.send(CUT)
        line = wait_for("a degraded status", lambda: next(
            (line for line in self.manager.all("STATUS")
             if re.search(r"degraded: .*bus down", line)), None))
        self.assertRegex(line, r"\d/3 channels up$")
        self.assertIn("waiting", line)
        self.receivers.start()
        wait_for("a good status", lambda: self.manager.all("STATUS")[-1]
                 == "ok: 1 incidents, 0 waiting, 3/3 channels up")
        # Each is news: nothing is told twice in a row.
        lines = self.manager.all("STATUS")
        self.assertTrue(all(a != b for a, b in zip(lines, lines[1:])), lines)
        self.assertEqual(self.stop(), 0)
        wait_for("STOPPING=1", lambda: self.manager.all("STOPPING") == ["1"])
        self.assertEqual(self.manager.all("READY"), ["1"])

    def reload_is_told(self, reload):
        begin = time.monotonic()
        reload()
        wait_for("RELOADING=1", lambda: self.manager.all("RELOADING", begin))
        wait_for("READY=1", lambda: self.manager.all("READY", begin))
        end = time.monotonic()
        told = [values for at, values in self.manager.heard
                if at >= begin and ("RELOADING" in values or "READY" in values)]
        self.assertEqual([list(values) for values in told],
                         [["RELOADING", "MONOTONIC_USEC"], ["READY", "STATUS"]])
        self.assertLessEqual(begin, int(told[0]["MONOTONIC_USEC"]) / 1e6)
        self.assertLessEqual(int(told[0]["MONOTONIC_USEC"]) / 1e6, end)
        return told[1]["STATUS"]

    def test_reload_is_told_with_its_time(self):
        self.start()
        hang_up = lambda: self.daemon.send_signal(signal.SIGHUP)
        self.assertTrue(self.reload_is_told(hang_up).startswith("ok"))
        self.assertTrue(self.reload_is_told(lambda: self.command("reload"))
                        .startswith("ok"))
        self.write_config('route "bad" { channels = { "nowhere" } }\n')
        # The daemon goes on, so it is ready again; the line says what is wrong.
        for reload in (hang_up, lambda: self.command("reload", check=False)):
            line = self.reload_is_told(reload)
            self.assertTrue(line.startswith("degraded"), line)
            self.assertIn("reload", line)
            self.assertIn("nowhere", line)
        self.assertIn("nowhere", self.log_text())
        self.write_config()
        self.assertTrue(self.reload_is_told(hang_up).startswith("ok"))

    def test_a_manager_that_reads_nothing_stops_nothing(self):
        deaf = self.folder / "deaf"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as full:
            full.bind(str(deaf))
            filler = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            filler.setblocking(False)
            with filler, self.assertRaises(BlockingIOError):
                while True:
                    filler.sendto(b"STATUS=", str(deaf))
            self.more = {"NOTIFY_SOCKET": str(deaf)}
            self.start()
            self.send(CUT)
            self.wait_complete()
            self.assertEqual(self.stop(), 0)


class Watchdog(ServiceWorld):
    routes = 'route "all" { channels = { "page", "bus" } }'

    def config_text(self):
        return super().config_text().replace(
            'allow_http    = true', 'allow_http    = true\n  timeout = "1s"')

    def feeds(self, since):
        return self.manager.times("WATCHDOG", since)

    def wait_feeds(self, n):
        begin = time.monotonic()
        return wait_for(f"{n} feeds", lambda: len(self.feeds(begin)) >= n)

    def test_fed_while_the_core_lives(self):
        self.more = {"WATCHDOG_USEC": "3000000"}
        self.start()
        self.wait_feeds(4)
        times = self.manager.times("WATCHDOG")
        for earlier, later in zip(times, times[1:]):
            self.assertLess(later - earlier, 3)
            self.assertGreater(later - earlier, 0.5, "more often than any use")
        self.daemon.send_signal(signal.SIGSTOP)
        wait_for("the stop", lambda: status_of(self.daemon.pid)["State"].startswith("T"))
        time.sleep(0.2)
        stopped = time.monotonic()
        time.sleep(4)
        self.assertEqual(self.feeds(stopped), [])
        self.daemon.send_signal(signal.SIGCONT)
        self.wait_feeds(2)
        self.assertEqual(self.command("status").stdout[:2], "ok")

    def test_meant_for_another_process(self):
        self.more = {"WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"}
        self.start()
        time.sleep(1)
        self.assertEqual(self.manager.times("WATCHDOG"), [])

    @unittest.skipIf(os.environ.get("BUDKAVLE_SHORT"), "two minutes long: a plain test")
    def test_a_sender_that_hangs_is_noticed(self):
        """Its channel is stuck for good; that others go on must not hide it."""
        self.more = {"WATCHDOG_USEC": "4000000"}
        self.start()
        self.send(CUT)
        self.hook_of(CUT["incident"])
        stuck = self.sender("http")
        os.kill(stuck, signal.SIGSTOP)
        begin = time.monotonic()
        self.send(dict(CUT, event_id="S0", incident="STUCK"))
        n = 0

        def starves():
            nonlocal n
            n += 1
            time.sleep(1)
            self.send(dict(CUT, event_id=f"F{n}", incident="FINE",
                           customers_affected=n))
            fed = self.feeds(begin)
            return fed and time.monotonic() - fed[-1] > 6
        wait_for("the watchdog to be left unfed", starves, patience=150)
        self.assertGreater(self.feeds(begin)[-1] - begin, 20, "a slow receiver is no stall")
        self.assertIn("the senders make no progress", self.log_text())
        # As systemd does then; the sender, stopped as it is, goes with its core.
        self.daemon.send_signal(signal.SIGABRT)
        self.assertEqual(self.daemon.wait(timeout=10), -signal.SIGABRT)
        wait_for("the stuck sender to end", lambda: not command_line(stuck), 10)
        again = time.monotonic()
        self.start()
        self.assertLess(time.monotonic() - again, 10)
        self.hook_of("STUCK")
        self.wait_complete()


class Activation(ServiceWorld):
    def setUp(self):
        super().setUp()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(self.listener.close)
        self.listener.bind(str(self.socket))
        os.chmod(self.socket, 0o640)
        self.listener.listen(256)

    def early_client(self):
        return subprocess.Popen(
            [str(BIN / "budkavle"), "--socket", str(self.socket), "send", "-"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def serve_early_client(self, event):
        client = self.early_client()
        client.stdin.write(json.dumps(event))
        client.stdin.close()
        # Connected (its request is in the backlog) before there is a daemon.
        wait_for("the connection", lambda: pathlib.Path("/proc/net/unix").read_text()
                 .count(str(self.socket)) > 1 or client.poll() is not None)
        self.assertIsNone(client.poll())
        self.start(self.listener)
        said = client.stdout.read()
        client.stdout.close()
        self.assertEqual(client.wait(timeout=30), 0, said)
        self.assertIn("applied", said)

    def test_a_client_that_was_first_is_served(self):
        self.serve_early_client(CUT)
        self.assertEqual(self.stop(), 0)
        self.assertTrue(self.socket.is_socket(), "the manager's socket was removed")
        # The gap between two daemons, the next one after a crash.
        self.serve_early_client(dict(CUT, event_id="E2", customers_affected=900))
        self.kill()
        self.serve_early_client(dict(CUT, event_id="E3", customers_affected=800))
        self.wait_complete()
        self.assertEqual(self.socket.stat().st_mode & 0o777, 0o640)
        self.assertEqual(self.json("incidents")["incidents"][0]["customers_affected"], 800)

    def test_reload_leaves_the_managers_socket_alone(self):
        self.start(self.listener)
        self.config.write_text(self.config_text().replace(
            "socket { path", "socket { mode = 0600  path"))
        self.command("reload")
        self.assertEqual(self.socket.stat().st_mode & 0o777, 0o640)

    def test_descriptors_for_another_process_are_not_touched(self):
        self.more = {"LISTEN_PID": "1"}
        self.start(self.listener, wait=False)
        self.assertEqual(self.daemon.wait(timeout=30), 75, self.log_text())
        self.assertIn("somebody answers", self.log_text())
        self.assertTrue(self.socket.is_socket())


class Ending(ServiceWorld):
    def held_calls(self, *holdings):
        self.write_config()
        self.start()
        self.send(CUT)
        for holding in holdings:
            wait_for("a call to be under way", lambda: holding.connections)
        self.assertIsNone(self.daemon.poll())

    def end(self, number):
        begin = time.monotonic()
        self.daemon.send_signal(number)
        self.assertEqual(self.daemon.wait(timeout=60), 0, self.log_text())
        self.daemon = None
        return time.monotonic() - begin

    def test_receivers_that_never_answer(self):
        ports = dict(self.receivers.ports)
        self.held_calls(self.hold("bus"), self.hold("mail"))
        pids = self.processes()
        self.daemon.send_signal(signal.SIGTERM)
        wait_for("STOPPING=1", lambda: self.manager.all("STOPPING"))
        self.assertLess(self.end(signal.SIGINT), 16.5)
        self.assertEqual([pid for pid in pids if b"budkavled" in command_line(pid)], [])
        self.assertIn("outcome is unknown", self.log_text())
        # Nothing is lost: the next daemon sends them, to a receiver that answers.
        self.receivers.ports = ports
        self.write_config()
        self.start()
        self.wait_complete()
        self.assertEqual(self.hook_of(CUT["incident"])["body"]["data"]["sequence"], 1)
        self.assertEqual(len(self.receivers.mails()), 2)

    def test_an_answer_that_comes_late_still_counts(self):
        holding = self.hold("bus", answer_after=4)
        self.held_calls(holding)
        took = self.end(signal.SIGINT)
        self.assertGreater(took, 1)
        self.assertLess(took, 10)
        self.start()
        self.wait_complete()
        self.assertEqual(len(holding.connections), 1, "was sent again")

    def test_stopped_processes_do_not_keep_it(self):
        self.start()
        self.send(CUT)
        self.hook_of(CUT["incident"])
        self.wait_complete()
        pids = self.processes()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        self.assertLess(self.end(signal.SIGTERM), 10)
        wait_for("the others to end", lambda: not any(map(command_line, pids)), 10)

    def test_with_nothing_to_do(self):
        self.start()
        self.assertLess(self.end(signal.SIGINT), 5)
        self.assertFalse(self.socket.exists())


@unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
class AnotherUser(ServiceWorld):
    user = str(NOBODY)

    def test_works_without_root(self):
        self.program = self.folder / "budkavled"  # the build may be in a private folder
        shutil.copy(BIN / "budkavled", self.program)
        os.chown(self.folder, NOBODY, NOBODY)
        os.chown(self.folder / "bus.key", NOBODY, NOBODY)
        self.start()
        self.send(CUT)
        self.drop("second.json", json.dumps(dict(CUT, event_id="E2", incident="B")))
        self.wait_complete()
        self.assertTrue(self.hook_of("B")["signed"])
        self.assertTrue((self.spool / "done/second.json").exists())
        for pid in [self.daemon.pid, *self.processes()]:
            status = status_of(pid)
            self.assertEqual(status["Uid"].split(), [str(NOBODY)] * 4)
            self.assertEqual(int(status["CapEff"], 16), 0)
        self.assertNotIn("running as root", self.log_text())
        self.assertEqual((self.folder / "page/index.html").stat().st_mode & 0o777, 0o644)
        self.assertEqual(self.stop(), 0)


class Surroundings(ServiceWorld):
    def test_credentials_folder_comes_first(self):
        folder = self.folder / "credentials"
        folder.mkdir(mode=0o700)
        shutil.move(self.folder / "bus.key", folder / "bus.key")
        other = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        (self.folder / "bus.key").write_text(other)
        (self.folder / "bus.key").chmod(0o600)
        self.more = {"CREDENTIALS_DIRECTORY": str(folder)}
        self.start()
        self.send(CUT)
        self.assertTrue(self.hook_of(CUT["incident"])["signed"])
        for pid in self.processes():
            if b"sender" in command_line(pid):
                environment = pathlib.Path(f"/proc/{pid}/environ").read_bytes()
                self.assertNotIn(b"CREDENTIALS_DIRECTORY", environment)
                self.assertNotIn(b"NOTIFY_SOCKET", environment)

    def test_zone_and_locale_are_the_configurations(self):
        """Whatever TZ and LC_ALL say: times of the configured zone, numbers as JSON has
        them. A locale with a decimal comma is made where its sources are installed.
        (glibc itself loses a few bytes over LOCPATH, which a leak detector may see.)"""
        locales = self.folder / "locales"
        locales.mkdir()
        if shutil.which("localedef"):
            subprocess.run(["localedef", "-i", "sv_SE", "-f", "UTF-8",
                            str(locales / "sv_SE.UTF-8")], capture_output=True, check=False)
        (locales / "known").write_text("leak:__argz_add_sep\n")
        found = []
        for n, (zone, locale) in enumerate((("America/New_York", "C"),
                                            ("Asia/Tokyo", "sv_SE.UTF-8"))):
            self.more = {"TZ": zone, "LC_ALL": locale, "LANG": locale,
                         "LOCPATH": str(locales),
                         "LSAN_OPTIONS": f"suppressions={locales}/known"}
            self.start()
            event = dict(CUT, event_id=f"Z{n}", incident=f"Z{n}", places=[
                {"name": "Täby kyrkby", "code": "0160-03",
                 "geometry": {"type": "Point", "coordinates": [18.0603, 59.4975]}}])
            sent = self.send(event)
            self.assertIn("applied", sent.stdout)
            data = self.hook_of(f"Z{n}")["body"]["data"]
            self.assertRegex(data["texts"]["sv"]["long"], r"13[.:]48")
            self.assertRegex(data["texts"]["en"]["long"], r"13[.:]48|1[.:]48")
            self.assertEqual(data["incident"]["places"], event["places"])
            metrics = subprocess.run(
                ["curl", "-sSf", "--unix-socket", str(self.socket),
                 "http://localhost/metrics"], capture_output=True, text=True, check=True)
            self.assertIn('le="0.5"', metrics.stdout)
            found.append(data["texts"]["sv"]["short"].split("13")[0])
            self.assertEqual(self.stop(), 0)
        self.assertEqual(found[0], found[1])


class Idle(ServiceWorld):
    SECONDS = 10

    def switches(self):
        return {pid: int(status_of(pid)["voluntary_ctxt_switches"])
                for pid in [self.daemon.pid, *self.processes()]}

    def wake_ups(self):
        before = self.switches()
        time.sleep(self.SECONDS)
        after = self.switches()
        self.assertEqual(before.keys(), after.keys())
        return {f"{pid} {command_line(pid).decode()}": after[pid] - before[pid]
                for pid in before}

    def assert_quiet(self, state):
        """In the quietest of three stretches: waiting for a busy disk or for memory counts
        as a wake-up too, and is no doing of the daemon's."""
        for _ in range(3):
            woken = self.wake_ups()
            if sum(woken.values()) <= 4:
                break
        print(f"{state}: {sum(woken.values())} wake-ups in {self.SECONDS} s",
              file=sys.stderr)
        self.assertLessEqual(sum(woken.values()), 4, woken)

    def test_the_watchdog_is_all(self):
        self.more = {"WATCHDOG_USEC": "20000000"}
        self.start()
        time.sleep(5)
        self.assert_quiet("fed every 10 s")
        self.assertTrue(self.manager.all("WATCHDOG"))

    def test_nothing_to_do_nothing_done(self):
        self.start()
        time.sleep(5)
        self.assert_quiet("fresh")
        self.send(CUT)
        self.hook_of(CUT["incident"])
        self.wait_complete()
        time.sleep(5)
        self.assert_quiet("one open incident")


if __name__ == "__main__":
    unittest.main()
