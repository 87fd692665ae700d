"""Whatever a reader under test does, the run ends, and each failure is named for what it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.every import every

from prometeu_assets.conformance import run as running
from prometeu_assets.conformance import suite
from prometeu_assets.conformance.grade import answer_of, reason
from prometeu_assets.conformance.kit import Kit, Vector
from prometeu_assets.conformance.results import ConformanceReport, Status
from prometeu_assets.conformance.run import NotStarted, run
from prometeu_assets.conformance.suite import MAX_TIMEOUTS, Options, run_suite

SCRIPT = Path(__file__).with_name("readers.py")
AT = "prelude-flags-one"

pytestmark = pytest.mark.usefixtures("answers")


def chosen(kit: Kit) -> list[Vector]:
    """Cases of one question, accepted and rejected, that of the fault in their middle."""
    return [*kit.only("accept-name-*"), *kit.only("prelude-[fm]*")]


def ran(
    kit: Kit, fault: str, at: str = AT, vectors: list[Vector] | None = None, **options: object
) -> ConformanceReport:
    command = [sys.executable, "-I", "-S", str(SCRIPT), fault, at]
    return run_suite(
        kit,
        command,
        chosen(kit) if vectors is None else vectors,
        Options(**options),  # type: ignore[arg-type]
    )


def test_a_good_reader_passes_and_costs_a_handful_of_processes(
    kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    popen = subprocess.Popen

    def counted(*args: object, **more: object) -> object:
        started.append(1)
        return popen(*args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", counted)
    outcome = ran(kit, "none", "-", list(kit.vectors))
    assert outcome.counts == {Status.PASSED: len(kit.vectors)}
    assert outcome.ok
    assert len(started) <= len(kit.vectors) // 75


@every(["more-members", "noise"])
def test_what_is_told_beside_the_answer_is_no_fault(fault: str, kit: Kit) -> None:
    assert ran(kit, fault, "-").counts == {Status.PASSED: len(chosen(kit))}


@every([
        ("crash", "crash", "it was ended by SIGABRT" if os.name == "posix" else "it ended with"),
        ("traceback", "silence", "no answer, and it ended with exit code 1"),
        ("hang", "timeout", "no answer within 0.7 s"),
        ("hang-with-children", "timeout", "no answer within 0.7 s"),
        ("silence", "silence", "no answer, and it ended with exit code 0"),
        ("garbage", "garbage", "it printed 'reading the file …', which is not JSON"),
        ("list", "garbage", "it printed '[1]', which is no object"),
        ("maybe", "garbage", "whose verdict is neither accept nor reject"),
        ("deep", "garbage", "which is not JSON"),
        ("constant", "garbage", "which is not JSON"),
        ("flood", "flood", "a line of more than 1048576 bytes"),
        ("chatter", "extra", "more lines than files (1)"),
        ("twice", "extra", "more lines than files (1)"),
        ("no-verdict", "no-verdict", "no verdict: the disk is on fire"),
        ("silent-3", "no-verdict", "no verdict: it does not say why"),
        ("blank-3", "garbage", "which is not JSON"),
        ("json-3", "garbage", "whose verdict is neither accept nor reject"),
        ("usage", "usage", "it says that it was called wrongly: usage: reader FILE"),
        ("held-back-crash", "crash", "it "),
        ("accept-all", "verdict", "accept"),
        ("wrong-code", "code", "reject PRELUDE_OTHER"),
        ("no-code", "code", "reject without a code"),
        ("reject-all", "code", "reject PRELUDE_MAGIC"),
    ])  # fmt: skip
def test_one_fault_fails_one_case(fault: str, kind: str, found: str, kit: Kit) -> None:
    outcome = ran(kit, fault, timeout=0.7)
    (failure,) = outcome.failures
    assert failure.vector.id == AT
    assert failure.fault is not None
    assert failure.fault.kind == kind
    assert found in failure.fault.found
    assert outcome.counts == {Status.PASSED: len(chosen(kit)) - 1, Status.FAILED: 1}
    assert outcome.broken == {"container.md#prelude-flags": 1}
    text = "\n".join(outcome.lines())
    assert f"failed {AT}\n  expected reject PRELUDE_FLAGS; found {failure.fault.found}" in text
    assert "rule container.md#prelude-flags: 1 is not 0" in text


@every(
    [
        ("accept-all", "rejected"),
        ("reject-all", "all but PRELUDE_MAGIC"),
        ("wrong-code", "rejected"),
        ("wrong-view", "accepted"),
        ("exit-0", "rejected"),
        ("exit-9", "all"),
        ("crash", "all"),
        ("silence", "all"),
        ("wrong-call", "all"),
    ]
)
def test_a_fault_everywhere_fails_each_case_it_spoils(fault: str, failed: str, kit: Kit) -> None:
    vectors = [*kit.only("accept-name-[a-s]*"), *kit.only("prelude-[fm]*a*")]
    if fault == "wrong-view":
        vectors = list(kit.only("accept-name-*"))
    expected = {
        "all": [v.id for v in vectors],
        "accepted": [v.id for v in vectors if v.verdict == "accept"],
        "rejected": [v.id for v in vectors if v.verdict == "reject"],
        "all but PRELUDE_MAGIC": [v.id for v in vectors if v.code != "PRELUDE_MAGIC"],
    }[failed]
    outcome = ran(kit, fault, "-", vectors)
    assert [result.vector.id for result in outcome.failures] == sorted(expected)
    assert not outcome.ok


def test_exit_code_1_is_wrong_when_nothing_was_rejected(kit: Kit) -> None:
    outcome = ran(kit, "exit-1", "-", list(kit.only("accept-name-*")))
    kinds = {f"{r.fault.kind}: {r.fault.found}" for r in outcome.failures if r.fault}
    assert kinds == {"exit-code: accept, but exit code 1"}
    assert ran(kit, "exit-1", "-", list(kit.only("prelude-flags-*"))).ok


def test_a_reader_has_to_end(kit: Kit) -> None:
    vectors = [*kit.only("accept-name-[lu]*"), *kit.only(AT)]
    outcome = ran(kit, "hang-at-end", vectors=vectors, timeout=0.7)
    (failure,) = outcome.failures
    assert (failure.vector.id, failure.fault and failure.fault.found) == (
        AT,
        "it did not end within 0.7 s",
    )


def test_a_view_is_compared_with_its_types(kit: Kit) -> None:
    outcome = ran(kit, "wrong-view", "-", list(kit.only("accept-name-longest")))
    (failure,) = outcome.failures
    assert failure.fault is not None
    assert re.fullmatch(
        r"accept, and view\.payload_offset is (\d+)\.0 instead of \1", failure.fault.found
    )


def test_verdicts_alone_can_be_graded(kit: Kit) -> None:
    for fault in ("wrong-code", "no-code", "wrong-view"):
        vectors = list(kit.only("accept-name-*" if fault == "wrong-view" else "prelude-flags-*"))
        assert not ran(kit, fault, "-", vectors).ok
        assert ran(kit, fault, "-", vectors, verdicts_only=True).ok
    assert not ran(kit, "accept-all", verdicts_only=True).ok


def test_a_reader_that_always_hangs_is_given_up(kit: Kit) -> None:
    start = time.monotonic()
    outcome = ran(kit, "hang", "-", list(kit.vectors), timeout=0.3)
    assert time.monotonic() - start < 20
    kinds = [result.fault.kind for result in outcome.failures if result.fault]
    assert len(kinds) == len(kit.vectors)
    assert kinds.count("timeout") < MAX_TIMEOUTS
    assert set(kinds) == {"timeout", "unrun"}


def migrations(kit: Kit) -> set[str]:
    return {vector.id for vector in kit.vectors if vector.question.kind == "migrate"}


def of_every_kind(kit: Kit) -> list[Vector]:
    """The migrations, and some cases of each other kind."""
    kinds = {vector.question.kind for vector in kit.vectors} - {"migrate"}
    return [
        *kit.only(kinds=["migrate"]),
        *(v for kind in kinds for v in kit.only(kinds=[kind])[:9]),
    ]


def test_what_is_not_supported_is_skipped_with_its_reason(kit: Kit) -> None:
    outcome = ran(kit, "no-migration", "-", of_every_kind(kit))
    skipped = [r.vector for r in outcome.results if r.status is Status.SKIPPED]
    assert {v.id for v in skipped} == migrations(kit)
    assert outcome.ok
    assert any(
        line.endswith("of kind migrate, profile reader: kind migrate is not supported")
        for line in outcome.lines()
    )
    only = [vector for vector in kit.vectors if vector.id in migrations(kit)]
    nothing = ran(kit, "no-migration", "-", only)
    assert not nothing.ok
    assert nothing.summary().endswith("; nothing was judged")


def test_a_skip_can_be_a_failure(kit: Kit) -> None:
    outcome = ran(kit, "no-migration", "-", of_every_kind(kit), no_skip=True)
    assert {r.vector.id for r in outcome.failures} == migrations(kit)
    assert {(r.fault.kind, r.fault.found) for r in outcome.failures if r.fault} == {
        ("unexpected-skip", "it is skipped: kind migrate is not supported")
    }


@every(["silent-3", "blank-3", "json-3", "no-verdict"])
def test_nothing_is_skipped_without_a_plain_line_on_standard_output(fault: str, kit: Kit) -> None:
    vectors = list(kit.only("prelude-flags-*"))
    outcome = ran(kit, fault, vectors[0].id, vectors)
    assert [r.vector for r in outcome.failures] == vectors[:1]
    assert outcome.counts[Status.SKIPPED] == 0


@pytest.mark.parametrize("at", [1, 2])
def test_who_has_answered_is_not_skipped_when_it_ends_with_text(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """In its first process or its second it ends with 3 and a text, as if it could do nothing."""
    vectors = list(kit.only("prelude-flags-*"))
    assert len(vectors) > at + 1
    longest = max(len(str(kit.directory / "vectors" / f"{v.id}.pa")) for v in vectors)
    monkeypatch.setattr(suite, "_BATCH_CHARACTERS", 2 * longest)
    outcome = ran(kit, "text-3", vectors[at].id, vectors)
    assert outcome.counts[Status.SKIPPED] == 0
    assert [r.vector for r in outcome.failures] == [vectors[at]]


def test_a_reason_to_skip_that_is_not_utf8(kit: Kit) -> None:
    outcome = ran(kit, "byte-3", "-", list(kit.only("prelude-flags-*")))
    assert {(r.status, r.fault and r.fault.found) for r in outcome.results} == {
        (Status.SKIPPED, "no \N{REPLACEMENT CHARACTER}")
    }


def test_whatever_else_a_reader_prints_may_be_no_utf8_too() -> None:
    script = r"import sys; [s.buffer.write(b'\xff') for s in (sys.stdout, sys.stderr)]"
    done = run([sys.executable, "-c", script], ["a.pa"], 20)
    assert done.lines == (b"\xff",)
    assert done.stderr == reason(done) == "\N{REPLACEMENT CHARACTER}"
    assert reason(replace(done, stderr="")) == "\N{REPLACEMENT CHARACTER}"
    with pytest.raises(ValueError, match="'\N{REPLACEMENT CHARACTER}', which is not JSON"):
        answer_of(done.lines[0])


def test_standard_error_of_several_cases_belongs_to_none(kit: Kit) -> None:
    """Only what a process said about one case is shown at it."""
    vectors = list(kit.only("prelude-flags-*"))
    assert len(vectors) > 1
    assert {r.stderr for r in ran(kit, "noisy-accept-all", "-", vectors).failures} == {""}
    (alone,) = ran(kit, "noisy-accept-all", "-", vectors[:1]).failures
    assert alone.stderr == "a note"


def test_a_reason_on_standard_error_alone_skips_nothing(kit: Kit) -> None:
    vectors = list(kit.only("migrate-index-is-*"))
    outcome = ran(kit, "no-migration-on-stderr", "-", vectors)
    assert [r.vector for r in outcome.failures] == vectors
    assert {r.fault.found for r in outcome.failures if r.fault} == {
        "no verdict: kind migrate is not supported"
    }


def test_a_failure_says_where_its_input_is(kit: Kit) -> None:
    outcome = ran(kit, "accept-all", "-", [*kit.only(AT), *kit.only("rule-file-size")])
    flags, size = outcome.failures
    path = str(kit.directory / "vectors" / f"{AT}.pa")
    assert f"  input {path}, at byte 16" in list(flags.lines())
    assert (flags.as_json()["input"], flags.as_json()["where"]) == (path, {"offset": 16})
    assert any("export --only rule-file-size DIR" in line for line in size.lines())
    assert "input" not in size.as_json()
    (pointed,) = ran(kit, "accept-all", "-", list(kit.only("rule-table-order"))).failures
    assert any(line.endswith(", at /asset_table/1/asset_id") for line in pointed.lines())


def test_accepted_inputs_have_no_layer(kit: Kit) -> None:
    outcome = ran(kit, "none", "-", [*kit.only(AT), *kit.only("accept-base")])
    assert [row["name"] for row in outcome.as_json()["layers"]] == ["unsupported", "valid"]


def test_standard_error_is_kept_to_its_end(kit: Kit, tmp_path: Path) -> None:
    outcome = ran(kit, "crash")
    assert outcome.failures[0].stderr == "about to abort"
    done = run([sys.executable, "-I", "-S", str(SCRIPT), "noise", "-"], [], 10)
    assert done.lines == ()
    command = [sys.executable, "-I", "-S", str(SCRIPT), "noise", "-"]
    noisy = run(command, [str(chosen(kit)[0].input(tmp_path))], 10)
    assert noisy.stderr.endswith("the end")
    assert len(noisy.stderr) <= running.STDERR_TAIL


@pytest.mark.parametrize("command", ["no-such-reader", str(Path(__file__).parent)])
def test_a_reader_that_cannot_be_started(kit: Kit, command: str) -> None:
    with pytest.raises(NotStarted, match=f"the reader cannot be started: {command}: "):
        run_suite(kit, [command], chosen(kit))


class TestExpectedFailures:
    def test_a_case_on_the_list_may_fail(self, kit: Kit) -> None:
        outcome = ran(kit, "crash", xfail=frozenset({AT}))
        assert outcome.counts == {Status.PASSED: len(chosen(kit)) - 1, Status.EXPECTED: 1}
        assert outcome.ok

    def test_a_case_on_the_list_may_not_pass(self, kit: Kit) -> None:
        outcome = ran(kit, "none", xfail=frozenset({AT}))
        (failure,) = outcome.failures
        assert (failure.vector.id, failure.fault and failure.fault.kind) == (AT, "unexpected-pass")

    def test_a_case_on_the_list_may_not_be_skipped(self, kit: Kit) -> None:
        id = "migrate-asset-is-list"
        outcome = ran(kit, "no-migration", "-", of_every_kind(kit), xfail=frozenset({id}))
        assert [r.vector.id for r in outcome.failures] == [id]

    def test_the_list_names_nothing_unknown(self, kit: Kit) -> None:
        outcome = ran(kit, "none", xfail=frozenset({"prelude-flags-three"}))
        assert outcome.unknown == ("prelude-flags-three",)
        assert not outcome.ok
        assert "failed prelude-flags-three" in "\n".join(outcome.lines())

    def test_the_list_may_name_cases_that_were_not_chosen(self, kit: Kit) -> None:
        assert ran(kit, "none", xfail=frozenset({"accept-base"})).ok
