"""Sources other than gates: OpenQASM, IonQ's and Cirq's JSON, and the files that a file may name."""

from __future__ import annotations

import cirq
import pytest

OLD = 'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[2];\ncreg c[2];\nh q[0];\ncx q[0], q[1];\nmeasure q -> c;\n'
NEW = 'OPENQASM 3.0;\ninclude "stdgates.inc";\ninput float t;\nqubit[2] q;\nrx(t) q[0];\nctrl @ x q[0], q[1];\n'


@pytest.fixture
def beside(planned, told, tmp_path):
    """What becomes of a circuit whose file lies beside the experiment."""

    def beside(source, files, judge=planned, more=""):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        experiment = tmp_path / "t.yaml"
        experiment.write_text("")
        return judge(f"circuits: {{c: {{{source}{more}}}}}\n", name=str(experiment))

    return beside


def measured(plan):
    return [(each.key, each.qubits) for each in plan.groups[0].program.measurements]


def test_a_register_of_openqasm_is_a_key_and_its_first_element_the_first_character(beside):
    turned = OLD.replace("measure q -> c;", "measure q[1] -> c[0];\nmeasure q[0] -> c[1];")
    assert measured(beside("qasm: {file: a.qasm}", {"a.qasm": OLD})) == [("c", (0, 1))]
    assert measured(beside("qasm: {file: b.qasm}", {"b.qasm": turned})) == [("c", (1, 0))]


def test_openqasm_that_measures_nothing_measures_everything(beside):
    assert measured(beside("qasm: {file: a.qasm}", {"a.qasm": NEW}, more=", sweep: {t: [0, 1]}")) == [("m", (0, 1))]


def test_openqasm_may_stand_in_the_file_and_its_inputs_sweep(planned):
    text = "".join(f"      {line}\n" for line in NEW.splitlines())
    found = planned(f"circuits:\n  c:\n    qasm: |\n{text}    sweep: {{t: [0, 1]}}\n")
    assert found.points.parameters["t"].tolist() == [0, 1]


def test_barrier_and_id_of_openqasm_are_dropped_with_a_note(beside, told):
    text = OLD.replace("cx q[0]", "barrier q;\nid q[0];\ncx q[0]")
    assert beside("qasm: {file: a.qasm}", {"a.qasm": text}, told) == [("W810", "barrier"), ("W810", "id")]
    plain = beside("qasm: {file: b.qasm}", {"b.qasm": OLD})
    assert beside("qasm: {file: a.qasm}", {"a.qasm": text}).execution_ids() == plain.execution_ids()


@pytest.mark.parametrize("line", ["if (c == 1) x q[0];", "reset q[0];", "x q[0];\nreset q[0];", "opaque f q;\nf q;"])
def test_openqasm_that_cannot_be_run_is_refused_at_its_line(beside, told, line):
    text = OLD.replace("measure q", f"{line}\nmeasure q")
    assert [code for code, _ in beside("qasm: {file: a.qasm}", {"a.qasm": text}, told)] == ["E804"]


def test_ionqs_json_is_taken_inline_or_from_a_file(beside, planned):
    inline = "{qubits: 2, circuit: [{gate: h, target: 0}, {gate: cnot, control: 0, target: 1}]}"
    text = '{"qubits": 2, "circuit": [{"gate": "h", "target": 0}, {"gate": "cnot", "control": 0, "target": 1}]}'
    one = planned(f"circuits: {{c: {{ionq: {inline}}}}}\n").execution_ids()
    assert beside("ionq: {file: a.json}", {"a.json": text}).execution_ids() == one


def test_cirqs_json_keeps_its_order_of_qubits_and_its_invert_masks(beside):
    far, near = cirq.LineQubit(5), cirq.LineQubit(2)
    circuit = cirq.Circuit(cirq.X(far), cirq.measure(far, near, key="k", invert_mask=(True, False)))
    found = beside("cirq: {file: a.json}", {"a.json": cirq.to_json(circuit)})
    program = found.groups[0].program
    assert (program.qubits, measured(found)) == (2, [("k", (1, 0))])
    assert len(program.gates) == 2  # the mask is a gate more


@pytest.mark.parametrize("source", ["qasm: {file: a.qasm}", "library: bernstein_vazirani, parameters: {secret: '10'}"])
@pytest.mark.parametrize("key", ["measure: 0", "qubits: 2"])
def test_a_key_that_a_source_has_itself_is_an_error(beside, told, source, key):
    assert ("E431", key.partition(":")[0]) in beside(source, {"a.qasm": OLD}, told, more=f", {key}")


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "../a.qasm", "~/a.qasm", "$HOME/a.qasm", "https://a.example/b.qasm", "gone.qasm", "folder", "out.qasm"]
)
def test_a_path_stays_in_the_folder_of_the_experiment_and_leads_to_a_file(beside, told, tmp_path, path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "out.qasm").symlink_to("/etc/hostname")
    assert [code for code, _ in beside(f"qasm: {{file: '{path}'}}", {}, told)] == ["E113"]


@pytest.mark.parametrize(("body", "code"), [
    ("{gates: [h 0], library: bell}", "E107"), ("{qubits: 2}", "E107"), ("{gates: [h 0], qasm: ''}", "E107"),
])  # fmt: skip
def test_a_circuit_has_exactly_one_source(told, body, code):
    assert code in [found for found, _ in told(f"circuits: {{c: {body}}}\n")]
