# SPDX-License-Identifier: EUPL-1.2
"""A web hook's receiver that fails as it is told, for tests in the same process.

    stage = Stage()
    hook = HttpReceiver(stage, script=["reset_after", "status 503", "ok"])
    … https://127.0.0.1:{hook.port}/ …
    hook.calls    # what came: mode, id, headers, body, times, what became of it

The script is a list of modes, one for each request, of which the last one stays; or a
function from the call to a mode. The mail server of the same kind is fault_relay.py,
certificates are made by certificates.py.

| Mode | What the receiver does |
|---|---|
| ok | 204 |
| status CODE | answers with this code and no body |
| say CODE TEXT | answers with this code and the text as its body |
| retry_after CODE VALUE | answers with this code and Retry-After: VALUE |
| error_inside | 200, with a body that speaks of an error |
| redirect CODE URL | answers with this code and Location: URL |
| accept_reset | resets the connection when it is made, before anything is read |
| head_reset | resets it after the head of the request was read |
| reset_after | resets it after the whole request was read; it is not taken |
| cut | takes the request, and resets the connection before the answer |
| empty | takes the request, and closes the connection without an answer |
| silence | reads the request and never answers |
| late SECONDS | takes the request and answers 204 after so long |
| slow_head | 200, one byte a second from its first byte on |
| slow_body | the head of a 200 at once, its body at one byte a second |
| short_body | closes the connection in the middle of the body of a 200 |
| endless_body CODE | a body without an end, as fast as it is read |
| endless_head | a head without an end |
| endless_interim | one 100 Continue after the other |
| gzip CODE TEXT | answers with the text compressed, and says so |
| bomb CODE | a small compressed body that would become 64 MiB |
| two_answers CODE | 204, and right behind it an answer that nobody asked for |
| garbage | what is no HTTP |
| bad_chunks | 200 with a chunk whose length is no number |
| no_such_status | answers with the status 999 |
| nul_head | takes the request, and answers 204 with a NUL in its head |

`accepted` of a call says whether the receiver took the message (it answered 2xx, or
meant to). A receiver made with listen=False refuses connections until open() is called.
"""
import asyncio
import gzip
import socket
import struct
import threading
import time

BLOCK = b"<!-- endless -->" * 1024
BOMB = gzip.compress(b"bomb" * 2**24)  # once, because it takes long


class Stage:
    """A thread with an event loop, on which all receivers of a test live."""

    def __init__(self):
        self.loop, self.receivers = asyncio.new_event_loop(), []
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def close(self):
        async def end():
            for receiver in self.receivers:
                receiver.close()
            tasks = asyncio.all_tasks() - {asyncio.current_task()}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.run(end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Peer:
    """One connection of a client."""

    def __init__(self, reader, writer):
        self.reader, self.writer, self.sent = reader, writer, 0

    async def say(self, data):
        self.writer.write(data)
        await self.writer.drain()
        self.sent += len(data)

    async def drip(self, data, pause=1.0):
        for at in range(len(data)):
            await self.say(data[at:at + 1])
            await asyncio.sleep(pause)

    async def flood(self, data):
        """Until the client has had enough and goes away."""
        while True:
            await self.say(data)
            await asyncio.sleep(0)

    async def until_closed(self):
        while await self.reader.read(65536):
            pass

    def reset(self):
        given = self.writer.get_extra_info("socket")
        given.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


class Receiver:
    """What both kinds of receivers share: a port, a script, a list of calls."""

    def __init__(self, stage, script=("ok",), tls=None, listen=True):
        self.stage, self.tls, self.calls, self.connections = stage, tls, [], 0
        self.script, self.at, self.server = script, 0, None
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", 0))  # and nobody else can listen there
        self.port = self.socket.getsockname()[1]
        stage.receivers.append(self)
        if listen:
            self.open()

    def close(self):
        if self.server is not None:
            self.server.close()
        self.socket.close()

    def open(self):
        async def listen():
            self.server = await asyncio.start_server(
                self.on_connection, sock=self.socket, backlog=256, limit=2**22,
                ssl=self.tls)
        self.stage.run(listen())

    def change(self, script):
        self.script, self.at = script, 0

    def upcoming(self):
        """The next request's mode, if it is known before the request is."""
        return None if callable(self.script) else self.script[self.at]

    def take_mode(self, call):
        mode = self.script(call) if callable(self.script) else self.script[self.at]
        if not callable(self.script):
            self.at = min(self.at + 1, len(self.script) - 1)
        call["mode"] = mode
        return mode

    def new_call(self):
        call = {"begun": time.time(), "accepted": False, "id": None, "ended": None,
                "sent": 0}
        self.calls.append(call)
        return call

    def accepted(self):
        return [call for call in list(self.calls) if call["accepted"]]

    async def on_connection(self, reader, writer):
        self.connections += 1
        peer = Peer(reader, writer)
        try:
            await self.serve(peer)
        except (OSError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # the client went away, which is what the tests are about, or the test
        finally:
            for call in self.calls:
                if call.get("peer") is peer and call["ended"] is None:
                    self.end_call(call, peer)
            if not writer.transport.is_closing():
                writer.close()

    @staticmethod
    def end_call(call, peer):
        call["ended"], call["sent"] = time.time(), peer.sent

    async def serve(self, peer):
        raise NotImplementedError


class HttpReceiver(Receiver):
    async def serve(self, peer):
        if self.upcoming() == "accept_reset":
            self.take_mode(self.new_call())
            peer.reset()
            return
        while await self.serve_request(peer):
            pass

    async def serve_request(self, peer):
        head = await peer.reader.readuntil(b"\r\n\r\n")
        call = self.new_call()
        call["peer"] = peer
        lines = head.decode("latin-1").split("\r\n")
        call["request"] = lines[0]
        call["headers"] = {name.lower(): value.strip() for name, _, value in
                           (line.partition(":") for line in lines[1:] if line)}
        call["id"] = call["headers"].get("webhook-id")
        call["body"] = None
        if self.upcoming() != "head_reset":
            call["body"] = await peer.reader.readexactly(
                int(call["headers"].get("content-length", 0)))
        name, _, argument = self.take_mode(call).partition(" ")
        stays = await HTTP_MODES[name](peer, call, argument)
        self.end_call(call, peer)
        return stays


def answer(code, body=b"", *headers):
    lines = [f"HTTP/1.1 {code} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


async def say_code(peer, call, argument):
    code, _, text = argument.partition(" ")
    call["accepted"] = code.startswith("2")
    await peer.say(answer(code, text.encode()))
    return True


async def ok(peer, call, _):
    return await say_code(peer, call, "204")


async def retry_after(peer, _call, argument):
    code, _, value = argument.partition(" ")
    await peer.say(answer(code, b"", f"Retry-After: {value}"))
    return True


async def error_inside(peer, call, _):
    return await say_code(peer, call, '200 {"error":"database on fire","ok":false}')


async def redirect(peer, _call, argument):
    code, _, url = argument.partition(" ")
    await peer.say(answer(code, b"", f"Location: {url}"))
    return True


async def reset(peer, _call, _):
    peer.reset()
    return False


async def cut(peer, call, _):
    call["accepted"] = True
    peer.reset()
    return False


async def empty(_peer, call, _):
    call["accepted"] = True
    return False


async def silence(peer, _call, _):
    await peer.until_closed()
    return False


async def late(peer, call, argument):
    call["accepted"] = True
    await asyncio.sleep(float(argument))
    await peer.say(answer(204))
    return True


async def slow_head(peer, _call, _):
    await peer.drip(answer(200, b"ok"))
    return True


async def slow_body(peer, _call, _):
    whole = answer(200, b"o" * 1000)
    await peer.say(whole[:-1000])
    await peer.drip(whole[-1000:])
    return True


async def short_body(peer, _call, _):
    await peer.say(answer(200, b"o" * 1000)[:-500])
    return False


async def endless_body(peer, call, argument):
    call["accepted"] = argument.startswith("2")
    await peer.say(f"HTTP/1.1 {argument} Said\r\n\r\n".encode())
    await peer.flood(BLOCK)


async def endless_head(peer, _call, _):
    await peer.say(b"HTTP/1.1 200 Said\r\n")
    await peer.flood(b"X-More: " + b"x" * 1000 + b"\r\n")


async def endless_interim(peer, _call, _):
    await peer.flood(b"HTTP/1.1 100 Continue\r\n\r\n" * 64)


async def compressed(peer, call, argument):
    code, _, text = argument.partition(" ")
    call["accepted"] = code.startswith("2")
    await peer.say(answer(code, gzip.compress(text.encode()), "Content-Encoding: gzip"))
    return True


async def bomb(peer, call, argument):
    call["accepted"] = argument.startswith("2")
    await peer.say(answer(argument, BOMB, "Content-Encoding: gzip"))
    return True


async def two_answers(peer, call, argument):
    call["accepted"] = True
    await peer.say(answer(204) + answer(argument, b"nobody asked for this"))
    return True


async def garbage(peer, _call, _):
    await peer.say(b"\x16\x03\x01\x00 SSH-2.0-what\r\n\r\n\xff\xfe" * 50)
    return False


async def bad_chunks(peer, _call, _):
    await peer.say(b"HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n")
    return False


async def no_such_status(peer, _call, _):
    await peer.say(answer(999))
    return True


async def nul_head(peer, call, _):
    call["accepted"] = True
    await peer.say(b"HTTP/1.1 204 Said\r\nX-Odd: a\0b\x1b[31m\r\nContent-Length: 0\r\n\r\n")
    return False


HTTP_MODES = {
    "ok": ok, "status": say_code, "say": say_code, "retry_after": retry_after,
    "error_inside": error_inside, "redirect": redirect, "head_reset": reset,
    "reset_after": reset, "cut": cut, "empty": empty, "silence": silence, "late": late,
    "slow_head": slow_head, "slow_body": slow_body, "short_body": short_body,
    "endless_body": endless_body, "endless_head": endless_head,
    "endless_interim": endless_interim, "gzip": compressed, "bomb": bomb,
    "two_answers": two_answers, "garbage": garbage, "bad_chunks": bad_chunks,
    "no_such_status": no_such_status, "nul_head": nul_head,
}
