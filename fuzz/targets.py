"""The table of targets: what is fed, where it starts from, and how it is mutated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from fuzz import (
    bringing,
    cartridges,
    documents,
    leftovers,
    mutate,
    mutate_sounds,
    mutate_sources,
    packs,
    requests,
    sources,
    texts,
    views,
)

_JSON: Final = (
    b'"', b"{", b"}", b"[", b"]", b":", b",", b"true", b"false", b"null", b"\\u0000", b"\\ud83d",
    b"\\ude00", b"\\n", b"-0", b"1e", b"1.0", b"9007199254740992", b"\xef\xbb\xbf", b"\xed\xa0\x80",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser.

    ``run`` says whether bytes are accepted; a value and a coded diagnostic are all there may be,
    and for anything else it raises.
    ``words`` are tokens of the format, for the engine to put in; ``longest`` is in bytes.
    """

    name: str
    run: Callable[[bytes], bool]
    seeds: Callable[[], Iterable[bytes]]
    mutation: mutate.Mutation = mutate.plainly
    words: tuple[bytes, ...] = ()
    longest: int = 8_192

    def start(self) -> list[bytes]:
        """The seeds that are not too long, each once."""
        return list(dict.fromkeys(seed for seed in self.seeds() if len(seed) <= self.longest))


TARGETS: Final = {
    target.name: target
    for target in (
        Target(
            name="open",
            run=packs.open_pack,
            seeds=packs.vectors,
            mutation=mutate.pack,
            words=(*_JSON, b"x_a", b"TILES", b"SOUNDS", b"NONE"),
            longest=80_000,
        ),
        Target(
            name="validate",
            run=packs.validate,
            seeds=packs.vectors,
            mutation=mutate.pack,
            words=(*_JSON, b"x_a", b"TILES", b"SOUNDS", b"NONE", b"PPA1"),
            longest=80_000,
        ),
        Target(
            name="view",
            run=views.view,
            seeds=packs.vectors,
            mutation=mutate.pack,
            words=(b"x_a", b"<script>", b"'", b"&", b"\xc2\x9b"),
            longest=80_000,
        ),
        Target(name="text", run=texts.text, seeds=texts.text_seeds, words=_JSON),
        Target(
            name="document",
            run=documents.document,
            seeds=documents.document_seeds,
            mutation=mutate.json_text,
            words=(*_JSON, b"<<<<<<<", b"//", b"$schema", b"image_bank", b"RAW", b"next_asset_id"),
        ),
        Target(
            name="companion",
            run=leftovers.companion,
            seeds=leftovers.companion_seeds,
            mutation=mutate.json_text,
            words=_JSON,
        ),
        Target(
            name="journal",
            run=leftovers.journal,
            seeds=leftovers.journal_seeds,
            mutation=mutate.json_text,
            words=(*_JSON, b"build/", b"..", b".staging/", b"NaN", b"Infinity"),
        ),
        Target(
            name="cache",
            run=leftovers.cached,
            seeds=leftovers.cache_seeds,
            mutation=mutate.json_text,
            words=_JSON,
        ),
        Target(
            name="manifest",
            run=cartridges.manifest,
            seeds=cartridges.manifest_seeds,
            mutation=mutate.json_text,
            words=(
                *_JSON,
                b"PMTU",
                b"asset",
                b"entrypoint",
                b"\\u0074itle",
                b"\xc2\x85",
                b"-rc.1+b",
            ),
        ),
        Target(
            name="shipping",
            run=cartridges.shipping,
            seeds=cartridges.shipping_seeds,
            mutation=mutate.json_text,
            words=(*_JSON, b"asset", b"$schema", b"../", b"build/", b"\xc2\x85", b"-rc.1+b"),
        ),
        Target(
            name="beginning",
            run=documents.beginning,
            seeds=documents.beginning_seeds,
            mutation=mutate_sources.source,
            words=(b"RIFF", b"WAVE", b"fmt ", b"data", b"IHDR"),
        ),
        Target(
            name="png",
            run=sources.image,
            seeds=sources.image_seeds,
            mutation=mutate_sources.png,
            words=(b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL"),
        ),
        Target(
            name="aseprite",
            run=sources.drawing,
            seeds=sources.drawing_seeds,
            mutation=mutate_sources.aseprite,
            words=(b"\xe0\xa5", b"\xfa\xf1", b"\4\x20", b"\5\x20", b"\x19\x20", b"\x11\0"),
        ),
        Target(
            name="palette",
            run=sources.palette,
            seeds=sources.palette_seeds,
            mutation=mutate_sources.palette,
            words=(
                b"JASC-PAL",
                b"0100",
                b"GIMP Palette",
                b"Channels: RGBA",
                b'"colors"',
                b"#ff00ff",
            ),
        ),
        Target(
            name="wav",
            run=sources.sound,
            seeds=sources.sound_seeds,
            mutation=mutate_sources.wav,
            words=(b"RIFF", b"WAVE", b"fmt ", b"data", b"LIST"),
            longest=16_384,
        ),
        Target(
            name="bringing",
            run=bringing.bringing,
            seeds=bringing.bringing_seeds,
            mutation=mutate_sounds.brought,
            words=(b"fLaC", b"OggS", b"\x01vorbis", b"FORM", b"COMM", b"SSND", b"ID3", b"\xff\xfb"),
            longest=16_384,
        ),
        Target(
            name="request",
            run=requests.request,
            seeds=requests.request_seeds,
            words=(
                b"\r\n",
                b": ",
                b"../",
                b"%2e",
                b"//",
                b"HTTP/1.1",
                b"bytes=",
                b"Host",
                b"HEAD ",
            ),
            longest=16_384,
        ),
        Target(
            name="path",
            run=texts.path,
            seeds=texts.path_seeds,
            words=(b"..", b"/", b"\\", b"nul", b"com1", b"C:", b"\xcc\x81", b"\xc2\xb9"),
            longest=2_048,
        ),
    )
}
"""Every target by its name."""
