"""What goes with a job is sent, and comes back, alike with cirq_ionq and with ours."""

from __future__ import annotations

import copy
import warnings

import cirq
import numpy as np
import pytest
from comparison import ABSENT, ANY, BELL, UNEQUAL, A, B, Known, Raised, Reason, connect, measured, outcome, raised_by

pytestmark = pytest.mark.peers


def test_settings_and_texts_are_sent_alike(both):
    def notebook(ionq, cloud):
        def service():  # cirq_ionq's remembers the settings of earlier jobs
            return connect(ionq, cloud, job_settings={"service_version": "x"})

        options = [
            {"name": "a name", "metadata": {"experiment": "7", "by": "me"}},
            {"compilation": {"opt": 1, "precision": "1E-3"}},
            {"error_mitigation": {"debiasing": False}, "target": "qpu.aria-1"},
            {"error_mitigation": {"debiasing": True}, "compilation": {"opt": 0}, "target": "qpu.forte-1", "repetitions": 1000},
            {"noise": {"model": "aria-1", "seed": 4}},
            {"noise": {"model": "ideal"}, "repetitions": 7},
            {"dry_run": True, "target": "qpu.aria-1"},
            {"extra_query_params": {"session_id": None, "more": {"of": ["the", "body"]}, "name": "another"}, "name": "one"},
            {"metadata": {}, "compilation": {}, "error_mitigation": {}, "noise": {}, "extra_query_params": {}, "name": ""},
        ]
        jobs = [service().create_job(BELL, **copy.deepcopy(one)) for one in options]
        jobs += [service().create_batch_job([BELL, UNEQUAL], **copy.deepcopy(one)) for one in options]
        return [(job.name(), job.repetitions(), job.target()) for job in jobs]

    both(notebook)


def test_settings_of_one_job_do_not_get_into_the_next(both):
    def notebook(ionq, cloud):
        settings = {"service_version": "x"}
        service = connect(ionq, cloud, job_settings=settings)
        service.create_job(BELL, compilation={"opt": 1})
        service.create_job(BELL)
        return settings, service.job_settings

    leaked = Known({"opt": 1}, ABSENT, Reason.SETTINGS_KEPT)
    both(notebook, {f"[{number}].compilation": leaked for number in range(2)}, sent={"[1].settings.compilation": leaked})


def test_no_repetitions_are_none(both):
    def notebook(ionq, cloud):
        result = connect(ionq, cloud).create_job(BELL, 3).results()
        return result.to_cirq_result(seed=1, override_repetitions=0).repetitions

    both(notebook, {"": Known(3, 0, Reason.ZERO)})


def test_noise_and_mitigation_give_the_same_results(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        noisy = service.run(UNEQUAL, 200, noise={"model": "aria-1", "seed": 4}, seed=6)
        debiased = [
            service.create_job(UNEQUAL, 1000, target="qpu.aria-1", error_mitigation={"debiasing": True}).results(sharpen=sharpen)
            for sharpen in (None, False, True)
        ]
        run = service.run(UNEQUAL, 1000, target="qpu.aria-1", error_mitigation={"debiasing": True}, sharpen=True)
        return measured(noisy), [outcome(result) for result in debiased], measured(run)

    both(notebook)


def test_extra_parameters_of_results_go_into_the_query(both):
    def notebook(ionq, cloud):
        connect(ionq, cloud).create_job(BELL, target="qpu.aria-1").results(sharpen=True, extra_query_params={"a": "b c", "n": 3})
        return {name: values[-1].lower() for name, values in cloud.requests[-1].query.items()}

    both(notebook)


def test_the_callers_metadata_stay_as_they_are(both):
    def notebook(ionq, cloud):
        metadata = {"experiment": "7"}
        connect(ionq, cloud).create_job(BELL, repetitions=12, metadata=metadata)
        return metadata

    known = {name: Known(text, ABSENT, Reason.METADATA_KEPT) for name, text in (("measurement0", "m\x1f0,1"), ("shots", "12"))}
    both(notebook, known)


def test_a_dry_run_has_no_results(both):
    def notebook(ionq, cloud):
        job = connect(ionq, cloud).create_job(BELL, target="qpu.aria-1", dry_run=True)
        return job.status(), raised_by(job.results)

    known = Known(Raised(frozenset({"IonQNotFoundException", "IonQException"}), 404), Raised(frozenset({"IonQException"})), Reason.EARLY)
    both(notebook, {"[1]": known})


def test_warnings_are_pythons(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            job = service.create_job(BELL)
            document = cloud.jobs[job.job_id()]
            document.warnings = ["one", "two"]
            service.get_job(job.job_id()).results()
            service.create_job(BELL, dry_run=True)
        shown = [(warning.category.__name__, str(warning.message)) for warning in caught if warning.category is UserWarning]
        return {"job": shown[:2], "later": shown[2:]}

    text = "Please note that the `dry_run` option has no effect on the simulator target."
    both(notebook, {"later": Known([("UserWarning", text)], [], Reason.NO_WARNING)})


def test_warnings_of_a_job_that_failed_are_shown(both):
    def notebook(ionq, cloud):
        job = connect(ionq, cloud).create_job(BELL)
        held = cloud.jobs[job.job_id()]
        held.warnings, held.status, held.failure = ["one", "two"], "failed", {"code": "Quota", "error": "no money", "message": "no money"}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            raised = raised_by(connect(ionq, cloud).get_job(job.job_id()).results)
        return raised, [(warning.category.__name__, str(warning.message)) for warning in caught]

    both(notebook, {"[0]": Known(Raised(frozenset({"RuntimeError"})), ANY, Reason.UNSUCCESSFUL)})


def test_eight_metadata_of_the_callers_leave_no_room_for_the_shots(both):
    def notebook(ionq, cloud):
        metadata = {f"key{number}": "text" for number in range(8)}
        job = connect(ionq, cloud).create_job(BELL, 12, metadata=metadata)
        return job.repetitions(), job.measurement_dict(), job.num_qubits(), outcome(job.results())

    both(notebook, sent={"[0].metadata.shots": Known("12", ABSENT, Reason.TEN_KEYS)})


def test_what_is_asked_in_unusual_ways_is_answered_alike(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        many = {f"key{number}": "text" for number in range(9)}  # with ours one too many
        calls = {
            "frozen": lambda: measured(service.run(BELL.freeze(), 3, seed=1)),
            "numpy": lambda: measured(service.run(BELL, np.int64(3), seed=1)),
            "generator": lambda: [measured(result) for result in service.run_batch((one for one in (BELL, UNEQUAL)), 3, seed=1)],
            "tagged": lambda: measured(service.run(cirq.Circuit(cirq.X(A).with_tags("t"), cirq.measure(A, key="m")), 3)),
            "measured only": lambda: measured(service.run(cirq.Circuit(cirq.measure(A, B, key="m")), 3)),
            "points": lambda: [measured(one) for one in service.sampler(seed=1).run_sweep(BELL, [], 3)],
            "no circuits": lambda: raised_by(service.run_batch, [], 3),
            "numbers as metadata": lambda: raised_by(service.create_job, BELL, metadata={"a": 1}),
            "many metadata": lambda: raised_by(service.create_job, BELL, metadata=many),
            "text": lambda: raised_by(service.run, BELL, "3"),
            "fraction": lambda: raised_by(service.run, BELL, 2.5),
            "phase": lambda: raised_by(service.run, cirq.Circuit(cirq.global_phase_operation(1j)) + BELL, 3),
            "gate": lambda: raised_by(setattr, ionq.GPIGate(phi=0.1), "phi", 0.2),
        }
        return {name: call() for name, call in calls.items()}

    mistake = Raised(frozenset({"ValueError", "AssertionError"}))
    known = {
        "numbers as metadata": Known(Raised(frozenset({"IonQException"}), 400), mistake, Reason.EARLY),
        "many metadata": Known("nothing", mistake, Reason.TEN_KEYS),
        "text": Known("nothing", mistake, Reason.NUMBER),
        "fraction": Known(Raised(frozenset({"IonQException"}), 400), mistake, Reason.EARLY),
        "phase": Known(Raised(frozenset({"ValueError"})), "nothing", Reason.IDENTITY),
        "gate": Known("nothing", Raised(frozenset({"AttributeError"})), Reason.FROZEN),
    }
    # what one sends and the other does not
    both(notebook, known, sent={"": Known(ANY, ANY, Reason.NUMBER)})


def test_debias_is_the_same_as_debiasing(both):
    def notebook(ionq, cloud):
        connect(ionq, cloud).create_job(BELL, 1000, target="qpu.aria-1", error_mitigation={"debias": True})

    place = "[0].settings.error_mitigation"
    sent = {f"{place}.debias": Known(True, ABSENT, Reason.DEBIAS), f"{place}.debiasing": Known(ABSENT, True, Reason.DEBIAS)}
    both(notebook, sent=sent)
