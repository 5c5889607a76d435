"""What a child process is started with, as text on its command line."""

from pathlib import Path
from typing import Any

import msgspec

from server.settings import Settings


def written(settings: Settings) -> str:
    """Settings as text."""
    return msgspec.json.encode(settings, enc_hook=str).decode()


def settings_of(text: str) -> Settings:
    """The settings that `written` made this text of."""
    return msgspec.json.decode(text, type=Settings, dec_hook=_path)


def _path(type: type, value: Any) -> Path:
    return Path(value)
