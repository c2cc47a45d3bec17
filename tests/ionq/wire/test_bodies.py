"""Templates: what stands in the holes at each point, whatever the columns repeat and however many points there are."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ionq_runner.ionq.wire.bodies import Choice, Hole, Number, PauliEvolution, Rotation, Template, gate_text

RX = Rotation("rx", ((1, "x"), (0.5, "v"), (-0.5, "vi")))
EXPONENTS = st.one_of(st.sampled_from([-1.5, -1, -0.5, 0, 0.5, 1, 1 + 9e-9, 1 - 2e-8, 3]), st.floats(-9, 9))


def test_a_template_is_filled_at_each_point():
    template = Template("qis", 2, (',{"targets":[1],', Hole(0, RX), '},{"gate":"h","targets":[0]}'))
    assert template.fill([np.array([0.25, 1.0, 0.25])], 3) == [
        f'{{"gateset":"qis","qubits":2,"circuit":[{{"targets":[1],{fields}}},{{"gate":"h","targets":[0]}}]}}'
        for fields in (f'"gate":"rx","rotation":{math.pi / 4}', '"gate":"x"', f'"gate":"rx","rotation":{math.pi / 4}')
    ]


def test_a_template_without_holes_says_the_same_at_each_point():
    assert Template("native", 1, ()).fill([], 2) == ['{"gateset":"native","qubits":1,"circuit":[]}'] * 2
    assert Template("qis", 1, (',{"gate":"h","targets":[0]}',)).fill([], 1) == [
        '{"gateset":"qis","qubits":1,"circuit":[{"gate":"h","targets":[0]}]}'
    ]


def test_a_sweep_of_no_points_has_no_texts():
    assert Template("qis", 1, (Hole(0, Choice([])),)).fill([np.array([])], 0) == []


@pytest.mark.parametrize("first", [0.0, -0.5])
def test_a_gate_that_is_nothing_leaves_no_comma(first):
    evolution = Hole(0, PauliEvolution("YX", (0, 1)))
    template = Template("qis", 2, (evolution, evolution, ',{"gate":"h","targets":[0]}', evolution))
    (text,) = template.fill([np.array([first])], 1)
    gate = {"gate": "pauliexp", "terms": ["YX"], "coefficients": [-1.0], "targets": [0, 1], "time": 0.5}
    around = [gate] if first else []
    assert json.loads(text)["circuit"] == [*around, *around, {"gate": "h", "targets": [0]}, *around]


def test_the_special_exponent_that_comes_first_gives_the_name():
    crowded = Rotation("rz", ((0.25, "t"), (0.3, "other")), atol=0.1)
    assert crowded.texts(np.array([0.28, 0.39])) == ['"gate":"t"', '"gate":"other"']
    assert [crowded.fields(0.28), crowded.fields(0.39)] == [{"gate": "t"}, {"gate": "other"}]


@given(st.lists(EXPONENTS))
def test_a_rotation_of_a_column_is_that_of_each_number(exponents):
    texts = RX.texts(np.array(exponents, dtype=np.float64))
    assert [json.loads(f"{{{text}}}") for text in texts] == [RX.fields(exponent) for exponent in exponents]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_reads_back_as_itself(numbers):
    assert [json.loads(text) for text in Number().texts(np.array(numbers, dtype=np.float64))] == numbers


COLUMNS = 3
FORMS = st.sampled_from([RX, Rotation("xx"), Choice([""]), Choice([',{"a":1}'])])
PIECES = st.lists(st.builds(Hole, st.integers(0, COLUMNS - 1), FORMS) | st.sampled_from(["", ",{}", ",[1,2],[3]"]), max_size=12)


@given(PIECES, st.integers(0, 2500), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_filling_a_template_is_writing_its_pieces_one_after_another(pieces, points, distinct, seed):
    columns = [np.zeros(points), *(np.random.default_rng(seed).integers(0, distinct, size=(COLUMNS - 1, points)) / 4)]
    pieces = [Hole(0, piece.form) if isinstance(piece, Hole) and isinstance(piece.form, Choice) else piece for piece in pieces]
    filled = Template("qis", 3, tuple(pieces)).fill(columns, points)
    assert len(filled) == points
    for point in {0, 1023, 1024, points - 1} & set(range(points)):
        written = "".join(
            piece if isinstance(piece, str) else piece.form.texts(columns[piece.column][point : point + 1])[0] for piece in pieces
        )
        assert filled[point] == f'{{"gateset":"qis","qubits":3,"circuit":[{written[1:]}]}}'


def test_the_text_of_no_gate_is_empty():
    assert [gate_text({}), gate_text({"gate": "h", "targets": [0]})] == ["", ',{"gate":"h","targets":[0]}']


def test_bodies_are_written_without_cirq_and_sympy():
    check = "import sys, ionq_runner.ionq.wire.bodies; sys.exit(bool({'cirq', 'sympy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
