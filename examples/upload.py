"""A service that takes packs of strangers: POST one, and it is stored if it is valid.

    python upload.py FOLDER [PORT]

Answers 201 and what is in the pack, 422 and a report, or 413 when it is too large.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import prometeu_assets as pa

LARGEST = 32 * 1024 * 1024
"""Bytes of a pack that the service takes."""

LIMITS = pa.Limits(header_bytes=256 * 1024)
"""Stricter than those of the format: a header costs time before it is known to be right."""

Answer = tuple[str, dict[str, Any]]


def content(data: bytes) -> dict[str, Any]:
    """What is in a valid pack."""
    with pa.open(data, limits=LIMITS) as pack:
        return {
            "sha256": sha256(data).hexdigest(),
            "size": pack.size,
            "assets": [
                {"id": entry.asset_id, "name": entry.asset_name, "bank_type": entry.bank_type}
                for entry in pack.entries
            ],
        }


def store(folder: Path, data: bytes) -> Answer:
    """Keep the pack under its checksum, if a reader takes it."""
    report = pa.validate(data, limits=LIMITS)
    if not report.ok:
        return "422 Unprocessable Content", report.as_json()
    told = content(data)
    (folder / f"{told['sha256']}.pa").write_bytes(data)
    return "201 Created", told


def service(folder: Path) -> Callable[..., Iterable[bytes]]:
    """The WSGI application."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        status, value = "413 Content Too Large", dict[str, Any](largest=LARGEST)
        if size <= LARGEST:
            status, value = store(folder, environ["wsgi.input"].read(size))
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(value).encode()]

    return answer


def main() -> None:
    """Serve until interrupted."""
    folder, *port = sys.argv[1:]
    with make_server("localhost", int(port[0]) if port else 8000, service(Path(folder))) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
