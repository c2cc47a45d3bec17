"""What goes wrong raises the same exceptions with cirq_ionq and with ours, and the same requests are repeated."""

from __future__ import annotations

import pytest
from comparison import ANY, BELL, Known, Raised, Reason, connect, raised_by

pytestmark = pytest.mark.peers


def test_refusals_of_the_service_are_the_same_exceptions(both):
    def notebook(ionq, cloud):
        service, stranger = connect(ionq, cloud), connect(ionq, cloud, api_key="another")
        refused = raised_by(service.run, BELL, 10, target="qpu.none-1")
        cloud.faults.add("GET", "/jobs/forbidden$", "status", status=403)
        with pytest.raises(ionq.IonQException, match="Status code: 404, Message: '"):
            service.get_job("nope")
        return {
            "401": [raised_by(stranger.get_job, "nope"), raised_by(stranger.create_job, BELL), raised_by(stranger.list_jobs)],
            "404": raised_by(service.get_job, "nope"),
            "400": refused,
            "403": raised_by(service.get_job, "forbidden"),
        }

    both(notebook)


def test_exceptions_are_made_alike(both):
    def notebook(ionq, cloud):
        made = [
            ionq.IonQException("text"),
            ionq.IonQException("text", status_code=418),
            ionq.IonQNotFoundException("text"),
            ionq.IonQUnsuccessfulJobException("id", "canceled"),
            ionq.IonQSerializerMixedGatesetsException("text"),
        ]
        return [(str(error), getattr(error, "status_code", "none")) for error in made]

    text = "Status code: None, Message: '{}'"
    known = {
        "[0][0]": Known(text.format("text"), "text", Reason.NO_STATUS),
        "[4][0]": Known("Message: 'text'", "text", Reason.NO_STATUS),
        "[3][0]": Known(text.format("Job id was canceled."), "Job id was canceled.", Reason.NO_STATUS),
    }
    both(notebook, known)


def test_mistakes_of_the_caller_are_the_same_exceptions(both):
    def notebook(ionq, cloud):
        mistakes = [{"remote_host": "no scheme"}, {"api_version": "v0.1"}, {"default_target": "abacus"}, {"max_retry_seconds": -1}]
        service = connect(ionq, cloud, default_target=None)
        return (
            [raised_by(connect, ionq, cloud, **mistake) for mistake in mistakes],
            raised_by(service.create_job, BELL),
            raised_by(service.create_batch_job, [BELL]),
            raised_by(service.run, BELL, 10),
            raised_by(service.run, BELL, 0, target="simulator"),
        )

    known = Known(Raised(frozenset({"IonQException"}), 400), Raised(frozenset({"ValueError", "AssertionError"})), Reason.EARLY)
    both(notebook, {"[4]": known})


def test_hosts_and_keys_come_from_the_same_places(both, monkeypatch):
    def notebook(ionq, cloud):
        found = [raised_by(ionq.Service, cloud.url)]
        for name in ("IONQ_REMOTE_HOST", "CIRQ_IONQ_REMOTE_HOST"):
            monkeypatch.setenv(name, f"{cloud.url}/some/path")
        for names in (["IONQ_API_KEY"], ["IONQ_API_KEY", "CIRQ_IONQ_API_KEY"]):
            for number, name in enumerate(names):
                monkeypatch.setenv(name, cloud.key if number == len(names) - 1 else "wrong")
            service = ionq.Service(default_target="simulator")
            found.append(service.create_job(BELL).status())
        for name in ("IONQ_REMOTE_HOST", "CIRQ_IONQ_REMOTE_HOST", "IONQ_API_KEY", "CIRQ_IONQ_API_KEY"):
            monkeypatch.delenv(name)
        return found, ionq.Service(api_key="k").remote_host, ionq.Service(cloud.url, "k").job_settings

    for name in ("IONQ_REMOTE_HOST", "CIRQ_IONQ_REMOTE_HOST", "IONQ_API_KEY", "CIRQ_IONQ_API_KEY", "IONQ_API_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    both(notebook)


def test_an_address_that_was_given_is_shown_with_the_version(both):
    def notebook(ionq, cloud):
        given = ["https://api.ionq.co/v0.4", "https://api.ionq.co", "https://api.ionq.co/some/path"]
        return [ionq.Service(address, "k").remote_host for address in given]

    at = "https://api.ionq.co"
    known = {"[1]": Known(at, f"{at}/v0.4", Reason.HOST), "[2]": Known(f"{at}/some/path", f"{at}/v0.4", Reason.HOST)}
    both(notebook, known)


def test_the_key_is_not_shown(both):
    def notebook(ionq, cloud):
        return str(connect(ionq, cloud).api_key)

    both(notebook, {"": Known("test-key", ANY, Reason.KEY_HIDDEN)})


@pytest.mark.parametrize("status", [429, 500, 502, 503, 520, 529])
def test_what_the_service_has_no_time_for_is_asked_again(both, status):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        job = service.create_job(BELL)
        fault = cloud.faults.add("GET", "/jobs/", "status", status=status)
        return service.get_job(job.job_id()).status(), fault.hits, len(cloud.submissions)

    both(notebook)


def test_a_gateway_that_gives_up_is_asked_again(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        job = service.create_job(BELL)
        cloud.faults.add("GET", "/jobs/", "status", status=504)
        return raised_by(service.get_job, job.job_id())

    both(notebook, {"": Known(Raised(frozenset({"IonQException"}), 504), "nothing", Reason.RETRIED)})


def test_a_submission_is_repeated_only_where_it_was_refused(both):
    def notebook(ionq, cloud):
        service = connect(ionq, cloud)
        cloud.faults.add("POST", "/jobs$", "status", status=429, headers={"Retry-After": "0"})
        refused_once = (service.create_job(BELL).status(), len(cloud.submissions))
        cloud.faults.add("POST", "/jobs$", "status_after", status=502)
        return refused_once, raised_by(service.create_job, BELL), len(cloud.submissions)

    known = {
        "[1]": Known("nothing", Raised(frozenset({"IonQException"}), 502), Reason.SENT_ONCE),
        "[2]": Known(3, 2, Reason.SENT_ONCE),
    }
    both(notebook, known, sent={"": Known(ANY, ANY, Reason.SENT_ONCE)})
