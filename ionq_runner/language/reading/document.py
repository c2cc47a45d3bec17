"""A whole file: text -> nodes -> structure -> an Experiment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ionq_runner.circuits.collector import uncollected
from ionq_runner.circuits.statements import BlockDefinition
from ionq_runner.diagnostics import Problem, Problems, Source, Span
from ionq_runner.language.experiment import Circuit, Experiment
from ionq_runner.language.files import Files
from ionq_runner.language.grammar import EXPERIMENT, VERSION
from ionq_runner.language.reading.conclusions import read_expectations, read_fits, read_summaries
from ionq_runner.language.reading.observables import read_observables
from ionq_runner.language.reading.sources import read_source
from ionq_runner.language.reading.statements import read_blocks, read_operands, read_statements
from ionq_runner.language.reading.sweeps import NamedSweeps, may_have_any_axis, read_named_sweeps, read_sweep
from ionq_runner.language.reading.targets import read_budget, read_mitigation, read_run, read_target
from ionq_runner.language.reading.values import entries, expression_at, read_own_value, read_parameters, text_at
from ionq_runner.language.scalars import plain_data, resolve
from ionq_runner.language.secrets import compose_without_secrets
from ionq_runner.language.structure import check_structure
from ionq_runner.language.yaml import Entry, Mapping, Node, Scalar, Sequence

__all__ = ["read_experiment"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the circuits of a file can refer to."""

    blocks: dict[str, BlockDefinition]
    sweeps: NamedSweeps
    open_ended: dict[str, bool]  # by sweep: whether it has a fault, and may have had any axis
    files: Files
    parameters: frozenset[str]  # of the file, by name


class NotAnExperiment(Problem):
    """A file whose top is not a mapping of keys."""

    code: ClassVar[str] = "E111"
    text: ClassVar[str] = "an experiment file is a mapping of keys, such as `name:` and `circuits:`"
    remedy: ClassVar[str] = "`ionq-runner init` writes a starter"


@uncollected()
def read_experiment(source: Source, problems: Problems, files: Files | None = None) -> tuple[Experiment | None, Node | None]:
    """The experiment that a text describes, and its nodes; None where nothing can be read.

    `files` reads those that it refers to. Every problem of form is noted; the experiment holds whatever could be read, so that later
    checks find the rest.
    """
    source, root = compose_without_secrets(source, problems)
    if root is None:
        return None, None
    if not isinstance(root, Mapping):
        problems.add(NotAnExperiment(Span(source, root.span.start, min(root.span.start + 1, len(source.text)))))
        return None, None
    if not _version_known(root, problems):
        return None, root
    first = root.entries[0].key.span if root.entries else root.span
    check_structure(root, EXPERIMENT, problems, first)
    return _experiment(source, root, files or Files(None), problems), root


def _version_known(root: Mapping, problems: Problems) -> bool:
    version = root.get("ionq_runner")
    if not isinstance(version, Scalar) or version.empty or resolve(version) == VERSION or version.text == str(VERSION):
        return True
    from ionq_runner.language.upgrading import LanguageVersion  # nearly no file needs it

    problems.add(LanguageVersion(version.span, version.text, VERSION))
    return False


def _experiment(source: Source, root: Mapping, files: Files, problems: Problems) -> Experiment:
    blocks = read_blocks(root.get("blocks"), problems)
    sweeps = read_named_sweeps(root.get("sweeps"), files, problems)
    open_ended: dict[str, bool] = {}
    for entry in entries(root.get("sweeps")):
        open_ended[entry.key.text] = may_have_any_axis(entry.value, open_ended, files.failed)
    parameters = read_parameters(root.get("parameters"), problems)
    known = Known(blocks, sweeps, open_ended, files, frozenset(parameters))
    metadata, name = root.get("metadata"), root.get("name")
    return Experiment(
        source=source,
        files=files.used,
        name=text_at(root, "name"),
        name_span=root.span if name is None else name.span,
        description=text_at(root, "description"),
        metadata=plain_data(metadata) if isinstance(metadata, Mapping) else {},
        parameters=parameters,
        blocks=blocks,
        sweeps={name: sweep for name, sweep in sweeps.items() if sweep is not None},
        circuits={entry.key.text: _circuit(entry, known, problems) for entry in entries(root.get("circuits"))},
        targets={entry.key.text: read_target(entry, problems) for entry in entries(root.get("targets"))},
        runs={entry.key.text: read_run(entry, sweeps, files, problems) for entry in entries(root.get("runs"))},
        repetitions=expression_at(root, "repetitions", problems),
        seed=expression_at(root, "seed", problems),
        observables=read_observables(root.get("observables"), problems),
        fits=read_fits(root.get("fits"), problems),
        summaries=read_summaries(root.get("summaries"), problems),
        expect=read_expectations(root.get("expect"), problems),
        mitigation={entry.key.text: read_mitigation(entry, problems) for entry in entries(root.get("mitigation"))},
        budget=read_budget(root, problems),
        unread=frozenset(_keys(root)) if problems.errors else frozenset(),
        span=root.entries[0].key.span if root.entries else root.span,
    )


def _keys(node: Node) -> Iterator[str]:
    """Every key of a file: where some definitions are faulty, any of them may be meant as a name."""
    match node:
        case Mapping(found, _, lost):
            yield from lost
            for entry in found:
                yield entry.key.text
                yield from _keys(entry.value)
        case Sequence(inner):
            for item in inner:
                yield from _keys(item)


def _circuit(entry: Entry, known: Known, problems: Problems) -> Circuit:
    node = entry.value
    get = node.get if isinstance(node, Mapping) else lambda key: None
    parameters = ((p.key.text, read_own_value(p.value, problems), p.key.span) for p in entries(get("parameters")))
    measure = get("measure")
    if isinstance(measure, Mapping):
        keys = tuple((key.key.text, read_operands(key.value, problems), key.key.span) for key in measure.entries)
    else:
        keys = (("m", read_operands(measure, problems), measure.span),) if measure is not None else ()
    sweep = get("sweep")
    circuit = Circuit(
        name=entry.key.text,
        statements=read_statements(get("gates"), problems),
        blocks=known.blocks,
        qubits=expression_at(node, "qubits", problems),
        parameters=tuple((name, value, span) for name, value, span in parameters if value is not None),
        measure=keys,
        sweep=read_sweep(sweep, known.sweeps, known.files, problems),
        native=text_at(node, "gateset") == "native",
        qis=text_at(node, "gateset") == "qis",
        span=entry.key.span,
        sweep_span=entry.key.span if sweep is None else sweep.span,
        extent=Span(entry.key.span.source, entry.key.span.start, node.span.end),
        axes_known=sweep is None or not may_have_any_axis(sweep, known.open_ended, known.files.failed),
    )
    return read_source(node, circuit, known.files, known.parameters, problems) if isinstance(node, Mapping) else circuit
