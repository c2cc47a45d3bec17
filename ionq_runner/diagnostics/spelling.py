"""Characters that look like ASCII, or stand for a word of it, and how ASCII writes them."""

from __future__ import annotations

import unicodedata

__all__ = ["described", "foreign_letter", "plain_spelling", "replacement"]

_CYRILLIC = dict(zip("авеіјкмнорсѕтухһ", "abeijkmhopcstyxh", strict=True))
_LETTERS = {"lamda": "lambda", "final": "sigma"}


def plain_spelling(character: str) -> str:
    """`theta` for the Greek letter, `x` for its Cyrillic look-alike, `1/2` for the sign; empty for what ASCII cannot write."""
    plain = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    words = unicodedata.name(plain, "").lower().split() if len(plain) == 1 else []
    if words[:1] == ["greek"] and "letter" in words[:-1]:
        letter = words[words.index("letter") + 1]
        return _LETTERS.get(letter, letter)
    plain = _CYRILLIC.get(plain.lower(), plain)
    return plain if plain != character and plain.isascii() and plain.isprintable() else ""


def replacement(character: str) -> str:
    """What to do with a character that ASCII writes differently, as a remedy; empty where nothing is known of it."""
    if unicodedata.category(character) == "Cf":
        return "delete it; most editors do not show it"
    plain = plain_spelling(character)
    return "write a plain space" if plain == " " else (f"write `{plain}`" if plain else "")


def described(character: str) -> str:
    """A character and what it is called: `θ` (greek small letter theta), U+200B (zero width space)."""
    shown = f"`{character}`" if character.isprintable() else f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower() if ord(character) > 127 else ""
    return f"{shown} ({name})" if name else shown


def foreign_letter(word: str) -> str:
    """`; it has а (cyrillic small letter a)` for a word that is not all ASCII; else empty."""
    found = next((character for character in word if ord(character) > 127), "")
    return f"; it has {described(found)}" if found else ""
