"""Performs the effects of operations."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable

from argon2.low_level import Type, hash_secret_raw

from store import Store

# A service gets the body of an event, and its id, which stays the same if the
# event is delivered again.
Service = Callable[[dict, str], dict]


class Effects:
    def __init__(self, store: Store, services: dict[str, Service]):
        self._store = store
        self._services = services
        self.audited: list[dict] = []

    def perform(self, effect: str, request: bytes) -> bytes:
        """Performs an effect. What fails is answered, never raised."""
        try:
            answer = getattr(self, effect)(**json.loads(request))
        except Exception as problem:
            answer = {"error": f"{effect}: {problem}"}
        return json.dumps(answer, ensure_ascii=False).encode()

    def now(self) -> dict:
        return {"unix_ms": time.time_ns() // 1_000_000}

    def entropy(self, bytes: int) -> dict:
        return {"entropy": encode(secrets.token_bytes(bytes))}

    def kv_get(self, keys: list[str]) -> dict:
        return self._store.get(keys)

    def kv_commit(self, checks: list[dict], puts: list[dict], deletes: list[str]) -> dict:
        return self._store.commit(checks, puts, deletes)

    def kv_scan(self, prefix: str, after: str, limit: int) -> dict:
        return self._store.scan(prefix, after, limit)

    def audit(self, **event) -> dict:
        self.audited.append({"time": time.time(), **event})
        return {}

    def callback(self, service: str, headers: dict, body: str) -> dict:
        if service not in self._services:
            return {"error": f"there is no service {service}"}
        answer = self._services[service](json.loads(body), headers["webhook-id"])
        return {"body": json.dumps(answer)}

    def kdf(self, algorithm, iterations, length, password, salt, memory=0, parallelism=0, block=0, **others) -> dict:
        secret, grains = decode(password), decode(salt)
        if algorithm == "argon2id":
            key = hash_secret_raw(secret, grains, iterations, memory, parallelism, length, Type.ID, 0x13)
        elif algorithm == "pbkdf2-sha512":
            key = hashlib.pbkdf2_hmac("sha512", secret, grains, iterations, length)
        elif algorithm == "pbkdf2-sha256":
            key = hashlib.pbkdf2_hmac("sha256", secret, grains, iterations, length)
        elif algorithm == "scrypt":
            room = 256 * block * (iterations + parallelism)
            key = hashlib.scrypt(secret, salt=grains, n=iterations, r=block, p=parallelism, maxmem=room, dklen=length)
        else:
            return {"unsupported": True}
        return {"key": encode(key)}


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
