"""One target under atheris: ``python -m fuzz.engine NAME FLAGS… FOLDERS…``, in its own process.

The flags are libFuzzer's. The engine ends the process, so `fuzz.__main__` starts one for each.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import atheris

atheris.enabled_hooks.add("str")
with atheris.instrument_imports(include=["prometeu_assets"]):
    from fuzz.targets import TARGETS, Target


def _mutator(target: Target) -> Callable[[bytes, int, int], bytes]:
    def mutate(data: bytes, largest: int, seed: int) -> bytes:
        def change(part: bytes) -> bytes:
            return bytes(atheris.Mutate(part, max(len(part) + 64, 64)))

        return target.mutation(data, Random(seed), change)[:largest]  # noqa: S311

    return mutate


def main(arguments: list[str]) -> None:
    """Fuzz until a flag says stop, or something is found."""
    name, *rest = arguments
    target = TARGETS[name]
    seeds = Path(rest[-1])
    for number, seed in enumerate(target.start()):
        (seeds / f"seed-{number:04}").write_bytes(seed)
    if target.words:
        shown = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.words)
        dictionary = seeds.with_name("words")
        dictionary.write_text("".join(f'"{word}"\n' for word in shown), encoding="ascii")
        rest.insert(0, f"-dict={dictionary}")
    atheris.Setup(
        [name, f"-max_len={target.longest}", *rest],
        lambda data: (target.run(data), None)[1],
        custom_mutator=_mutator(target),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
