"""What every page must be, whoever asked for it: `faults(...)` lists what is wrong with one.

Pure: takes a page's text and headers, knows no application and no database.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, fromstring

from markupever import HtmlOptions, Parser
from markupever.dom import Element as Tag
from markupever.dom import Text, TreeDom

HTML = "http://www.w3.org/1999/xhtml"
CONTROLS = ("input", "select", "textarea")
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
ADDRESSES = (
    "src",
    "href",
    "action",
    "formaction",
    "poster",
    "srcset",
    "data",
    "cite",
    "ping",
    "background",
)
REFERENCES = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-owns",
    "headers",
    "form",
    "list",
)
DOSE_NAME = re.compile(r"(^|\.)cells\.")


class _Own(threading.local):
    """What one thread keeps to its end.

    A parser may be freed by the thread that made it and no other; but what measures coverage looks
    into the frames of every thread, and can be the last to let go of what it saw there.
    """

    def __init__(self) -> None:
        self.parsers: list[Parser] = []


_own = _Own()


class Document:
    """A parsed page: its elements in order, each with its parent."""

    def __init__(self, html: str) -> None:
        self.starts_as_html = html.lstrip().lower().startswith("<!doctype html>")
        parser = Parser(HtmlOptions(exact_errors=True))
        _own.parsers.append(parser)
        parser.process(html)
        parser.finish()
        self.parse_errors = [f"not valid HTML: {error}" for error in parser.errors()]
        self.root = _tree(parser.into_dom())
        self._parents = {child: parent for parent in self.root.iter() for child in parent}
        self.elements = list(self.root.iter())
        self.by_id = {e.get("id"): e for e in self.elements if e.get("id") is not None}

    def all(self, *tags: str) -> list[Element]:
        """Return the elements with any of these tags, in page order."""
        return [e for e in self.elements if e.tag in tags]

    def ancestors(self, element: Element) -> Iterator[Element]:
        """Yield the parent, its parent, and so on."""
        while (parent := self._parents.get(element)) is not None:
            yield parent
            element = parent


def _tree(dom: TreeDom) -> Element:
    """Copy a parsed page into a tree of the standard library; HTML's own names stay plain.

    It goes there as XML, which both sides do in C: a walk over the nodes takes six times as long,
    and is left for what XML has no place for, such as a "<" in an attribute.
    """
    written = dom.serialize(is_html=False).replace("&nbsp;", "\N{NO-BREAK SPACE}")
    for character in "\t\n\r":  # written out, they stay what they are in an attribute too
        written = written.replace(character, f"&#{ord(character)};")
    try:
        root = fromstring(written)
    except ParseError:
        return _walked(dom)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{HTML}}}")
        for name in [name for name in element.attrib if name[0] == "{"]:
            element.set(name.rpartition("}")[2], element.attrib.pop(name))
    return root


def _walked(dom: TreeDom) -> Element:
    builder = TreeBuilder()
    for edge in dom.root().traverse():
        node = edge.node
        if isinstance(node, Tag):
            space = "" if node.name.ns == HTML else f"{{{node.name.ns}}}"
            name = space + node.name.local
            if edge.closed:
                builder.end(name)
            else:
                builder.start(name, {key.local: value for key, value in node.attrs.items()})
        elif isinstance(node, Text) and not edge.closed:
            builder.data(node.content)
    root: Element = builder.close()
    return root


def words(element: Element | None) -> str:
    """Return an element's text with runs of white space as one space."""
    return "" if element is None else " ".join("".join(_text(element)).split())


def _text(element: Element) -> Iterator[str]:
    if element.tag not in ("script", "style", "template"):
        yield element.text or ""
        for child in element:
            yield from _text(child)
            yield child.tail or ""


def is_dose_input(element: Element) -> bool:
    """Tell whether a control takes a dose: marked so, or named as a cell of a step."""
    return element.get("data-dose") is not None or bool(DOSE_NAME.search(element.get("name") or ""))


def faults(
    page: str | Document,
    headers: Mapping[str, str],
    *,
    signed_in: bool,
    empty_doses: bool = False,
) -> list[str]:
    """List everything wrong with a page, one sentence each; an empty list is a good page.

    `signed_in` asks for `Cache-Control: no-store`. `empty_doses` asks that dose cells are empty.
    """
    document = Document(page) if isinstance(page, str) else page
    if not document.starts_as_html:
        return ["the page does not start with <!doctype html>"]
    return [
        *document.parse_errors,
        *_header_faults(headers, signed_in),
        *_heading_faults(document),
        *_id_faults(document),
        *_label_faults(document),
        *_address_faults(document),
        *_inline_faults(document),
        *_form_faults(document),
        *_table_faults(document),
        *_dose_faults(document, empty_doses),
    ]


def _header_faults(headers: Mapping[str, str], signed_in: bool) -> Iterator[str]:
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy:
        yield f"the Content-Security-Policy does not start from default-src 'none': {policy!r}"
    for forbidden in ("unsafe-", "data:", "http:", "https:", "*"):
        if forbidden in policy:
            yield f"the Content-Security-Policy allows {forbidden}"
    for directive in ("form-action", "frame-ancestors", "base-uri"):
        if directive not in policy:
            yield f"the Content-Security-Policy says nothing about {directive}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "the header X-Content-Type-Options: nosniff is missing"
    if headers.get("Referrer-Policy") not in ("no-referrer", "same-origin", "strict-origin"):
        yield "the header Referrer-Policy is missing or tells other hosts too much"
    if signed_in and "no-store" not in headers.get("Cache-Control", ""):
        yield "a page of someone signed in may be stored: Cache-Control: no-store is missing"


def _heading_faults(document: Document) -> Iterator[str]:
    if not document.root.get("lang"):
        yield "the html element has no lang"
    headings = document.all("h1")
    titles = [e for e in document.all("title") if "head" in {a.tag for a in document.ancestors(e)}]
    if len(headings) != 1:
        yield f"{len(headings)} h1 on the page instead of one"
    if len(titles) != 1:
        yield f"{len(titles)} titles on the page instead of one"
    if len(headings) == len(titles) == 1:
        title, heading = words(titles[0]).removeprefix("Error: "), words(headings[0])
        if not heading or not title.startswith(heading):
            yield f"the title {title!r} does not start with the h1 {heading!r}"
    level = 0
    for element in document.all("h1", "h2", "h3", "h4", "h5", "h6"):
        deeper = int(element.tag[1])
        if level and deeper > level + 1:
            yield f"the heading {words(element)!r} jumps from h{level} to h{deeper}"
        level = deeper
    if len(document.all("main")) != 1:
        yield "the page does not have exactly one main element"


def _id_faults(document: Document) -> Iterator[str]:
    counted = Counter(e.get("id") for e in document.elements if e.get("id") is not None)
    for name, times in counted.items():
        if times > 1 or not name:
            yield f"the id {name!r} is used {times} times"
    for element in document.elements:
        for attribute in REFERENCES:
            for target in (element.get(attribute) or "").split():
                if target not in document.by_id:
                    yield f"<{element.tag} {attribute}={target!r}> points at nothing"


def _label_faults(document: Document) -> Iterator[str]:
    labelled = {e.get("for"): words(e) for e in document.all("label") if e.get("for")}
    for element in document.all(*CONTROLS):
        if element.tag == "input" and element.get("type", "text") in UNLABELLED_TYPES:
            continue
        around = [words(a) for a in document.ancestors(element) if a.tag == "label"]
        named_by = (element.get("aria-labelledby") or "").split()
        label = (
            labelled.get(element.get("id"))
            or "".join(around)
            or (element.get("aria-label") or "").strip()
            or "".join(words(document.by_id.get(name)) for name in named_by)
        )
        if not label:
            yield f"<{element.tag} name={element.get('name')!r}> has no label"
        if element.get("type") == "radio" and not _is_grouped(document, element):
            yield f"the choice {element.get('name')!r} is not in a fieldset with a legend"
    for element in document.all("button"):
        if not (words(element) or element.get("aria-label")):
            yield "a button has no words"
    for element in document.all("img"):
        if element.get("alt") is None:
            yield f"the image {element.get('src')!r} has no alt"
    for element in document.all("a"):
        if not (words(element) or element.get("aria-label")):
            yield f"the link to {element.get('href')!r} has no words"


def _is_grouped(document: Document, element: Element) -> bool:
    for around in document.ancestors(element):
        if around.tag == "fieldset" and any(c.tag == "legend" and words(c) for c in around):
            return True
        if around.get("role") in ("radiogroup", "group") and (
            around.get("aria-labelledby") or around.get("aria-label")
        ):
            return True
    return False


def _address_faults(document: Document) -> Iterator[str]:
    for element in document.elements:
        for attribute in ADDRESSES:
            value = element.get(attribute)
            if value is None or (attribute == "data" and element.tag != "object"):
                continue
            parts = urlsplit(value.strip())
            if parts.netloc or parts.scheme not in ("", "tel", "mailto"):
                yield f"<{element.tag} {attribute}={value!r}> is an address of another host or kind"
            if element.tag == "a" and attribute == "href":
                if value.strip() in ("", "#"):
                    yield f"the link {words(element)!r} leads nowhere"
                elif value.startswith("#") and value[1:] not in document.by_id:
                    yield f"the link {words(element)!r} leads to {value}, which is not on the page"


def _inline_faults(document: Document) -> Iterator[str]:
    for element in document.elements:
        if element.tag == "style":
            yield "there is a <style> element"
        if element.tag == "script" and (element.get("src") is None or words(element)):
            yield "there is an inline script"
        for attribute in element.attrib:
            if attribute == "style" or attribute.lower().startswith("on"):
                yield f"<{element.tag}> has the inline attribute {attribute}"
        if (element.get("tabindex") or "0").strip() not in ("0", "-1"):
            yield f"<{element.tag}> changes the tab order"


def _form_faults(document: Document) -> Iterator[str]:
    for form in document.all("form"):
        action, method = form.get("action"), (form.get("method") or "").lower()
        if not action:
            yield "a form has no action"
        if method not in ("get", "post"):
            yield f"the form to {action!r} has no method"
        tokens = [
            e
            for e in form.iter("input")
            if e.get("name") == "csrf_token" and e.get("type") == "hidden" and e.get("value")
        ]
        if method == "post" and len(tokens) != 1:
            yield f"the form to {action!r} has {len(tokens)} CSRF tokens instead of one"
        if method == "get" and tokens:
            yield f"the form to {action!r} would put its CSRF token into the address"


def _table_faults(document: Document) -> Iterator[str]:
    for heading in document.all("th"):
        if heading.get("scope") not in ("col", "row", "colgroup", "rowgroup"):
            yield f"the table heading {words(heading)!r} has no scope"


def _dose_faults(document: Document, empty_doses: bool) -> Iterator[str]:
    for element in document.all(*CONTROLS):
        if not is_dose_input(element):
            continue
        name = element.get("name")
        if element.get("type") == "hidden" and element.get("value") and not empty_doses:
            continue  # the text of a cell without a box now goes with its form, shown to nobody
        if element.tag != "input" or element.get("type", "text") != "text":
            yield f"the dose cell {name!r} is not a plain text input"
        if element.get("placeholder") is not None or element.get("list") is not None:
            yield f"the dose cell {name!r} suggests a dose"
        if element.get("autocomplete") != "off":
            yield f"the dose cell {name!r} lets the browser suggest (autocomplete is not off)"
        if empty_doses and element.get("value"):
            yield f"the dose cell {name!r} arrives with {element.get('value')!r}"
