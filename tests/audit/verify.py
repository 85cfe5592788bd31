"""Verifies one sealed audit file, written from host/docs/audit.md: python verify.py KEY FILE"""

import base64
import hashlib
import json
import re
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
LINE = re.compile(rb'(\{.*,"n":([1-9][0-9]{0,17})),"hash":"([0-9a-f]{64})"(?:,"signature":"([\w-]{86})")?\}\n')


def add(p, q):  # points are (x, y)
    (a, b), (c, d) = p, q
    t = D * a * b * c * d
    return (a * d + b * c) * pow(1 + t, -1, P) % P, (b * d + a * c) * pow(1 - t, -1, P) % P


def times(n, p):
    r = (0, 1)
    while n:
        r, p, n = add(r, p) if n & 1 else r, add(p, p), n >> 1
    return r


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y % 2**255
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    x = x if x * x % P == xx else x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != xx:
        raise ValueError("no point")
    return (x if x & 1 == sign else P - x), y


def signed(key, text, signature):  # RFC 8032
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(r + key + text).digest(), "little") % L
    base = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    return s < L and times(s, base) == add(point(r), times(k, point(key)))


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verify(key, lines):
    n, previous, chain, junk = 0, None, None, b""
    for number, text in enumerate(lines, 1):
        form = LINE.fullmatch(text)
        if not form:
            junk += text
            continue
        body, entry = form[1], json.loads(form[1] + b"}")
        if entry["op"] == "audit.open":
            torn = hashlib.sha256(junk.removesuffix(b"\n")).hexdigest() if junk else None
            assert entry.get("torn") == torn, f"{number}: torn"
            start = bytes.fromhex(entry["previous"])
            assert previous in (None, start) and chain in (None, entry["chain"]), f"{number}: not continued"
            n, previous, chain, junk = n or int(form[2]) - 1, start, entry["chain"], b""
        assert previous and not junk and int(form[2]) == n + 1, f"{number}: added, removed or moved"
        n, previous = n + 1, hashlib.sha256(previous + body).digest()
        assert previous.hex() == form[3].decode(), f"{number}: changed"
        if entry["op"] in ("audit.open", "audit.checkpoint", "audit.rotate"):
            assert entry["key"] == key and entry["chain"] == chain and form[4], f"{number}: another key"
            assert signed(unbase64(key), b"enrol audit v1\0" + previous, unbase64(form[4].decode())), f"{number}: signature"
    return n


if __name__ == "__main__":
    with open(sys.argv[2], "rb") as file:
        try:
            print(verify(sys.argv[1], file))
        except AssertionError as wrong:
            sys.exit(f"{sys.argv[2]}:{wrong}")
