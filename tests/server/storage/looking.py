"""What a picture is, by the code that the process asks which may decode."""

from pathlib import Path

from PIL import Image

from nodes.core.problem import Problem
from nodes.pictures.reading import FORMATS, picture_size
from server.refused import Refused
from server.storage.uploads import Looked


async def look(path: Path) -> Looked:
    try:
        width, height = picture_size(path)
    except Problem as problem:
        code = "too_large" if "limit" in problem.message else "media_type"
        raise Refused(code, "This is no picture that is taken.") from problem
    with Image.open(path, formats=FORMATS) as picture:
        return Looked(picture.get_format_mimetype() or "", width, height)
