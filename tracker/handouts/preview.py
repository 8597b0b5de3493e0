"""The same words as plain nested values, for a template to show as an accessible page.

Belongs here: turning blocks into dicts and lists of text. No word of its own, and no HTML: the
template escapes what it shows.
"""

from __future__ import annotations

from typing import Any

from tracker.handouts import blocks as b


def preview(document: b.Document) -> dict[str, Any]:
    """Return a document as dicts and lists, in reading order.

    Keys: title, language, page_of, version, who, foot, stamp, watermark, blocks. A block is a
    dict with "kind"; words are lists of {"text", "bold"}; a tick box is True in "ticks".
    """
    running = document.running
    return {
        "title": document.title,
        "language": document.language,
        "page_of": running.page_of,
        "version": running.version,
        "who": _words(b.joined(running.top_left, running.born)),
        "foot": _words(running.bottom),
        "stamp": _words(running.stamp),
        "watermark": running.watermark,
        "blocks": [_block(block) for block in (*document.first_page, *document.further)],
    }


def _words(words: b.Words) -> list[dict[str, Any]]:
    return [{"text": span.text, "bold": span.bold} for span in words]


def _block(block: b.Block) -> dict[str, Any]:
    match block:
        case b.Heading(level, words):
            return {"kind": "heading", "level": level, "words": _words(words)}
        case b.Paragraph(words, large):
            return {"kind": "paragraph", "words": _words(words), "large": large}
        case b.Bullets(items):
            return {"kind": "list", "items": [_words(item) for item in items]}
        case b.Blank(words, lines):
            return {"kind": "blank", "words": _words(words), "lines": lines}
        case b.Choices(words, options):
            said = [_words(option) for option in options]
            return {"kind": "choices", "words": _words(words), "options": said}
        case b.Table(headers, rows, _, month):
            return {
                "kind": "month" if month else "table",
                "headers": [_words(header) for header in headers],
                "rows": [[_cell(cell) for cell in row] for row in rows],
            }
        case b.Box(members, heavy):
            return {"kind": "box", "heavy": heavy, "blocks": [_block(m) for m in members]}
        case b.Together(members):
            return {"kind": "group", "blocks": [_block(m) for m in members]}
        case b.Beside(left, right):
            sides = ([_block(member) for member in side] for side in (left, right))
            return {"kind": "beside", "left": next(sides), "right": next(sides)}
        case b.QrCode(code, alt):
            return {"kind": "code", "code": code, "alt": alt}
        case b.Figure(drawing):
            return {
                "kind": "paragraph",
                "words": _words((b.Span(drawing.sentence),)),
                "large": False,
            }
        case b.NewPage():
            return {"kind": "page"}


def _cell(cell: b.TableCell) -> dict[str, Any]:
    return {
        "words": _words(cell.words),
        "notes": [_words(note) for note in cell.notes],
        "ticks": list(cell.ticks),
        "row_header": cell.row_header,
        "marked": cell.marked,
    }
