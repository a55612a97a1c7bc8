"""Measures shingles of several lengths for kana and Hangul: how much of a short text is in others that it has nothing to do with, and how much of a text is
left in an edited copy.

    for page in japanese/*.html; do gleaner extract "$page" > "$page.txt"; done
    python benches/shingle_width.py japanese/*.txt

Each file is a text. Folding is that of `extract/src/base/text.rs`, without its rare cases. Relates nothing.
"""

import random
import sys
import unicodedata

WIDTHS = (4, 5, 6, 8)
PASSAGES = (40, 80, 160, 320)

UNSPACED = ((0x1100, 0x11FF), (0x3005, 0x3007), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7AF))
WIDE = ((0x1100, 0x11FF), (0x3040, 0x30FF), (0x31F0, 0x31FF), (0xAC00, 0xD7AF))


def is_in(character, ranges):
    return any(first <= ord(character) <= last for first, last in ranges)


def fold(text):
    tokens, word = [], ""
    for character in unicodedata.normalize("NFKC", text):
        is_letter = character.isalnum() or (word and unicodedata.category(character).startswith("M"))
        if is_letter and not is_in(character, UNSPACED):
            word += character.lower()
            continue
        if word:
            tokens.append(word)
            word = ""
        if is_letter:
            tokens.append(character)
    return tokens + [word] if word else tokens


def shingles(tokens, width):
    found = set()
    for at, token in enumerate(tokens):
        end = at + (width if is_in(token[0], WIDE) else 4)
        if end <= len(tokens):
            found.add(tuple(tokens[at:end]))
    return found


def unrelated(texts, width, chance):
    """The share of passages that is in all other texts together."""
    whole = [shingles(text, width) for text in texts]
    shares = []
    for at, text in enumerate(texts):
        others = set().union(*(other for place, other in enumerate(whole) if place != at))
        for length in PASSAGES:
            for _ in range(20 if len(text) >= length else 0):
                start = chance.randrange(len(text) - length + 1)
                passage = shingles(text[start : start + length], width)
                shares.append(len(passage & others) / max(1, len(passage)))
    return sum(shares) / len(shares), max(shares)


def edited(texts, width, share, chance):
    """The share of a text that is left if so many of its words, three characters each, come from other texts."""
    left = []
    for text in texts:
        for _ in range(5):
            copy, places = list(text), list(range(0, len(text) - 3, 3))
            chance.shuffle(places)
            for place in places[: int(len(places) * share)]:
                other = chance.choice(texts)
                start = chance.randrange(len(other) - 3)
                copy[place : place + 3] = other[start : start + 3]
            whole = shingles(text, width)
            left.append(len(whole & shingles(copy, width)) / len(whole))
    return sum(left) / len(left), min(left)


def main():
    texts = [fold(open(path, encoding="utf-8").read()) for path in sys.argv[1:]]
    for width in WIDTHS:
        chance = random.Random(15)
        mean, most = unrelated(texts, width, chance)
        print(f"width {width}: of a passage, {mean:.3f} is in other texts (at most {most:.3f})", end="")
        for share in (0.05, 0.1, 0.2):
            mean, least = edited(texts, width, share, chance)
            print(f"; {share:.0%} changed: {mean:.3f} left (at least {least:.3f})", end="")
        print()


main()
