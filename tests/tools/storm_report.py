#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What the public was told in the real storm, counted.

usage: storm_report.py EVENTS.ndjson < DELIVERIES.ndjson
The deliveries are those of tests/scenario/replay. Writes a report in Markdown to standard
output; exit 1 when a promise of the program does not hold in it.
"""
import bisect
import collections
import datetime
import email
import email.policy
import json
import re
import sys
import urllib.parse

HOUR = 3600
MOST_AN_HOUR = 12      # messages on a channel for the public, in any hour
LARGE = 500            # customers: named
NAMED_WITHIN = 600     # seconds
GRACE = 60             # a word so long after the promised time is still in time
SHORTENED = 14         # letters that are left of a long place name at the least
CLOCK = re.compile(r"\b([01]?\d|2[0-3])[.:][0-5]\d\b")
OWN_SOURCE = "budkavle"


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings_in(one)


def text_of(delivery):
    """What a person reads, whatever the channel wraps it in."""
    body = delivery["body"]
    if body.startswith("Date: "):
        message = email.message_from_bytes(body.encode(), policy=email.policy.default)
        return message["Subject"] + "\n" + message.get_body(("plain",)).get_content()
    if body.startswith("{"):
        return "\n".join(strings_in(json.loads(body)))
    fields = dict(urllib.parse.parse_qsl(body))
    return fields.get("status") or fields.get("message") or ""


class Channel:
    def __init__(self, name, deliveries, end):
        self.name, self.deliveries, self.end = name, deliveries, end
        self.times = [one["at"] for one in deliveries]
        self.texts = [text_of(one) for one in deliveries]
        self.storm = [one["at"] for one in deliveries
                      if one["source"] == OWN_SOURCE]
        self.threads = collections.defaultdict(list)
        for one in deliveries:
            self.threads[one["source"], one["incident"]].append(one)

    def most_in_an_hour(self):
        """The most in any span of an hour, and when it began."""
        most, when = 0, 0
        for i, at in enumerate(self.times):
            n = bisect.bisect_left(self.times, at + HOUR) - i
            if n > most:
                most, when = n, at
        return most, when

    def without_clock(self):
        return [text for text in self.texts if not CLOCK.search(text)]

    def promises(self):
        """All that were made, and those that passed in silence."""
        made, broken = 0, []
        for thread in self.threads.values():
            for i, one in enumerate(thread):
                for kind in ("next_word_at", "etr"):
                    until = one.get(kind)
                    if until is None or until <= one["at"] or until > self.end:
                        continue
                    if kind == "etr" and one["status"] not in (
                            "suspected", "confirmed", "partly_restored"):
                        continue
                    made += 1
                    if not self.word_by(thread, i, until + GRACE):
                        broken.append((kind, until, one))
        return made, broken

    def word_by(self, thread, i, until):
        """Of the incident, or in a summary, which counts what goes on."""
        if i + 1 < len(thread) and thread[i + 1]["at"] <= until:
            return True
        k = bisect.bisect_right(self.storm, thread[i]["at"])
        return k < len(self.storm) and self.storm[k] <= until

    def contradictions(self):
        found = []
        for thread in self.threads.values():
            over = False
            for before, after in zip([None] + thread, thread):
                if before is not None and after["sequence"] <= before["sequence"]:
                    found.append(("an older word after a newer one", after))
                # That it was worse again in between, a summary may have said.
                if over and after["notice"] not in (
                        "reopened", "correction", "storm", "storm_over", "false_alarm",
                        "restored", "planned_ended"):
                    found.append((f"{after['notice']} after the end", after))
                over = after["notice"] in ("restored", "planned_ended", "storm_over")
        return found

    def named(self, large):
        """How long it took until each large incident was named, in a thread of its own
        or in a summary; None: not in time."""
        return {incident: self.wait(incident, known_at, place)
                for incident, (known_at, place) in large.items()}

    def wait(self, incident, known_at, place):
        until = known_at + NAMED_WITHIN + 1
        thread = self.threads.get(("oms", incident))
        if thread and thread[0]["at"] <= until:
            return max(0, thread[0]["at"] - known_at)
        for i in range(bisect.bisect_left(self.times, known_at),
                       bisect.bisect_right(self.times, until)):
            if self.deliveries[i]["source"] == OWN_SOURCE and \
                    place[:SHORTENED] in self.texts[i]:
                return self.times[i] - known_at
        return None


def large_incidents(path, end):
    """When each was first known to be large, and the place as it was named then."""
    places, large = {}, {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event.get("places"):
                places[event["incident"]] = event["places"][0]["name"]
            at = seconds(event["at"])
            if at > end:
                break
            if (event.get("customers_affected") or 0) >= LARGE and \
                    event["incident"] not in large and event["incident"] in places:
                large[event["incident"]] = (at, places[event["incident"]])
    return large


def clock(at):
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%d %b %H:%M")


def report(channel, large, events):
    """The lines of one channel's chapter, and what does not hold."""
    most, when = channel.most_in_an_hour()
    made, broken = channel.promises()
    silent = channel.without_clock()
    contradictions = channel.contradictions()
    took = channel.named(large)
    unnamed = [incident for incident, wait in took.items() if wait is None]
    faults = [fault for one in channel.deliveries for fault in one["faults"]]
    kinds = collections.Counter(one["notice"] for one in channel.deliveries)
    own = {key for key in channel.threads if key[0] != OWN_SOURCE}
    longest = max((len(channel.threads[key]) for key in own), default=0)
    hours = collections.Counter(int(at // HOUR) for at in channel.times)
    span = range(min(hours, default=0), max(hours, default=-1) + 1)
    lengths = sorted(len(text) for text in channel.texts)
    lines = [
        f"## {channel.name}", "",
        f"- {len(channel.times)} messages of {events} events; at most **{most}** in any hour"
        f" (from {clock(when)} UTC); texts of {lengths[0]} to {lengths[-1]} characters",
        f"- in each hour: {' '.join(str(hours[hour]) for hour in span)}",
        f"- {len(own)} incidents had a thread of their own, with at most {longest} messages",
        "- kinds: " + ", ".join(f"{kind} {n}" for kind, n in kinds.most_common()),
        f"- with a clock time: {len(channel.texts) - len(silent)} of {len(channel.texts)}",
        f"- promises kept: {made - len(broken)} of {made}",
        f"- contradictions: {len(contradictions)}",
        f"- large incidents named within ten minutes: {len(took) - len(unnamed)} of"
        f" {len(took)}, the last after {max((w for w in took.values() if w is not None), default=0):.0f} s",
        f"- faults that stop a text, both languages: {len(faults)}", ""]
    wrong = []
    if most > MOST_AN_HOUR:
        wrong.append(f"{most} messages in the hour from {clock(when)}")
    wrong += [f"no clock time: {text!r}" for text in silent[:3]]
    wrong += [f"promise passed in silence: {kind} {clock(until)} of {one['incident']}"
              f" ({one['notice']} at {clock(one['at'])})" for kind, until, one in broken[:5]]
    wrong += [f"{what}: {one['incident']} at {clock(one['at'])}"
              for what, one in contradictions[:5]]
    wrong += [f"not named in time: {incident} {large[incident][1]}, known at"
              f" {clock(large[incident][0])}" for incident in unnamed[:5]]
    wrong += faults[:5]
    return lines, [f"{channel.name}: {one}" for one in wrong]


def main():
    rows = [json.loads(line) for line in sys.stdin]
    counts = rows.pop()
    rows.sort(key=lambda one: one["at"])
    end = max(one["at"] for one in rows)
    large = large_incidents(sys.argv[1], counts["played_until"])
    by_channel = collections.defaultdict(list)
    for one in rows:
        by_channel[one["channel"]].append(one)
    print("# What the public was told in a real storm\n")
    print(f"{counts['events']} events, replayed at their own pace by the clock of the "
          f"scenario tests; {len(large)} incidents of {LARGE} customers or more. "
          f"Machines got {counts['machine_requests']} requests.\n")
    wrong = []
    for name, deliveries in sorted(by_channel.items()):
        lines, faults = report(Channel(name, deliveries, end), large, counts["events"])
        print("\n".join(lines))
        wrong += faults
    print("## What became of every delivery\n")
    for name, states in counts["channels"].items():
        print(f"- {name}: " + ", ".join(f"{state} {n}" for state, n in states.items() if n))
        left = {state: n for state, n in states.items() if n and state not in
                ("delivered", "covered", "cancelled", "expanded", "held")}
        if left:
            wrong.append(f"{name}: not concluded at the end: {left}")
    for one in wrong:
        print(f"storm_report: {one}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
