"""Bodies of submissions, for any version of the API."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ionq_runner.ionq.errors import InvalidArgument
from ionq_runner.ionq.wire.version import ApiVersion, Place

__all__ = ["TOKEN_KEY", "Submission", "as_json", "job_body", "new_token"]

TOKEN_KEY = "ionq_runner"  # the metadata that says which submission a job came from
MAX_METADATA_KEYS = 10
_OURS = re.compile(rf"measurement\d+|measurements|qubit_numbers|invert_masks|{TOKEN_KEY}")
_DEBIAS_NAMES = ("debias", "debiasing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is asked of the service beside the circuits, whatever the version."""

    target: str
    shots: int
    name: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    noise: Mapping[str, Any] | None = None
    error_mitigation: Mapping[str, Any] | None = None
    compilation: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] | None = None
    session_id: str | None = None
    dry_run: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)  # put into the body as it is


def job_body(version: ApiVersion, submission: Submission, inputs: Mapping[str, Any] | str, several: bool) -> bytes:
    """The JSON of a submission. `inputs` is the circuit, or the circuits, as a document or as its JSON text.

    Raises InvalidArgument where the version has no place for what was asked, or something is not JSON.
    """
    text = inputs if isinstance(inputs, str) else as_json(inputs)
    if not (text.startswith("{") and text.endswith("}")):  # to read it whole would cost sweeps their speed
        raise InvalidArgument(f"`inputs` is the JSON text of a document of circuits, not {text[:80]!r}")
    if version.input_constants:
        text = f"{as_json(version.input_constants)[:-1]}, {text[1:]}"
    return f'{as_json(_envelope(version, submission, several))[:-1]}, "input": {text}}}'.encode()


def _envelope(version: ApiVersion, submission: Submission, several: bool) -> dict[str, Any]:
    """The body without the circuits."""
    body: dict[str, Any] = dict(version.batch_constants if several else version.constants)
    settings = dict(submission.settings or {})
    usual = _mitigation(version, "job_settings", settings.pop("error_mitigation", None))
    called = _mitigation(version, "error_mitigation", submission.error_mitigation)
    more, extra = _mitigation_in_more(version, submission.extra)
    if differing := sorted(name for name in called.keys() & more.keys() if called[name] != more[name]):
        raise InvalidArgument(f"`error_mitigation` and `extra_query_params` do not say the same of `{differing[0]}`")
    values: dict[str, Any] = {
        "target": submission.target,
        "shots": submission.shots,
        "name": submission.name,
        "metadata": dict(submission.metadata) or None,
        "noise": submission.noise,
        "settings": settings,
        "error_mitigation": {**usual, **called, **more},
        "compilation": submission.compilation,
        "session_id": submission.session_id,
        "dry_run": submission.dry_run or None,
    }
    for name, value in values.items():
        if value is None or value == {}:
            continue
        if name not in version.written:
            raise InvalidArgument(f"API {version.name} has no `{name}`")
        _put(body, version.written[name], value)
    return _with_more(body, version, extra)


def _with_more(body: dict[str, Any], version: ApiVersion, extra: Mapping[str, Any]) -> dict[str, Any]:
    """The body with more of the caller's. What the results are read by stays as it is: target, shots, circuits, and our metadata."""
    fixed = {"input", "type", *(version.written[name][0] for name in ("target", "shots"))}
    if taken := sorted(fixed & extra.keys()):
        raise InvalidArgument(f"`extra_query_params` cannot set `{taken[0]}`, which the call itself says")
    for name, value in extra.items():
        if name == "metadata":
            body[name] = {**_callers(value), **body.get(name, {})}
        elif isinstance(value, Mapping) and isinstance(body.get(name), Mapping):
            _put(body, (name,), value)
        else:
            body[name] = value
    if "metadata" in body:
        body["metadata"] = _fitting(_texts(body["metadata"]))
    if not isinstance(body.get("name"), str | None):
        raise InvalidArgument(f"`name` is a text, not {body['name']!r}")
    return body


def _mitigation_in_more(version: ApiVersion, extra: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The error mitigation in more of the body, wherever a version has it, in the version's own words; and what else there is."""
    rest = dict(extra)
    found = _mitigation(version, "extra_query_params", rest.pop("error_mitigation", None))
    if isinstance(settings := rest.get("settings"), Mapping) and "error_mitigation" in settings:
        rest["settings"] = {name: value for name, value in settings.items() if name != "error_mitigation"}
        inner = _mitigation(version, "extra_query_params", settings["error_mitigation"])
        if any(found[name] != inner[name] for name in found.keys() & inner.keys()):
            raise InvalidArgument("`extra_query_params` has `error_mitigation` twice, and the two differ")
        found |= inner
    return found, rest


def _texts(metadata: Mapping[str, Any]) -> Mapping[str, str]:
    """Metadata, which the service takes only as texts. Raises InvalidArgument."""
    for key, value in metadata.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise InvalidArgument(f"`metadata` are texts under texts, such as {{'sample': '7'}}, and not {{{key!r}: {value!r}}}")
    return metadata


def _callers(metadata: object) -> dict[str, Any]:
    """The metadata in more of the body, without entries such as ours: those of another job would be read as this one's."""
    if not isinstance(metadata, Mapping):
        raise InvalidArgument(f"`metadata` in `extra_query_params` is a dictionary, which goes beside ours, not {metadata!r}")
    return {key: value for key, value in metadata.items() if not _OURS.fullmatch(str(key))}


def _fitting(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """As many metadata as the service keeps. Left out before any other is `shots`: the job says it too, only cirq_ionq looks for it here.

    Raises InvalidArgument where they do not fit without it. The others of ours stay: results could not be read, or a lost job not found.
    """
    if len(metadata) <= MAX_METADATA_KEYS:
        return metadata
    kept = {name: value for name, value in metadata.items() if name != "shots"}
    if len(kept) <= MAX_METADATA_KEYS:
        return kept
    ours = [name for name in kept if _OURS.fullmatch(name)]
    room = MAX_METADATA_KEYS - len(ours)
    raise InvalidArgument(
        f"IonQ keeps {MAX_METADATA_KEYS} keys of metadata with a job, and {len(ours)} of them are needed to read its results and to find "
        f"it again ({', '.join(ours)}): there is room for {room} of yours, and these are {len(kept) - len(ours)}. "
        "Put several values under one key, as JSON text"
    )


def _mitigation(version: ApiVersion, origin: str, asked: object) -> dict[str, Any]:
    """The settings of error mitigation under the version's own names; `debias` and `debiasing` are the same."""
    if asked is None:
        return {}
    if not isinstance(asked, Mapping):
        where = "" if origin == "error_mitigation" else f" in `{origin}`"
        raise InvalidArgument(f"`error_mitigation`{where} is a dictionary such as {{'debias': True}}, not {asked!r}")
    values = {repr(asked[name]) for name in _DEBIAS_NAMES if name in asked}
    if len(values) > 1:
        raise InvalidArgument("`debias` and `debiasing` are two names of one setting, and their values differ")
    for name in _DEBIAS_NAMES:
        if not isinstance(asked.get(name, True), bool):
            raise InvalidArgument(f"`{name}` is True or False, not {asked[name]!r}")
    return {(version.debias if name in _DEBIAS_NAMES else name): value for name, value in asked.items()}


def _put(body: dict[str, Any], place: Place, value: Any) -> None:
    """Put a value where it belongs; a mapping is laid over what is there."""
    for key in place[:-1]:
        body[key] = inner = dict(body.get(key, {}))
        body = inner
    present = body.get(place[-1])
    body[place[-1]] = {**present, **value} if isinstance(present, Mapping) and isinstance(value, Mapping) else value


def as_json(value: object) -> str:
    """A value as it is sent. Raises InvalidArgument where it is not JSON."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(f"this cannot be sent as JSON: {error}") from None


def new_token(body: Mapping[str, Any] | str) -> str:
    """A name for one submission: random, a digest of what is run, and the attempt."""
    text = body if isinstance(body, str) else json.dumps(body, sort_keys=True)
    return f"{secrets.token_hex(8)}.{hashlib.sha256(text.encode()).hexdigest()[:12]}.1"
