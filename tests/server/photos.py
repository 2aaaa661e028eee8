"""Photos for the tests: real pictures, and how a record names them."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from PIL import Image

Json = dict[str, Any]
DEVICE = "0190a8b0-0000-7000-8000-000000000001"


def jpeg(shade: int = 0, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:  # noqa: ANN401 - Pillow's own options
    """Return a JPEG; another shade has another hash."""
    stream = BytesIO()
    picture = Image.new("RGB", size, (shade % 256, 120, 90))
    picture.save(stream, "JPEG", comment=str(shade), **options)
    return stream.getvalue()


def png(shade: int = 0) -> bytes:
    """Return a PNG of one shade."""
    stream = BytesIO()
    Image.new("L", (8, 8), shade).save(stream, "PNG")
    return stream.getvalue()


def sha256(content: bytes) -> str:
    """Return the name of the content."""
    return hashlib.sha256(content).hexdigest()


def photo(name: str = "one", **members: Any) -> Json:  # noqa: ANN401 - any member
    """Return how a record names a photo; another name is another photo."""
    return {
        "key": sha256(name.encode()),
        "thumb": sha256(f"{name} small".encode()),
        "bytes": 180_000,
        "width": 1600,
        "height": 1200,
        "device": DEVICE,
    } | members
