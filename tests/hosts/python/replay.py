"""Replays every transcript: the same effects with the same bytes, and the same response."""

import copy
import json
import random
from pathlib import Path

from instance import Instance, Module, Waiting

FEWEST = 50  # a replay of nothing holds nothing
DIFFERS = b'{"error":"the replay differs from the transcript"}'


class Player:
    """Takes the host's side in the replay of one transcript."""

    def __init__(self, transcript: dict, later):
        self.transcript = transcript
        self._later = later  # says of each effect whether its answer comes later
        self._next = 0
        self._difference: str | None = None
        self.answer = b""  # what the operation waits for

    def ask(self, op: int, effect: str, request: bytes) -> bytes | None:
        effects = self.transcript["effects"]
        if self._difference is None:
            want = effects[self._next] if self._next < len(effects) else {"effect": "nothing", "request": ""}
            if (effect, request) != (want["effect"], want["request"].encode()):
                self._difference = f"effect {self._next}:\n got {effect} {request}\nwant {want}"
        if self._difference is not None:
            return DIFFERS
        self.answer = effects[self._next]["answer"].encode()
        self._next += 1
        return None if self._later(self._next) else self.answer

    def difference(self, response: bytes) -> str | None:
        """What differed first, if anything did."""
        if self._difference is None and self._next < len(self.transcript["effects"]):
            return f"the response came after {self._next} effects: {response}"
        if self._difference is None and response != self.transcript["response"].encode():
            return f"response:\n got {response}\nwant {self.transcript['response']}"
        return self._difference


def alone(instance: Instance, players: list[Player]) -> list[bytes]:
    """One operation after the other."""
    return [finish(instance, player, begin(instance, player)) for player in players]


def interleaved(instance: Instance, players: list[Player]) -> list[bytes]:
    """All at once: whose turn is next is left to chance, with a fixed seed."""
    chance = random.Random(1)
    states = [begin(instance, player) for player in players]
    while waiting := [i for i, state in enumerate(states) if isinstance(state, Waiting)]:
        i = chance.choice(waiting)
        states[i] = instance.resume(states[i], players[i].answer)
    return states


def begin(instance: Instance, player: Player) -> bytes | Waiting:
    return instance.start(player.transcript["operation"], player.transcript["request"].encode(), player.ask)


def finish(instance: Instance, player: Player, state: bytes | Waiting) -> bytes:
    while isinstance(state, Waiting):
        state = instance.resume(state, player.answer)
    return state


MODES = {
    "immediate": (alone, lambda effect: False),
    "waiting": (alone, lambda effect: True),
    "interleaved": (interleaved, lambda effect: effect % 3 != 0),
}


def replay(module: Module, transcripts: list[dict]) -> list[str]:
    """Replays transcripts in all modes, and returns what differed. Those of one configuration share an instance."""
    differences = []
    configurations: dict[tuple[str, str], list[dict]] = {}
    for transcript in transcripts:
        configurations.setdefault((transcript["conf"], transcript["secret_key"]), []).append(transcript)
    for (conf, secret_key), group in configurations.items():
        instance = Instance(module)
        instance.configure(conf, secret_key)
        for mode, (run, later) in MODES.items():
            players = [Player(transcript, later) for transcript in group]
            for player, response in zip(players, run(instance, players)):
                if difference := player.difference(response):
                    differences.append(f"{player.transcript['name']}, {mode}: {difference}")
    return differences


CHANGES = {
    "an effect's request": lambda t: t["effects"][2].update(request=t["effects"][2]["request"] + " "),
    "an effect's answer": lambda t: t["effects"][1].update(answer=t["effects"][1]["answer"].lower()),
    "an effect missing": lambda t: t["effects"].pop(),
    "an effect too many": lambda t: t["effects"].append(t["effects"][0]),
    "the response": lambda t: t.update(response=t["response"] + " "),
    "the request": lambda t: t.update(request=t["request"].replace("ada", "bob", 1)),
}


def check(module: Module, folder: str) -> int:
    """Replays all transcripts of a folder, and returns how many there are."""
    transcripts = [json.loads(path.read_text("utf-8")) for path in sorted(Path(folder).glob("*.json"))]
    assert len(transcripts) >= FEWEST, f"there are {len(transcripts)} transcripts in {folder}"
    differences = replay(module, transcripts)
    assert not differences, "\n".join(differences)
    # A player that accepts everything would pass as well.
    sample = next(transcript for transcript in transcripts if transcript["name"] == "signup-ok")
    for name, change in CHANGES.items():
        changed = copy.deepcopy(sample)
        change(changed)
        assert len(replay(module, [changed])) == len(MODES), f"a changed transcript passed: {name}"
    return len(transcripts)
