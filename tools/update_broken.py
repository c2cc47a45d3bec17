"""Write what the program says of each file in `tests/language/broken/` beside it.

`python -m tools.update_broken [NAME...]`, then read the difference: it is what people will see. A file `plan-NAME.yaml` is given
to `plan`, on a computer with 16 GiB of memory; every other one to `validate`, a file `python-NAME.yaml` with `--allow-python`.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path
from unittest import mock

from ionq_runner.cli.main import main as command

BROKEN = Path(__file__).resolve().parent.parent / "tests" / "language" / "broken"
MEMORY = 16 << 30


def output_of(file: Path) -> str:
    """What the command prints for a file when it is run in the file's folder, and its exit code on a last line."""
    verb = "plan" if file.stem.startswith("plan-") else "validate"
    allowed = ["--allow-python"] if file.stem.startswith("python-") else []
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(file.parent), _memory(MEMORY), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            command([verb, *allowed, file.name])
        except SystemExit as end:
            code = end.code
    text, other = (err, out) if verb == "plan" else (out, err)
    assert not other.getvalue(), f"{file.name}: {other.getvalue()}"
    return f"{text.getvalue()}exit {code}\n"


def _memory(size: int) -> contextlib.AbstractContextManager[object]:
    """A computer with so much memory, wherever the tests run."""
    told = {"SC_PAGE_SIZE": 1 << 12, "SC_PHYS_PAGES": size >> 12}
    asked = os.sysconf
    return mock.patch("os.sysconf", lambda name: told[name] if name in told else asked(name))


def main(names: list[str]) -> None:
    """Update the outputs of the named files, or of all; outputs without a file are removed."""
    for file in sorted(BROKEN.glob("*.yaml")):
        if names and file.stem not in names:
            continue
        beside, text = file.with_suffix(".out"), output_of(file)
        if not beside.exists() or beside.read_text(encoding="utf-8") != text:
            beside.write_text(text, encoding="utf-8")
            print(f"wrote {beside.name}")
    for beside in BROKEN.glob("*.out"):
        if not beside.with_suffix(".yaml").exists():
            beside.unlink()
            print(f"removed {beside.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
