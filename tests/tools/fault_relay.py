# SPDX-License-Identifier: EUPL-1.2
"""A mail server that fails as it is told, for tests in the same process.

    relay = SmtpReceiver(stage, script=["dot reset", "rcpt 450 4.2.0 later", "ok"])

The script is a list of modes, one for each mail, of which the last one stays; or a
function from the call to a mode, asked when the whole mail has come (stage `dot`). A
mode is `ok`, or a stage and what happens there instead of the right answer.

| Stage | When |
|---|---|
| banner, ehlo, starttls, auth | a connection begins |
| mail, rcpt, data | the commands of one mail |
| body | after 354, before the mail is read |
| dot | after the final dot: the mail is whole, the answer is due |

| What | What the relay does |
|---|---|
| CODE TEXT | answers that, such as `rcpt 550 5.1.1 no such user` |
| reset | resets the connection |
| close | closes it without an answer |
| silence | never answers |
| slow | gives the right answer at one byte a second |
| late SECONDS | gives the right answer after so long |
| endless | begins a reply of several lines that has no end |
| long_line | begins a reply line that has no end |
| garbage | the right answer, and behind it lines that answer nothing |
| noise | bytes that are no SMTP |
| stripped | (ehlo) leaves STARTTLS out, as somebody in the middle would |
| broken | (starttls) says 220 and then speaks no TLS |

With tls the relay offers STARTTLS and says so; with auth it asks for a login and takes
any. `accepted` of a call says whether the relay took the mail; what is `dot reset`,
`dot silence` or `dot late` was taken and the answer lost on the way.
"""
import asyncio
import re
import ssl

from fault_receivers import Receiver

ON_CONNECTION = ("banner", "ehlo", "starttls", "auth")
LOST_ANSWERS = ("reset", "close", "silence", "late", "slow", "endless", "long_line",
                "garbage", "noise")


class Gone(OSError):
    """The relay has ended the connection."""


class SmtpReceiver(Receiver):
    def __init__(self, stage, script=("ok",), tls=None, auth=False, listen=True):
        self.starttls, self.auth = tls, auth
        super().__init__(stage, script, None, listen)

    async def serve(self, peer):
        session = Session(self, peer)
        try:
            await session.run()
        finally:
            if session.call is not None and session.call["ended"] is None:
                self.end_call(session.call, peer)


class Session:
    """One connection: commands come in, the right answer or the mode's goes out."""

    def __init__(self, relay, peer):
        self.relay, self.peer, self.call = relay, peer, None
        self.mode, self.is_encrypted = None, False

    def stage_of(self, mode):
        return None if mode is None else mode.partition(" ")[0]

    def begin_call(self):
        self.call = self.relay.new_call()
        self.call["peer"], self.call["to"] = self.peer, []

    async def run(self):
        upcoming = self.relay.upcoming()
        if self.stage_of(upcoming) in ON_CONNECTION:
            self.begin_call()
            self.mode = self.relay.take_mode(self.call)
        await self.reply("banner", "220 faulty ESMTP")
        while True:
            line = await self.peer.reader.readline()
            if not line:
                return
            text = line.decode("latin-1").rstrip("\r\n")
            if not await self.command(text):
                return

    async def command(self, text):
        for prefix, handler in COMMANDS:
            if text.upper().startswith(prefix):
                return await handler(self, text)
        await self.peer.say(b"502 5.5.2 not here\r\n")
        return True

    async def reply(self, stage, right):
        """The right answer, unless the mode has another one for this stage."""
        data = right.encode() + b"\r\n"
        if self.stage_of(self.mode) != stage:
            await self.peer.say(data)
            return True
        what = self.mode.partition(" ")[2]
        name, _, argument = what.partition(" ")
        self.mode = "done"
        if name[:1].isdigit():
            await self.peer.say(what.encode() + b"\r\n")
            return False
        await ACTIONS[name](self.peer, data, argument)
        return True

    async def on_ehlo(self, _):
        lines = ["faulty", "8BITMIME"]
        if self.mode == "ehlo stripped":
            self.mode = "done"
        elif self.relay.starttls and not self.is_encrypted:
            lines.append("STARTTLS")
        if self.relay.auth:
            lines.append("AUTH PLAIN")
        right = "\r\n".join(f"250-{line}" for line in lines[:-1])
        await self.reply("ehlo", f"{right}\r\n250 {lines[-1]}")
        return True

    async def on_starttls(self, _):
        if self.mode == "starttls broken":
            await self.peer.say(b"220 2.0.0 go on\r\nthis is no TLS, whoever asked\r\n")
            return False
        if await self.reply("starttls", "220 2.0.0 go on"):
            try:
                await self.peer.writer.start_tls(self.relay.starttls)
            except (ssl.SSLError, OSError):
                return False
            self.is_encrypted = True
        return True

    async def on_auth(self, text):
        if len(text.split()) < 3:
            await self.peer.say(b"334 \r\n")
            await self.peer.reader.readline()
        await self.reply("auth", "235 2.7.0 ok")
        return True

    async def on_mail(self, text):
        upcoming = self.relay.upcoming()
        if self.mode is not None and self.stage_of(upcoming) in ON_CONNECTION:
            return False  # that mode needs a connection of its own
        if self.call is None or self.call["ended"] is not None:
            self.begin_call()
        if upcoming is not None:
            self.mode = self.relay.take_mode(self.call)
        self.call["from"], self.call["encrypted"] = address(text), self.is_encrypted
        await self.reply("mail", "250 2.1.0 ok")
        return True

    async def on_rcpt(self, text):
        self.call["to"].append(address(text))
        await self.reply("rcpt", "250 2.1.5 ok")
        return True

    async def on_data(self, _):
        if not await self.reply("data", "354 go on"):
            return True
        if self.stage_of(self.mode) == "body":
            await self.reply("body", "")
        lines = []
        while (line := await self.peer.reader.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        await self.on_dot(b"".join(lines))
        return True

    async def on_dot(self, data):
        found = re.search(rb"^Message-ID: *(<[^>]+>)", data, re.MULTILINE | re.IGNORECASE)
        self.call["data"], self.call["id"] = data, found and found.group(1).decode()
        if callable(self.relay.script):
            self.mode = self.relay.take_mode(self.call)
        stage, _, what = self.mode.partition(" ")
        self.call["accepted"] = stage != "dot" or what.split()[0] in LOST_ANSWERS
        await self.reply("dot", "250 2.0.0 ok: queued as F1")
        self.relay.end_call(self.call, self.peer)

    async def on_quit(self, _):
        await self.peer.say(b"221 2.0.0 bye\r\n")
        return False

    async def on_other(self, _):
        await self.peer.say(b"250 2.0.0 ok\r\n")
        return True


def address(text):
    return text.partition(":")[2].split()[0].strip("<>")


COMMANDS = (
    ("EHLO", Session.on_ehlo), ("HELO", Session.on_ehlo),
    ("STARTTLS", Session.on_starttls), ("AUTH", Session.on_auth),
    ("MAIL FROM:", Session.on_mail), ("RCPT TO:", Session.on_rcpt),
    ("DATA", Session.on_data), ("QUIT", Session.on_quit), ("RSET", Session.on_other),
    ("NOOP", Session.on_other),
)


async def reset(peer, _data, _):
    peer.reset()
    raise Gone


async def close(_peer, _data, _):
    raise Gone


async def silence(peer, _data, _):
    await peer.until_closed()
    raise Gone


async def slow(peer, data, _):
    await peer.drip(data)


async def late(peer, data, argument):
    await asyncio.sleep(float(argument))
    await peer.say(data)


async def endless(peer, data, _):
    await peer.flood(data[:3] + b"-and there is more to come\r\n")


async def long_line(peer, data, _):
    await peer.say(data[:4])
    await peer.flood(b"x" * 4096)


async def garbage(peer, data, _):
    await peer.say(data + b"250 2.0.0 ok: queued as NOTHING\r\n599 what\r\n" * 3)


async def noise(peer, _data, _):
    await peer.say(b"\x16\x03\x01\x00HTTP/1.1 200 OK\r\n\xff\xfe\r\n")
    raise Gone


ACTIONS = {
    "reset": reset, "close": close, "silence": silence, "slow": slow, "late": late,
    "endless": endless, "long_line": long_line, "garbage": garbage, "noise": noise,
}
