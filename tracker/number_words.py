"""English number words said in Spanish: "two and a half" is "dos y medio".

Only words go in: `doses.words` has read the digits, and nothing here sees a dose. The number is
named as such ("uno", "veintiuno"), whatever the gender of the unit that follows. Pure.
"""

from __future__ import annotations

from tracker.languages import SPANISH, Spoken

_BELOW_TWENTY = {
    "zero": "cero", "one": "uno", "two": "dos", "three": "tres", "four": "cuatro",
    "five": "cinco", "six": "seis", "seven": "siete", "eight": "ocho", "nine": "nueve",
    "ten": "diez", "eleven": "once", "twelve": "doce", "thirteen": "trece",
    "fourteen": "catorce", "fifteen": "quince", "sixteen": "dieciséis",
    "seventeen": "diecisiete", "eighteen": "dieciocho", "nineteen": "diecinueve",
}  # fmt: skip
_TENS = {
    "twenty": "veinte", "thirty": "treinta", "forty": "cuarenta", "fifty": "cincuenta",
    "sixty": "sesenta", "seventy": "setenta", "eighty": "ochenta", "ninety": "noventa",
}  # fmt: skip
_TWENTIES = {
    "one": "veintiuno", "two": "veintidós", "three": "veintitrés", "four": "veinticuatro",
    "five": "veinticinco", "six": "veintiséis", "seven": "veintisiete", "eight": "veintiocho",
    "nine": "veintinueve",
}  # fmt: skip
_HUNDREDS = {
    "one": "ciento", "two": "doscientos", "three": "trescientos", "four": "cuatrocientos",
    "five": "quinientos", "six": "seiscientos", "seven": "setecientos", "eight": "ochocientos",
    "nine": "novecientos",
}  # fmt: skip
_PARTS = {
    "half": "un medio", "one quarter": "un cuarto", "three quarters": "tres cuartos",
}  # fmt: skip
_AND_PARTS = {
    " and a half": " y medio", " and a quarter": " y un cuarto",
    " and three quarters": " y tres cuartos",
}  # fmt: skip


class NumberWords(Spoken):
    """A number in English words that can be said in Spanish."""

    __slots__ = ()

    def into(self, language: str) -> str:
        """Say it in this language."""
        return in_spanish(str.__str__(self)) if language == SPANISH else str.__str__(self)

    def parts(self) -> list[str]:
        """Give the English words."""
        return [str.__str__(self)]

    @classmethod
    def again(cls, *parts: str) -> Spoken:
        """Make it again."""
        return cls(parts[0])


def in_spanish(words: str) -> str:
    """Say in Spanish what `doses.words` said in English; raises KeyError for any other words."""
    if words in _PARTS:
        return _PARTS[words]
    for english, spanish in _AND_PARTS.items():
        if words.endswith(english):
            return _whole(words.removesuffix(english)) + spanish
    whole, _, decimals = words.partition(" point ")
    said = _whole(whole)
    if decimals:
        said += " punto " + " ".join(_BELOW_TWENTY[digit] for digit in decimals.split())
    return said


def _whole(words: str) -> str:
    """Say a whole number; Spanish counts a billion as a thousand millions."""
    rest, said = words, {}
    for scale in ("billion", "million", "thousand"):
        before, found, after = rest.partition(f" {scale}")
        said[scale], rest = (before, after.strip()) if found else ("", rest)
    parts = [_millions(said["billion"], said["million"]), _thousands(said["thousand"])]
    return " ".join(part for part in (*parts, _group(rest) if rest else "") if part)


def _millions(billions: str, millions: str) -> str:
    if not billions and millions == "one":
        return "un millón"
    count = [_thousands(billions), _short(_group(millions)) if millions else ""]
    said = " ".join(part for part in count if part)
    return f"{said} millones" if said else ""


def _thousands(words: str) -> str:
    if words == "one":
        return "mil"
    return f"{_short(_group(words))} mil" if words else ""


def _short(words: str) -> str:
    """Shorten a last "uno", as it is before "mil" and "millones"."""
    if words.endswith("veintiuno"):
        return words.removesuffix("veintiuno") + "veintiún"
    return words.removesuffix("o") if words.endswith("uno") else words


def _group(words: str) -> str:
    """Say a number below a thousand."""
    hundreds, found, below = words.rpartition(" hundred")
    below = below.strip() if found else words
    if not found:
        return _below_hundred(below)
    if not below:
        return "cien" if hundreds == "one" else _HUNDREDS[hundreds]
    return f"{_HUNDREDS[hundreds]} {_below_hundred(below)}"


def _below_hundred(words: str) -> str:
    tens, _, ones = words.partition("-")
    if not ones:
        return _TENS.get(tens) or _BELOW_TWENTY[tens]
    return _TWENTIES[ones] if tens == "twenty" else f"{_TENS[tens]} y {_BELOW_TWENTY[ones]}"
