"""All entries of the corpus, by name."""

from __future__ import annotations

from corpus import hard_places, hard_shapes, wrong_places, wrong_shapes, wrong_uses
from corpus.case import Right, Wrong

__all__ = ["RIGHT", "WRONG"]

WRONG: dict[str, Wrong] = wrong_places.WRONG | wrong_shapes.WRONG | wrong_uses.WRONG
RIGHT: dict[str, Right] = hard_places.RIGHT | hard_shapes.RIGHT
