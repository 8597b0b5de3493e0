"""The same words for WeasyPrint: a sheet's blocks as HTML with a small print style sheet."""

from __future__ import annotations

from html import escape
from typing import Any

from tracker.handouts import PatientSheet, preview_of
from tracker.handouts.fonts import SHIPPED

WHY_NOT = VERSION = ""
try:
    import weasyprint

    VERSION = weasyprint.__version__
except (ImportError, OSError) as missing:  # the package, or the Pango that it loads
    WHY_NOT = f"WeasyPrint cannot be loaded ({missing})."

_STYLE = f"""
@font-face {{ font-family: paper; src: url("{(SHIPPED / "NotoSans-Regular.ttf").as_uri()}") }}
@font-face {{ font-family: paper; font-weight: bold;
  src: url("{(SHIPPED / "NotoSans-Bold.ttf").as_uri()}") }}
@page {{ size: Letter; margin: 0.5in;
  @bottom-right {{ content: counter(page) " / " counter(pages) }} }}
body {{ font: 12pt/15pt paper }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: 0.75pt solid black; padding: 2pt 4pt; text-align: left; vertical-align: top }}
tr {{ break-inside: avoid }} .box {{ border: 1pt solid black; padding: 5pt }}
.beside {{ display: flex }} .page {{ break-before: page }}
"""


def page(sheet: PatientSheet) -> str:
    """Return the sheet's words as one HTML document."""
    told = preview_of(sheet)
    body = "".join(_block(block) for block in told["blocks"])
    head = f'<meta charset="utf-8"><title>{escape(told["title"])}</title><style>{_STYLE}</style>'
    return f'<html lang="{told["language"]}"><head>{head}</head><body>{body}</body></html>'


def pdf(source: str) -> bytes:
    """Return WeasyPrint's PDF/UA-1 of it."""
    made: bytes = weasyprint.HTML(string=source).write_pdf(pdf_variant="pdf/ua-1")
    return made


def _said(words: list[dict[str, Any]]) -> str:
    return "".join(
        f"<b>{escape(span['text'])}</b>" if span["bold"] else escape(span["text"]) for span in words
    )


def _blocks(blocks: list[dict[str, Any]]) -> str:
    return "".join(_block(block) for block in blocks)


def _block(block: dict[str, Any]) -> str:
    match block["kind"]:
        case "heading":
            return f"<h{block['level']}>{_said(block['words'])}</h{block['level']}>"
        case "list":
            items = "".join(f"<li>{_said(item)}</li>" for item in block["items"])
            return f"<ul>{items}</ul>"
        case "table" | "month":
            return _table(block)
        case "box":
            return f'<div class="box">{_blocks(block["blocks"])}</div>'
        case "group":
            return f"<div>{_blocks(block['blocks'])}</div>"
        case "beside":
            sides = (_blocks(block[side]) for side in ("left", "right"))
            return (
                '<div class="beside">' + "".join(f"<div>{side}</div>" for side in sides) + "</div>"
            )
        case "code":
            return f"<p>{escape(block['alt'])}</p>"
        case "page":
            return '<div class="page"></div>'
        case _:
            return f"<p>{_said(block['words'])}</p>"


def _table(block: dict[str, Any]) -> str:
    head = "".join(f'<th scope="col">{_said(header)}</th>' for header in block["headers"])
    rows = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in block["rows"])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(cell: dict[str, Any]) -> str:
    tag = 'th scope="row"' if cell["row_header"] else "td"
    boxes = "☐" * sum(cell["ticks"])
    notes = "".join(f"<br>{_said(note)}" for note in cell["notes"])
    return f"<{tag}>{_said(cell['words'])}{boxes}{notes}</{tag[:2]}>"
