"""Hostile headers: how long our reader takes for each, beside the plain reader of the kit.

    python benchmarks/hostile.py [--mib 16] [--only WORD] [--repeat 1]

Each header is ``--mib`` MiB of one kind of text, valid or not. Times are of the processor, in
seconds; a ratio over 1 means that ours is the slower one. Both must give the same code.
What takes ours less than half a second is not counted: there the plain reader stops at a byte
or a type at once, while ours also says what it found and what to do.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import struct
import sys
import tempfile
import time
import zlib
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import prometeu_assets as pa

MIB = 1024 * 1024
PLAIN = Path(__file__).parents[1] / "conformance/readers/python-stdlib/reader.py"
FLOOR = 0.5
"""Seconds; see above."""
META = b'"channels":1,"sample_rate":8000,"samples":{"0":{"length":2,"offset":0}}'


SAMPLES = b",".join(b'"%d":{"length":2,"offset":%d}' % (i, 2 * i) for i in range(10))


def plain_reader() -> Any:
    """The kit's reader in plain Python, as a module."""
    spec = importlib.util.spec_from_file_location("plain_reader", PLAIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(number: int, metadata: bytes = META, bank: bytes = b"SOUNDS") -> bytes:
    """The row of a sound bank of one frame."""
    return (
        b'{"asset_id":%d,"asset_name":"n%d","bank_type":"%s","codec":"NONE","decoded_size":2,'
        b'"metadata":{%s},"offset":%d,"size":2}'
        % (number, number, bank, metadata, 16 * (number - 1))
    )


def table(rows: list[bytes], preload: bytes = b"") -> bytes:
    """A header of these rows."""
    return b'{"asset_table":[%s],"preload":[%s]}' % (b",".join(rows), preload)


def filled(size: int, piece: Callable[[int], bytes], room: int = 65_000) -> Iterator[bytes]:
    """Metadata of sound banks, each with as much free text as it may have."""
    for _ in range(size // (room + 256)):
        parts, length, count = [], 0, 0
        while length < room:
            parts.append(piece(count))
            length += len(parts[-1]) + 1
            count += 1
        yield META + b',"x_":[' + b",".join(parts) + b"]"


def free(size: int, piece: Callable[[int], bytes]) -> bytes:
    """A valid header whose free metadata is made of pieces."""
    return table([row(n, m) for n, m in enumerate(filled(size, piece), 1)])


def members(size: int, name: bytes, value: bytes) -> bytes:
    """A header whose metadata has as many members as fit."""
    rows = []
    for number in range(1, size // 65_000):
        some = b",".join(b'"%s%06d":%s' % (name, i, value) for i in range(4_500))
        rows.append(row(number, META + b"," + some))
    return table(rows)


def repeated(size: int, piece: bytes, before: bytes, after: bytes) -> bytes:
    """A text of one piece again and again."""
    return before + b",".join([piece] * (size // (len(piece) + 1))) + after


DEEP = b"[" * 11 + b"]" * 11
FULL = table([row(n) for n in range(1, 65_537)])
CASES: dict[str, Callable[[int], bytes]] = {
    "valid: {}": lambda n: free(n, lambda i: b"{}"),
    "valid: {} and one deep value": lambda n: free(n, lambda i: b"{}" if i else DEEP),
    "valid: 0": lambda n: free(n, lambda i: b"0"),
    "valid: 0 and one deep value": lambda n: free(n, lambda i: b"0" if i else DEEP),
    "valid: deep": lambda n: free(n, lambda i: DEEP),
    "valid: deep objects": lambda n: free(n, lambda i: b'{"a":' * 11 + b"1" + b"}" * 11),
    "valid: strings and one deep": lambda n: free(n, lambda i: b'"\xc3\xa9\\n"' if i else DEEP),
    "valid: escapes": lambda n: free(n, lambda i: (b'"' + b"\\n" * 30_000 + b'"') if i else DEEP),
    "valid: names and one deep": lambda n: members(n, b"x_", b"1").replace(b":1}", b":%s}" % DEEP),
    "valid: 65 536 rows": lambda n: FULL,
    "valid: 65 536 rows, one deep": lambda n: FULL.replace(META, META + b',"x_":' + DEEP, 1),
    "table of {}": lambda n: repeated(n, b"{}", b'{"asset_table":[', b'],"preload":[]}'),
    "preload of {}": lambda n: repeated(n, b"{}", b'{"asset_table":[],"preload":[', b"]}"),
    "array of 0": lambda n: repeated(n, b"0", b"[", b"]"),
    "array of {}": lambda n: repeated(n, b"{}", b"[", b"]"),
    "array of {}, open": lambda n: repeated(n, b"{}", b"[", b""),
    "array of deep": lambda n: repeated(n, b"[" * 15 + b"]" * 15, b"[", b"]"),
    "array of names": lambda n: repeated(n, b'{"a":1}', b"[", b"]"),
    "array of spaced": lambda n: repeated(n, b"[ ]", b"[", b"]"),
    "array of escapes": lambda n: repeated(n, b'"\\u0041"', b"[", b"]"),
    "array of long numbers": lambda n: repeated(n, b"9007199254740991", b"[", b"]"),
    "array of true": lambda n: repeated(n, b"true", b"[", b"]"),
    "one string": lambda n: b'"' + b"a" * n + b'"',
    "one string of escapes": lambda n: b'"' + b"\\n" * (n // 2) + b'"',
    "digits": lambda n: b"1" * n,
    "spaces": lambda n: b" " * n,
    "top-level members": lambda n: b"{" + b",".join(b'"%07d":1' % i for i in range(n // 12)) + b"}",
    "one name again and again": lambda n: repeated(n, b'"a":1', b"{", b"}"),
    "rows with a wrong type": lambda n: FULL.replace(b'"NONE"', b"1"),
    "rows of {}": lambda n: b'{"asset_table":[' + b",".join([b"{}"] * 65_536) + b'],"preload":[]}',
    "rows with another codec": lambda n: FULL.replace(b'"NONE"', b'"RAW"'),
    "rows, the last one wrong": lambda n: FULL[:-15].replace(b"n65536", b"n\xc3\xa9") + FULL[-15:],
    "rows with a bad name": lambda n: FULL.replace(b'"n', b'"/'),
    "rows in another order": lambda n: table([row(n) for n in range(65_536, 0, -1)]),
    "wrong bank": lambda n: table([row(n, bank=b"TILES") for n in range(1, 65_537)]),
    "wrong bank, one deep": lambda n: table(
        [row(n, META + b',"x_":' + DEEP if n == 1 else META, b"TILES") for n in range(1, 65_537)]
    ),
    "unknown members": lambda n: members(n, b"z", b"1"),
    "bad names": lambda n: members(n, b"~", b"1"),
    "bad names deep": lambda n: free(n, lambda i: b'{"_":1}'),
    "one bad name deep": lambda n: free(n, lambda i: b'{"a":1}' if i else b'{"_":1}'),
    "too much metadata": lambda n: table([row(1, META + b',"x_":[' + b"0," * (n // 2) + b"0]")]),
    "too much deep metadata": lambda n: table(
        [row(1, META + b',"x_":[' + DEEP + b",0" * (n // 2) + b"]")]
    ),
    "not canonical at the end": lambda n: free(n - 1, lambda i: b"{}") + b" ",
    "many samples": lambda n: free(n, lambda i: b"0").replace(
        b'"0":{"length":2,"offset":0}', SAMPLES
    ),
}
"""Name to the header's text, given how many bytes it may have."""


def pack(header: bytes) -> bytes:
    """A file with this header, and a payload as long as its rows say."""
    start = -(-(32 + len(header)) // 16) * 16
    rows = header.count(b'"asset_id"')
    body = bytes(16 * (rows - 1) + 2) if rows else b""
    prelude = struct.pack(
        "<4sIIII8sI", b"ASPA", 1, len(header), start, 0, bytes(8), zlib.crc32(header)
    )
    return prelude + header + bytes(start - 32 - len(header)) + body


def clocked(work: Callable[[], str], repeat: int) -> tuple[float, str]:
    """(the shortest time of some runs, in seconds of the processor; the verdict)."""
    best, verdict = float("inf"), ""
    for _ in range(repeat):
        gc.collect()
        start = time.process_time()
        verdict = work()
        best = min(best, time.process_time() - start)
    return best, verdict


def main() -> int:
    """Print a line a header; the exit code is 1 when ours is slower than the plain reader."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mib", type=float, default=16)
    parser.add_argument("--only", default="")
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    plain = plain_reader()
    slower = 0
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "assets.pa"
        print(f"{'header':32} {'MiB':>5} {'ours':>7} {'plain':>7} {'ratio':>6}  verdict")
        for name, make in CASES.items():
            if options.only not in name:
                continue
            header = make(int(options.mib * MIB) - 4_096)
            file.write_bytes(pack(header))

            def ours() -> str:
                return next(iter(pa.validate(file).codes), "accepted")

            def theirs() -> str:
                with plain.open_file(file) as handle:
                    try:
                        plain.read(handle, Namespace(profile="reader"))
                    except plain.Reject as reject:
                        return str(reject.args[0])
                return "accepted"

            us, verdict = clocked(ours, options.repeat)
            them, other = clocked(theirs, options.repeat)
            slower += (us > them and us > FLOOR) or verdict != other
            differs = "" if verdict == other else f"  BUT {other}"
            size = len(header) / MIB
            print(
                f"{name:32} {size:5.1f} {us:7.2f} {them:7.2f} {us / them:6.2f}  {verdict}{differs}"
            )
            sys.stdout.flush()
    print(f"{slower} of these are slower than the plain reader, or say something else.")
    return int(bool(slower))


if __name__ == "__main__":
    sys.exit(main())
