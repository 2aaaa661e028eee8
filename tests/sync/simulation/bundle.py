"""The phones' code as one script for node, with faults put into the source where a mutant asks."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
ENTRY = Path("pwa/src/data/simulation/main.ts")


@dataclass(frozen=True)
class Replaced:
    """A text of the phones' source, which must stand in the file once, and what stands there instead."""

    path: str
    old: str
    new: str


def bundle(folder: Path, replaced: tuple[Replaced, ...] = ()) -> Path:
    """Return the script, made in the folder from a copy of the sources."""
    for part in ("pwa/src", "sync"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.py", "*.vue", "vectors"))
    for name in ("tsconfig.base.json", "tsconfig.json", "node_modules"):
        (folder / "pwa" / name).symlink_to((ROOT / "pwa" / name).resolve())
    for one in replaced:
        path = folder / one.path
        text = path.read_text()
        if text.count(one.old) != 1:
            raise LookupError(f"{one.path} has {text.count(one.old)} times: {one.old}")
        path.write_text(text.replace(one.old, one.new))
    made = folder / "phones.mjs"
    arguments = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", f"--outfile={made}"]
    subprocess.run(  # noqa: S603 - our own esbuild
        [ROOT / "pwa/node_modules/.bin/esbuild", folder / ENTRY, *arguments], check=True, cwd=folder / "pwa"
    )
    return made
