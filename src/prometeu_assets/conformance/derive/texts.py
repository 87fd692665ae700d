"""Cases of the header's text alone: canonical JSON, accepted or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from prometeu_assets.conformance.case import Case
from prometeu_assets.conformance.derive import grammar
from prometeu_assets.conformance.derive.make import accepted, rejected
from prometeu_assets.contract.value import Contract

Texts = Mapping[str, tuple[bytes, str]]
"""By the end of the id: a text, and why it matters."""

_GOOD: Final[Mapping[str, Texts]] = {
    "header-utf8": {
        "delete": (b'"\x7f"', "U+007F is no control character of JSON, and is raw"),
        "four-bytes": ('"\U0001f600"'.encode(), "a character above U+FFFF is four bytes, raw"),
    },
    "header-json": {
        "true": (b"true", "a text may be any value, also a literal"),
        "null": (b"null", "a text may be any value, also null"),
        "empty-string": (b'""', "a text may be a string, also one without characters"),
        "empty-array": (b"[]", "an array may be empty"),
        "empty-object": (b"{}", "an object may be empty"),
    },
    "header-nesting": {
        "nested-sixteen": (b"[" * 16 + b"]" * 16, "sixteen open arrays are as many as may be"),
        "nested-beside": (
            b"[" * 15 + b"[],{}" + b"]" * 15,
            "the sixteenth level may be opened again once it was closed",
        ),
        "brackets-in-string": (b'"' + b"[" * 20 + b'"', "brackets in a string open nothing"),
    },
    "header-number": {
        "zero": (b"0", "zero has no sign"),
        "minus-one": (b"-1", "numbers may be negative"),
        "largest": (b"9007199254740991", "2^53-1 is the largest number"),
        "smallest": (b"-9007199254740991", "-(2^53-1) is the smallest number"),
    },
    "header-canonical": {
        "short-escapes": (rb'"\"\\\b\t\n\f\r"', "the seven characters that have a short escape"),
        "long-escapes": (rb'"\u0001\u001f"', "other control characters, digits in lower case"),
        "every-long-escape": (
            b'"%s"'
            % b"".join(b"\\u%04x" % code for code in range(1, 32) if chr(code) not in "\b\t\n\f\r"),
            "every control character that has no short escape",
        ),
        "every-raw": (
            b'"%s"' % bytes(code for code in range(0x20, 0x80) if code not in b'"\\'),
            "every character of ASCII that is raw",
        ),
        "slash": (b'"/"', "a slash is raw: it has no escape here"),
        "names-by-bytes": (
            '{"":1,"A":2,"a":3,"\u00e9":4,"\uff5e":5,"\U0001f600":6}'.encode(),
            "names in order of their UTF-8 bytes: U+FF5E stands before U+1F600",
        ),
        "prefix-first": (b'{"a":1,"a.":2,"aa":3}', "a name stands before those it begins"),
        "name-raw-delete": (b'{"\x7f":1}', "U+007F is raw in a name as well"),
        "prefix-before-lower": (
            b'{"a":1,"a ":2,"a!":3}',
            "the quote behind a name is no part of it: 20 and 21 come before its 22",
        ),
        "names-around-deeper": (
            b'{"b":{"z":1},"c":2}',
            "names are compared with those of their own object, deeper ones between or not",
        ),
    },
}
_TEXTS: Final[Mapping[str, Texts]] = {
    "header-utf8": {
        "lone-continuation": (b'"\x80"', "80 continues a character that never began"),
        "overlong-slash": (b'"\xc0\xaf"', "C0 AF is a slash in two bytes: overlong"),
        "overlong-nul": (b'"\xc0\x80"', "C0 80 is U+0000 in two bytes, as Java writes it"),
        "overlong-three": (b'"\xe0\x80\xaf"', "a slash in three bytes: overlong"),
        "overlong-four": (b'"\xf0\x80\x80\xaf"', "a slash in four bytes: overlong"),
        "surrogate": (b'"\xed\xa0\x80"', "ED A0 80 is an encoded surrogate"),
        "surrogate-pair": (b'"\xed\xa0\xbd\xed\xb8\x80"', "U+1F600 as two surrogates: CESU-8"),
        "beyond": (b'"\xf4\x90\x80\x80"', "U+110000 is above the last character"),
        "five-bytes": (b'"\xf8\x88\x80\x80\x80"', "no character has five bytes"),
        "cut-off": (b'"\xe2\x82"', "the third byte of a character is missing"),
        "cut-off-at-the-end": (b'"\xe2\x82', "the text ends inside a character"),
        "latin-1": (b'"\xe9"', "a letter of Latin-1 is no UTF-8"),
        "after-the-value": (b"1\xff", "all bytes are judged, those after the value too"),
        "utf-16": (b"\xff\xfe1\0", "UTF-16 with its byte order mark"),
        "last-continuation": (b'"\xbf"', "BF is the last byte that continues a character"),
        "overlong-last-of-two": (b'"\xc1\xbf"', "C1 begins overlong forms alone, as C0 does"),
        "overlong-last-of-three": (b'"\xe0\x9f\xbf"', "U+07FF in three bytes: overlong"),
        "overlong-last-of-four": (b'"\xf0\x8f\xbf\xbf"', "U+FFFF in four bytes: overlong"),
        "surrogate-last": (b'"\xed\xbf\xbf"', "ED BF BF is the last encoded surrogate"),
        "beyond-lead": (b'"\xf5\x80\x80\x80"', "F5 begins no character"),
        "beyond-last-lead": (b'"\xff\x80\x80\x80"', "FF begins no character"),
        "second-of-two-too-small": (b'"\xc2\x7f"', "7F continues no character of two bytes"),
        "second-of-two-too-large": (b'"\xc2\xc0"', "C0 continues no character of two bytes"),
        "third-of-three-too-small": (b'"\xe1\x80\x7f"', "the third byte continues nothing: 7F"),
        "third-of-three-too-large": (b'"\xe1\x80\xc0"', "the third byte continues nothing: C0"),
        "third-of-four-too-small": (b'"\xf1\x80\x7f\x80"', "7F is no third byte of four"),
        "third-of-four-too-large": (b'"\xf1\x80\xc0\x80"', "C0 is no third byte of four"),
        "fourth-of-four-too-small": (b'"\xf1\x80\x80\x7f"', "7F is no fourth byte"),
        "fourth-of-four-too-large": (b'"\xf1\x80\x80\xc0"', "C0 is no fourth byte"),
        "cut-off-four": (b'"\xf0\x90\x80', "the text ends before the fourth byte"),
    },
    "header-json": {
        "nothing": (b"", "an empty text has no value"),
        "space-only": (b" ", "white space is no value"),
        "byte-order-mark": (b"\xef\xbb\xbf1", "a byte order mark is UTF-8, and no JSON"),
        "leading-zero": (b"01", "a value ends after 0: no digit may follow"),
        "leading-zero-minus": (b"[-x]", "after a minus sign JSON needs a digit, also in an array"),
        "minus-letter": (b"-x", "after a minus sign JSON needs a digit"),
        "minus-alone": (b"-", "the text ends where a digit must follow"),
        "plus": (b"+1", "a number has no plus sign"),
        "point-first": (b".5", "a number begins with a digit or a minus sign"),
        "hexadecimal": (b"0x1", "numbers are decimal"),
        "nan": (b"NaN", "some languages write it, JSON has no such literal"),
        "infinity": (b"-Infinity", "no literal has a minus sign: a digit must follow it"),
        "single-quotes": (b"'a'", "strings are in double quotes"),
        "comment": (b"1//", "JSON has no comments"),
        "trailing-comma-array": (b"[1,]", "an element must follow the comma"),
        "trailing-comma-object": (b'{"a":1,}', "a member must follow the comma"),
        "missing-comma": (b"[1 2]", "a comma must stand between elements"),
        "missing-colon": (b'{"a"1}', "a colon must follow the name"),
        "name-unquoted": (b"{a:1}", "a name is a string"),
        "name-number": (b"{1:1}", "a name is a string, also where it is a number"),
        "two-values": (b"1 2", "a text is one value"),
        "open-array": (b"[1", "the text ends inside an array"),
        "open-object": (b'{"a":1', "the text ends inside an object"),
        "open-string": (b'"a', "the text ends inside a string"),
        "open-escape": (b'"\\', "the text ends inside an escape"),
        "unknown-escape": (b'"\\x41"', "there is no escape of this letter"),
        "short-escape": (b'"\\u004"', "four hexadecimal digits must follow"),
        "capital-escape": (b'"\\U0041"', "the letter of the escape is in lower case"),
        "raw-newline": (b'"\n"', "a raw line feed in a string"),
        "raw-nul": (b'"\0"', "a raw byte 00 in a string"),
        "raw-tab": (b'"\t"', "a raw tab in a string"),
        "raw-1f": (b'"\x1f"', "1F is the last raw byte that may not stand in a string"),
        "raw-1f-in-name": (b'{"\x1f":1}', "a name is a string, and holds no raw byte below 20"),
        "bracket-for-name": (b"{[", "a name must stand there, whatever a bracket would open"),
        "bracket-closing": (b"]", "nothing was opened"),
        "bracket-mismatch": (b"[}", "another bracket than the one that was opened"),
        "bracket-after-value": (b"[1 [", "no value may stand there, however deep"),
        "bracket-after-value-deep": (
            b"[" * 16 + b"1 [",
            "a 17th array may not be opened, but no value may stand there at all: JSON wins",
        ),
        "literal-case": (b"True", "literals are in lower case"),
        "literal-cut": (b"nul", "the text ends inside a literal"),
        "literal-long": (b"nullx", "a value ends after the literal"),
        "form-feed": (b"\x0c1", "a form feed is no white space of JSON"),
        "no-break-space": (b"\xc2\xa01", "U+00A0 is no white space of JSON"),
        "lone-high": (b'"\\ud800"', "a first half without its second"),
        "lone-low": (b'"\\udc00"', "a second half without its first"),
        "high-high": (b'"\\ud800\\ud800"', "a first half after a first half"),
        "high-then-letter": (b'"\\ud800a"', "only a second half may follow a first"),
        "high-then-number": (
            b'{"a":"\\ud800","b":1.5}',
            "the lone half comes before the number that is no integer",
        ),
        "low-high": (b'"\\ude00\\ud83d"', "the halves stand in the wrong order"),
        "high-in-name": (b'{"\\ud800":1}', "a lone half in a name"),
        "high-last": (b'"\\udbff"', "DBFF is the last first half"),
        "high-last-high": (b'"\\udbff\\udbff"', "DBFF is no second half"),
        "high-then-beyond": (b'"\\ud800\\ue000"', "E000 is no second half any more"),
        "high-then-newline": (b'"\\ud800\\n"', "an escape of another kind follows the first half"),
        "high-then-u": (b'"\\ud800udc00"', "the second half needs its backslash"),
        "low-low": (b'"\\udc00\\udc00"', "a second half before a second half"),
        "low-low-last": (b'"\\udfff\\udfff"', "DFFF is no first half"),
        "low-last": (b'"\\udfff"', "DFFF is the last second half"),
        **{
            f"literal-{word}-{end}": (text, f"{text.decode()!r} is not {word}")
            for word in ("true", "false", "null")
            for end, text in (
                ("capital", word.capitalize().encode()),
                ("upper", word.upper().encode()),
                ("last-capital", (word[:-1] + word[-1].upper()).encode()),
                ("last-other", (word[:-1] + "x").encode()),
                ("begun", word[:1].encode()),
            )
        },
        **{
            f"hex-{name}": (
                b'"\\u%s"' % digits,
                f"{digits.decode()!r} has another byte than digits",
            )
            for name, digits in (
                ("slash", b"002/"),
                ("colon", b"002:"),
                ("at", b"002@"),
                ("capital-g", b"002G"),
                ("backquote", b"002`"),
                ("g", b"002g"),
                ("first", b"g020"),
                ("second", b"0g20"),
                ("third", b"00g0"),
                ("sign", b"+020"),
                ("space", b" 020"),
                ("underscore", b"0_20"),
            )
        },
        **{
            f"hex-of-halves-{place}": (
                b'"%s"' % b"g".join((pair[:at], pair[at + 1 :])),
                f"a letter is no digit: place {place} of a pair of halves",
            )
            for pair in (b"\\ud800\\udc00",)
            for place, at in enumerate((2, 3, 4, 5, 8, 9, 10, 11), 1)
        },
        **{
            f"escape-{name}": (
                b'"\\%s"' % letter,
                f"a backslash and {letter.decode()!r}: no escape",
            )
            for name, letter in (
                ("single-quote", b"'"),
                ("zero", b"0"),
                ("a", b"a"),
                ("v", b"v"),
                ("e", b"e"),
                ("capital-n", b"N"),
                ("space", b" "),
                ("newline", b"\n"),
            )
        },
        **{
            f"{name}-{where}": (text, f"{what} is no white space of JSON: {text!r}")
            for name, space, what in (
                ("nul", b"\0", "00"),
                ("vertical-tab", b"\x0b", "0B"),
                ("bell", b"\x08", "08"),
                ("shift-out", b"\x0e", "0E"),
                ("below-space", b"\x1f", "1F"),
                ("line-separator", b"\xe2\x80\xa8", "U+2028"),
            )
            for where, text in (
                ("before", space + b"1"),
                ("after", b"1" + space),
                ("inside", b"[" + space + b"]"),
            )
        },
        "comma-first-array": (b"[,1]", "an element must stand before the comma"),
        "comma-first-object": (b'{,"a":1}', "a member must stand before the comma"),
        "comma-alone-array": (b"[,]", "an element must stand before the comma, and behind it"),
        "comma-alone-object": (b"{,}", "a member must stand before the comma, and behind it"),
        "comma-twice": (b"[1,,2]", "an element must stand between two commas"),
        "comma-for-colon": (b'{"a",1}', "a comma stands where the colon must"),
        "comma-after-value": (b"1,", "nothing follows the value of the text"),
        "colon-for-comma": (b"[1:2]", "a colon stands where the comma must"),
        "colon-in-array": (b'["a":1]', "an array has no names"),
        "colon-twice": (b'{"a"::1}', "one colon follows the name"),
        "colon-alone": (b":", "a colon is no value"),
        "semicolon": (b"[1;2]", "a semicolon stands where the comma must"),
        "equals": (b'{"a"=1}', "an equals sign stands where the colon must"),
        "member-missing-comma": (b'{"a":1 "b":2}', "a comma must stand between members"),
        "member-missing-value": (b'{"a":}', "a value must follow the colon"),
        "member-missing-all": (b'{"a"}', "a colon and a value must follow the name"),
        "name-first-quote-missing": (b'{a":1}', "a name begins with a quote, and ends with one"),
        "name-single-quote-first": (b"{'\":1}", "a name begins with a double quote"),
        "name-true": (b"{true:1}", "a name is a string, also where it is a literal"),
        "name-missing": (b"{:1}", "a name must stand before the colon"),
        "bracket-for-brace": (b'{"a":1]', "a bracket closes no brace"),
        "brace-for-bracket": (b"[1}", "a brace closes no bracket"),
        "bracket-for-brace-empty": (b"{]", "a bracket closes no brace, also at once"),
        "bracket-too-many": (b"[]]", "no array was open any more"),
        "brace-too-many": (b"{}}", "no object was open any more"),
        "open-array-empty": (b"[", "the text ends behind the bracket"),
        "open-array-comma": (b"[1,", "the text ends where an element must follow"),
        "open-object-empty": (b"{", "the text ends behind the brace"),
        "open-object-name": (b'{"a"', "the text ends behind the name"),
        "open-object-colon": (b'{"a":', "the text ends behind the colon"),
        "open-object-comma": (b'{"a":1,', "the text ends where a member must follow"),
        "open-hex": (b'"\\u00', "the text ends inside the digits"),
        "minus-twice": (b"--1", "a number has one sign"),
        "minus-colon": (b"-:", "the byte behind 9 is no digit, also behind a sign"),
        "minus-slash": (b"-/", "the byte before 0 is no digit, also behind a sign"),
        "minus-space": (b"- 1", "a digit follows the sign at once"),
        "digit-colon": (b"1:", "the byte behind 9 is no digit"),
        "digit-slash": (b"1/", "the byte before 0 is no digit"),
        "digit-underscore": (b"1_0", "digits have nothing between them"),
        "digit-letter": (b"1a", "a letter follows the digits"),
        **{
            f"digit-{name}": (b"1%s" % byte, f"{byte.decode()!r} is next to one that may follow")
            for name, byte in (
                ("minus", b"-"),
                ("d", b"d"),
                ("f", b"f"),
                ("capital-d", b"D"),
                ("capital-f", b"F"),
            )
        },
        "digit-arabic": ("\u0661".encode(), "digits are those of ASCII"),
        "leading-zeros": (b"00", "a value ends after 0: no digit may follow, not 0 either"),
        "leading-zero-nine": (
            b"09",
            "a value ends after 0: no digit may follow, not the last one either",
        ),
    },
    "header-nesting": {
        "arrays": (b"[" * 17 + b"]" * 17, "a 17th array is opened"),
        "objects": (b'{"a":' * 17 + b"1" + b"}" * 17, "a 17th object is opened"),
        "mixed": (b'[{"a":' * 8 + b"[1]" + b"}]" * 8, "arrays and objects are counted together"),
        "empty-object": (b"[" * 16 + b"{}" + b"]" * 16, "an empty object counts"),
        "unclosed": (b"[" * 17, "the 17th bracket decides, before the text ends too early"),
    },
    "header-number": {
        "fraction-zero": (b"1.0", "a fraction, though the value is whole"),
        "fraction": (b"1.5", "a fraction"),
        "fraction-cut": (b"1.", "the point is no integer; that a digit is missing comes later"),
        "fraction-before-comma": (
            b'{"a":1.5,}',
            "the point comes before the comma without a member",
        ),
        "exponent": (b"1e3", "an exponent, though the value is whole"),
        "exponent-capital": (b"1E3", "an exponent, its letter a capital"),
        "exponent-cut": (b"1e", "the e is no integer; that a digit is missing comes later"),
        "minus-zero": (b"-0", "JSON allows it, the number rule does not"),
        "minus-zero-digit": (b"-01", "the 0 after the minus sign comes before the 1"),
        "zero-fraction": (b"0.0", "a fraction of zero"),
        "beyond": (b"9007199254740992", "2^53 is one more than the largest number"),
        "beyond-minus": (b"-9007199254740992", "-(2^53) is one less than the smallest number"),
        "beyond-by-digits": (
            b"90071992547409910",
            "the first 16 digits are 2^53-1 itself, the 17th is too much",
        ),
        "beyond-64-bits": (b"18446744073709551616", "2^64 is 0 where 64 bits overflow"),
        "many-digits": (b"1" * 400, "more digits than any type has"),
    },
    "header-canonical": {
        "space-before": (b" 1", "white space before the value"),
        "space-after": (b"1 ", "white space after the value"),
        "tab-before": (b"\t1", "a tab before the value"),
        "tab-inside": (b"[1,\t2]", "a tab between elements"),
        "newline-after": (b"1\n", "a final line feed, as editors write it"),
        "space-inside": (b"[1, 2]", "a space after the comma"),
        "space-in-empty": (b"[ ]", "a space in an empty array"),
        "space-before-colon": (b'{"a" :1}', "a space before the colon"),
        "space-before-comma": (b"[1 ,2]", "a space before the comma"),
        "space-before-name": (b'{ "a":1}', "a space before the first name"),
        "space-before-later-name": (b'{"a":1, "b":2}', "a space before a later name"),
        "space-after-member": (b'{"a":1 ,"b":2}', "a space behind a member"),
        "space-before-brace": (b'{"a":1 }', "a space before the closing brace"),
        "space-before-bracket": (b"[1 ]", "a space before the closing bracket"),
        "space-before-element": (b"[ 1]", "a space before the first element"),
        "space-in-empty-object": (b"{ }", "a space in an empty object"),
        "newline-inside": (b"[\n1]", "a line feed, as tools of Unix write it"),
        "return-inside": (b"[1,\r2]", "a carriage return alone"),
        "space-after-colon": (b'{"a": 1}', "a space after the colon"),
        "carriage-return": (b"[\r\n1]", "a line break, as Windows writes it"),
        "escaped-slash": (b'"\\/"', "a slash is raw"),
        "escaped-letter": (b'"\\u0041"', "a letter is raw"),
        "escaped-space": (b'"\\u0020"', "20 is the first byte that is raw"),
        "escaped-non-ascii": (b'"\\u00e9"', "a letter beyond ASCII is raw"),
        "escaped-pair": (b'"\\ud83d\\ude00"', "a character above U+FFFF is raw"),
        "escaped-quote": (b'"\\u0022"', "a quote has an escape of two bytes"),
        "escaped-backslash": (b'"\\u005c"', "a backslash has an escape of two bytes"),
        "escaped-delete": (b'"\\u007f"', "U+007F is raw"),
        "escape-all-digits": (
            b'"\\u0123\\u4567\\u89ab\\ucdef\\ud7e6"',
            "every digit, in lower case, for letters that are raw",
        ),
        "escape-all-capitals": (
            b'"\\uA9B8\\uCDEF\\uFEDC\\uBCDE"',
            "every digit that has a capital, for letters that are raw",
        ),
        "escape-in-capitals": (b'"\\u001F"', "hexadecimal digits are in lower case"),
        **{
            f"escape-capital-{digit.lower()}": (
                b'"\\u001%s"' % digit.encode(),
                f"hexadecimal digits are in lower case, also {digit}",
            )
            for digit in "ABCDE"
        },
        "escape-for-backspace": (b'"\\u0008"', "U+0008 has the escape b"),
        "escape-for-tab": (b'"\\u0009"', "U+0009 has the escape t"),
        "escape-for-newline": (b'"\\u000a"', "U+000A has the escape n"),
        "escape-for-form-feed": (b'"\\u000c"', "U+000C has the escape f"),
        "escape-for-return": (b'"\\u000d"', "U+000D has the escape r"),
        "nul": (b'"\\u0000"', "U+0000 does not occur"),
        "name-escaped": (b'{"\\u0061":1}', "a name is written without a backslash"),
        "name-with-quote": (b'{"a\\"":1}', "a name with a quote has no canonical encoding"),
        "name-with-backslash": (b'{"a\\\\":1}', "a name with a backslash has none either"),
        "name-with-newline": (b'{"a\\n":1}', "a name with a control character has none either"),
        "name-nul": (b'{"\\u0000":1}', "U+0000 does not occur, in a name least of all"),
        "names-repeated": (b'{"a":1,"a":1}', "a name twice, with one value"),
        "names-repeated-other-value": (b'{"a":1,"a":2}', "many parsers keep the last of the two"),
        "names-repeated-by-escape": (b'{"a":1,"\\u0061":2}', "two spellings of one name"),
        "names-repeated-apart": (b'{"a":1,"b":2,"a":3}', "a name twice, another between"),
        "names-out-of-order": (b'{"b":1,"a":2}', "names in the wrong order"),
        "names-out-of-order-deep": (
            b'[{"a":{"b":1,"a":2}}]',
            "the order holds in every object, however deep",
        ),
        "names-by-utf-16": (
            '{"\U0001f600":1,"\uff5e":2}'.encode(),
            "by UTF-16 code units U+1F600 would be first, by bytes U+FF5E is",
        ),
        "names-ignoring-case": (b'{"a":1,"B":2}', "by bytes B stands before a"),
        "names-by-length": (b'{"b":1,"aa":2}', "a shorter name is not first for that"),
        "names-out-of-order-later": (b'{"ab":1,"aa":2}', "names whose first letter is the same"),
        "names-prefix-last": (b'{"aa":1,"a":2}', "a name stands behind one that it begins"),
        "names-prefix-last-space": (
            b'{"a ":1,"a":2}',
            "a space comes before a quote, which is no part of a name",
        ),
        "names-prefix-last-mark": (
            b'{"a!":1,"a":2}',
            "21 comes before a quote, which is no part of a name",
        ),
        "names-first-two-of-three": (b'{"b":1,"a":2,"c":3}', "the first two of three names"),
        "names-last-two-of-three": (
            b'{"a":1,"c":2,"b":3}',
            "a name is compared with the one before, not with the first",
        ),
        "names-around-deeper-out-of-order": (
            b'{"b":{"0":1},"a":2}',
            "a deeper name between two makes no order of them",
        ),
        "escape-of-raw-surroundings": (b'"\\ud7ff\\ue000"', "the neighbours of the halves are raw"),
        "escape-of-last-pair": (b'"\\udbff\\udfff"', "U+10FFFF is raw"),
        "escape-of-first-pair": (b'"\\ud800\\udc00"', "U+10000 is raw"),
    },
}


def _with_tokens(texts: Mapping[str, Texts]) -> Mapping[str, Texts]:
    """The texts, and those of tokens in wrong places, as far as they are others."""
    known = {text for text, _ in texts["header-json"].values()}
    tokens = {f"token-{id}": (text, why) for id, text, why in grammar.wrong(known)}
    return {**texts, "header-json": {**texts["header-json"], **tokens}}


_BAD: Final = _with_tokens(_TEXTS)

NOT_WITHIN: Final = frozenset({"bracket-after-value-deep", "nested-sixteen", "nested-beside"})
"""Texts that are something else where an object is open around them."""


def wrong(*rules: str) -> Iterator[tuple[str, str, bytes, str]]:
    """(rule, end of an id, text, why) of each text that breaks one of these rules anywhere."""
    for rule in rules:
        for id, (text, why) in _BAD[rule].items():
            if id not in NOT_WITHIN:
                yield rule, id, text, why


def cases(contract: Contract) -> Iterator[Case]:
    """All texts; each says which rule it just keeps, or breaks."""
    for rule, texts in _GOOD.items():
        for id, (text, why) in texts.items():
            yield accepted(
                contract,
                f"json-accept-{id}",
                rule,
                text,
                why,
                origin="canonical JSON",
                kind="canonical-json",
            )
    for rule, texts in _BAD.items():
        for id, (text, why) in texts.items():
            yield rejected(
                contract,
                f"json-{rule.removeprefix('header-')}-{id}",
                rule,
                text,
                why,
                origin="canonical JSON",
                kind="canonical-json",
            )
