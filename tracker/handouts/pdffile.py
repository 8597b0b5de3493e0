"""The end of a PDF file: many small objects in one compressed stream, and the table of all objects.

ReportLab writes pages and fonts well, but a tagged sheet has hundreds of structure elements, and
writing each as an object of its own costs more than all the rest. Object streams and the
cross-reference stream are PDF 1.5 (ISO 32000-1, 7.5.7 and 7.5.8).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from struct import pack

FREE, PLAIN, PACKED = 0, 1, 2  # types of an entry in the table
_ENTRY = ">BIH"


def entry(kind: int, where: int, inside: int) -> bytes:
    """Return one entry of the table of objects: FREE, PLAIN at an offset, or PACKED in a stream."""
    return pack(_ENTRY, kind, where, inside)


def close_file(
    body: bytes, offsets: Sequence[int], packed: Sequence[bytes], trailer: bytes
) -> bytes:
    """Return a whole file.

    body: header and objects 1 to n, which begin at `offsets`. packed: the objects that follow,
    n + 1 and on, without "obj" and "endobj". trailer: the entries /Root, /Info and /ID.
    """
    stream_number = len(offsets) + len(packed) + 1
    entries = [entry(FREE, 0, 0xFFFF)]
    entries += [entry(PLAIN, offset, 0) for offset in offsets]
    entries += [entry(PACKED, stream_number, place) for place in range(len(packed))]
    entries.append(entry(PLAIN, len(body), 0))
    numbers = range(len(offsets) + 1, stream_number)
    body += object_stream(stream_number, numbers, packed)
    entries.append(entry(PLAIN, len(body), 0))
    keys = b"/Type /XRef /W [1 4 2] /Size %d %s" % (len(entries), trailer)
    table = stream(stream_number + 1, keys, b"".join(entries))
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def object_stream(number: int, numbers: Sequence[int], packed: Sequence[bytes]) -> bytes:
    """Return stream object `number` that holds objects `numbers`, without "obj" and "endobj"."""
    places, at = [], 0
    for own, one in zip(numbers, packed, strict=True):
        places.append(b"%d %d" % (own, at))
        at += len(one) + 1
    head = b" ".join(places) + b"\n"
    keys = b"/Type /ObjStm /N %d /First %d" % (len(packed), len(head))
    return stream(number, keys, head + b"\n".join(packed))


def stream(number: int, keys: bytes, content: bytes) -> bytes:
    """Return a whole stream object with its content compressed."""
    data = zlib.compress(content, 1)  # as good as all is had here at the first level
    head = b"%d 0 obj\n<< %s /Filter /FlateDecode /Length %d >>\nstream\n"
    return head % (number, keys, len(data)) + data + b"\nendstream\nendobj\n"
