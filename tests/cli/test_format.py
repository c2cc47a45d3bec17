"""`format` and `upgrade`: files rewritten, whole or not at all."""

from __future__ import annotations

import os
import stat

import pytest

from ionq_runner import api

UGLY = """\
ionq_runner:   1
name: ugly   # a name
circuits:
    c:
        gates: [ h 0,cnot 0 1 ]


repetitions: 10
"""
NEAT = """\
ionq_runner: 1
name: ugly   # a name
circuits:
  c:
    gates: [h 0, cnot 0 1]

repetitions: 10
"""
WRONG = "ionq_runner: 1\nname: w\ncircuits: {c: {gates: [hh 0]}}\nrepetitions:   10\n"


@pytest.fixture
def ugly(tmp_path):
    """A file that is not in house style."""
    (tmp_path / "ugly.yaml").write_text(UGLY)
    return tmp_path / "ugly.yaml"


def test_a_file_is_rewritten_and_the_next_time_left(call, ugly):
    done = call("format", "ugly.yaml", "good.yaml")
    assert (done.code, done.out, done.err, ugly.read_text()) == (0, "formatted ugly.yaml\n", "", NEAT)
    before = ugly.stat()
    assert call("format", "ugly.yaml").out == ""
    assert (ugly.stat().st_mtime_ns, ugly.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_ids_stay(ugly):
    assert api.plan(UGLY.encode(), "t", seed=1).digest == api.plan(NEAT.encode(), "t", seed=1).digest


def test_check_names_the_files_and_writes_nothing(call, ugly):
    done = call("format", "--check", "good.yaml", "ugly.yaml")
    assert (done.code, done.out, done.err, ugly.read_text()) == (1, "ugly.yaml would change\n", "", UGLY)
    assert call("format", "--check", "good.yaml").code == 0


def test_diff_shows_what_would_change_and_writes_nothing(call, ugly):
    done = call("format", "--diff", "ugly.yaml")
    assert (done.code, done.err, ugly.read_text()) == (0, "", UGLY)
    assert done.out.splitlines()[:5] == [
        "--- ugly.yaml",
        "+++ ugly.yaml (formatted)",
        "@@ -1,8 +1,7 @@",
        "-ionq_runner:   1",
        "+ionq_runner: 1",
    ]
    both = call("format", "--diff", "--check", "ugly.yaml")
    assert (both.code, both.out, both.err) == (1, done.out, "ugly.yaml would change\n")


def test_a_file_with_errors_is_not_touched_and_its_errors_are_shown(call, ugly, tmp_path):
    (tmp_path / "wrong.yaml").write_text(WRONG)
    done = call("format", "wrong.yaml", "ugly.yaml")
    assert (done.code, done.out) == (1, "formatted ugly.yaml\n")
    assert "wrong.yaml:3:24: error[E401]" in done.err, done.err
    assert (tmp_path / "wrong.yaml").read_text() == WRONG


def test_standard_input_goes_to_standard_output(call):
    assert call("format", "-", stdin=UGLY.encode()).out == NEAT
    assert call("format", "--check", "-", stdin=UGLY.encode()).out == "<stdin> would change\n"
    assert call("upgrade", "-", stdin=UGLY.encode()).out == UGLY


def test_permissions_links_and_a_byte_order_mark_stay(call, ugly, tmp_path):
    ugly.write_bytes(b"\xef\xbb\xbf" + UGLY.replace("\n", "\r\n").encode())
    ugly.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to("ugly.yaml")
    assert call("format", "link.yaml").out == "formatted link.yaml\n"
    assert ugly.read_bytes() == b"\xef\xbb\xbf" + NEAT.replace("\n", "\r\n").encode()
    assert (stat.S_IMODE(ugly.stat().st_mode), (tmp_path / "link.yaml").is_symlink()) == (0o640, True)
    assert sorted(os.listdir(tmp_path)) == ["good.yaml", "link.yaml", "ugly.yaml"]


def test_where_it_cannot_be_written_the_file_stays(call, ugly, tmp_path):
    done = call("format", "ugly.yaml", before="import os\ndef fail(*a): raise OSError(28, 'No space left on device')\nos.fsync = fail")
    assert (done.code, done.out) == (2, "")
    assert "ugly.yaml cannot be written: No space left on device" in done.err
    assert (ugly.read_text(), sorted(os.listdir(tmp_path))) == (UGLY, ["good.yaml", "ugly.yaml"])


def test_a_file_of_the_present_version_needs_no_upgrade(call, ugly):
    done = call("upgrade", "ugly.yaml")
    assert (done.code, done.err, ugly.read_text()) == (0, "", UGLY)
    assert done.out == "ugly.yaml: nothing to do, it is in version 1 of the language, the present one\n"


def test_a_newer_version_is_refused_with_the_reason(call, tmp_path):
    (tmp_path / "new.yaml").write_text(UGLY.replace("  1", "  2"))
    done = call("upgrade", "new.yaml")
    assert (done.code, done.out) == (1, "")
    assert "this file is written in version 2 of the language, and this program knows version 1" in done.err
    assert "install a newer ionq_runner" in done.err


def test_an_older_version_is_brought_up_to_date(call, tmp_path):
    """With a version 0, made up, that called repetitions shots."""
    step = "lambda root: [Edit(e.key.span.start, e.key.span.end, 'repetitions') for e in root.entries if e.key.text == 'shots']"
    table = f"import ionq_runner.language.upgrading as u\nfrom ionq_runner.language.edits import Edit\nu.UPGRADES[0] = {step}"
    (tmp_path / "old.yaml").write_text(NEAT.replace("ionq_runner: 1", "ionq_runner: 0").replace("repetitions", "shots"))
    refused = call("validate", "old.yaml", before=table)
    assert "help: `ionq-runner upgrade` brings it up to date" in refused.out
    done = call("upgrade", "old.yaml", before=table)
    assert (done.code, done.out, done.err) == (0, "upgraded old.yaml to version 1 of the language\n", "")
    assert (tmp_path / "old.yaml").read_text() == NEAT


def test_what_would_have_errors_after_the_upgrade_is_not_touched(call, tmp_path):
    table = "import ionq_runner.language.upgrading as u\nu.UPGRADES[0] = lambda root: []"
    old = WRONG.replace("ionq_runner: 1", "ionq_runner: 0")
    (tmp_path / "old.yaml").write_text(old)
    done = call("upgrade", "old.yaml", before=table)
    assert (done.code, done.out, (tmp_path / "old.yaml").read_text()) == (1, "", old)
    assert "old.yaml (upgraded):3:24: error[E401]" in done.err
