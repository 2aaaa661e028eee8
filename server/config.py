"""The configuration: one frozen value, read from the environment in one place."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.core.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent.parent
SECRET_BYTES = 32
PORTS = range(1, 65_536)


@dataclass(frozen=True)
class Config:
    """What one installation is set to.

    `data` is the folder of the database and the secret; `static` the built PWA; `public_url` an
    origin that is accepted beside the request's own; `behind_proxy` honours `X-Forwarded-*`;
    `blobs` is where photos lie, a folder or `s3://bucket/prefix` at the endpoint; `receipt_key` the
    file of the key that signs receipts.
    """

    data: Path
    database_url: str
    static: Path
    secret: str
    receipt_key: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    threads: int = 8
    public_url: str | None = None
    behind_proxy: bool = False
    blobs: str = ""
    blobs_endpoint: str | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Return the configuration; the data folder and the secret are made on the first start.

        Refused with Misconfigured where a variable can't be read or the folder can't be written.
        """
        env = os.environ if environ is None else environ
        data = absolute(env.get("MINQING_DATA") or "var")
        return cls(
            data=data,
            database_url=database_url(env, data),
            static=Path(env.get("MINQING_STATIC") or ROOT / "pwa" / "dist"),
            secret=secret_of(data),
            receipt_key=absolute(env.get("MINQING_RECEIPT_KEY") or data / "receipt-key.pem"),
            host=env.get("HOST") or "127.0.0.1",
            port=number(env, "PORT", 8000, PORTS),
            workers=number(env, "WEB_CONCURRENCY", 1, range(1, 65)),
            threads=number(env, "MINQING_THREADS", 8, range(1, 257)),
            public_url=(env.get("MINQING_PUBLIC_URL") or "").rstrip("/") or None,
            behind_proxy=env.get("MINQING_BEHIND_PROXY") == "1",
            blobs=blobs(env, data),
            blobs_endpoint=env.get("MINQING_BLOBS_ENDPOINT") or None,
        )


def absolute(path: str | Path) -> Path:
    """Return the path, absolute."""
    return Path(path).expanduser().absolute()


def database_url(env: Mapping[str, str], data: Path) -> str:
    """Return the database's address; a plain `postgres(ql)://` gets the driver psycopg 3."""
    url = env.get("DATABASE_URL") or f"sqlite:///{data / 'minqing.sqlite3'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def blobs(env: Mapping[str, str], data: Path) -> str:
    """Return the folder of the photos, or the address of the S3-compatible store."""
    text = env.get("MINQING_BLOBS") or str(data / "blobs")
    scheme, colon, place = text.partition("://")
    if not colon:
        return str(absolute(text))
    if scheme != "s3" or not place.partition("/")[0]:
        raise Misconfigured(f"MINQING_BLOBS={text!r} 应为目录, 或 s3://桶/前缀", field="MINQING_BLOBS")
    return text.rstrip("/")


def number(env: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    """Return the variable as a whole number; Misconfigured where it isn't one or out of range."""
    text = env.get(name) or str(default)
    if not text.isdecimal() or int(text) not in allowed:
        message = f"{name}={text!r} 不是 {allowed.start} 到 {allowed.stop - 1} 之间的整数"
        raise Misconfigured(message, field=name)
    return int(text)


def secret_of(data: Path) -> str:
    """Return the installation's secret, 64 hex digits; made once, readable by its owner only."""
    path = data / "secret"
    try:
        data.mkdir(mode=0o750, parents=True, exist_ok=True)
        write_once(path, secrets.token_hex(SECRET_BYTES))
        text = path.read_text("ascii").strip()
    except OSError as error:
        message = f"数据目录 {data} 不能读写: {error.strerror}"
        raise Misconfigured(message, field="MINQING_DATA") from error
    if len(text) < 2 * SECRET_BYTES:
        message = f"密钥文件 {path} 不完整。删除它后重新启动, 会生成新的密钥"
        raise Misconfigured(message, field="MINQING_DATA")
    return text


def write_once(path: Path, text: str) -> None:
    """Write the file with mode 0600 unless it exists; two processes at once agree on one text."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(text + "\n", "ascii")
    try:
        os.link(draft, path)  # Unlike a rename, a link never replaces another process's file.
    except FileExistsError:
        pass
    finally:
        draft.unlink()
