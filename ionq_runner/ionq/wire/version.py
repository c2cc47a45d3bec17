"""What differs between versions of IonQ's API, as values: paths, and where a fact stands in a document.

A version is one `ApiVersion` (`v0_3`, `v0_4`). Reading and writing documents is one code for all of them: `documents`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["ApiVersion", "Paths", "Place"]

Place = tuple[str, ...]  # the keys that lead to a value, from the outermost


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Where things are, below the version. What stands in braces is filled in; empty where the version has no such thing."""

    results: str
    batch_results: str
    shots: str = ""
    histogram: str = ""
    variant: str = ""
    compiled: str = ""
    artifact: str = ""
    cost: str = ""
    estimate: str = ""
    backend: str = ""
    characterizations: str
    current_characterization: str
    characterization: str
    sessions: str = ""
    session: str = ""
    end_session: str = ""
    usage: str = ""
    whoami: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiVersion:
    """One version of the API."""

    name: str
    paths: Paths
    written: Mapping[str, Place]  # what a submission says -> where it stands in the body
    constants: Mapping[str, str]  # of every body of one circuit
    batch_constants: Mapping[str, str]  # of every body of several
    input_constants: Mapping[str, str]
    read: Mapping[str, tuple[Place, ...]]  # what a job document says -> the places to look at, the first that is there counts
    times: Literal["iso", "unix"]
    characterization_times: Literal["iso", "unix_ms"]
    duration_scale_s: float  # of execution times in job documents
    debias: str  # the name of the setting; all of them are understood
    started: str  # the state in which a job runs
