"""Makes and verifies password hashes with passlib 1.7.4, argon2-cffi and bcrypt."""

import json
import sys

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type, hash_secret
from passlib.hash import argon2 as passlib_argon2
from passlib.hash import bcrypt as passlib_bcrypt
from passlib.hash import pbkdf2_sha256, pbkdf2_sha512, scrypt
from passlib.utils.binary import bcrypt64

PASSLIB = {
    "argon2id": passlib_argon2,
    "argon2i": passlib_argon2,
    "pbkdf2-sha256": pbkdf2_sha256,
    "pbkdf2-sha512": pbkdf2_sha512,
    "scrypt": scrypt,
    "2a": passlib_bcrypt,
    "2b": passlib_bcrypt,
    "2y": passlib_bcrypt,
}


def make(ask):
    kind, library, password, salt = ask["kind"], ask["library"], ask["password"], bytes.fromhex(ask["salt"])
    rounds, memory, lanes, length = ask["rounds"], ask["memory"], ask["lanes"], ask["length"]
    if library == "argon2-cffi":
        type = Type.ID if kind == "argon2id" else Type.I
        return hash_secret(password.encode(), salt, rounds, memory, lanes, length, type).decode()
    if library == "bcrypt":
        return bcrypt.hashpw(password.encode(), f"${kind}${rounds:02}${bcrypt64.encode_bytes(salt).decode()}".encode()).decode()
    if kind.startswith("2"):
        return passlib_bcrypt.using(ident=kind, rounds=rounds, salt=bcrypt64.encode_bytes(salt).decode()).hash(password)
    if kind.startswith("argon2"):
        type = "ID" if kind == "argon2id" else "I"
        costs = {"type": type, "memory_cost": memory, "time_cost": rounds, "parallelism": lanes, "digest_size": length}
        return passlib_argon2.using(salt=salt, **costs).hash(password)
    if kind == "scrypt":
        return scrypt.using(salt=salt, rounds=rounds, block_size=memory, parallelism=lanes).hash(password)
    return PASSLIB[kind].using(salt=salt, rounds=rounds).hash(password)


def verify(ask):
    """Says what every library that knows the kind of hash says."""
    kind = ask["hash"].split("$")[1]
    answers = {PASSLIB[kind].verify(ask["password"], ask["hash"])}
    if kind.startswith("argon2"):
        try:
            answers.add(PasswordHasher().verify(ask["hash"], ask["password"]))
        except VerifyMismatchError:
            answers.add(False)
    assert len(answers) == 1, ask
    return answers.pop()


for line in sys.stdin:
    ask = json.loads(line)
    answer = {"same": verify(ask)} if ask["hash"] else {"hash": make(ask)}
    print(json.dumps(answer), flush=True)
