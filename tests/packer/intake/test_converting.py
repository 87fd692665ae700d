"""Sounds that are converted: level, length, delay and spectrum against known tones."""

from __future__ import annotations

import builtins
import io
import tracemalloc
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.every import every
from tests.workspace.projects import Project, record

from prometeu_assets import Refused
from prometeu_assets import open as open_pack
from prometeu_assets.banks.sounds import SOUNDS, converting
from prometeu_assets.contract.bank import Brought
from prometeu_assets.extras import installing
from prometeu_assets.packer.adding import add
from prometeu_assets.packer.build import build
from prometeu_assets.packer.scaffold import new
from prometeu_assets.workspace.project import init

LEVEL = 0.5
SOURCES = [
    # ending, format, subtype, whether samples are kept as they are but for their bits
    (".wav", "WAV", "PCM_16", True),
    (".wav", "WAV", "PCM_U8", True),
    (".wav", "WAV", "PCM_24", True),
    (".wav", "WAV", "FLOAT", True),
    (".wav", "WAVEX", "PCM_24", True),
    (".wav", "WAV", "IMA_ADPCM", False),
    (".aiff", "AIFF", "PCM_16", True),
    (".flac", "FLAC", "PCM_16", True),
    (".flac", "FLAC", "PCM_24", True),
    (".ogg", "OGG", "VORBIS", False),
    (".mp3", "MP3", "MPEG_LAYER_III", False),
]


def sweep(rate: int, seconds: float = 1.0) -> np.ndarray:
    """A tone from 200 to 2 000 Hz between silences, at any rate the same sound."""
    t = np.arange(int(rate * seconds)) / rate
    inside = (t > 0.2) & (t < 0.8)
    envelope = np.where(inside, np.sin(np.pi * (t - 0.2) / 0.6) ** 2, 0)
    return LEVEL * envelope * np.sin(2 * np.pi * (200 * t + 900 * t * t))


def encoded(sound: np.ndarray, rate: int, format: str, subtype: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, rate, format=format, subtype=subtype)
    return file.getvalue()


def stated(data: bytes, at: int, value: int, size: int = 4) -> bytes:
    """The sound with another number in its header; in the order of bytes of its format."""
    order: Any = "little" if data.startswith(b"RIFF") else "big"
    return data[:at] + value.to_bytes(size, order) + data[at + size :]


def brought(name: str, data: bytes, rate: int | None = None) -> tuple[np.ndarray, int, Brought]:
    asked = {} if rate is None else {"sample_rate": rate}
    made = SOUNDS.bring("samples", Brought(name=name, data=data), asked)
    with wave.open(io.BytesIO(made.data)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        return frames, file.getframerate(), made


def delay(found: np.ndarray, wanted: np.ndarray, rate: int) -> float:
    """Seconds that one sound is behind the other."""
    size = len(found) + len(wanted)
    spectrum = np.fft.rfft(found, size) * np.conj(np.fft.rfft(wanted, size))
    at = int(np.fft.irfft(spectrum, size).argmax())
    return (at if at < size // 2 else at - size) / rate


@every(
    [
        (ending, format, subtype, exact, rate, channels)
        for ending, format, subtype, exact in SOURCES
        for rate in [8_000, 22_050, 44_100, 48_000]
        for channels in [1, 2]
    ]
)
def test_level_length_and_delay(
    ending: str, format: str, subtype: str, exact: bool, rate: int, channels: int
) -> None:
    sound = sweep(44_100)
    data = encoded(np.stack([sound] * channels, 1), 44_100, format, subtype)
    frames, stated, made = brought(f"a{ending}", data, rate)
    assert stated == rate
    assert made.name == "a.wav"
    wanted = sweep(rate)
    # ADPCM stores whole blocks.
    block = 1_024 * rate // 44_100 if "ADPCM" in subtype else 0
    assert -1 <= len(frames) - len(wanted) <= 1 + block
    assert abs(delay(frames, wanted, rate)) < 0.001
    count = min(len(frames), len(wanted))
    level = np.sqrt(np.mean(frames[:count] ** 2) / np.mean(wanted[:count] ** 2))
    assert abs(20 * np.log10(level)) < 0.1
    worst = float(np.abs(frames[:count] - wanted[:count]).max())
    assert worst < (0.012 if exact else 0.05)


def test_what_the_rate_cannot_hold_is_gone_and_nothing_is_folded_back() -> None:
    t = np.arange(44_100) / 44_100
    both = 0.25 * np.sin(2 * np.pi * 1_000 * t) + 0.25 * np.sin(2 * np.pi * 9_000 * t)
    frames, _, _ = brought("a.wav", encoded(both, 44_100, "WAV", "FLOAT"), 11_025)
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(len(frames)))) / (len(frames) / 4)
    hertz = np.fft.rfftfreq(len(frames), 1 / 11_025)
    assert abs(spectrum[np.abs(hertz - 1_000).argmin()] - 0.25) < 0.003
    assert spectrum[np.abs(hertz - 1_000) > 20].max() < 10 ** (-80 / 20)


def test_a_sound_that_fits_is_not_touched(tmp_path: Path) -> None:
    record(tmp_path / "a.wav", [1, -2, 3], rate=11_025)
    data = (tmp_path / "a.wav").read_bytes()
    for rate in (None, 11_025):
        made = brought("a.WAV", data, rate)[2]
        assert (made.name, made.data, made.done) == ("a.WAV", data, None)
    assert brought("a.wav", data, 22_050)[2].done is not None


def test_sixteen_bits_at_the_same_rate_are_the_same_numbers() -> None:
    frames = np.arange(-32_768, 32_768, 3).astype(np.int16)
    for format in ("FLAC", "AIFF"):
        found, _, _ = brought("a.flac", encoded(frames, 44_100, format, "PCM_16"), 44_100)
        assert (found * 32768).astype(int).tolist() == frames.tolist()


def test_a_long_mp3_is_one_piece() -> None:
    """It is decoded in blocks; with frames of varying size each needs the frames before it."""
    sound = LEVEL * np.sin(2 * np.pi * np.cumsum(np.linspace(100, 8_000, 160_000)) / 44_100)
    file = io.BytesIO()
    options: dict[str, Any] = {"compression_level": 0.5, "bitrate_mode": "VARIABLE"}
    with soundfile.SoundFile(file, "w", 44_100, 1, format="MP3", **options) as sink:
        sink.write(sound)
    whole, _ = soundfile.read(io.BytesIO(file.getvalue()))
    frames, _, _ = brought("a.mp3", file.getvalue())
    assert np.abs(frames - whole).max() <= 1 / 32768


def test_what_is_too_loud_is_cut_off_and_said() -> None:
    loud = np.array([2.0, -2.0, 0.0, 0.5])
    frames, _, made = brought("a.wav", encoded(loud, 44_100, "WAV", "FLOAT"), 44_100)
    assert (frames * 32768).tolist() == [32767, -32768, 0, 16384]
    assert str(made.done).endswith("; frames too loud, cut off: 2")


@every([(96_000, 48_000), (192_000, 48_000), (4_000, 8_000), (44_100, 44_100)])
def test_without_a_rate_it_is_that_of_the_source_or_near(source: int, rate: int) -> None:
    assert brought("a.flac", encoded(sweep(source), source, "FLAC", "PCM_16"))[1] == rate


BAD = [
    (b"", "unknown or it is damaged"),
    (b"OggS" + bytes(100), "unknown or it is damaged"),
    (encoded(np.zeros((8, 9)), 8_000, "WAV", "PCM_16"), "9 channels"),
    (encoded(np.zeros(8), 500, "WAV", "PCM_16"), "at 500 Hz"),
    (encoded(np.zeros(0), 8_000, "WAV", "PCM_16"), "it has no sound"),
    *(
        (
            encoded(np.full((8, channels), level), rate, "WAV", "FLOAT"),
            f"a level of {abs(level):g}, ",
        )
        for level in (np.nan, np.inf, 3e38, -3e38, 2.0**32)
        for channels, rate in ((1, 8_000), (2, 96_000))
    ),
    (encoded(np.array([[np.inf, -np.inf]]), 8_000, "WAV", "FLOAT"), "a level of inf, "),
    (stated(encoded(np.zeros(8), 8_000, "WAV", "PCM_24"), 24, 0), "unknown or it is damaged"),
    (stated(encoded(np.zeros(8), 8_000, "WAV", "PCM_24"), 24, 2**31), "unknown or it is damaged"),
    (stated(encoded(np.zeros((8, 255)), 8_000, "WAV", "PCM_U8"), 22, 0xFFFF), "damaged"),
    (encoded(np.zeros((8, 255)), 8_000, "WAV", "PCM_U8"), "255 channels"),
]


CLAIMS = [
    # A sound of 600 frames that claims: 4 GiB of data, 2**36 frames, 2**32 frames.
    stated(encoded(np.zeros((600, 2)), 8_000, "WAV", "PCM_24"), 40, 2**32 - 1),
    stated(encoded(np.zeros(600), 8_000, "FLAC", "PCM_16"), 21, 2**40 - 1, size=5),
    stated(encoded(np.zeros(600), 8_000, "AIFF", "PCM_16"), 22, 2**32 - 1),
]


@pytest.mark.parametrize("data", CLAIMS, ids=["wav", "flac", "aiff"])
def test_what_a_header_claims_takes_no_memory(data: bytes) -> None:
    tracemalloc.start()
    frames, _, _ = brought("a.ogg", data, 8_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(frames), peak < 2**23) == (600, True)


@every(BAD, ids=[f"{n} {what}" for n, (_, what) in enumerate(BAD)])
def test_what_cannot_be_converted_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(Refused) as refused:
        SOUNDS.bring("samples", Brought(name="a.mp3", data=data), {"sample_rate": 8_000})
    (found,) = refused.value.report
    assert (found.code, what in found.message) == ("BRING_SOUND", True), found.message


def test_a_long_sound_is_refused_before_it_takes_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine minutes of silence are few bytes of FLAC."""
    decoded: list[int] = []
    read = soundfile.SoundFile.read

    def counting(self: Any, *args: Any, **options: Any) -> Any:
        block = read(self, *args, **options)
        decoded.append(block.nbytes)
        return block

    data = encoded(np.zeros(8_000 * 60 * 18, np.int16), 8_000, "FLAC", "PCM_16")
    monkeypatch.setattr(soundfile.SoundFile, "read", counting)
    with pytest.raises(Refused, match="it is longer than 1048 seconds"):
        SOUNDS.bring("samples", Brought(name="a.flac", data=data), {"sample_rate": 8_000})
    assert sum(decoded) < 4 * (converting.LIMITS.wav_bytes // 2 + 2 * 65_536)


@pytest.mark.parametrize(("more", "code"), [(0, None), (1, "BRING_SOUND")])
def test_the_longest_sound_builds(tmp_path: Path, more: int, code: str | None) -> None:
    init(tmp_path / "p")
    most = (converting.LIMITS.wav_bytes - 44) // 2
    data = encoded(np.zeros(most + more, np.int16), 8_000, "FLAC", "PCM_16")
    (tmp_path / "a.flac").write_bytes(data)
    root = tmp_path / "p/assets/a"
    try:
        new("sound-bank", root, tmp_path / "a.flac", project=tmp_path / "p")
    except Refused as refused:
        assert (refused.report.codes, root.exists()) == ((code,), False)
    else:
        assert code is None
        build(tmp_path / "p")


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    load = builtins.__import__

    def absent(name: str, *rest: Any) -> Any:
        if name == "soxr":
            raise ImportError(name)
        return load(name, *rest)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(Refused) as refused:
        SOUNDS.bring("samples", Brought(name="a.ogg", data=b"OggS"), {})
    (found,) = refused.value.report
    assert found.code == "BRING_EXTRA"
    assert f"`{installing('audio')}`" in str(found.hint)
    record(tmp_path / "a.wav", [1])
    assert brought("a.wav", (tmp_path / "a.wav").read_bytes())[2].done is None


def test_a_folder_of_mixed_sounds_becomes_a_bank(tmp_path: Path) -> None:
    init(tmp_path / "game")
    folder = tmp_path / "desk"
    folder.mkdir()
    for number, (ending, format, subtype, _) in enumerate(SOURCES):
        rate = (44_100, 22_050)[number % 2]
        (folder / f"{number:02}{ending}").write_bytes(encoded(sweep(rate), rate, format, subtype))
    made = new("sound-bank", tmp_path / "game/assets/fx", folder, project=tmp_path / "game", metadata={"sample_rate": 22_050})  # fmt: skip
    assert len(made.done) == len(SOURCES)
    with open_pack(build(tmp_path / "game").outputs["assets.pa"]) as pack:
        bank = pack.decode(pack["fx"])
    assert bank.sample_rate == 22_050
    for sample in bank.samples:
        assert abs(delay(sample / 32768, sweep(22_050), 22_050)) < 0.001


def test_a_sound_that_is_added_has_the_rate_of_the_bank(tmp_path: Path) -> None:
    project = Project(tmp_path / "game")
    project.sounds("fx")
    (tmp_path / "a.ogg").write_bytes(encoded(sweep(44_100), 44_100, "OGG", "VORBIS"))
    done = add("fx", tmp_path / "a.ogg", project=project.path)
    assert done.done["assets/fx/samples/a.wav"].startswith(
        "was OGG VORBIS at 44100 Hz, channels: 1; now 8000 Hz, mono, 16 bits, 1.000 seconds"
    )
    build(project.path)
