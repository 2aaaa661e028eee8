"""Blobs in an S3-compatible store; needs `minqing[s3]`. Keys come from the environment, as boto3 says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = ClientConfig(connect_timeout=10, read_timeout=10, retries={"total_max_attempts": 3})


@dataclass(frozen=True)
class S3Store:
    """Blobs as objects `prefix/ab/cdef…` of a bucket; a put is whole or nothing by itself."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None

    @cached_property
    def client(self) -> Any:  # noqa: ANN401 - boto3 has no types
        """Return the client, made at its first use; threads may share it."""
        return boto3.client("s3", endpoint_url=self.endpoint, config=SETTINGS)

    def key(self, sha256: str) -> str:
        """Return the object's key."""
        return "/".join(part for part in (self.prefix, sha256[:2], sha256[2:]) if part)

    def put(self, sha256: str, content: bytes) -> None:
        """Store the object."""
        with as_os_error():
            self.client.put_object(Bucket=self.bucket, Key=self.key(sha256), Body=content)

    def get(self, sha256: str) -> bytes | None:
        """Return the object's content."""
        with as_os_error():
            try:
                found = self.client.get_object(Bucket=self.bucket, Key=self.key(sha256))
            except self.client.exceptions.NoSuchKey:
                return None
            content: bytes = found["Body"].read()
            return content

    def delete(self, sha256: str) -> None:
        """Remove the object."""
        with as_os_error():
            self.client.delete_object(Bucket=self.bucket, Key=self.key(sha256))

    def names(self) -> Iterator[tuple[str, datetime]]:
        """Yield the objects beneath the prefix."""
        start = f"{self.prefix}/" if self.prefix else ""
        with as_os_error():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=start)
            for page in pages:
                for found in page.get("Contents", ()):
                    name = found["Key"].removeprefix(start).replace("/", "")
                    yield name, found["LastModified"].astimezone(UTC)

    def probe(self) -> None:
        """Ask for the bucket."""
        with as_os_error():
            self.client.head_bucket(Bucket=self.bucket)


@contextmanager
def as_os_error() -> Iterator[None]:
    """Turn what the client raises into OSError, which every store may raise."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(str(error)) from error
