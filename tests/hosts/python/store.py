"""The store: SQLite on disk. A version is the hash of the value, so it cannot recur for another."""

import base64
import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Store:
    """kv_get, kv_commit and kv_scan, for any number of threads."""

    def __init__(self, path: str):
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        # Keys are blobs, which SQLite compares by their bytes.
        self._connection().execute("CREATE TABLE IF NOT EXISTS kv (key BLOB PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID")

    def get(self, keys: list[str]) -> dict:
        with self._transaction("DEFERRED") as db:  # one snapshot for all keys
            return {"values": [self._value(db, key) for key in keys]}

    def commit(self, checks: list[dict], puts: list[dict], deletes: list[str]) -> dict:
        try:
            with self._transaction("IMMEDIATE") as db:  # keeps other writers out until it ends
                if any(self._version(db, check["key"]) != check["version"] for check in checks):
                    return {"applied": False}
                for put in puts:
                    db.execute("INSERT OR REPLACE INTO kv VALUES (?, ?)", (put["key"].encode(), put["data"]))
                for key in deletes:
                    db.execute("DELETE FROM kv WHERE key = ?", (key.encode(),))
        except CommitFailed as problem:
            return {"unknown": str(problem)}
        return {"applied": True}

    def scan(self, prefix: str, after: str, limit: int) -> dict:
        rows = self._connection().execute(
            "SELECT key, data FROM kv WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?",
            (prefix.encode(), successor(prefix.encode()), after.encode(), limit),
        )
        return {"entries": [{"key": key.decode(), "version": version(data), "data": data} for key, data in rows.fetchall()]}

    def close(self) -> None:
        for connection in self._opened:
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # what was answered survives a power cut
            self._local.connection = connection
            with self._lock:
                self._opened.append(connection)
        return self._local.connection

    @contextmanager
    def _transaction(self, kind: str) -> Iterator[sqlite3.Connection]:
        db = self._connection()
        db.execute(f"BEGIN {kind}")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        try:
            db.execute("COMMIT")
        except sqlite3.Error as problem:
            raise CommitFailed(str(problem)) from problem

    @staticmethod
    def _value(db: sqlite3.Connection, key: str) -> dict | None:
        row = db.execute("SELECT data FROM kv WHERE key = ?", (key.encode(),)).fetchone()
        return row and {"version": version(row[0]), "data": row[0]}

    def _version(self, db: sqlite3.Connection, key: str) -> str:
        value = self._value(db, key)
        return value["version"] if value else ""


class CommitFailed(Exception):
    """SQLite did not report whether it committed."""


def version(data: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data.encode()).digest()).rstrip(b"=").decode()


def successor(prefix: bytes) -> bytes:
    """The least key after all that start with the prefix. No byte of UTF-8 is 255."""
    return prefix[:-1] + bytes([prefix[-1] + 1]) if prefix else b"\xff"
