"""What the idna package makes of domains. A line of input is a domain, one of
output its form in ASCII or why it is refused, and whether its code points are
assigned in this Python's Unicode, which the package takes normalisation and
direction from.

The mode is that of lookup as people type: UTS 46 maps, with the rules of STD 3,
and each label must be one of IDNA 2008. The package looks at the direction of
each label by itself; RFC 5893 at all labels of a domain in which one is written
from right to left, so its own check is asked again for those."""

import json
import sys
import unicodedata

import idna


def ascii_form(domain):
    encoded = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii")
    labels = [idna.ulabel(label) for label in encoded.split(".") if label]
    if any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for label in labels for c in label):
        for label in labels:
            idna.check_bidi(label, check_ltr=True)
    return encoded


for line in sys.stdin:
    domain = json.loads(line)
    answer = {"known": all(unicodedata.category(c) != "Cn" for c in domain)}
    try:
        answer["ascii"] = ascii_form(domain)
    except (idna.IDNAError, UnicodeError) as error:
        answer["error"] = type(error).__name__ + ": " + str(error)
    print(json.dumps(answer))
