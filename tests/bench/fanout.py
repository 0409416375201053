#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""One message to a list of numbers over an HTTP gateway, each outcome durable, against
libcurl alone on the same receiver with as many requests under way.

usage: fanout.py [RECIPIENTS] [CONCURRENCY]"""
import json
import sys

import yard


def fan_out(recipients, concurrency):
    sink = yard.Sink()
    more = f'concurrency = {concurrency}'
    daemon = yard.Daemon(yard.sms_channel(sink, more),
                         {"numbers.txt": yard.numbers(recipients)})
    try:
        before = daemon.cpu_seconds()
        daemon.send(yard.EVENT)
        yard.wait_for("every delivery", lambda: daemon.is_idle("sms"), pause=0.5)
        after = daemon.cpu_seconds()
    finally:
        daemon.close()
    n, seconds = sink.close()
    spent = [round((after[pid] - before.get(pid, 0)) / recipients * 1e6, 1)
             for pid in after]
    return {"recipients": recipients, "requests": n, "rate": n / seconds,
            "cpu_us_each": spent}


def main():
    recipients = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    concurrency = int(sys.argv[2]) if len(sys.argv) > 2 else 16
    bare = yard.bare_rate(recipients, concurrency, 300)
    figures = fan_out(recipients, concurrency)
    figures |= {"bare": bare, "ratio": figures["rate"] / bare}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
