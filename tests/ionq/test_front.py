"""The names that `ionq_runner.ionq` shows, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ionq_runner import ionq

# The public names of cirq_ionq 1.7.0.
CIRQ_IONQ = [
    "AriaNativeGateset", "Calibration", "ForteNativeGateset", "GPI2Gate", "GPIGate", "IonQAPIDevice", "IonQException",
    "IonQNotFoundException", "IonQSerializerMixedGatesetsException", "IonQTargetGateset", "IonQUnsuccessfulJobException", "Job", "MSGate",
    "QPUResult", "Sampler", "SerializedProgram", "Serializer", "Service", "SimulatorResult", "ZZGate",
    "decompose_all_to_all_connect_ccz_gate", "__version__",
]  # fmt: skip


# Its submodules, with the names that each of them defines, or imports and is asked for.
SUBMODULES = {
    "calibration": ["Calibration"],
    "ionq_devices": ["IonQAPIDevice"],
    "ionq_exceptions": [
        "IonQException", "IonQNotFoundException", "IonQSerializerMixedGatesetsException", "IonQUnsuccessfulJobException",
        "NotSupportedPauliexpParameters",
    ],
    "ionq_gateset": ["IonQTargetGateset", "decompose_all_to_all_connect_ccz_gate"],
    "ionq_native_gates": ["GPI", "GPI2", "GPI2Gate", "GPIGate", "MS", "MSGate", "ZZ", "ZZGate"],
    "ionq_native_target_gateset": [
        "AriaNativeGateset", "ForteNativeGateset", "GPI2Gate", "GPIGate", "IonqNativeGatesetBase", "MSGate", "ZZGate",
    ],
    "job": ["Job"],
    "results": ["QPUResult", "SimulatorResult"],
    "sampler": ["Sampler"],
    "serializer": ["NotSupportedPauliexpParameters", "SerializedProgram", "Serializer"],
    "service": ["Service"],
}  # fmt: skip


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True).stdout.strip()


@pytest.mark.parametrize("name", CIRQ_IONQ)
def test_a_notebook_finds_the_names_of_cirq_ionq(name):
    assert getattr(ionq, name)


def test_every_public_name_exists_and_is_listed():
    assert all(getattr(ionq, name) for name in ionq.__all__)
    assert set(ionq.__all__) <= set(dir(ionq))
    with pytest.raises(AttributeError, match="has no attribute 'Servise'"):
        _ = ionq.Servise


def test_a_notebook_finds_the_submodules_of_cirq_ionq_as_attributes():
    shown = [f"ionq.{module}.{name}" for module, names in SUBMODULES.items() for name in names]
    assert run(f"import ionq_runner.ionq as ionq\nprint(len([{', '.join(shown)}]))") == str(len(shown))
    assert set(SUBMODULES) <= set(dir(ionq))


def test_a_notebook_imports_from_the_submodules_of_cirq_ionq_what_ionq_itself_shows():
    imports = [f"from ionq_runner.ionq.{module} import {', '.join(names)}" for module, names in SUBMODULES.items()]
    same = [f"getattr(ionq, {name!r}, {name}) is {name}" for names in SUBMODULES.values() for name in names]
    read = """cirq.read_json(json_text='{"cirq_type": "ionq_runner.GPIGate", "phi": 0.25}') == GPIGate(phi=0.25)"""
    code = "\n".join([*imports, "import cirq, ionq_runner.ionq as ionq", f"print(all([{', '.join(same)}]), {read})"])
    assert run(code) == "True True"


def test_importing_the_front_imports_neither_cirq_nor_http():
    heavy = "{'cirq', 'requests', 'numpy', 'sympy', 'pandas'}"
    code = f"import sys, ionq_runner.ionq\nprint(sorted({{name.split('.')[0] for name in sys.modules}} & {heavy}))"
    assert run(code) == "[]"


@pytest.mark.parametrize("order", ["import cirq, ionq_runner.ionq", "import ionq_runner.ionq, cirq; ionq_runner.ionq.Service"])
def test_json_is_read_back_where_cirq_came_first_or_a_name_was_used(order):
    text = '{"cirq_type": "ionq_runner.GPIGate", "phi": 0.25}'
    assert run(f"{order}\nprint(repr(cirq.read_json(json_text={text!r})))") == "ionq_runner.ionq.GPIGate(phi=0.25)"
