"""Readers that do wrong on purpose, for the runner to survive and to judge.

``readers.py FAULT ID [the options of the protocol] FILE…``: it finds every right answer in the folder
``ANSWERS``, and commits the fault at the case with this id, or at every case for ``-``. There are
hundreds of these processes, so each imports and reads no more than it needs.
"""

import os
import sys

FAULT, AT, *REST = sys.argv[1:]
OPTIONS = dict(zip(REST[::2], REST[1::2])) if REST[:1] == ["--kind"] else {}
FILES = REST
while FILES and FILES[0].startswith("--"):
    FILES = FILES[2:]


def tell(text: str, stream=sys.stdout, flush: bool = True) -> None:
    stream.write(f"{text}\n")
    if flush:
        stream.flush()


def right(id: str) -> str:
    """The answer expected of a case."""
    with open(os.path.join(os.environ["ANSWERS"], id), encoding="utf-8") as file:
        return file.read()


def wrong(answer: str) -> str:
    """The answer expected of a case, wrong in the way asked for."""
    import json

    value = json.loads(answer)
    if FAULT == "noisy-accept-all":
        tell("a note", sys.stderr)
    if FAULT.endswith("accept-all") and value["verdict"] == "reject":
        value = {"verdict": "accept"}
    if FAULT == "reject-all":
        value = {"verdict": "reject", "code": "PRELUDE_MAGIC"}
    if FAULT == "wrong-code" and "code" in value:
        value["code"] = "PRELUDE_OTHER"
    if FAULT == "no-code":
        value = {"verdict": value["verdict"]}
    if FAULT == "wrong-view":
        value["view"]["payload_offset"] = float(value["view"]["payload_offset"])
    if FAULT == "more-members":
        value["where"] = 3
    return json.dumps(value)


WRONG = {
    "noisy-accept-all", "accept-all", "reject-all", "wrong-code", "no-code", "wrong-view",
    "more-members",
}  # fmt: skip


def hang() -> None:
    import time

    time.sleep(600)


def misbehave() -> None:
    """What is wrong beyond an answer."""
    match FAULT:
        case "crash":
            tell("about to abort", sys.stderr)
            os.abort()
        case "traceback":
            raise ValueError("a bug")
        case "hang":
            hang()
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
        id = os.path.splitext(os.path.basename(file))[0]
        here = AT in ("-", id)
        if here:
            misbehave()
        answer = wrong(right(id)) if here and FAULT in WRONG else right(id)
        rejected |= answer.startswith('{"verdict": "reject"')
        tell(answer, flush=not FAULT.startswith("held-back"))
        if here and FAULT == "held-back-crash":
            os.abort()
        if here and FAULT == "hang-at-end":
            sys.stdout.flush()
            hang()
    if FAULT in ("exit-0", "exit-1", "exit-9"):
        return int(FAULT[-1])
    return int(rejected)


sys.exit(main())
