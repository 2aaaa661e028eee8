"""A photo 照片 as a record names it (rule F1)."""

from __future__ import annotations

from server.core.documents import NAME_LENGTH, ContentHash, Count, Document, RecordId, Text
from server.files.rules import MOST_BYTES

MOST_PHOTOS = 9  # a record
LARGEST_SIDE = 10_000  # pixels


class PhotoSchema(Document):
    """A photo of a record; `key` and `thumb` are its file's and its small one's SHA-256."""

    key = ContentHash("照片", required=True)
    thumb = ContentHash("缩略图", required=True)
    bytes = Count("大小", 1, MOST_BYTES, required=True)
    width = Count("宽", 1, LARGEST_SIDE, required=True)
    height = Count("高", 1, LARGEST_SIDE, required=True)
    device = RecordId("设备", required=True)
    caption = Text("说明", NAME_LENGTH)
