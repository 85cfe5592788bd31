"""One account from signup to confirmation, on a store that is on disk."""

import json
import secrets

from effects import Effects, encode
from instance import Instance, Module
from store import Store

CONF = """
[main]
email_service=mail
[apps]
all=CRM
signup_allowed=CRM
[signup]
is_approval_needed=False
inform_if_user_exists=True
callback_service_list=crm
[enrol]
message_cooldown=0
"""


class Host:
    """A host in its simplest form: every answer comes at once."""

    def __init__(self, module: Module, conf: str, secret_key: str, effects: Effects):
        self._instance = Instance(module)
        self._effects = effects
        self._instance.configure(conf, secret_key)
        assert self.run("open", {})["status"] == "ok"

    def run(self, operation: str, request: dict) -> dict:
        ask = lambda op, effect, data: self._effects.perform(effect, data)
        return json.loads(self._instance.start(operation, json.dumps(request).encode(), ask))


def check(module: Module, path: str) -> None:
    delivered: list[tuple[str, str, dict]] = []

    def service(name: str):
        def serve(event: dict, webhook_id: str) -> dict:
            delivered.append((name, webhook_id, event))
            return {}
        return serve

    services = {"mail": service("mail"), "crm": service("crm")}
    secret_key = "k1:" + encode(secrets.token_bytes(32))
    store = Store(path)
    host = Host(module, CONF, secret_key, Effects(store, services))

    ada = {"username": "Ada", "password": "correct horse battery", "email": "ada@example.com", "app_list": ["CRM"]}
    signed_up = host.run("signup", {"ctx": ada, "current_app": "CRM", "remote_addr": "203.0.113.7"})
    assert signed_up["status"] == "ok", signed_up
    assert host.run("dispatch", {})["delivered"] == 2
    assert sorted(name for name, _, _ in delivered) == ["crm", "mail"], delivered
    token = next(event["data"]["token"] for name, _, event in delivered if name == "mail")
    assert token == signed_up["confirm_token"]

    again = host.run("signup", {"ctx": {**ada, "username": "ADA", "email": "other@example.com"}, "current_app": "CRM"})
    assert again.get("sub_status") == ["E001002"], again

    confirm = {"confirm_token": token, "current_app": "CRM"}
    confirmed = host.run("confirm", confirm)
    assert confirmed["status"] == "ok", confirmed
    assert host.run("confirm", confirm).get("sub_status") == ["E005007"]

    # Another process would see it like this.
    store.close()
    store = Store(path)
    host = Host(module, CONF, secret_key, Effects(store, services))
    user = host.run("get", {"username": "ada"})["user"]
    assert (user["user_id"], user["sign_up_status"], user["email"]) == (confirmed["user_id"], "final", "ada@example.com"), user
    verified = host.run("verify", {"username": "ada", "password": ada["password"], "current_app": "CRM"})
    assert verified["status"] == "ok", verified
    assert host.run("dispatch", {})["delivered"] == 1  # the welcome
    assert host.run("dispatch", {})["delivered"] == 0
    assert [event["data"].get("kind") for name, _, event in delivered if name == "mail"] == ["confirm", "welcome"]
    assert len({webhook_id for _, webhook_id, _ in delivered}) == len(delivered) == 3, delivered
    store.close()
