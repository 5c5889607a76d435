"""What a saved picture is called: a template such as `{date}/{seed}-{prompt}`, and its rules.

A `/` makes folders inside the output folder. What stands in braces is replaced; `{counter}` stays,
for whoever writes the file knows which number is free.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from nodes.core.ports import nearest
from nodes.core.problem import Problem
from nodes.core.widgets import shown

COUNTER = "counter"
LABELS = {
    "seed": "Seed",
    "model": "Model",
    "steps": "Steps",
    "sampler": "Sampler",
    "schedule": "Schedule type",
    "guidance": "CFG scale",
    "prompt": "prompt",
    "negative": "negative",
}
FIELDS = ("date", "time", COUNTER, "title", "width", "height", *LABELS)
FIELD = re.compile(r"\{([^{}]*)\}")
# Windows takes a raised 1, 2 or 3 for the digit, and does not see spaces before a dot or the end
RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])( *(?:\..*)?)", re.IGNORECASE
)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MOST, DEEPEST, MOST_OF_A_VALUE = 500, 8, 60
NONE = "none"  # what a field becomes that nothing is known of


def check_name(template: str) -> None:
    """Raise `Problem` for a name that leaves the folder, or that some disk cannot hold."""
    fault = _fault(template)
    if fault:
        raise Problem(f"is {shown(template)}, {fault}", "name")
    for name in FIELD.findall(template):
        if name not in FIELDS:
            told = f"has {{{shown(name)[1:-1]}}}, which is no field"
            close = nearest(name, FIELDS)
            raise Problem(f"{told}{close}: there are {', '.join(FIELDS)}", "name")


def _fault(template: str) -> str | None:
    parts = FIELD.sub("x", template).split("/")
    named = f"{{{COUNTER}}}"
    faults = {
        f"longer than the {MOST} characters a name can have": len(template) > MOST,
        f"deeper than {DEEPEST} folders": len(parts) - 1 > DEEPEST,
        "a name has no control characters": bool(CONTROL.search(template)),
        "folders are divided by /": "\\" in template,
        "a name may not leave the output folder": ".." in parts
        or template.startswith("/")
        or bool(re.match("[A-Za-z]:", template)),
        "a folder in it has no name": not all(map(str.strip, parts[:-1])),
        "a name may not end with a dot": any(part.endswith(".") for part in parts),
        "a word that Windows keeps for itself": any(map(RESERVED.fullmatch, parts)),
        "a { or } in it is alone: fields are written {seed}": bool(
            re.search("[{}]", FIELD.sub("", template))
        ),
        f"only one {named} in the last part counts": template.count(named) > 1
        or named in template.rpartition("/")[0],
    }
    return next((told for told, wrong in faults.items() if wrong), None)


def filled(
    template: str, settings: Mapping[str, Any], title: str, size: tuple[int, int], now: datetime
) -> str:
    """The name with its fields replaced, but for `{counter}`. `settings` as the line names them."""
    known = {
        "date": f"{now:%Y-%m-%d}",
        "time": f"{now:%H-%M-%S}",
        "title": title,
        "width": size[0],
        "height": size[1],
    } | {field: settings.get(label) for field, label in LABELS.items()}

    def value(found: re.Match[str]) -> str:
        return found[0] if found[1] == COUNTER else _safe(known[found[1]])

    name = FIELD.sub(value, template or "picture")
    return "/".join(
        RESERVED.sub(r"\1_\2", part) if RESERVED.fullmatch(part) else part
        for part in name.split("/")
    )


def _safe(value: Any) -> str:
    """A value as a part of a name: no folders, no fields, nothing that a disk refuses."""
    text = f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)
    text = re.sub(r'[<>:"/\\|?*{}]+', " ", CONTROL.sub(" ", text))
    text = " ".join(text.split())[:MOST_OF_A_VALUE].strip(" .")
    return text or NONE
