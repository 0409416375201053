#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The real storm as test data: whole or a slice, at its own times or ending now.

usage: storm.py [--incidents N] [--min-customers N] [--end-now] [--limit N]
Writes NDJSON to standard output, in time order.
"""
import argparse
import datetime
import json
import lzma
import pathlib
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / "data/storm-2021-01.ndjson.xz"
TIMES = ("at", "started_at", "ended_at", "etr", "next_word_at")


def events():
    with lzma.open(DATA, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def parse(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def write(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def chosen(rows, incidents, min_customers):
    """The incidents with the most events that were large enough."""
    size, count = {}, {}
    for row in rows:
        key = row["incident"]
        size[key] = max(size.get(key, 0), row.get("customers_affected") or 0)
        count[key] = count.get(key, 0) + 1
    keys = [key for key in count if size[key] >= min_customers]
    keys.sort(key=lambda key: (-count[key], key))
    return set(keys[:incidents] if incidents else keys)


def moved(row, by):
    row = dict(row)
    for name in TIMES:
        if isinstance(row.get(name), str):
            row[name] = write(parse(row[name]) + by)
    return row


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--incidents", type=int, default=0)
    options.add_argument("--min-customers", type=int, default=0)
    options.add_argument("--limit", type=int, default=0)
    options.add_argument("--end-now", action="store_true")
    given = options.parse_args()
    rows = list(events())
    keys = chosen(rows, given.incidents, given.min_customers)
    rows = [row for row in rows if row["incident"] in keys]
    if given.limit:
        rows = rows[: given.limit]
    if given.end_now and rows:
        now = datetime.datetime.now(datetime.timezone.utc)
        by = now - parse(rows[-1]["at"])
        rows = [moved(row, by) for row in rows]
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
