#!/usr/bin/env python3
"""A reader of `assets.pa` and of cartridges, in one file, with Python's standard library alone.

It is written from the published pages alone, to be read beside them: each step of the order of
checks (reader.md#order, and for cartridges cartridge.md#order) is one function, and each check
names its clause: a page of the contract, in spec/contract/1/, and an anchor on it.
It speaks the protocol of conformance/PROTOCOL.md.
"""

import hashlib
import json  # for output only: no parser of a language is strict enough (reader.md#outline)
import os
import stat
import struct
import sys
import zlib

MAX_FILE = 2**31 - 1  # reader.md#limits, from here on
MAX_HEADER = 16 * 2**20
MAX_NESTING = 16
MAX_INTEGER = 2**53 - 1
MAX_ENTRIES, MAX_PRELOAD = 65_536, 32
MAX_METADATA = 65_536
MAX_SLICE = 16 * 2**20
MAX_SAMPLES = 4_096  # never reached: so many take more than MAX_METADATA
MAX_FINITE = 1.7976931348623157e308  # spec/workspace.md#numbers: beyond it a double is infinite
MAX_DOCUMENT = 64 * 2**20  # spec/reference/limits.md: an `index.json`
MAX_MANIFEST = 2**20  # cartridge.md#manifest-size


class Reject(Exception):
    """A verdict: the file breaks a rule. Its arguments are the code, and a note for people."""


class NoVerdict(Exception):
    """The environment fails, which says nothing about the file (reader.md#verdicts)."""


def need(holds, code, note=""):
    if not holds:
        raise Reject(code, note)


def round_up_16(number):
    return (number + 15) // 16 * 16


def open_file(path):
    """All bytes come from one open handle, unbuffered; to open a pipe must not wait."""

    def opener(path, flags):
        handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise NoVerdict("not a regular file")
        return handle

    return open(path, "rb", buffering=0, opener=opener)


def take(file, start, length):
    """Exactly `length` bytes; a read shorter than the size measured is no verdict."""
    file.seek(start)
    taken = bytearray()
    while len(taken) < length:
        more = file.read(length - len(taken))
        if not more:
            raise NoVerdict("the file became shorter while it was read")
        taken += more
    return bytes(taken)


# Steps 1 and 2: what is judged before the header's text


def step_1_prelude(file, size):
    """container.md#prelude"""
    head = take(file, 0, min(size, 32))
    need(size >= 4, "PRELUDE_TRUNCATED", "no magic")  # container.md#prelude-truncated-magic
    need(head[:4] != b"PPA1", "PRELUDE_LEGACY", "rebuild it")  # container.md#prelude-legacy
    need(head[:4] == b"ASPA", "PRELUDE_MAGIC", f"{head[:4]!r}")  # container.md#prelude-magic
    need(size >= 8, "PRELUDE_TRUNCATED", "no version")  # container.md#prelude-truncated-version
    (version,) = struct.unpack_from("<I", head, 4)
    need(version == 1, "PRELUDE_VERSION", f"{version}, not 1")  # container.md#prelude-version
    need(size >= 32, "PRELUDE_TRUNCATED", f"{size} bytes")  # container.md#prelude-truncated

    header_len, payload_offset, flags, reserved, checksum = struct.unpack_from("<III8sI", head, 8)
    # container.md#prelude-header-len, before a byte of the header is read
    need(1 <= header_len <= MAX_HEADER, "PRELUDE_HEADER_LEN", f"{header_len}")
    expected = round_up_16(32 + header_len)  # container.md#prelude-payload-offset
    need(payload_offset == expected, "PRELUDE_PAYLOAD_OFFSET", f"{payload_offset}, not {expected}")
    need(flags == 0, "PRELUDE_FLAGS", f"{flags:#x}")  # container.md#prelude-flags
    need(not any(reserved), "PRELUDE_RESERVED", reserved.hex(" "))  # container.md#prelude-reserved
    return header_len, payload_offset, checksum


def step_2_file(file, size, header_len, payload_offset, checksum):
    """container.md#file: the header's bytes, which are read this once and used from then on."""
    need(size <= MAX_FILE, "FILE_SIZE", f"{size} bytes")  # container.md#file-size
    # container.md#header-truncated
    need(size >= payload_offset, "HEADER_TRUNCATED", f"{size} bytes")
    header = take(file, 32, header_len)
    padding = take(file, 32 + header_len, payload_offset - 32 - header_len)
    need(zlib.crc32(header) == checksum, "HEADER_CHECKSUM")  # container.md#header-checksum
    need(not any(padding), "HEADER_PADDING", padding.hex(" "))  # container.md#header-padding
    return header


# Step 3: the text

SPACE = b" \t\n\r"
DIGITS = b"0123456789"
HEX = b"0123456789abcdefABCDEF"
CONTROLS = bytes(range(0x20))
ESCAPES = dict(zip(b'"\\/bfnrt', '"\\/\b\f\n\r\t'))
LITERALS = {b"null": None, b"true": True, b"false": False}

# The one spelling of each character that has an escape (header.md#canonical); U+0000 has none
SPELLING = {chr(code): b"\\u%04x" % code for code in range(1, 0x20)}
SPELLING |= {char: b"\\" + bytes([letter]) for letter, char in ESCAPES.items() if char != "/"}


class Object(dict):
    """A JSON object that knows how many bytes of text it takes, from its `{` to its `}`."""

    __slots__ = ("length",)


class Scanner:
    """Reads bytes once, from first to last, and stops at the first that it cannot accept.

    That byte decides the code (header.md#first-violation). A text that is accepted may still depart
    from the canonical encoding: each of its rules shows in the text where it is broken, so that the
    scanner notes it in passing, in `canonical`, and need not encode the value again.
    """

    def __init__(self, text, codes="HEADER"):
        self.text = text + b"\0"  # NUL is not JSON anywhere: the end needs no check of its own
        self.end = len(text)
        self.at = 0
        self.codes = codes
        self.canonical = True
        self.repeated = None  # a name that stands twice in one object, if any
        self.infinite = None  # a number that no double holds, if any

    def fault(self, what, at=None):
        at = self.at if at is None else at
        return Reject(f"{self.codes}_{what}", "the text ends" if at >= self.end else f"byte {at}")

    def scan(self):
        self.space()
        value = self.value(0)
        self.space()
        if self.at != self.end:
            raise self.fault("JSON")
        return value

    def space(self):
        text, at = self.text, self.at
        if text[at] in SPACE:
            self.canonical = False
            while text[at] in SPACE:
                at += 1
            self.at = at

    def value(self, open_now):
        """One value within `open_now` open arrays and objects: recursion is as deep as that."""
        first = self.text[self.at]
        if first in b'"':
            return self.string()
        if first in b"[{":
            if open_now == MAX_NESTING:  # header.md#header-nesting: an empty one counts
                raise self.fault("NESTING")
            return self.array(open_now + 1) if first in b"[" else self.object(open_now + 1)
        if first in b"-0123456789":
            return self.number()
        for word, value in LITERALS.items():
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        raise self.fault("JSON")

    def opens_empty(self, closing):
        """Steps over the opening bracket, and over the closing one if that follows."""
        self.at += 1
        self.space()
        empty = self.text[self.at] in closing
        self.at += empty
        return empty

    def goes_on(self, closing):
        """Steps over the comma after a member or element, or over the closing bracket."""
        self.space()
        byte = self.text[self.at]
        if byte not in b"," and byte not in closing:
            raise self.fault("JSON")
        self.at += 1
        if byte in b",":
            self.space()
            return True
        return False

    def array(self, open_now):
        elements = []
        more = not self.opens_empty(b"]")
        while more:
            elements.append(self.value(open_now))
            more = self.goes_on(b"]")
        return elements

    def object(self, open_now):
        members, start, last = Object(), self.at, None
        more = not self.opens_empty(b"}")
        while more:
            name_at = self.at
            if self.text[name_at] not in b'"':
                raise self.fault("JSON")
            name = self.string()
            if self.text.find(b"\\", name_at, self.at) >= 0:
                self.canonical = False  # header.md#canonical: no `\` in a name
            if last is not None and name <= last:
                self.canonical = False  # Python compares code points: the order of UTF-8 bytes
            if name in members:
                self.repeated = name
            self.space()
            if self.text[self.at] not in b":":
                raise self.fault("JSON")
            self.at += 1
            self.space()
            members[name] = self.value(open_now)
            last = name
            more = self.goes_on(b"}")
        members.length = self.at - start
        return members

    def string(self):
        """Every fault of a string is one of JSON, so runs without `"` and `\\` are judged whole."""
        text, at, quote, pieces = self.text, self.at + 1, -1, []
        while True:
            if quote < at:
                quote = text.find(b'"', at)
                if quote < 0:
                    raise self.fault("JSON", self.end)
            slash = text.find(b"\\", at, quote)
            run = text[at : quote if slash < 0 else slash]
            if len(run.translate(None, CONTROLS)) != len(run):
                raise self.fault("JSON", at)
            pieces.append(run.decode())
            if slash < 0:
                self.at = quote + 1
                return pieces[0] if len(pieces) == 1 else "".join(pieces)
            char, at = self.escape(slash)
            pieces.append(char)

    def escape(self, start):
        """The character that an escape at `start` stands for, and where the text goes on."""
        text, at = self.text, start + 2
        if text[start + 1] in b"u":
            code, at = self.hexadecimal(start), start + 6
            if 0xD800 <= code <= 0xDBFF:  # the first half of a pair: the second must follow
                second = self.hexadecimal(at)
                if not 0xDC00 <= second <= 0xDFFF:
                    raise self.fault("JSON", at)
                code, at = 0x10000 + (code - 0xD800) * 0x400 + (second - 0xDC00), at + 6
            elif 0xDC00 <= code <= 0xDFFF:
                raise self.fault("JSON", start)
            char = chr(code)
        elif text[start + 1] in ESCAPES:
            char = ESCAPES[text[start + 1]]
        else:
            raise self.fault("JSON", start + 1)
        if text[start:at] != SPELLING.get(char):
            self.canonical = False
        return char, at

    def hexadecimal(self, start):
        digits = self.text[start + 2 : start + 6]
        if self.text[start : start + 2] != b"\\u" or any(digit not in HEX for digit in digits):
            raise self.fault("JSON", start)
        return int(digits, 16)

    def number(self):
        """header.md#numbers, judged byte by byte: of a million digits, at most 17 are looked at."""
        text, at, magnitude = self.text, self.at, 0
        negative = text[at] in b"-"
        at += negative
        if text[at] not in DIGITS:
            raise self.fault("JSON", at)
        if text[at] in b"0":
            if negative:
                raise self.fault("NUMBER", at)
            at += 1
            if text[at] in DIGITS:
                raise self.fault("JSON", at)
        while text[at] in DIGITS:
            magnitude = 10 * magnitude + text[at] - 0x30
            if magnitude > MAX_INTEGER:
                raise self.fault("NUMBER", at)
            at += 1
        if text[at] in b".eE":
            raise self.fault("NUMBER", at)
        self.at = at
        return -magnitude if negative else magnitude


def check_utf8(text, code):
    """Python's decoder is that of RFC 3629: no overlong form, no surrogate, nothing cut off."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Reject(code, f"byte {error.start}") from None


def step_3_text(header):
    """header.md#text: the value of the header, whose text is the one valid encoding of it."""
    check_utf8(header, "HEADER_UTF8")  # header.md#header-utf8, over all bytes first
    scanner = Scanner(header)
    value = scanner.scan()  # header.md#header-json, #header-nesting, #header-number
    need(scanner.canonical, "HEADER_CANONICAL")  # header.md#header-canonical
    return value


# Step 4: the schema. Whatever is wrong has the same code, so its parts only say yes or no

LETTERS_AND_DIGITS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
NAME_CHARACTERS = LETTERS_AND_DIGITS | set("_.-")


def is_integer(value, low, high):
    return type(value) is int and low <= value <= high  # `bool` is another type, as it must be


def has_members(value, names):
    return type(value) is Object and value.keys() == names


def is_asset_name(name):
    return (
        type(name) is str
        and 1 <= len(name) <= 255
        and (name[0] in LETTERS_AND_DIGITS or name[0] == "_")
        and NAME_CHARACTERS.issuperset(name.replace("/", ""))
        and not {"", ".", ".."}.intersection(name.split("/"))
    )


def is_metadata_name(name):
    fits = 1 <= len(name) <= 64
    return fits and name[0] in LETTERS_AND_DIGITS and NAME_CHARACTERS.issuperset(name)


def is_metadata_value(value):
    """header.md#metadata: any value; names are held to a form, and numbers have been judged."""
    if type(value) is list:
        return all(map(is_metadata_value, value))
    if type(value) is Object:
        return all(map(is_metadata_name, value)) and all(map(is_metadata_value, value.values()))
    return True


ENTRY = {
    "asset_id": lambda value: is_integer(value, 1, 2**31 - 1),
    "asset_name": is_asset_name,
    "bank_type": lambda value: value in ("TILES", "SOUNDS"),
    "codec": lambda value: value == "NONE",
    "decoded_size": lambda value: is_integer(value, 1, MAX_SLICE),
    "metadata": lambda value: type(value) is Object and is_metadata_value(value),
    "offset": lambda value: is_integer(value, 0, MAX_FILE),
    "size": lambda value: is_integer(value, 1, MAX_SLICE),
}
PRELOAD_ENTRY = {
    "asset_id": lambda value: is_integer(value, 1, 2**31 - 1),
    "slot": lambda value: is_integer(value, 0, 15),
}


def is_list_of(form, value, limit):
    return (
        type(value) is list
        and len(value) <= limit
        and all(has_members(item, form.keys()) for item in value)
        and all(holds(item[name]) for item in value for name, holds in form.items())
    )


def step_4_schema(header):
    """header.md#schema, and the rule that no schema can state."""
    code = "HEADER_SCHEMA"  # header.md#header-schema
    need(has_members(header, {"asset_table", "preload"}), code, "the top level")
    need(is_list_of(ENTRY, header["asset_table"], MAX_ENTRIES), code, "asset_table")
    need(is_list_of(PRELOAD_ENTRY, header["preload"], MAX_PRELOAD), code, "preload")
    for entry in header["asset_table"]:  # header.md#metadata-size
        need(entry["metadata"].length <= MAX_METADATA, code, f"metadata of {entry['asset_id']}")
    return header["asset_table"], header["preload"]


# Steps 5 to 8: what the entries say about each other, their banks, the preload and the payload


def step_5_table(table, region):
    """header.md#asset-table and container.md#payload; `region` is the payload region's length."""
    last_id = start = end = 0
    for entry in table:
        asset_id, offset, size = entry["asset_id"], entry["offset"], entry["size"]
        note = f"asset {asset_id}"
        need(asset_id > last_id, "TABLE_ORDER", note)  # header.md#table-order
        need(offset == start, "TABLE_OFFSET", note)  # container.md#table-offset
        fits = size <= region and offset <= region - size
        need(fits, "TABLE_BOUNDS", note)  # container.md#table-bounds
        last_id, end = asset_id, offset + size
        start = round_up_16(end)
    names = {entry["asset_name"] for entry in table}
    need(len(names) == len(table), "TABLE_NAME")  # header.md#table-name
    need(end == region, "TABLE_TRAILING", f"{region - end} bytes")  # container.md#table-trailing


# The listed integers of each bank and their values (banks.md#tiles, #sounds)
TILES = {"height": [256], "palette_authored": range(1, 65), "palette_count": [64]}
TILES |= {"tile_size": [8, 16, 32], "width": [256]}
SOUNDS = {"channels": [1], "sample_rate": range(8_000, 48_001)}
INDICES, PALETTE = 256 * 256 // 2, 16 * 2  # banks.md#tiles: bytes of the sheet, and of a palette
TILES_SIZE = INDICES + 64 * PALETTE
TILES_DECODED = 256 * 256 + 64 * PALETTE


def is_sample(value):
    return (
        has_members(value, {"length", "offset"})
        and is_integer(value["length"], 2, MAX_SLICE)
        and value["length"] % 2 == 0
        and is_integer(value["offset"], 0, MAX_SLICE)
    )


def are_samples(value):
    """banks.md#bank-metadata and #bank-samples: n samples, named exactly `0` to `n-1`."""
    return (
        type(value) is Object
        and 1 <= len(value) <= MAX_SAMPLES
        and value.keys() == {str(number) for number in range(len(value))}
        and all(map(is_sample, value.values()))
    )


def is_bank_metadata(metadata, integers, others):
    """banks.md#bank-metadata: every listed member, and besides them only the author's own."""
    return (
        {name for name in metadata if not name.startswith("x_")} == {*integers, *others}
        and all(type(metadata[name]) is int for name in integers)
        and all(metadata[name] in values for name, values in integers.items())
        and all(holds(metadata[name]) for name, holds in others.items())
    )


def step_6_banks(table):
    """banks.md: nothing here looks into a slice."""
    for entry in table:
        tiles, size, metadata = entry["bank_type"] == "TILES", entry["size"], entry["metadata"]
        note = f"asset {entry['asset_id']}"
        listed = (TILES, {}) if tiles else (SOUNDS, {"samples": are_samples})
        need(is_bank_metadata(metadata, *listed), "BANK_METADATA", note)
        sizes = (TILES_SIZE, TILES_DECODED) if tiles else (size, size)  # banks.md#bank-size
        need((size, entry["decoded_size"]) == sizes, "BANK_SIZE", note)
        if not tiles:  # banks.md#bank-range, in the order of numbers
            samples, end = metadata["samples"], 0
            for number in range(len(samples)):
                sample = samples[str(number)]
                need(sample["offset"] == end, "BANK_RANGE", f"{note}, sample {number}")
                end += sample["length"]
            need(end == size, "BANK_RANGE", f"{note}: samples end at {end}, not {size}")


def step_7_preload(preload, table):
    """header.md#preload"""
    bank_types = {entry["asset_id"]: entry["bank_type"] for entry in table}
    last_id, claimed = 0, set()
    for item in preload:
        asset_id, note = item["asset_id"], f"asset {item['asset_id']}"
        need(asset_id > last_id, "PRELOAD_ORDER", note)  # header.md#preload-order
        need(asset_id in bank_types, "PRELOAD_UNKNOWN", note)  # header.md#preload-unknown
        slot = bank_types[asset_id], item["slot"]
        need(slot not in claimed, "PRELOAD_SLOT", note)  # header.md#preload-slot
        claimed.add(slot)
        last_id = asset_id


def step_8_payload(file, table, payload_offset):
    """What a published pack satisfies besides (profile writer): the only look into the payload."""
    for entry, following in zip(table, table[1:]):  # container.md#payload-padding
        end = entry["offset"] + entry["size"]
        padding = take(file, payload_offset + end, following["offset"] - end)
        need(not any(padding), "PAYLOAD_PADDING", f"after asset {entry['asset_id']}")
    for entry in table:  # banks.md#payload-palette
        if entry["bank_type"] == "TILES":
            unused = INDICES + PALETTE * entry["metadata"]["palette_authored"]
            rest = take(file, payload_offset + entry["offset"] + unused, TILES_SIZE - unused)
            need(not any(rest), "PAYLOAD_PALETTE", f"asset {entry['asset_id']}")


# What is asked for: one function for each kind, from an open file to the view of what is accepted


def read(file, options):
    return read_pack(file, options.profile)


def read_pack(file, profile):
    """reader.md#order: each step is a gate for the next."""
    size = file.seek(0, 2)
    header_len, payload_offset, checksum = step_1_prelude(file, size)
    header = step_2_file(file, size, header_len, payload_offset, checksum)
    table, preload = step_4_schema(step_3_text(header))
    step_5_table(table, size - payload_offset)
    step_6_banks(table)
    step_7_preload(preload, table)
    if profile == "writer":
        step_8_payload(file, table, payload_offset)

    bank_types = {entry["asset_id"]: entry["bank_type"] for entry in table}
    return {  # PROTOCOL.md#view
        "schema_version": 1,
        "payload_offset": payload_offset,
        "assets": [entry | {"crc32": crc32_of(file, payload_offset, entry)} for entry in table],
        "preload": [item | {"bank_type": bank_types[item["asset_id"]]} for item in preload],
    }


def crc32_of(file, payload_offset, entry):
    """A slice is at most 16 MiB long, and one at a time is in memory (reader.md#slices)."""
    return f"{zlib.crc32(take(file, payload_offset + entry['offset'], entry['size'])):08x}"


def take_all(file, limit):
    size = file.seek(0, 2)
    if size > limit:
        raise NoVerdict(f"{size} bytes are more than the {limit} this reader takes")
    return take(file, 0, size)


def canonical_json(file, options):
    step_3_text(take_all(file, MAX_HEADER))


def decode(file, options):
    """PROTOCOL.md#decode: what is in the banks once every asset of the pack is loaded."""
    pack = read_pack(file, "reader")
    banks = []
    for entry in pack["assets"]:
        stored = take(file, pack["payload_offset"] + entry["offset"], entry["size"])
        shown = DECODED[entry["bank_type"]](entry["metadata"], stored)
        banks.append({"asset_id": entry["asset_id"], "bank_type": entry["bank_type"]} | shown)
    return {"assets": banks}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def decoded_tiles(metadata, stored):
    """banks.md#tiles: the sheet, its tiles by their number, and every palette."""
    pixels = bytearray()
    for byte in stored[:INDICES]:
        pixels += bytes((byte >> 4, byte & 15))  # banks.md#indices: the even x is the high nibble
    size, tiles = metadata["tile_size"], bytearray()
    across = 256 // size
    for number in range(across * across):
        left, top = number % across * size, number // across * size
        for y in range(top, top + size):
            tiles += pixels[256 * y + left : 256 * y + left + size]
    words = struct.unpack("<1024H", stored[INDICES:])
    return {
        "tile_size": size,
        "tile_count": across * across,
        "pixels_sha256": digest(pixels),
        "tiles_sha256": digest(tiles),
        "palettes_sha256": digest(struct.pack("<1024H", *words)),
        "colours_sha256": digest(b"".join(map(screen_colour, words))),
    }


def screen_colour(word):
    """banks.md#rgb565: red, green and blue, the high bits of each repeated in the low ones."""
    red, green, blue = word >> 11, word >> 5 & 63, word & 31
    return bytes((red << 3 | red >> 2, green << 2 | green >> 4, blue << 3 | blue >> 2))


def decoded_sounds(metadata, stored):
    """banks.md#sounds: the frames of each sample, in the order of numbers."""
    samples = []
    for number in range(len(metadata["samples"])):
        place = metadata["samples"][str(number)]
        count = place["length"] // 2
        frames = struct.unpack_from(f"<{count}h", stored, place["offset"])
        frames_digest = digest(struct.pack(f"<{count}i", *frames))
        samples.append({"frame_count": count, "sha256": frames_digest})
    return {"sample_rate": metadata["sample_rate"], "samples": samples}


DECODED = {"TILES": decoded_tiles, "SOUNDS": decoded_sounds}


class Token(str):
    """A number of a document, as it is spelled: it is shown so again, whatever its value."""


class DocumentScanner(Scanner):
    """A scanner of documents: numbers may have fraction and exponent, as in RFC 8259."""

    def number(self):
        start = self.at
        self.at += self.text[start] in b"-"
        if self.text[self.at] in b"0":
            self.at += 1
        else:
            self.digits()
        if self.text[self.at] in b".":
            self.at += 1
            self.digits()
        if self.text[self.at] in b"eE":
            self.at += 1
            self.at += self.text[self.at] in b"+-"
            self.digits()
        token = Token(self.text[start : self.at].decode())
        if abs(float(token)) > MAX_FINITE:
            self.infinite = token
        return token

    def digits(self):
        if self.text[self.at] not in DIGITS:
            raise self.fault("JSON")
        while self.text[self.at] in DIGITS:
            self.at += 1


def document_of(text, finite):
    """A document's value: PROTOCOL.md#migrate, 1 to 4, and cartridge.md#text, of any numbers."""
    check_utf8(text, "DOCUMENT_UTF8")
    scanner = DocumentScanner(text, codes="DOCUMENT")
    document = scanner.scan()  # DOCUMENT_JSON or DOCUMENT_NESTING
    need(scanner.repeated is None, "DOCUMENT_REPEATED", f"{scanner.repeated!r}")
    need(not finite or scanner.infinite is None, "DOCUMENT_NUMBER", "a double is infinite there")
    return document


TELLING = {
    "asset": {"inputs", "output"},
    "index": {"next_asset_id", "assets"},
    "cartridge": {"app_id", "program"},
}


def migrate(file, options):
    """PROTOCOL.md#migrate: a document's text, its kind and its version, nothing else."""
    document = document_of(take_all(file, MAX_DOCUMENT), finite=True)
    need(type(document) is Object, "DOCUMENT_KIND", "no object")
    told = [kind for kind, telling in TELLING.items() if telling <= document.keys()]
    # versioning-and-migration.md#kind, whatever its version
    need(not told or options.document in told, "DOCUMENT_KIND", f"it tells of {told}")
    version = document.get("schema_version")
    supported = type(version) is Token and version in ("1", "2")
    need(supported, "DOCUMENT_VERSION", f"{version!r}")
    if version == "2":
        return document
    if options.document == "index":
        assets = [asset | {"included_in_build": True} for asset in document["assets"]]
        return document | {"schema_version": 2, "assets": assets}
    kind, output = document["type"], document["output"]
    return document | {
        "schema_version": 2,
        "asset_uuid": options.asset_uuid,
        "type": "tile_bank" if kind == "image_bank" else kind,
        "output": output | {"codec": "NONE"} if output.get("codec") == "RAW" else output,
    }


# The cartridge: the steps of cartridge.md#order, which judge a directory

CAPABILITIES = ("asset", "audio", "bank", "fs", "gfx", "input", "log", "memcard", "system")
IDENTIFIER_CHARACTERS = LETTERS_AND_DIGITS | {"-"}
DECIMAL_DIGITS = frozenset("0123456789")


def is_numeric(identifier):
    digits = identifier != "" and DECIMAL_DIGITS.issuperset(identifier)
    return digits and (identifier == "0" or identifier[0] != "0")


def is_identifier(identifier):
    return identifier != "" and IDENTIFIER_CHARACTERS.issuperset(identifier)


def is_prerelease(identifier):
    return is_identifier(identifier) and (
        is_numeric(identifier) or not DECIMAL_DIGITS.issuperset(identifier)
    )


def is_version(value):
    """Semantic Versioning 2.0, by splitting: `-` may stand in each part but the first."""
    if type(value) is not str or len(value) > 64:
        return False
    release, has_build, build = value.partition("+")
    core, has_prerelease, prerelease = release.partition("-")
    numbers = core.split(".")
    return (
        len(numbers) == 3
        and all(map(is_numeric, numbers))
        and (not has_prerelease or all(map(is_prerelease, prerelease.split("."))))
        and (not has_build or all(map(is_identifier, build.split("."))))
    )


def is_title(value):
    """cartridge.md#manifest-title, and a length in code points, which are Python's characters."""
    return (
        type(value) is str
        and 1 <= len(value) <= 64
        and not any(char < " " or "\x7f" <= char <= "\x9f" for char in value)
    )


def is_integer_token(value, high):
    """An integer is a number without fraction and exponent; one that is long is not converted."""
    if type(value) is not Token or not DECIMAL_DIGITS.issuperset(value.removeprefix("-")):
        return False
    return len(value) <= len(str(high)) and 0 <= int(value) <= high


MANIFEST = {
    "magic": lambda value: value == "PMTU",
    "cartridge_version": lambda value: type(value) is Token and value == "1",
    "app_id": lambda value: is_integer_token(value, 2**32 - 1),
    "title": is_title,
    "app_version": is_version,
    "app_mode": lambda value: value in ("Game", "System"),
    "capabilities": lambda value: type(value) is list and len(value) <= len(CAPABILITIES),
}


def boot_1_text(file):
    """cartridge.md#text"""
    size = file.seek(0, 2)
    need(size > 0, "MANIFEST_MISSING", "empty")  # cartridge.md#manifest-missing
    need(size <= MAX_MANIFEST, "FILE_TOO_LARGE", f"{size} bytes")  # cartridge.md#manifest-size
    # cartridge.md#manifest-utf8 to #manifest-repeated
    return document_of(take(file, 0, size), finite=False)


def boot_2_magic(manifest):
    """cartridge.md#manifest-magic"""
    need(type(manifest) is Object, "MANIFEST_MAGIC", "no object")
    need(MANIFEST["magic"](manifest.get("magic")), "MANIFEST_MAGIC")


def boot_3_version(manifest):
    """cartridge.md#manifest-version"""
    version = manifest.get("cartridge_version")
    need(MANIFEST["cartridge_version"](version), "MANIFEST_VERSION", f"{version!r}, not 1")


def boot_4_schema(manifest):
    """cartridge.md#schema: `entrypoint` may be there, with any value."""
    code = "MANIFEST_SCHEMA"  # cartridge.md#manifest-schema and #manifest-title
    need(manifest.keys() - {"entrypoint"} == MANIFEST.keys(), code, "the members")
    for name, holds in MANIFEST.items():
        need(holds(manifest[name]), code, name)


def boot_5_capabilities(capabilities):
    """cartridge.md#capability-checks"""
    for position, capability in enumerate(capabilities):
        note, before = f"element {position}", capabilities[:position]
        known = capability in CAPABILITIES  # cartridge.md#capability-unknown: of any type
        need(known, "CAPABILITY_UNKNOWN", note)
        # cartridge.md#capability-repeated
        need(capability not in before, "CAPABILITY_REPEATED", note)
        # cartridge.md#capability-order
        need(not before or capability > before[-1], "CAPABILITY_ORDER", note)


def regular_files(directory):
    """cartridge.md#files: each exact name at which a regular file stands, no link, and its path."""
    with os.scandir(directory) as entries:
        return {entry.name: entry.path for entry in entries if entry.is_file(follow_symlinks=False)}


def cartridge(directory, options):
    """cartridge.md#order: each step is a gate for the next, and opens only the file it judges."""
    files = regular_files(directory)
    need("manifest.json" in files, "MANIFEST_MISSING")  # cartridge.md#manifest-missing
    with open_file(files["manifest.json"]) as file:
        manifest = boot_1_text(file)
    boot_2_magic(manifest)
    boot_3_version(manifest)
    boot_4_schema(manifest)
    boot_5_capabilities(manifest["capabilities"])

    need("program.pbx" in files, "PROGRAM_MISSING")  # cartridge.md#program-missing
    with open_file(files["program.pbx"]) as file:
        need(file.seek(0, 2) > 0, "PROGRAM_MISSING", "empty")

    pack = None
    if "asset" in manifest["capabilities"]:
        need("assets.pa" in files, "PACK_MISSING")  # cartridge.md#pack-missing
        with open_file(files["assets.pa"]) as file:
            pack = read_pack(file, "reader")  # cartridge.md#pack
    shown = {name: manifest[name] for name in ("app_mode", "app_version", "capabilities", "title")}
    return {  # PROTOCOL.md#cartridge
        "manifest": shown | {"app_id": int(manifest["app_id"])},  # `-0` is 0
        "pack": pack,
    }


KINDS = {"read": read, "canonical-json": canonical_json, "migrate": migrate, "cartridge": cartridge}
KINDS |= {"decode": decode}


# The protocol: one line for each file


def encode(value):
    """JSON for output, in ASCII and on one line; a token of a document is shown as it was read."""
    if type(value) is Token:
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {encode(value[name])}" for name in value) + "}"
    if type(value) is list:
        return "[" + ", ".join(map(encode, value)) + "]"
    return json.dumps(value)


def judge(path, options):
    """The answer about one file, or about the directory of a cartridge."""
    try:
        if options.kind == "cartridge":
            view = cartridge(path, options)
        else:
            with open_file(path) as file:
                view = KINDS[options.kind](file, options)
    except Reject as reject:
        code, note = reject.args
        print(f"{path}: {code}: {note}", file=sys.stderr)
        return {"verdict": "reject", "code": code}
    return {"verdict": "accept"} if view is None else {"verdict": "accept", "view": view}


OPTIONS = {"--kind": "read", "--profile": "reader", "--document": None, "--asset-uuid": None}
SUPPORTED = {"read": ("profile", ["reader", "writer"]), "migrate": ("document", ["asset", "index"])}


class WrongCall(Exception):
    """The options are not those of the protocol."""


class Options:
    """PROTOCOL.md: options with their values first, each at most once, then the files."""

    def __init__(self, arguments):
        given = {}
        while arguments and arguments[0].startswith("-"):
            name, value, *arguments = [*arguments, None] if len(arguments) == 1 else arguments
            if name not in OPTIONS or name in given or value is None:
                raise WrongCall(name)
            given[name] = value
        if not arguments or any(file.startswith("-") for file in arguments):
            raise WrongCall("at least one file follows the options, and no option follows a file")
        self.files = arguments
        self.kind, self.profile, self.document, self.asset_uuid = (OPTIONS | given).values()
        if self.kind == "migrate" and self.document is None:
            raise WrongCall("migrate needs --document")
        if self.kind == "migrate" and self.document == "asset" and self.asset_uuid is None:
            raise WrongCall("an asset takes its uuid from --asset-uuid")

    def unsupported(self):
        """What is asked for and not supported, or nothing; what is not used may be anything."""
        if self.kind not in KINDS:
            return f"kind {self.kind}"
        name, values = SUPPORTED.get(self.kind, ("kind", KINDS))
        return None if getattr(self, name) in values else f"{name} {getattr(self, name)}"


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        options = Options(sys.argv[1:])
    except WrongCall as wrong:
        print(f"wrong call: {wrong}", file=sys.stderr)
        return 2
    if options.unsupported():
        print(f"{options.unsupported()} is not supported")
        return 3

    rejected = False
    for path in options.files:
        try:
            answer = judge(path, options)
            print(encode(answer), flush=True)
        except Exception as failure:
            # Whatever fails is no verdict (reader.md#verdicts), not even a traceback's exit code 1.
            # It prints no line, so it ends here: lines after it would stand for the wrong files.
            print(f"{path}: no verdict: {failure!r}", file=sys.stderr)
            return 3
        rejected |= answer["verdict"] == "reject"
    return int(rejected)


if __name__ == "__main__":
    sys.exit(main())
