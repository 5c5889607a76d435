"""What the routes stand on, as an application holds it."""

from aiohttp import web

from ..login import Keys
from ..settings import Settings

SETTINGS: web.AppKey[Settings] = web.AppKey("settings")
KEYS: web.AppKey[Keys | None] = web.AppKey("keys")
