"""Records what Zato SSO decides about sign-ups, by running its code.

    git clone https://github.com/zatosource/zato
    git -C zato checkout ae9eb4cf9c7c244449876b1e49983cc777a769b3  # support/3.2
    pip install regex==2026.11.19 zxcvbn==4.4.28
    python record.py zato/code > decisions.jsonl

The code of Zato, which is under the AGPL, is not part of this repository.
UserAPI.signup, the service that validates, and what they call run as they are.
Stubs stand for the server around them, and a dict with exact comparison for
the database. Lines of the output:

    {"accounts": [[username, email], ...], "min_complexity": n, "encrypt_email": b}
    [username, email, password, application, code]

The first kind describes the installation of the lines that follow. The code is
"" for a success.
"""

import importlib.abc
import importlib.machinery
import json
import logging
import random
import sys
import types
from pathlib import Path
from unittest.mock import MagicMock


class Stub(types.ModuleType):
    """A module of which every member is a mock."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        mock = MagicMock(name=name)
        mock.__table__ = MagicMock()
        return mock


class Stubs(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds stubs of what is not part of the decision."""

    NAMES = ("gevent", "sqlalchemy", "base32_crockford", "zato.common", "zato.sso.odb",
             "zato.sso.attr", "zato.sso.session", "zato.sso.user_search")

    def find_spec(self, name, path=None, target=None):
        if any(name == n or name.startswith(n + ".") for n in self.NAMES):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return Stub(spec.name)

    def exec_module(self, module):
        pass


def package(name, *paths):
    module = types.ModuleType(name)
    module.__path__ = [str(p) for p in paths]
    sys.modules[name] = module


class Conf(dict):
    """A dict whose items are attributes, too."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


code = Path(sys.argv[1])
sys.meta_path.insert(0, Stubs())
package("zato", code / "zato-sso/src/zato")
package("zato.server", code / "zato-server/src/zato/server")
service = Stub("zato.server.service")
service.Service, service.List = object, lambda name: name
sys.modules["zato.server.service"] = service
package("zato.server.service.internal", code / "zato-server/src/zato/server/service/internal")
package("zato.server.service.internal.sso", code / "zato-server/src/zato/server/service/internal/sso")

from zato.server.service.internal.sso import signup as validation  # noqa: E402
from zato.sso import SignupCtx, ValidationError  # noqa: E402
from zato.sso import user as users  # noqa: E402
from zato.sso.util import normalize_sso_config  # noqa: E402

KEYWORDS = ["zato", "admin", "root", "system", "sso"]


def new_conf(min_complexity, encrypt_email):
    conf = Conf(
        main=Conf(encrypt_email=encrypt_email, encrypt_password=False),
        apps=Conf(all=["CRM", "ERP"], signup_allowed=["CRM", "ERP"], login_allowed=["CRM", "ERP"]),
        password=Conf(expiry=730, min_length=8, max_length=256, min_complexity=min_complexity, inform_if_invalid=True,
                      reject_list="111111\n123qwe\n1q2w3e4r5t\nzxcvbnm"),
        signup=Conf(inform_if_user_exists=True, inform_if_user_invalid=True, inform_if_email_exists=True,
                    inform_if_email_invalid=True, is_email_required=True, max_length_username=128,
                    max_length_email=128, is_approval_needed=False, callback_service_list=[]),
        user_validation=Conf(service="zato.sso.signup.validate", reject_username=list(KEYWORDS),
                             reject_email=list(KEYWORDS)),
        user_address_list=Conf(),
    )
    normalize_sso_config(conf)
    return conf


class Zato:
    """An installation."""

    def __init__(self, accounts, min_complexity, encrypt_email):
        self.conf = new_conf(min_complexity, encrypt_email)
        self.accounts = [Conf(username=u, email=e) for u, e in accounts]
        server = MagicMock()
        server.invoke = self.validate
        self.api = users.UserAPI(server, self.conf, None, MagicMock(), bytes, bytes, str, None, lambda: "zusr1")
        users.get_user_by_name = lambda session, username, needs_approved: self.find(username, None)
        validation.user_exists = lambda session, username, email, check_email: self.find(username, email)

    def find(self, username, email):
        return next((a for a in self.accounts if a.username == username or email and a.email == email), None)

    def validate(self, name, data, serialize):
        v = validation.Validate()
        v.server, v.odb, v.logger = MagicMock(), MagicMock(), MagicMock()
        v.server.sso_config, v.server.decrypt = self.conf, lambda text: text
        v.request, v.response = MagicMock(), MagicMock()
        v.request.input = Conf(data)
        v.response.payload = Conf(sub_status=[])
        v.handle()
        return v.response.payload

    def decide(self, username, email, password, application):
        """Returns the status code, "" for a success. Nothing is kept."""
        ctx = SignupCtx()
        ctx.username, ctx.email, ctx.password, ctx.current_app, ctx.app_list = username, email, password, application, ["CRM"]
        try:
            self.api.signup("cid", ctx, application, "127.0.0.1")
        except ValidationError as e:
            codes = e.sub_status[0] if isinstance(e.sub_status[0], list) else e.sub_status
            return codes[0]
        except UnboundLocalError:
            return "crash"  # the check of uniqueness fails if one of the two is taken, not both
        return ""


LONG = "abcdefgh" * 40
NAMES = ["ada", "bob", "a", "A", "ada.lovelace", "ada_lovelace", "ada-1", "1815", "Ada", "ADA", "Ádá", "ada\u0301", "Ада",
         "αδα", "艾达", "عايدة", "עדה", "ａｄａ", "ﬁne", "straße", "İstanbul", "o'brien", "a+b", "x=y", "<b>", "\"q\"", "a/b", "a\\b",
         "a;b", "%41", "user#1", "ada!", "ada?", "(ada)", "ada*", "ada&bob", "ada,bob", "a:b", "ada lovelace", " ada", "ada ",
         "ada\t", "ada\n", "a\u00a0b", "a\u2003b", "a\u3000b", "zato", "xzatox", "Zato", "ZATO", "admin", "administrator", "Admin1",
         "root", "rootbeer", "uproot", "system", "ecosystems", "sso", "lassoing", "SSO", LONG[:128], LONG[:129], LONG, "é" * 128,
         "é" * 129, "ada@example.com", "@", "a@b", "", "a\u200bb", "a\u200cb", "a\u0007b", "аdа", "раураl", "1١", "👍", "ada👍"]
ADDRESSES = ["ada@example.com", "bob@example.org", "ada+tag@example.com", "Ada@Example.COM", "ada.lovelace@mail.example.com",
             "a@b.example", "o'brien@example.com", "\"quoted\"@example.com", "ada@bücher.example", "ada@xn--bcher-kva.example",
             "αδα@example.com", "ada@localhost", "ada@127.0.0.1", "ada@[127.0.0.1]", "ada", "@example.com", "ada@", "ada@@example.com",
             "ada@example..com", "ada@.example.com", "ada@example.com.", "ada@-example.com", ".ada@example.com", "ada.@example.com",
             "a..b@example.com", "ada @example.com", " ada@example.com", "ada@example.com ", "ada@exa mple.com", "ada@example.com\n",
             "a\u00a0da@example.com", "zato@example.com", "Zato@example.com", "ada@zato.io", "admin@example.com",
             "ada@administration.example", "root@example.com", "ada@system.example", "lasso@example.com", "SSO@example.com",
             "a" * 64 + "@example.com", "a" * 65 + "@example.com", "a@" + "b" * 60 + "." + "c" * 60 + ".example", "a@" + "b" * 63 + ".example",
             "a@" + "b" * 64 + ".example", LONG[:116] + "@example.com", LONG[:117] + "@example.com", "", "a\u0007@example.com", "ada@example.com,bob@example.com",
             "<ada@example.com>", "Ada <ada@example.com>", "ada@example", "ada@exam_ple.com", "ada@1.example"]
PASSWORDS = ["correct horse battery", "short", "seven77", "eight888", "x" * 8, "x" * 256, "x" * 257, "", "1111112", "111111abc",
             "a111111a", "123QWE!!", "x123qwex", "1q2w3e4r5t6y", "ZXCVBNM,.", "zxcvbnm", "zxcvbn12", "password", "Password1",
             "password123", "qwertyuiop", "iloveyou", "tr0ub4dor&3", "D0g..................", "correcthorsebatterystaple",
             "coRrecth0rseba++ery9.23.2007", "ada lovelace", "ada@example.com", "adaadaada", "abcdefgh", "abcdefghij", "12345678",
             "87654321", "aaaaaaaa", "abababab", "qazwsxedc", "1qaz2wsx3edc", "letmein1", "monkey123", "sunshine1", "football12",
             "p@ssw0rd!!", "eheuczkqyq", "rWibMFACxAUGZmxhVncy", "Ba9ZyWABu99[BK#6MBgbH88Tofv)vs$w", "pässwörter", "пароль-пароль",
             "密码密码密码密码", "密码密码", "🔑🔑🔑🔑🔑🔑🔑🔑", "🔑🔑🔑🔑", "e\u0301e\u0301e\u0301e\u0301", "éééééééé", " leading space", "trailing space ",
             "tab\tinside", "new\nline..", "nul\u0000nul", "bell\u0007bell", "wide ｐａｓｓ", "a\u00a0b\u00a0c\u00a0d", "ﬀﬀﬀﬀﬀﬀﬀﬀ", "x\u200by\u200bzzzz",
             "2001-09-11", "19151225", "January 1st, 1990", "zatozato", "adminadmin", "root1234", "crm crm crm"]
APPLICATIONS = ["CRM", "ERP", "crm", "Wiki", "CRM "]


def cases():
    """Yields what is tried: each field alone, pairs, and random ones."""
    good = ("carol", "carol@example.net", "correct horse battery", "CRM")
    for i, values in enumerate((NAMES, ADDRESSES, PASSWORDS, APPLICATIONS)):
        for value in values:
            yield good[:i] + (value,) + good[i + 1:]
    draw = random.Random(1)
    for _ in range(800):
        yield (draw.choice(NAMES), draw.choice(ADDRESSES), draw.choice(PASSWORDS),
               draw.choice(APPLICATIONS) if draw.random() < 0.1 else "CRM")
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+!?# "
    for _ in range(800):
        text = lambda least, most: "".join(draw.choice(alphabet) for _ in range(draw.randint(least, most)))
        yield text(1, 12), text(1, 8) + "@" + draw.choice(["example.com", "x.example", "mail.zato.example"]), text(5, 16), "CRM"


def main():
    logging.disable()
    taken = [("ada", "ada@example.com"), ("bob", "bob@example.org")]
    for conf in (
        {"accounts": [], "min_complexity": 0, "encrypt_email": False},
        {"accounts": [], "min_complexity": 4, "encrypt_email": False},
        {"accounts": taken, "min_complexity": 0, "encrypt_email": False},
        {"accounts": taken, "min_complexity": 0, "encrypt_email": True},
    ):
        print(json.dumps(conf))
        zato = Zato(**conf)
        for case in dict.fromkeys(cases()):
            print(json.dumps(case + (zato.decide(*case),), ensure_ascii=False))


if __name__ == "__main__":
    main()
