"""A finished run as pandas tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ionq_runner.ledger.folder import NotARun, find_run

if TYPE_CHECKING:
    import pandas

__all__ = ["Run", "read_run"]

_MACHINE_DIGITS = 18  # whole numbers of so many digits fit 64 bits
_DTYPES = {"string": "string", "integer": "Int64", "number": "float64", "datetime": "string"}


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run: its folder, its manifest, and its tables with their types."""

    path: Path
    manifest: dict[str, Any]
    counts: pandas.DataFrame
    points: pandas.DataFrame
    jobs: pandas.DataFrame


def read_run(place: str | Path, out: str | Path = "runs") -> Run:
    """Read a run folder, the newest run below a folder, or `latest` of `out`.

    Bit strings stay text, whole numbers stay whole, missing values are missing. Raises NotARun where no finished run is there.
    """
    import pandas

    folder = find_run(str(place), Path(out))
    if not folder.manifest.is_file():
        raise NotARun(f"{folder.path} is not finished: `ionq-runner resume {folder.path}` goes on")
    package = json.loads((folder.path / "datapackage.json").read_text(encoding="utf-8"))
    tables: dict[str, pandas.DataFrame] = {}
    for resource in package["resources"]:
        types = {field["name"]: _DTYPES[field["type"]] for field in resource["schema"]["fields"]}
        if "outcome" in types:
            types["outcome"] = "string"
        table = pandas.read_csv(folder.path / resource["path"], dtype=types, keep_default_na=False, na_values=[""])
        if "outcome" in types:
            table["outcome"] = _whole_numbers(table["outcome"])
        tables[resource["name"]] = table
    manifest = json.loads(folder.manifest.read_text(encoding="utf-8"))
    return Run(folder.path, manifest, tables["counts"], tables["points"], tables["jobs"])


def _whole_numbers(texts: pandas.Series[str]) -> pandas.Series[Any]:
    """Outcomes as whole numbers: of a hundred qubits one is larger than any machine integer, and a column with it holds Python's own."""
    import pandas

    if texts.str.len().max() <= _MACHINE_DIGITS or not len(texts):
        return texts.astype("Int64")
    return pandas.Series([int(text) for text in texts], index=texts.index, dtype="object")
