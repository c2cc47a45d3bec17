"""OpenQASM texts become the gates that a person would write by hand; what cannot be run is an error at its place."""

from __future__ import annotations

import math

import pytest

from ionq_runner.circuits import Gate, Measurement

PI = math.pi


def gates(program):
    return [(gate.name, gate.angles, gate.controls + gate.targets) for gate in program.gates]


def test_a_text_of_version_2(texts):
    program = texts.old("""
        // a comment
        gate majority a, b, c { cx c, b; cx c, a; ccx a, b, c; }
        qreg q[3]; creg low[1]; creg high[2];
        h q; /* all
        of them */ majority q[0], q[1], q[2];
        rz(-pi/2^2) q[1];
        measure q[2] -> low[0]; measure q[1] -> high[1]; measure q[0] -> high[0];
    """)
    assert program.qubits == 3
    assert gates(program) == [
        ("h", (), (0,)), ("h", (), (1,)), ("h", (), (2,)),
        ("x", (), (2, 1)), ("x", (), (2, 0)), ("x", (), (0, 1, 2)), ("rz", (-PI / 4,), (1,)),
    ]  # fmt: skip
    assert program.measurements == (Measurement("low", (2,)), Measurement("high", (0, 1)))


def test_a_text_of_version_3(texts):
    program = texts.new("""
        input float[64] theta;
        const int[32] n = 4; const float half = 1/2.0;
        qubit[n] q; qubit one; bit[n] c; bit flag;
        gate turn(a) x, y { rz(a*half) x; for int i in [1:2] { cx x, y; } }
        for uint i in [0:n-2] { cz q[i], q[i+1]; ry(theta*i) q[-1]; }
        turn(theta) one, q[0];
        let some = q[2:3] ++ q[{0}];
        x some;
        c = measure q; flag = measure one;
    """, theta=0.5)  # fmt: skip
    assert program.qubits == 5
    assert gates(program) == [
        ("z", (), (0, 1)), ("ry", (0.0,), (3,)), ("z", (), (1, 2)), ("ry", (0.5,), (3,)), ("z", (), (2, 3)), ("ry", (1.0,), (3,)),
        ("rz", (0.25,), (4,)), ("x", (), (4, 0)), ("x", (), (4, 0)),
        ("x", (), (2,)), ("x", (), (3,)), ("x", (), (0,)),
    ]  # fmt: skip
    assert program.measurements == (Measurement("c", (0, 1, 2, 3)), Measurement("flag", (4,)))


def test_angles_of_inputs_stay_symbolic(texts):
    (gate,) = texts.new("input angle a; qubit q; rx(2*a + pi) q;").gates
    assert gate.angles[0].names == {"a"}


@pytest.mark.parametrize(("text", "found"), [
    ("ctrl @ x q[0], q[1];", [("x", (), (0, 1))]),
    ("ctrl(2) @ x q[0], q[1], q[2];", [("x", (), (0, 1, 2))]),
    ("ctrl @ ctrl @ z q[0], q[1], q[2];", [("z", (), (0, 1, 2))]),
    ("negctrl @ x q[0], q[1];", [("x", (), (0,)), ("x", (), (0, 1)), ("x", (), (0,))]),
    ("inv @ s q[0];", [("si", (), (0,))]),
    ("pow(2) @ s q[0];", [("s", (), (0,))] * 2),
    ("pow(-1) @ rx(0.5) q[0];", [("rx", (-0.5,), (0,))]),
    ("pow(0.5) @ rx(0.5) q[0];", [("rx", (0.25,), (0,))]),
    ("pow(1/2) @ z q[0];", []),  # whole numbers divide as whole numbers
    ("pow(1/2.0) @ z q[0];", [("p", (PI / 2,), (0,))]),
    ("inv @ pow(2) @ ctrl @ s q[0], q[1];", [("si", (), (0, 1))] * 2),
    ("gphase(1.5);", []),
    ("ctrl @ gphase(1.5) q[0];", [("p", (1.5,), (0,))]),
    ("ctrl(2) @ inv @ gphase(1.5) q[0], q[1];", [("p", (-1.5,), (0, 1))]),
    ("U(0.1, 0.2, 0.3) q[0];", [("u", (0.1, 0.2, 0.3), (0,))]),
    ("cx q[0:1], q[2:3];", [("x", (), (0, 2)), ("x", (), (1, 3))]),
    ("cx q[0], q[{2, 3}];", [("x", (), (0, 2)), ("x", (), (0, 3))]),
    ("x q[0:2:3];", [("x", (), (0,)), ("x", (), (2,))]),
    ("for int i in {3, 1} x q[i];", [("x", (), (3,)), ("x", (), (1,))]),
    ("for int i in [0:3:7] { rz(i) q[0]; }", [("rz", (0.0,), (0,)), ("rz", (3.0,), (0,)), ("rz", (6.0,), (0,))]),
    ("for int i in [0:1] { for int j in [i:1] cx q[i], q[j+2]; }", [("x", (), (0, 2)), ("x", (), (0, 3)), ("x", (), (1, 3))]),
    ("rz(7/2) q[0];", [("rz", (3.0,), (0,))]),
    ("rz(7/2.) q[0];", [("rz", (3.5,), (0,))]),
    ("rz(float(7)/2) q[0];", [("rz", (3.5,), (0,))]),
    ("rz(0x1F + 0b11 + 1_000) q[0];", [("rz", (1034.0,), (0,))]),
    ("rz(π - τ/2 + arcsin(0) + mod(7, 4) + pow(2, 3)) q[0];", [("rz", (11.0,), (0,))]),
    ("barrier q; id q[0]; reset q[3]; x q[0];", [("x", (), (0,))]),
    ("@reversible\nx q[0];", [("x", (), (0,))]),
    ("pragma ionq something\nx q[0];", [("x", (), (0,))]),
])  # fmt: skip
def test_what_a_statement_becomes(texts, text, found):
    assert gates(texts.new(f"qubit[4] q; {text}")) == found


def test_a_gate_of_a_text_takes_the_place_of_ours(texts):
    assert gates(texts.program("OPENQASM 2.0; gate rzz(a) x, y { U(0, 0, a) x; CX x, y; } qreg q[2]; rzz(1) q[0], q[1];")) == [
        ("u", (0.0, 0.0, 1.0), (0,)), ("x", (), (0, 1)),
    ]  # fmt: skip


def test_phases_are_written_out_where_a_control_can_make_them_count(texts):
    text = "gate g(a) x { gphase(a); x x; } qubit[2] q; g(0.5) q[0];"
    assert gates(texts.new(text)) == [("x", (), (0,))]
    controlled = texts.new(text + "ctrl @ g(0.5) q[0], q[1];")
    assert [gate for gate in controlled.gates if gate.name == "p"] == [Gate("p", (0.5,), (0,))] * 2 + [Gate("p", (0.5,), (1,), (0,))] * 2


def test_measurements_in_a_loop_are_written_out(texts):
    program = (
        texts.new(
            "qubit[3] q; bit[3] c; for int i in [0:2] { h q[i]; c[i] = measure q[2-i]; }",
        )
        if False
        else texts.new("qubit[3] q; bit[3] c; for int i in [0:2] { h q[i]; } for int i in [0:2] { c[i] = measure q[2-i]; }")
    )
    assert program.measurements == (Measurement("c", (2, 1, 0)),)


def test_a_loop_may_act_and_measure_turn_by_turn(texts):
    program = texts.new("qubit[2] q; bit[2] c; for int i in [0:1] { h q[i]; c[i] = measure q[i]; }")
    assert (gates(program), program.measurements) == ([("h", (), (0,)), ("h", (), (1,))], (Measurement("c", (0, 1)),))


def test_bits_that_nothing_is_measured_into_are_left_out(texts):
    assert texts.old("qreg q[2]; creg c[5]; measure q[1] -> c[3]; measure q[0] -> c[1];").measurements == (Measurement("c", (0, 1)),)


@pytest.mark.parametrize(("text", "code", "place", "message"), [
    ("qubit[2] q; x q[2];", "E430", "2", "`q` has no element 2; its size is 2"),
    ("qubit[2] q; x q[-3];", "E430", "-3", "`q` has no element -3; its size is 2"),
    ("qubit[2] q; qubit r; for int i in [1:2] { x q[i]; }", "E430", "i", "`q` has no element 2; its size is 2"),
    ("qubit[2] q; y2 q[0];", "E802", "y2", "no gate is called `y2`"),
    ("qubit[2] q; x r[0];", "E802", "r", "no qubit or register is called `r`"),
    ("qubit[2] q; rz(a) q[0];", "E802", "a", "no number is called `a`"),
    ("qubit[2] q; rz(sinh(1)) q[0];", "E802", "sinh", "no function is called `sinh`"),
    ("qubit[2] q; qubit q;", "E803", "q", "`q` is declared twice"),
    ("gate g a { x a; } gate g a { x a; }", "E803", "g", "`g` is declared twice"),
    ("qubit[2] q; bit c; c = measure q[0]; x q[0];", "E806", "x q[0];", "this acts on a qubit that has been measured before"),
    ("qubit[2] q; bit[2] c; c[0] = measure q[0]; c[1] = measure q[0];", "E806", "c[1] = measure q[0]", "a qubit is measured twice"),
    ("qubit[2] q; bit c; c = measure q[0]; c = measure q[1];", "E806", "c = measure q[1]", "the bit c[0] is measured twice"),
    ("qubit[2] q; bit[3] c; c = measure q;", "E805", "c = measure q", "2 qubits are measured into 3 bits"),
    ("qubit[2] q; rz q[0];", "E805", "rz", "`rz` takes 1 argument, not 0"),
    ("qubit[2] q; cx q[0];", "E805", "cx q[0];", "`cx` takes 2 qubits, not 1"),
    ("qubit[2] q; qubit[3] r; cx q, r;", "E805", "cx q, r;", "these registers have 2 and 3 qubits, and go together one by one"),
    ("qubit[2] q; cx q[0], q[0];", "E405", "cx q[0], q[0];", "qubit 0 stands in `cx` twice"),
    ("bit c; if (c == 1) { }", "E804", "if", "`if` cannot be run: it decides or repeats while the circuit runs"),
    ("qubit q; x q; reset q;", "E804", "reset", "`reset` cannot be run: IonQ's circuits have none once a gate has acted"),
    ("int n = 3; n = 4;", "E804", "n", "`n =` cannot be run: numbers do not change while a circuit runs"),
    ('include "mine.inc";', "E804", '"mine.inc"', "files of one's own are not read"),
    ("qubit q; delay[10ns] q;", "E804", "delay", "`delay` cannot be run: IonQ has no timed idling; leave it out"),
    ("x $0;", "E804", "$0", "`$0` cannot be run: IonQ chooses the ions"),
    ("qubit q; pow(0.3) @ h q;", "E804", "pow(0.3) @ h q;", "a power that is no whole number is known of rotations"),
    ("qubit q x q;", "E801", "q", "expected `;` behind this, found `x`"),
    ("qubit[2] q; x q[0;", "E801", ";", "expected `]`, found `;`"),
    ("qubit[2] q; x q[0]", "E801", "]", "expected `;` behind this, found the end of the text"),
    ("qubit[0] q;", "E801", "0", "expected a size from 1 to 10,000, found 0"),
    ("gate g a { x a;", "E801", "", "expected `}`, found the end of the text"),
    ("qubit q; rz(1 ^ 2) q;", "E804", "^", "`^` cannot be run: numbers have no bits here"),
    ("qubit q; rz(1/0) q;", "E314", "1/0", "divi"),
    ("qubit[20000] q;", "E801", "20000", "expected a size from 1 to 10,000, found 20000"),
    ("qubit q; for int i in [0:1000000000] { x q; }", "E418", "", "the circuit has more than 1,000,000"),
    ("for int i in 3 { }", "E804", "3", "a loop runs over a range"),
    ("/* never ends", "E801", "/*", "expected the end `*/` of this comment, found none"),
    ("qubit q; x q; €", "E801", "€", "expected a word of OpenQASM"),
    ("input bit b;", "E804", "bit", "`input bit` cannot be run: inputs are numbers"),
    ("qubit pi;", "E801", "pi", "expected a name of one's own"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(texts, text, code, place, message):
    found = texts.problems(text)
    errors = [problem for problem in found if problem[0][0] == "E"]
    assert len(errors) == 1, found
    assert errors[0][0] == code
    assert place in errors[0][1]
    assert message in errors[0][2]


def test_a_gate_of_a_library_that_is_not_included_says_how(texts):
    ((code, place, message),) = texts.problems("OPENQASM 2.0; qreg q[1]; h q[0];", head="")
    assert (code, place, message) == ("E802", "h", "no gate is called `h`")
