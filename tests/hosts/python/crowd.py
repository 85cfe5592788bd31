"""Many operations at once: in one instance, and in several on threads of their own."""

import json
import queue
import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from effects import Effects, encode
from instance import Instance, Module, Waiting
from store import Store

CONF = """
[password]
min_complexity=0
[apps]
all=CRM
signup_allowed=CRM
[signup]
inform_if_user_exists=True
callback_service_list=crm
[enrol]
argon2_memory=8192
argon2_iterations=1
"""

RIVALS = 50
THREADS = 3
OWN = 5  # names that each thread has to itself


class SlowStore(Store):
    """A store that is some way off."""

    def get(self, keys):
        time.sleep(0.002)
        return super().get(keys)

    def commit(self, checks, puts, deletes):
        time.sleep(0.002)
        return super().commit(checks, puts, deletes)


class Office:
    """Runs many operations at once in one instance: whatever takes time is done by a pool of threads."""

    def __init__(self, instance: Instance, effects: Effects, workers: int):
        self._instance = instance
        self._effects = effects
        self._pool = ThreadPoolExecutor(workers)
        self._answers: queue.Queue[tuple[int, bytes]] = queue.Queue()
        self.most_waiting = 0

    def run(self, operations: list[tuple[str, dict]]) -> list[dict]:
        states = [self._instance.start(name, json.dumps(request).encode(), self._ask) for name, request in operations]
        numbers = {state.number: i for i, state in enumerate(states) if isinstance(state, Waiting)}
        while numbers:
            self.most_waiting = max(self.most_waiting, len(numbers))
            number, answer = self._answers.get(timeout=60)
            i = numbers[number]
            states[i] = self._instance.resume(states[i], answer)
            if not isinstance(states[i], Waiting):
                del numbers[number]
        return [json.loads(state) for state in states]

    def close(self) -> None:
        self._pool.shutdown()

    def _ask(self, op: int, effect: str, request: bytes) -> bytes | None:
        if effect in ("now", "entropy"):
            return self._effects.perform(effect, request)
        self._pool.submit(lambda: self._answers.put((op, self._effects.perform(effect, request))))
        return None


def signup(username: str, mailbox: str) -> tuple[str, dict]:
    ctx = {"username": username, "password": "correct horse battery", "email": f"{mailbox}@example.com", "app_list": ["CRM"]}
    return "signup", {"ctx": ctx, "current_app": "CRM"}


def check(module: Module, path: str) -> None:
    deliveries: list[str] = []

    def crm(event: dict, webhook_id: str) -> dict:
        deliveries.append(event["data"]["username"])
        return {}

    secret_key = "k1:" + encode(secrets.token_bytes(32))
    store = SlowStore(path)
    effects = Effects(store, {"crm": crm})

    def office(workers: int) -> Office:
        instance = Instance(module)
        instance.configure(CONF, secret_key)
        return Office(instance, effects, workers)

    # One name, many who want it, one instance.
    crowded = office(8)
    assert crowded.run([("open", {})])[0]["status"] == "ok"
    answers = crowded.run([signup("ada", f"ada{i}") for i in range(RIVALS)])
    assert crowded.most_waiting == RIVALS, f"only {crowded.most_waiting} operations ran at once"
    one_winner(answers)
    crowded.close()

    # Several instances on one store: one name for all, some for each; and all of them deliver.
    results: list[list[dict]] = [[] for _ in range(THREADS)]

    def work(i: int) -> None:
        mine = office(2)
        results[i] = mine.run([signup("grace", f"grace{i}")] + [signup(f"own{i}-{k}", f"own{i}-{k}") for k in range(OWN)])
        mine.run([("dispatch", {}), ("dispatch", {})])
        mine.close()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    one_winner([answers[0] for answers in results])
    assert all(answer["status"] == "ok" for answers in results for answer in answers[1:]), results
    last = office(1)
    assert last.run([("dispatch", {})])[0]["next_due"] is None
    last.close()
    store.close()
    names = ["ada", "grace"] + [f"own{i}-{k}" for i in range(THREADS) for k in range(OWN)]
    assert sorted(deliveries) == sorted(names), deliveries


def one_winner(answers: list[dict]) -> None:
    winners = [answer for answer in answers if answer["status"] == "ok"]
    others = [answer for answer in answers if answer.get("sub_status") == ["E001002"]]
    assert len(winners) == 1 and len(others) == len(answers) - 1, answers
