"""The page of fits, summaries and expectations says what the program knows."""

from __future__ import annotations

import re
from pathlib import Path

from ionq_runner.language.models import MODELS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "conclusions.md"


def test_the_table_of_models_has_all_of_them_with_their_parameters():
    table = PAGE.read_text(encoding="utf-8").partition("### Named models")[2].partition("### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \|([^|]*)\|$", table, re.MULTILINE)
    assert {name: tuple(re.findall(r"`(\w+)`", parameters)) for name, parameters in rows} == {
        name: tuple(model.parameters) for name, model in MODELS.items()
    }
