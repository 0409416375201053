# SPDX-License-Identifier: EUPL-1.2
"""What vendors answer, row by row, and the state in which a message's row then stands.

VENDORS has for each driver its options, what is answered on the way to the message, and
the rows. {url} stands for the server, {row} for the row's own folder on it.
"""
import dataclasses
import re

DELIVERED, PENDING, PARKED = "delivered", "pending", "parked"
UNDELIVERABLE = "undeliverable"
UP, DOWN, PAUSED = "up", "down", "paused"
JSON = "application/json"
# Not an answer: the connection is reset before the request was read, or after.
NO_REQUEST, NO_ANSWER = "no request", "no answer"


@dataclasses.dataclass
class Row:
    code: object
    body: str = ""
    state: str = DELIVERED
    channel: str = UP
    says: str = ""            # in the row's last error
    wait: float = 0           # seconds until it is tried again, at the least
    headers: dict = dataclasses.field(default_factory=dict)
    remote_id: str = ""


def delivered(code, body="", remote_id=""):
    return Row(code, body, remote_id=remote_id)


def again(code, body="", wait=0, says="", **headers):
    """Refused for now."""
    return Row(code, body, PENDING, DOWN, says, wait,
               {name.replace("_", "-"): value for name, value in headers.items()})


def parked(code, body="", says=""):
    """Refused for good."""
    return Row(code, body, PARKED, UP, says)


def paused(code, body="", says=""):
    """The channel's credentials or configuration."""
    return Row(code, body, PARKED, PAUSED, says)


# What every HTTP channel has in common.
COMMON = [
    again(408), again(425), again(429), again(429, Retry_After="90", wait=80),
    again(500), again(502, "<html>Bad gateway</html>"), again(503), again(504),
    again(503, Retry_After="120", wait=110), again(302, Location="https://other.example/"),
    Row(NO_REQUEST, state=PENDING, channel=DOWN),
]


@dataclasses.dataclass
class Vendor:
    options: str
    rows: list
    files: dict = dataclasses.field(default_factory=dict)
    # (method and path as an expression, code, body): answered before the message is.
    prelude: list = dataclasses.field(default_factory=list)
    # Each request of a test looks so: its target is safe, or what is sent says that it is
    # a test.
    test: str = r"(?s).*(Test|TEST|test)"
    idempotent: bool = False  # then what nobody knows of is sent again, else parked
    common: list = dataclasses.field(default_factory=lambda: COMMON)

    def all_rows(self):
        lost = Row(NO_ANSWER, "", PENDING if self.idempotent else PARKED, DOWN,
                   "lost before the answer")
        return self.rows + self.common + [lost]


def reset_at(seconds, form):
    """A placeholder that the server turns into a moment so far ahead."""
    return f"@{seconds}:{form}"


def is_reset(value):
    return re.fullmatch(r"@(\d+):(\w+)", value)


VENDORS = {
    "webhook": Vendor('url = "{row}/hook"', [
        delivered(200, "ok"), delivered(202), delivered(204),
        parked(400, "no"), parked(405), parked(409), parked(413), parked(415), parked(422),
        paused(401), paused(403),
    ], idempotent=True),
    "mastodon": Vendor('url = "{row}"  token_file = "token"', [
        delivered(200, '{"id":"109","url":"https://x"}', "109"), delivered(200, "<html>"),
        paused(401, '{"error":"The access token is invalid"}', "token_file"),
        paused(403, '{"error":"This action is outside the authorized scopes"}',
               "write:statuses"),
        paused(404, "<html>", "url"),
        parked(422, '{"error":"Validation failed: Text can\'t be blank"}', "can't be blank"),
        again(429, '{"error":"Too many requests"}', 280,
              X_RateLimit_Reset=reset_at(300, "iso")),
        again(429, '{"error":"Too many requests"}', 280,
              X_RateLimit_Reset=reset_at(300, "epoch")),
    ], idempotent=True, test=r"(?s)POST /api/v1/statuses\n.*visibility=direct"),
    "46elks": Vendor('url = "{row}"  username = "u1"  password_file = "token"\n'
                     '  from = "NordanNat"  to = { "+46701234567" }', [
        delivered(200, '{"id":"s17","status":"created"}', "s17"),
        paused(401, "API access requires Basic HTTP authentication", "password_file"),
        paused(402, "Payment required", "money"), paused(403, "Not enough credits", "money"),
        paused(404, "", "url"), paused(400, "Invalid from", "from"),
        parked(400, "Invalid to number"),
    ], test=r"(?s)POST /a1/sms\n.*dryrun=yes"),
    "kannel": Vendor('url = "{row}/cgi-bin/sendsms"  username = "u"  password_file = "token"\n'
                     '  from = "NordanNat"  to = { "+46701234567" }', [
        delivered(202, "0: Accepted for delivery"),
        delivered(202, "3: Queued for later delivery"), delivered(202, "Sent."),
        paused(403, "Authorization failed for sendsms", "password_file"),
        parked(403, "Not routable. Do not try again.", "smsc"),
        again(503, "Temporal failure, try again later."),
        parked(400, "Missing receiver number, rejected"),
    ]),
}
