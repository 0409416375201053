#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What each fault of a receiver does to a delivery: one channel a row, all in one daemon.

The tables say how a receiver fails, and in which state the delivery must end. What is
refused for now or unknown comes again, the same under the same id, and arrives when the
receiver is well again; what needs a person waits for one; and nobody else is held up.
"""
import datetime
import email.utils
import re
import ssl
import time
import unittest

from fault_world import SANITIZED, FaultWorld, told, wait_for

from certificates import Authority

DAY, QUARTER, HOUR, MINUTE = 86400, 900, 3600, 60
# What ends by the time-out alone; everything else has all the time that it needs.
SLOW = ("silence", "late", "slow", "speaks", "long_line", " endless")
SHORT, PATIENT = f'timeout = "{4000 if SANITIZED else 1500}ms"', 'timeout = "30s"'


class Row:
    """One way to fail. ends: the state in the end; marked: what the first attempt came
    to; says: words of the last error; waits: seconds between which it is due again."""

    def __init__(self, mode, ends="delivered", marked=None, says="", waits=None,
                 paused=False, calls=None, tls=None, script=None,
                 urgent=False):
        self.mode, self.ends, self.marked, self.says = mode, ends, marked, says
        self.waits, self.paused, self.calls = waits, paused, calls
        self.options = SHORT if any(word in mode for word in SLOW) else PATIENT
        self.tls, self.urgent = tls, urgent
        self.script = script or ([mode, "ok"] if ends == "delivered" else [mode])


    def has_come_to(self, delivery):
        """One that is tried again and again is under way now and then."""
        ends = (self.ends, "in_flight") if self.calls == 0 else (self.ends,)
        return delivery is not None and delivery["attempts"] > 0 and delivery["state"] in ends


def taken(mode, **more):
    """The first answer is good."""
    return Row(mode, calls=1, script=[mode], **more)


def lost(mode, **more):
    """The request went out and no whole answer came: again, under the same id."""
    return Row(mode, marked="unknown", calls=2, **more)


def again(mode, **more):
    """Refused for now, or certainly not sent."""
    return Row(mode, marked="pending", calls=2, **more)


def parked(mode, **more):
    return Row(mode, ends="parked", marked="parked", calls=1, **more)


def later(mode, least, most, **more):
    return Row(mode, ends="pending", marked="pending", calls=1, waits=(least, most), **more)


def http_date(seconds):
    return email.utils.format_datetime(
        datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds),
        usegmt=True)


def hook_rows():
    return [
        taken("ok"), taken("status 200"), taken("status 201"), taken("status 202"),
        taken("status 299"), taken("error_inside"), taken("gzip 200 hello"),
        taken("bomb 200"), taken("endless_body 200"),
        Row("two_answers 500", calls=1, script=["two_answers 500"]),
        Row("accept_reset", calls=2), lost("head_reset"), lost("reset_after"), lost("cut"),
        lost("empty"), lost("silence"), lost("late 6"), lost("slow_head"),
        lost("slow_body"), lost("short_body"), lost("endless_head"),
        lost("endless_interim"), lost("garbage"), lost("bad_chunks"),
        lost("no_such_status"), lost("nul_head"),
        *(again(f"status {code}") for code in (
            300, 304, 408, 421, 423, 425, 429, 500, 501, 502, 503, 504, 507, 599)),
        *(again(f"redirect {code} http://127.0.0.1:1/stolen")
          for code in (301, 302, 303, 307, 308)),
        again("retry_after 429 -5"), again("retry_after 429 soon"),
        again("retry_after 503 "), again("retry_after 503 1e9"),
        again(f"retry_after 503 {http_date(-DAY)}"),
        again("retry_after 503 Mon, 31 Feb 2026 99:99:99 GMT"),
        later("retry_after 503 600", 600, 600),
        later("retry_after 429 7200", 2 * HOUR, 2 * HOUR),
        later("retry_after 301 600", 600, 600),
        later(f"retry_after 503 {http_date(HOUR)}", HOUR - 300, HOUR),
        later("retry_after 503 1000000000", DAY, DAY),
        later("retry_after 503 99999999999999999999999999", DAY, DAY),
        later(f"retry_after 429 {http_date(40 * DAY)}", DAY, DAY),
        later("retry_after 429 1000000000", QUARTER, QUARTER, urgent=True),
        *(parked(f"status {code}", says=str(code))
          for code in (400, 405, 406, 409, 413, 415, 418, 422, 451)),
        parked("say 422 the field places is odd", says="the field places is odd"),
        parked("gzip 422 unpacked", says="422"), parked("bomb 400", says="400"),
        parked("endless_body 422", says="422"),
        *(parked(f"status {code}", says=str(code), paused=True)
          for code in (401, 402, 403, 404, 407, 410)),
        Row("refused", marked="pending", says="refused", ends="pending", calls=0,
            script=["ok"]),
        Row("speaks no TLS", tls="none", marked="pending", ends="pending", calls=0),
        Row("TLS 1.1", tls="old", marked="pending", ends="pending", calls=0, says="TLS"),
        Row("a good certificate", tls="right", calls=1, script=["ok"]),
        *(Row(f"{name} certificate", tls=name, ends="parked", marked="parked", calls=0,
              paused=True, says="certificate")
          for name in ("expired", "elsewhere", "self-signed")),
    ]


def relay_rows():
    greylisted, full = (5 * MINUTE, 5 * MINUTE), (30 * MINUTE, 30 * MINUTE)
    return [
        taken("ok"),
        # Of these two nothing was said, and the attempt tries once more at once.
        Row("banner reset", calls=2), Row("banner close", calls=2),
        again("banner silence"),
        again("banner slow"), again("banner noise"), again("banner endless"),
        again("banner 421 4.3.2 busy"), again("ehlo reset"), again("ehlo long_line"),
        again("ehlo endless"), again("mail 452 4.3.1 no room"), again("mail silence"),
        again("rcpt reset"), again("rcpt 452 4.5.3 too many"), again("data silence"),
        again("data 421 4.3.2 going down"), again("dot 452 4.3.1 no room"),
        again("dot 421 4.3.2 going down"),
        Row("body reset", calls=2),
        lost("dot reset"), lost("dot close"), lost("dot silence"), lost("dot late 6"),
        lost("dot slow"), lost("dot noise"), lost("dot endless"), lost("dot long_line"),
        taken("dot garbage"),
        later("rcpt 450 4.2.0 greylisted", *greylisted),
        later("dot 451 4.7.1 greylisted", *greylisted),
        later("dot 552 5.2.2 mailbox full", *full),
        parked("rcpt 550 5.1.1 no such user", says="550"),
        parked("rcpt 553 5.1.3 odd address", says="553"),
        parked("dot 552 5.3.4 too large", says="552"),
        parked("dot 554 5.6.0 not wanted", says="554"),
        parked("auth 535 5.7.8 wrong", says="535", paused=True),
        parked("mail 550 5.7.1 not allowed", says="550", paused=True),
        again("starttls 454 4.7.0 not now", tls="right"),
        again("starttls broken", tls="right"), again("starttls reset", tls="right"),
        again("ehlo stripped", tls="right"),
        Row("a good certificate", tls="right", calls=1, script=["ok"]),
        *(Row(f"{name} certificate", tls=name, ends="parked", marked="parked", paused=True,
              calls=0, says="certificate", script=["ok"])
          for name in ("expired", "elsewhere", "self-signed")),
    ]


def event(number, **more):
    return {"event_id": f"E{number}", "incident": f"I{number}", "kind": "power",
            "status": "confirmed", "customers_affected": 1432,
            "places": [{"name": "Täby kyrkby"}], **more}


class Receivers(FaultWorld):
    def setUp(self):
        super().setUp()
        self.authority = Authority(self.folder / "certificates")
        (self.folder / "login.key").write_text("secret\n")
        (self.folder / "login.key").chmod(0o600)

    def server_side(self, row):
        if row.tls in (None, "none"):
            return None
        if row.tls == "old":
            return self.authority.server("right", newest=ssl.TLSVersion.TLSv1_1)
        return self.authority.server(row.tls)

    def trust(self, row):
        return f'; ca_file = "{self.authority.certificate}"' if row.tls else ""

    def make_hook(self, name, row):
        receiver = self.hook(name, row.script, self.server_side(row),
                             row.mode != "refused", row.options + self.trust(row))
        if row.tls == "none":
            self.channels[-1] = self.channels[-1].replace("http://", "https://")
        return receiver

    def make_relay(self, name, row):
        options = f"{row.options}; concurrency = 1" + self.trust(row)
        options += '; tls = "required"' if row.tls else '; tls = "none"'
        needs_login = row.mode.startswith("auth")
        if needs_login:
            options += '; username = "drift"; password_file = "login.key"'
        return self.relay(name, row.script, self.server_side(row), needs_login,
                          options=options, to=("redaktion@example.se",))

    def run_rows(self, rows, make):
        """One event for all; the urgent rows hear another one."""
        receivers = {}
        for number, row in enumerate(rows):
            receivers[f"c{number}"] = make(f"c{number}", row)
        names = {urgent: [f"c{number}" for number, row in enumerate(rows)
                          if row.urgent == urgent] for urgent in (False, True)}
        self.routes = "".join(
            f'route "{name}" {{ severities = {{ "{severity}" }} channels = '
            f'{{ {", ".join(chosen)} }} }}\n' for name, severity, chosen in (
                ("usual", "moderate", names[False]), ("urgent", "extreme", names[True]))
            if chosen)
        self.begin()
        self.send(event("usual", severity="moderate"), event("urgent", severity="extreme"))
        try:
            wait_for("every delivery to come to its state",
                     lambda: not self.unsettled(rows), 120)
        except AssertionError as problem:
            raise AssertionError(f"{problem}; not so: {self.unsettled(rows)}") from None
        found = {row["channel"]: row for row in self.deliveries()}
        states = {row["name"]: row for row in self.get("/v1/status")["channels"]}
        faults = []
        for number, row in enumerate(rows):
            name = f"c{number}"
            for fault in self.faults_of(row, name, found[name], states[name],
                                        receivers[name]):
                faults.append(f"{row.mode} ({name}): {fault}")
        self.assertEqual(faults, [], "\n" + "\n".join(faults))
        self.assertNotIn("redaktion@", self.log_text())
        return receivers

    def unsettled(self, rows):
        found = {row["channel"]: row for row in self.deliveries()}
        return [(row.mode, found.get(f"c{number}", {}).get("state"))
                for number, row in enumerate(rows)
                if not row.has_come_to(found.get(f"c{number}"))]

    def faults_of(self, row, name, delivery, state, receiver):
        """In words, what is not as the row says."""
        calls = [call for call in receiver.calls if call["id"] is not None]
        ids = {call["id"] for call in calls}
        if len(ids) > 1:
            yield f"came under more than one id: {ids}"
        if ids and delivery["message"] not in ids.pop():
            yield "came under an id that is not its message's"
        bodies = {call["body"] for call in calls if call.get("body")}
        if len(bodies) > 1:
            yield "came with other bytes"
        if row.calls is not None and row.ends != "pending" and (
                len(receiver.calls) < row.calls or
                len(receiver.calls) > row.calls and row.options == PATIENT):
            yield f"was called {len(receiver.calls)} times, not {row.calls}"
        if row.calls == 0 and receiver.calls:
            yield "something was sent"
        if row.says not in (delivery.get("last_error") or ""):
            yield f"says {delivery.get('last_error')!r}, nothing of {row.says!r}"
        if row.marked and not self.metric("budkavle_deliveries_total", f'"{name}"',
                                          f'"{row.marked}"'):
            yield f"was never counted as {row.marked}"
        if (state["state"] == "paused") != row.paused:
            yield f"the channel is {state['state']}"
        yield from self.faults_of_waiting(row, delivery)
        if row.tls and any(not call.get("encrypted", True) for call in receiver.calls
                           if call["id"]):
            yield "a mail went out without encryption"

    def faults_of_waiting(self, row, delivery):
        if row.waits is None:
            return
        due = datetime.datetime.fromisoformat(delivery["due_at"].replace("Z", "+00:00"))
        wait = due.timestamp() - time.time()
        least, most = row.waits
        # The test looks a while after the answer came.
        if not least - 120 <= wait <= most + 2:
            yield f"is due in {wait:.0f} s, not in {least} to {most}"

    def test_every_fault_of_a_web_hook(self):
        rows = hook_rows()
        receivers = self.run_rows(rows, self.make_hook)
        refused = next(number for number, row in enumerate(rows) if row.mode == "refused")
        receivers[f"c{refused}"].open()
        wait_for("the one that refused", lambda: receivers[f"c{refused}"].accepted(), 90)
        by_mode = {row.mode: receivers[f"c{number}"] for number, row in enumerate(rows)}
        for mode, receiver in by_mode.items():
            for call in receiver.calls:
                self.assertNotIn("accept-encoding", call.get("headers", {}), mode)
                self.assertLess(call["sent"], 16 * 2**20, f"{mode} was read without end")
        self.assertNotIn("unpacked", "".join(
            row.get("last_error") or "" for row in self.deliveries()))
        self.assertLess(self.core_kib(), 256 * 1024 * (4 if SANITIZED else 1))
        told(f"faults: {len(rows)} ways of a web hook to fail, "
             f"{sum(len(receiver.calls) for receiver in receivers.values())} calls")

    def test_every_fault_of_a_relay(self):
        rows = relay_rows()
        receivers = self.run_rows(rows, self.make_relay)
        told(f"faults: {len(rows)} ways of a relay to fail, "
             f"{sum(len(receiver.calls) for receiver in receivers.values())} mails begun")

    def test_one_refused_address_of_several_holds_up_nobody(self):
        relay = self.relay("mail", lambda call: "ok",
                           to=("redaktion@example.se", "ingen@example.se"))
        relay.script = ["ok"]
        refusing = self.relay("strict", ["rcpt 550 5.1.1 no such user"],
                              to=("a@example.se", "b@example.se"))
        self.route_to_all(["mail", "strict"])
        self.begin()
        self.send(event(1))
        self.wait_complete()
        states = [(row["channel"], row["state"]) for row in self.deliveries()]
        self.assertEqual(sorted(states), [("mail", "delivered")] * 2 +
                         [("strict", "undeliverable")] * 2)
        self.assertEqual(len(refusing.calls), 2)

    def test_retry_after_binds_its_row_and_no_other(self):
        """What the receiver asked to wait for waits, though the channel is well."""
        def script(call):
            incident = re.search(rb'"incident":"(I\d+)"', call["body"]).group(1)
            busy = incident == b"I1" and not hook.accepted()
            return "retry_after 429 3" if busy else "ok"
        hook = self.hook("bus", script)
        hook.script = script
        self.route_to_all(["bus"])
        self.begin()
        self.send(event(1))
        wait_for("the first answer", lambda: hook.calls and hook.calls[0]["ended"])
        self.send(event(2))
        self.wait_complete()
        first, second, third = hook.calls
        self.assertEqual(first["id"], third["id"])
        self.assertNotEqual(first["id"], second["id"])
        self.assertLess(second["begun"], third["begun"])
        self.assertGreaterEqual(third["begun"] - first["begun"], 2.9)

    def test_the_sick_delay_nobody(self):
        """While others hang, the well ones hear each event; nobody is waited for."""
        slow = 'timeout = "60s"'
        sick = [self.hook(f"hook-{number}", [mode], options=slow) for number, mode in
                enumerate(("silence", "slow_body", "slow_head", "late 60", "silence"))]
        sick += [self.relay(f"relay-{number}", [mode], options=slow + "; concurrency = 2")
                 for number, mode in enumerate(("banner silence", "dot silence",
                                                "ehlo slow", "mail silence"))]
        well, mail = self.hook("well"), self.relay("mail", to=("redaktion@example.se",))
        self.page()
        names = re.findall(r'channel "([^"]+)"', "\n".join(self.channels))
        self.route_to_all(names)
        self.begin()
        n = 20
        for number in range(n):
            self.send(event(number))
        wait_for("the well ones", lambda: len({call["id"] for call in well.accepted()}) == n
                 and len({call["id"] for call in mail.accepted()}) == n)
        wait_for("the page", lambda: len(self.deliveries(
            channel="page", state="delivered")) == n)
        hanging = [any(call["ended"] is None for call in receiver.calls)
                   for receiver in sick]
        self.assertEqual(hanging, [True] * len(sick), "they were not waited for")
        self.assertEqual(len(well.calls), n)
        done = [row for row in self.deliveries(state="delivered")]
        self.assertEqual({row["channel"] for row in done}, {"well", "mail", "page"})
        self.assertEqual(len(done), 3 * n)


if __name__ == "__main__":
    unittest.main()
