"""What a saved workflow may be called: a name that is a file on every system, in its own folder."""

import re
import unicodedata

from ..refused import Refused

MOST = 120  # bytes
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
NEVER = '<>:"/\\|?*'


def checked(name: str) -> str:
    """The name, in one spelling of its letters. Raises `Refused`."""
    wrong = _wrong(name)
    if wrong:
        raise Refused("malformed", f"The name of a workflow {wrong}.")
    return unicodedata.normalize("NFC", name)


def _wrong(name: str) -> str | None:
    if not name:
        return "cannot be empty"
    if len(name.encode(errors="replace")) > MOST:
        return f"can have at most {MOST} bytes"
    if not name.isprintable():
        return "can have no characters that cannot be seen"
    if any(character in NEVER for character in name):
        return f"can have none of {' '.join(NEVER)}"
    if name != name.strip(" .") or name.startswith("~"):
        return "cannot begin or end with a space or a dot, or begin with ~"
    if DEVICES.fullmatch(name):
        return "cannot be that of a device of Windows"
    return None
