"""`make bench [BENCH="wire phone records lighthouse server forms"]`: measure, print figures and bounds.

The machine may be busy, so every figure of CPU is a ratio to a baseline of the same run. Nothing
here fails a build; the sizes of the app are tests (tests/pwa).
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import forms, lighthouse, phone, records, server, wire

PARTS = {
    "wire": wire.rows,
    "phone": phone.rows,
    "records": records.rows,
    "lighthouse": lighthouse.rows,
    "server": server.rows,
    "forms": forms.rows,
}


def main(names: list[str]) -> None:
    """Run the named parts, all where none is named."""
    with TemporaryDirectory(prefix="minqing-bench-") as folder:
        for name in names or PARTS:
            print(f"\n{name}", flush=True)  # noqa: T201 - its output
            for row in PARTS[name](Path(folder)):
                print(row, flush=True)  # noqa: T201 - its output


if __name__ == "__main__":
    main(sys.argv[1:])
