#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""A GSM modem behind a TCP port, for SMS Server Tools: it takes text messages in PDU mode
(3GPP TS 27.005) and says yes.

usage: modem.py FOLDER

Listens on a free port, which is written to FOLDER/modem.port. Each text message is a line
of FOLDER/modem.ndjson: {"to": "+4670…", "text": "…", "report": true}. While FOLDER/deaf is
there, a message is refused with +CMS ERROR: 38 (network out of order).
"""
import json
import os
import pathlib
import socketserver
import sys

GSM7 = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")


def unpacked(data, n):
    bits = int.from_bytes(data, "little")
    return "".join(GSM7[bits >> 7 * i & 0x7f] for i in range(n))


def decode(pdu):
    """SMS-SUBMIT (3GPP TS 23.040, 9.2.2.2), without a part's header."""
    data = bytes.fromhex(pdu)
    data = data[1 + data[0]:]  # behind the service centre's address
    first, digits = data[0], data[2]
    at = 4 + (digits + 1) // 2
    number = "".join(f"{byte & 15:x}{byte >> 4:x}" for byte in data[4:at])[:digits]
    coding = data[at + 1]
    at += 2 + (0, 7, 1, 7)[first >> 3 & 3]  # validity period
    n, body = data[at], data[at + 1:]
    text = body.decode("utf-16-be") if coding & 0x0c == 8 else unpacked(body, n)
    return {"to": f"+{number}", "text": text, "report": bool(first & 0x20)}


class Modem(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(f"\r\n{text}\r\n".encode())

    def line(self):
        line = b""
        while (byte := self.rfile.read(1)) not in (b"", b"\r", b"\n", b"\x1a"):
            line += byte
        return None if byte == b"" and not line else line.decode(errors="replace")

    def take(self):
        self.wfile.write(b"\r\n> ")
        pdu = ""
        while not pdu:
            pdu = self.line()
            if pdu is None:
                return
        folder = self.server.folder
        if (folder / "deaf").exists():
            self.say("+CMS ERROR: 38")
            return
        self.server.n += 1
        row = {**decode(pdu.strip()), "id": self.server.n}
        with open(folder / "modem.ndjson", "a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.say(f"+CMGS: {self.server.n}")
        self.say("OK")

    def handle(self):
        answers = {"AT+CPIN?": "+CPIN: READY", "AT+CREG?": "+CREG: 0,1",
                   "AT+CSQ": "+CSQ: 20,0", "AT+CIMI": "240010000000001",
                   "AT+CGSN": "350000000000001",
                   "AT+CPMS?": '+CPMS: "SM",0,10,"SM",0,10,"SM",0,10'}
        while (command := self.line()) is not None:
            command = command.strip()
            if command.startswith("AT+CMGS="):
                self.take()
            elif command:
                if command in answers:
                    self.say(answers[command])
                self.say("OK")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, n = True, True, 116


def main():
    folder = pathlib.Path(sys.argv[1])
    server = Server(("127.0.0.1", 0), Modem)
    server.folder = folder
    made = folder / ".modem.port"
    made.write_text(str(server.server_address[1]))
    os.replace(made, folder / "modem.port")
    server.serve_forever()


if __name__ == "__main__":
    main()
