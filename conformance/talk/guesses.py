"""Tells what nobody could guess from a name: by pairs of characters that stand together in no word."""

from __future__ import annotations

from itertools import accumulate, pairwise
from types import MappingProxyType

# What follows each letter in words of English and of medicine: nine of ten pairs in 33,000 words, and four of
# ten pairs of letters that were drawn by chance.
_FOLLOWED = MappingProxyType(
    {
        "a": "bcdgiklmnprstuvy",
        "b": "aeilorsu",
        "c": "acehiklorstu",
        "d": "adefiloprsuy",
        "e": "abcdefgilmnopqrstvwxy",
        "f": "aefilortu",
        "g": "aehilnorsuy",
        "h": "aeioty",
        "i": "abcdefglmnoprstvz",
        "j": "",
        "k": "eis",
        "l": "acdeilostuy",
        "m": "abeimopsuw",
        "n": "acdefgiklnopstuv",
        "o": "abcdfgiklmnoprstuvw",
        "p": "aehiloprstuy",
        "q": "u",
        "r": "acdegiklmnoprstuvy",
        "s": "acefhiklopstuy",
        "t": "acdefhilmoprstuy",
        "u": "abcdeilmnprst",
        "v": "aei",
        "w": "aei",
        "x": "pt",
        "y": "ps",
        "z": "e",
    }
)
_WORDLIKE = frozenset(first + second for first, seconds in _FOLLOWED.items() for second in seconds)
# Among so many characters in a row, so many pairs are in no word: so it is with 99.7 % of 10,000 keys of each
# kind (base64url, hex, UUID, letters alone, base32), and with 3.5 % of 23,000 names of programs.
_WINDOW = 20
_FEWEST = 4


def is_unguessable(piece: str) -> bool:
    """Tell whether a part of an address was drawn by chance; a number is taken for a UID."""
    odd = [0, *accumulate(map(_is_odd, pairwise(piece)))]
    later = odd[_WINDOW - 1 :] or odd[-1:]
    return any(last - first >= _FEWEST for first, last in zip(odd, later, strict=False))


def _is_odd(pair: tuple[str, str]) -> bool:
    """Tell whether two characters stand together in no word, and do not begin one as in `imagingStudy`."""
    first, second = pair
    if first.isalpha() and second.isalpha():
        begins = first.islower() and second.isupper()
        return not begins and (first + second).lower() not in _WORDLIKE
    return (first.isdigit() and second.isalpha()) or (first.isalpha() and second.isdigit())
