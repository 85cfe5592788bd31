"""Reads files as Zato reads its sso.conf: with ConfigObj's defaults, and
everything in it is looked at. ConfigObj does the same with a list of lines in
bytes as with a path, of which it makes such a list. A line of input is the
content of a file in base64; a line of output is the file as a tree, or why it
was refused."""

import base64
import io
import json
import sys

from configobj import ConfigObj


def tree(section):
    return {
        "entries": [{"key": key, "value": section[key]} for key in section.scalars],
        "sections": [{"name": name, "tree": tree(section[name])} for name in section.sections],
    }


def main():
    for line in sys.stdin:
        lines = io.BytesIO(base64.b64decode(json.loads(line))).readlines()
        try:
            answer = {"tree": tree(ConfigObj(lines))}
        except Exception as error:  # ConfigObj lets errors of other kinds through
            answer = {"refusal": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(answer))


main()
