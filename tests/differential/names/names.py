"""Normalises usernames and passwords with precis-i18n, and looks for mixed scripts in the tables of fontTools."""

import json
import sys
import unicodedata

from fontTools.unicodedata import script_extension
from precis_i18n import get_profile

USERNAME = get_profile("UsernameCaseMapped")
PASSWORD = get_profile("OpaqueString")

SYSTEMS = {"Hani": {"Hanb", "Jpan", "Kore"}, "Hira": {"Jpan"}, "Kana": {"Jpan"}, "Hang": {"Kore"}, "Bopo": {"Hanb"}}
TOGETHER = [{"Latn", "Hanb"}, {"Latn", "Jpan"}, {"Latn", "Kore"}]


def enforce(profile, text):
    try:
        return profile.enforce(text)
    except UnicodeEncodeError:
        return ""


def mixed(name):
    """UTS 39, sections 5.1 to 5.3."""
    sets, zeros = [], set()
    for character in name:
        scripts = set(script_extension(character))
        if not scripts & {"Zyyy", "Zinh"}:
            sets.append(scripts.union(*(SYSTEMS.get(script, ()) for script in scripts)))
        if unicodedata.category(character) == "Nd":
            zeros.add(ord(character) - unicodedata.decimal(character))
    single = not sets or set.intersection(*sets)
    covered = any(all(scripts & cover for scripts in sets) for cover in TOGETHER)
    return len(zeros) > 1 or not (single or covered)


def canonical(text):
    name = enforce(USERNAME, text).replace("ς", "σ")
    if not name:
        return "", "precis"
    if "@" in unicodedata.normalize("NFKC", name):
        return "", "at"
    if mixed(name):
        return "", "mixed"
    if enforce(USERNAME, name).replace("ς", "σ") != name:
        return "", "unstable"
    return name, ""


for line in sys.stdin:
    text = json.loads(line)
    if any(unicodedata.category(character) == "Cn" for character in text):
        print('{"unassigned":true}')
        continue
    name, why = canonical(text)
    print(json.dumps({"name": name, "why": why, "password": enforce(PASSWORD, text)}))
