"""The file itself: whether it is a spreadsheet of the right kind, and small enough to be opened.

Everything here is decided from the first bytes and the zip's directory, before any XML is read.
"""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from server.core.errors import BadInput, TooMuch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_SHARED = 64 * 1024 * 1024  # shared strings are held in memory
MOST_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿 (*.xlsx)”后再导入"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_FLAG = 0x1


def check(stream: BinaryIO) -> None:
    """Refuse what isn't an .xlsx or .xlsm that can be opened safely; the message says what to do."""
    size = stream.seek(0, 2)
    stream.seek(0)
    if size == 0:
        raise _bad("文件是空的，请重新选择文件")
    if size > MOST_BYTES:
        raise TooMuch(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请分成几个文件导入", field="file")
    head = stream.read(512)
    stream.seek(0)
    if head.startswith(_OLE):
        raise _of_ole(stream)
    if not head.startswith(b"PK"):
        raise _of_text(head)
    try:
        with zipfile.ZipFile(stream) as archive:
            _check_archive(archive)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
        raise _bad("文件不完整或已损坏，请重新保存后再导入") from error
    stream.seek(0)


def _bad(message: str) -> BadInput:
    return BadInput(message, code="bad_file", field="file")


def _of_ole(stream: BinaryIO) -> BadInput:
    is_encrypted = _ENCRYPTED in stream.read()
    if is_encrypted:
        return _bad("文件设了打开密码，请取消密码并另存后再导入")
    return _bad(f"这是旧版 .xls 格式（即使文件名写成 .xlsx）。{_SAVE_AS}")


def _of_text(head: bytes) -> BadInput:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        return _bad("这是 PDF 文件，不是 Excel 表格")
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        return _bad(f"这是网页或 XML 文件，不是 Excel 表格。{_SAVE_AS}")
    if b"\0" not in head:
        return _bad(f"这是文本或 CSV 文件，不是 Excel 表格。{_SAVE_AS}")
    return _bad(f"不是 Excel 表格。{_SAVE_AS}")


def _check_archive(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in parts):
        raise _bad("压缩包设了密码，请上传没有密码的 Excel 文件")
    if "xl/workbook.xml" not in names:
        raise _of_other(names)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooMuch(
            f"文件展开后超过 {MOST_UNPACKED // 1024 // 1024} MB，请删除多余的工作表和格式后再导入",
            field="file",
        )
    # The reader stops at the size that the directory states, so that a false one gains nothing.
    if any(part.file_size > MOST_SHARED for part in parts if part.filename.endswith("sharedStrings.xml")):
        raise TooMuch("表格里的文字太多，请分成几个文件导入", field="file")


def _of_other(names: set[str]) -> BadInput:
    if "xl/workbook.bin" in names:
        return _bad(f"这是 .xlsb 格式。{_SAVE_AS}")
    if "word/document.xml" in names:
        return _bad("这是 Word 文档，不是 Excel 表格")
    if "content.xml" in names:
        return _bad(f"这是 .ods 格式。{_SAVE_AS}")
    return _bad(f"这是压缩包，不是 Excel 表格。请解压后选择里面的 .xlsx 文件；若仍不行，{_SAVE_AS}")
