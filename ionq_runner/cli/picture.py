"""The picture of a run in the terminal: the share of each outcome along the sweep."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from ionq_runner.ledger.folder import RunFolder
from ionq_runner.ledger.store import Ledger
from ionq_runner.planning.plan import Plan
from ionq_runner.results.shares import Shares, outcome_shares

__all__ = ["can_print", "picture"]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_PLAIN = " .:-=+*#@"
ROWS, PANELS, BAR = 8, 6, 40
BASES = 3  # that are named


def picture(plan: Plan, folder: Path, width: int | None = None) -> str:
    """A panel for each circuit on each target: a line of blocks per outcome, as high as its share."""
    wide = width or shutil.get_terminal_size((80, 24)).columns
    run = RunFolder(folder)
    with Ledger(run.ledger, write=False) as ledger:
        jobs = ledger.jobs()
    panels = [_panel(shares) for shares in outcome_shares(plan, run, jobs, columns=max(10, min(72, wide - 30)), rows=ROWS, panels=PANELS)]
    pairs = len(set(zip(plan.points.circuit.tolist(), plan.points.target.tolist(), strict=True)))
    more = [f"... and {pairs - PANELS} more; all of them are in counts.csv"] if pairs > PANELS else []
    return "\n\n".join([*panels, *more]) + "\n"


def _panel(shares: Shares) -> str:
    single = shares.shares.shape[1] == 1
    title = f"{shares.circuit} on {shares.target}, share of each outcome{_read_in(shares.bases)}"
    if shares.axis:
        title += f" for {shares.axis} from {_short(shares.first)} to {_short(shares.last)}"
    elif not single:
        title += f" over {shares.points:,} points, in the order of the sweep"
    rows = [(bits, row) for bits, row in zip(shares.outcomes, shares.shares, strict=True)]
    if shares.others.max(initial=0) > 1e-9:
        rows.append(("others", shares.others))
    label = max((min(len(name), 24) for name, _ in rows), default=0)
    blocks = _BLOCKS if can_print(_BLOCKS) else _PLAIN
    lines = [title]
    for name, row in rows:
        shown = name if len(name) <= 24 else f"{name[:21]}..."
        if single:
            lines.append(f"  {shown:<{label}}  {blocks[-1] * round(float(row[0]) * BAR):<{BAR}}  {row[0]:.3f}")
        else:
            drawn = "".join(blocks[min(8, round(float(share) * 8))] for share in row)
            lines.append(f"  {shown:<{label}}  |{drawn}|  {row.min():.2f}..{row.max():.2f}")
    return "\n".join(lines)


def _read_in(bases: Sequence[str]) -> str:
    """The bases of the points, where they are not those of the bits."""
    if len(bases) > BASES:
        return f" in {len(bases):,} bases, of each point its first"
    return f" in the bas{'is' if len(bases) == 1 else 'es'} {', '.join(bases)}" if bases else ""


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"


def can_print(text: str) -> bool:
    """Whether standard output has these characters."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
