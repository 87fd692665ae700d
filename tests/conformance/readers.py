"""Readers that do wrong on purpose, for the runner to survive and to judge.

``readers.py FAULT ID [the options of the protocol] FILE…``: it knows every right answer from the
manifest, and commits the fault at the case with this id, or at every case for ``-``.
"""

import json
import os
import sys
import time
from pathlib import Path

KIT = Path(__file__).parents[2] / "conformance"
FAULT, AT, *REST = sys.argv[1:]
OPTIONS = dict(zip(REST[::2], REST[1::2])) if REST[:1] == ["--kind"] else {}
FILES = REST
while FILES and FILES[0].startswith("--"):
    FILES = FILES[2:]
CASES = {row["id"]: row for row in json.loads((KIT / "manifest.json").read_bytes())["cases"]}


def tell(text: str, stream=sys.stdout, flush: bool = True) -> None:
    stream.write(f"{text}\n")
    if flush:
        stream.flush()


def right(row: dict) -> dict:
    """The answer expected of a case."""
    if row["verdict"] == "reject":
        return {"verdict": "reject", "code": row["code"]}
    view = {"view": json.loads((KIT / row["expect"]).read_bytes())} if "expect" in row else {}
    return {"verdict": "accept", **view}


def wrong(row: dict) -> dict:
    """The answer expected of a case, wrong in the way asked for."""
    answer = right(row)
    if FAULT == "noisy-accept-all":
        tell("a note", sys.stderr)
    if FAULT.endswith("accept-all"):
        return {"verdict": "accept"} if row["verdict"] == "reject" else answer
    if FAULT == "reject-all":
        return {"verdict": "reject", "code": "PRELUDE_MAGIC"}
    if FAULT == "wrong-code" and "code" in answer:
        return {**answer, "code": "PRELUDE_OTHER"}
    if FAULT == "no-code":
        return {"verdict": answer["verdict"]}
    if FAULT == "wrong-view":
        answer["view"]["payload_offset"] = float(answer["view"]["payload_offset"])
    if FAULT == "more-members":
        return {**answer, "where": 3}
    return answer


def misbehave() -> None:
    """What is wrong beyond an answer."""
    match FAULT:
        case "crash":
            tell("about to abort", sys.stderr)
            os.abort()
        case "traceback":
            raise ValueError("a bug")
        case "hang":
            time.sleep(600)
        case "hang-with-children":
            os.system("sleep 600 & sleep 600")
        case "silence":
            sys.exit(0)
        case "garbage":
            tell("reading the file …")
        case "list":
            tell("[1]")
        case "maybe":
            tell('{"verdict": "maybe"}')
        case "deep":
            tell("[" * 100_000)
        case "constant":
            tell('{"verdict": "accept", "view": NaN}')
        case "flood":
            while True:
                sys.stdout.write("x" * 65536)
        case "chatter":
            while True:
                tell('{"verdict": "accept"}')
        case "twice":
            tell('{"verdict": "accept"}')
        case "no-verdict":
            tell("the disk is on fire", sys.stderr)
            sys.exit(3)
        case "silent-3":
            sys.exit(3)
        case "blank-3":
            tell("  ")
            sys.exit(3)
        case "text-3":
            tell("the disk is on fire")
            sys.exit(3)
        case "byte-3":
            sys.stdout.buffer.write(b"no \xff\n")
            sys.exit(3)
        case "json-3":
            tell('{"error": "not supported"}')
            sys.exit(3)
        case "usage":
            tell("usage: reader FILE", sys.stderr)
            sys.exit(2)
        case "noise":
            sys.stderr.write("note " * 200_000 + "\nthe end\n")


def main() -> int:
    if FAULT == "no-migration" and OPTIONS["--kind"] == "migrate":
        tell("kind migrate is not supported")
        return 3
    if FAULT == "no-migration-on-stderr" and OPTIONS["--kind"] == "migrate":
        tell("kind migrate is not supported", sys.stderr)
        return 3
    if FAULT == "wrong-call":
        tell("give one file", sys.stderr)
        return 2
    rejected = False
    for file in FILES:
        row = CASES[Path(file).stem]
        here = AT in ("-", row["id"])
        if here:
            misbehave()
        answer = wrong(row) if here else right(row)
        rejected |= answer["verdict"] == "reject"
        tell(json.dumps(answer), flush=not FAULT.startswith("held-back"))
        if here and FAULT == "held-back-crash":
            os.abort()
        if here and FAULT == "hang-at-end":
            sys.stdout.flush()
            time.sleep(600)
    if FAULT in ("exit-0", "exit-1", "exit-9"):
        return int(FAULT[-1])
    return int(rejected)


sys.exit(main())
