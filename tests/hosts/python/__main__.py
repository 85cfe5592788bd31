"""A host of signup.wasm in Python, written from wasm/ABI.md: python MODULE TRANSCRIPTS"""

import json
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import account
import crowd
import replay
from instance import Module

if len(sys.argv) != 3:
    sys.exit("usage: python tests/hosts/python MODULE TRANSCRIPTS")
if not __debug__:
    sys.exit("without assertions nothing would be checked: run without -O and PYTHONOPTIMIZE")
module = Module(sys.argv[1])
transcripts = replay.check(module, sys.argv[2])
with tempfile.TemporaryDirectory() as folder:
    account.check(module, str(Path(folder, "account.db")))
    crowd.check(module, str(Path(folder, "crowd.db")))
print(json.dumps({
    "runtime": f"Python {platform.python_version()} / wasmtime {version('wasmtime')}",
    "transcripts": transcripts, "modes": list(replay.MODES), "signup": True, "concurrency": True,
}))
