"""What Python's email package and dkimpy make of messages. A line of input is a
message in base64 and the record of the DKIM key; a line of output is what a reader
is shown, and what is wrong with the message."""

import base64
import email
import email.policy
import json
import sys
from email.errors import NonASCIILocalPartDefect

import dkim


def part(message, kind):
    found = message.get_body((kind,))
    return {
        "type": found.get_content_type(),
        "charset": found.get_content_charset(),
        "encoding": found["Content-Transfer-Encoding"],
        "text": found.get_content().replace("\r\n", "\n"),
    }


def addresses(header):
    return [{"name": a.display_name, "address": a.addr_spec} for a in header.addresses] if header else []


def look(data, record):
    headers, _, body = data.partition(b"\r\n\r\n")
    if headers.isascii():
        message = email.message_from_bytes(data, policy=email.policy.default)
    else:  # from bytes, the parser does not read the headers of RFC 6532
        message = email.message_from_string(data.decode(), policy=email.policy.SMTPUTF8)
    wrong = [repr(d) for p in message.walk() for d in p.defects]
    for piece in message.walk():
        for name, value in piece.items():
            wrong += [f"{name}: {d!r}" for d in value.defects if headers.isascii() or not isinstance(d, NonASCIILocalPartDefect)]
    return {
        "wrong": wrong,
        "ascii": {"headers": headers.isascii(), "body": body.isascii()},
        "longest": max(len(line) for line in data.split(b"\r\n")),
        "bare": b"\n" in data.replace(b"\r\n", b"") or b"\r" in data.replace(b"\r\n", b""),
        "type": message.get_content_type(),
        "parts": [p.get_content_type() for p in message.iter_parts()],
        "subject": message["Subject"],
        "from": addresses(message["From"]),
        "to": addresses(message["To"]),
        "cc": addresses(message["Cc"]),
        "bcc": message["Bcc"],
        "date": message["Date"].datetime.isoformat(),
        "id": message["Message-ID"],
        "auto": message["Auto-Submitted"],
        "language": message["Content-Language"],
        "plain": part(message, "plain"),
        "html": part(message, "html"),
        "signed": dkim.verify(data, dnsfunc=lambda name, timeout=5: record.encode() if name == b"mail2026._domainkey.example.com." else None),
        "forged": dkim.verify(data.replace(b"\r\nSubject:", b"\r\nSubject: Other\r\nSubject:", 1), dnsfunc=lambda name, timeout=5: record.encode()),
    }


for line in sys.stdin:
    given = json.loads(line)
    print(json.dumps(look(base64.b64decode(given["message"]), given["record"])))
