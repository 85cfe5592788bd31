"""The boundary to signup.wasm: ABI.md in Python, and nothing of what an answer means."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import wasmtime

IMPORTS = ("now", "entropy", "kv_get", "kv_commit", "kv_scan", "audit", "callback", "kdf")
MAJOR = 2
LATER = -1

# What an operation asks its host: number of the operation, effect and request.
# The answer comes at once, or later (None), and then with Instance.resume.
Ask = Callable[[int, str, bytes], bytes | None]


class Refused(Exception):
    """The instance did not take the call."""


@dataclass(frozen=True)
class Waiting:
    """An operation that waits for an answer."""

    number: int


class Module:
    """The compiled module, to be shared by all instances."""

    def __init__(self, path: str):
        self.engine = wasmtime.Engine()
        self.module = wasmtime.Module.from_file(self.engine, path)


class Instance:
    """One instance: calls into it must not overlap, operations may."""

    def __init__(self, module: Module):
        self._store = wasmtime.Store(module.engine)
        self._store.set_wasi(wasmtime.WasiConfig())  # real clocks and random bytes, nothing else
        linker = wasmtime.Linker(module.engine)
        linker.define_wasi()
        i32 = wasmtime.ValType.i32()
        for name in IMPORTS:
            shape = wasmtime.FuncType([i32, i32, i32], [i32])
            linker.define_func("signup_host", name, shape, lambda op, ptr, size, name=name: self._asked(name, op, ptr, size))
        linker.define_func("signup_host", "take", wasmtime.FuncType([i32, i32], [i32]), self._take)
        self._exports = linker.instantiate(self._store, module.module).exports(self._store)
        self._ask: Ask | None = None  # of the operation that is going on
        self._asks: dict[int, Ask] = {}  # of those that wait
        self._ready = b""
        self._call("_initialize")
        if (version := self._call("abi_version")) >> 16 != MAJOR:
            raise Refused(f"the module speaks version {version >> 16} of the ABI, this host {MAJOR}")

    def configure(self, conf: str, secret_key: str) -> dict:
        """Configures the instance, once, and returns what it said."""
        text = json.dumps({"conf": conf, "secret_key": secret_key}).encode()
        answer = json.loads(self._output(self._call("configure", *self._input(text))))
        if answer["status"] != "ok":
            raise Refused(f"configuration: {answer['notices']}")
        return answer

    def start(self, operation: str, request: bytes, ask: Ask) -> bytes | Waiting:
        """Begins an operation and runs it until it is done or waits."""
        return self._run(ask, operation, *self._input(request))

    def resume(self, waiting: Waiting, answer: bytes) -> bytes | Waiting:
        """Goes on with an operation that waits, with the answer it waits for."""
        ask = self._asks.pop(waiting.number)
        return self._run(ask, "resume", waiting.number, *self._input(answer))

    def _run(self, ask: Ask, export: str, *arguments: int) -> bytes | Waiting:
        self._ask = ask
        result = self._output(self._call(export, *arguments))
        if isinstance(result, Waiting):
            self._asks[result.number] = ask
        return result

    def _call(self, export: str, *arguments: int):
        return self._exports[export](self._store, *arguments)

    def _input(self, data: bytes) -> tuple[int, int]:
        pointer = self._call("buffer", len(data)) & 0xFFFFFFFF
        if pointer == 0:
            raise Refused(f"{len(data)} bytes are too many")
        self._exports["memory"].write(self._store, data, pointer)
        return pointer, len(data)

    def _output(self, packed: int) -> bytes | Waiting:
        upper, lower = packed >> 32 & 0xFFFFFFFF, packed & 0xFFFFFFFF
        if upper != 0:
            return self._read(upper, lower)
        if lower == 0:
            raise Refused("the call was refused")
        return Waiting(lower)

    def _read(self, pointer: int, size: int) -> bytes:
        return bytes(self._exports["memory"].read(self._store, pointer, pointer + size))

    def _asked(self, effect: str, op: int, pointer: int, size: int) -> int:
        try:
            answer = self._ask(op & 0xFFFFFFFF, effect, self._read(pointer & 0xFFFFFFFF, size))
        except Exception as problem:  # an import must not throw
            answer = json.dumps({"error": str(problem)}).encode()
        if answer is None:
            return LATER
        self._ready = answer
        return len(answer)

    def _take(self, pointer: int, size: int) -> int:
        answer = self._ready[:size]
        self._exports["memory"].write(self._store, answer, pointer & 0xFFFFFFFF)
        return len(answer)
