"""What can go wrong with IonQ's service.

    IonQException                        whatever the service, or the way to it, says no to
      IonQNotFoundException              404: no such job, calibration, backend
      IonQUnauthorizedException          401 or 403: the key is not known, or may not do this
      IonQUnsuccessfulJobException       a job that failed, was canceled or deleted; also a RuntimeError
      IonQTimeoutException               the service did not answer, or a job did not end, in time; also a TimeoutError
      SubmissionUnclearException         a job may have been accepted: look it up by its token, do not send it again
      IonQResponseException              an answer that makes no sense; also a ValueError
    InvalidArgument                      a mistake of the caller; a ValueError, and an AssertionError as in cirq_ionq
    IonQSerializerMixedGatesetsException circuits of both gate sets in one job
    NotSupportedPauliexpParameters       kept for notebooks that catch it; nothing raises it

No text of any of them holds the key.
"""

from __future__ import annotations

__all__ = [
    "InvalidArgument",
    "IonQException",
    "IonQNotFoundException",
    "IonQResponseException",
    "IonQSerializerMixedGatesetsException",
    "IonQTimeoutException",
    "IonQUnauthorizedException",
    "IonQUnsuccessfulJobException",
    "NotSupportedPauliexpParameters",
    "SubmissionUnclearException",
]


class IonQException(Exception):
    """The service, or the way to it, said no.

    Attributes:
        message: What happened, without the key.
        status_code: The HTTP status, or None where there was none.
    """

    def __init__(self, message: str, status_code: int | None = None) -> None:
        self.message, self.status_code = message, status_code
        super().__init__(f"Status code: {status_code}, Message: '{message}'" if status_code is not None else message)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickled as what it is made of, so that it crosses processes."""
        return type(self), (self.message, self.status_code)


class IonQNotFoundException(IonQException):
    """The service knows no such thing."""

    def __init__(self, message: str, status_code: int | None = 404) -> None:
        super().__init__(message, status_code)


class IonQUnauthorizedException(IonQException):
    """The service does not know the key, or the key may not do this."""


class IonQResponseException(IonQException, ValueError):
    """The service answered, and the answer makes no sense."""


class IonQTimeoutException(IonQException, TimeoutError):
    """The service did not answer, or a job did not end, within the time given."""


class IonQUnsuccessfulJobException(IonQException, RuntimeError):
    """A job that ended without results.

    Attributes:
        job_id: The job.
        status: `failed`, `canceled` or `deleted`.
        reason: Why, in the service's words; empty where it gives none.
    """

    def __init__(self, job_id: str, status: str, reason: str = "", more: str = "") -> None:
        self.job_id, self.status, self.reason, self._more = job_id, status, reason, more
        super().__init__(f"Job {job_id} was {status}." if status != "failed" else f"Job {job_id} failed.")
        if reason:
            self.message = f"{self.message} Error message: {reason}"
        if more:
            self.message = f"{self.message} ({more})"
        self.args = (self.message,)

    def __reduce__(self) -> tuple[object, ...]:
        """As above."""
        return type(self), (self.job_id, self.status, self.reason, self._more)


class SubmissionUnclearException(IonQException):
    """A job was sent, and nobody knows whether it was accepted. It is not sent again: it may be paid for already.

    `service.find_job(token)` looks for it. Only once that finds nothing, minutes later, was the job surely never accepted.

    Attributes:
        token: What the job carries in its metadata.
        cause: What happened instead of a clear answer.
    """

    def __init__(self, token: str, cause: str, status_code: int | None = None) -> None:
        self.token, self.cause = token, cause
        super().__init__(f"The job may have been accepted: {cause}. Look it up with service.find_job({token!r})", status_code)

    def __reduce__(self) -> tuple[object, ...]:
        """As above."""
        return type(self), (self.token, self.cause, self.status_code)


class InvalidArgument(ValueError, AssertionError):
    """What the caller asked for cannot be asked for. Raised also under `python -O`."""


class IonQSerializerMixedGatesetsException(InvalidArgument):
    """Circuits of native gates and of abstract gates in one job."""


class NotSupportedPauliexpParameters(InvalidArgument):
    """A Pauli exponential that the service does not take.

    cirq_ionq raises it for a negative time. Here the sign goes into the coefficients, so that nothing raises it; the name is kept for
    notebooks that catch it.
    """
