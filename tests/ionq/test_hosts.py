"""Which host is spoken to."""

from __future__ import annotations

import pytest

from ionq_runner.ionq import InvalidArgument
from ionq_runner.ionq.hosts import base_url, moment_of


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("CIRQ_IONQ_REMOTE_HOST", "IONQ_REMOTE_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_the_argument_comes_first_then_the_environment_in_cirqs_order_then_ionq(monkeypatch):
    assert base_url(None, "v0.4") == "https://api.ionq.co/v0.4"
    monkeypatch.setenv("IONQ_REMOTE_HOST", "https://second")
    assert base_url(None, "v0.4") == "https://second/v0.4"
    monkeypatch.setenv("CIRQ_IONQ_REMOTE_HOST", "https://first:8443")
    assert base_url(None, "v0.3") == "https://first:8443/v0.3"
    assert base_url("https://given", "v0.4") == "https://given/v0.4"


def test_only_scheme_host_and_port_count():
    assert base_url("https://api.ionq.co/v0.3/jobs?x=1#y", "v0.4") == "https://api.ionq.co/v0.4"
    assert base_url("https://[::1]:8000/", "v0.4") == "https://[::1]:8000/v0.4"


@pytest.mark.parametrize("host", ["", "api.ionq.co", "ftp://api.ionq.co", "https://", "https://a:b:c", "https://host:99999999"])
def test_what_is_no_address_is_refused(host):
    with pytest.raises(InvalidArgument, match="remote_host"):
        base_url(host or "//", "v0.4")


def test_a_password_in_the_address_is_refused_and_not_shown():
    with pytest.raises(InvalidArgument) as caught:
        base_url("https://me:hunter2@host", "v0.4")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1:1", "127.9.9.9", "[::1]:80"])
def test_http_is_for_this_computer(host):
    assert base_url(f"http://{host}", "v0.4") == f"http://{host}/v0.4"


@pytest.mark.parametrize(
    "host", ["api.ionq.co", "192.168.0.7", "box.localhost", "evillocalhost", "localhost.evil.com", "127.0.0.1.evil.com", "[2001:db8::1]"]
)
def test_http_to_another_computer_must_be_allowed(host):
    with pytest.raises(InvalidArgument, match="in the clear"):
        base_url(f"http://{host}", "v0.4")
    assert base_url(f"http://{host}", "v0.4", allow_http=True) == f"http://{host}/v0.4"


def test_dates_of_headers_are_read():
    assert moment_of("Wed, 21 Oct 2026 07:28:00 GMT").isoformat() == "2026-10-21T07:28:00+00:00"
    assert [moment_of(text) for text in ("", "soon", "2026")] == [None, None, None]
