"""A sample of the wrong derivatives that tests/mutation plants: the tests of this folder notice each of them.

All of them, and the table of kills: ``python -m tests.mutation``.
"""

from __future__ import annotations

from hashlib import sha256

from mutation.equivalent import EQUIVALENT
from mutation.judge import judged
from mutation.mistakes import KINDS
from mutation.sites import Planted, parts_of, planted, sites

from tinygrad_edu.ops.table import TABLE

SAMPLE = len(KINDS)


def sample() -> list[Planted]:
    """The same mistakes in every run: of each kind in turn, and of operations that have few in it so far."""
    left = [each for name, each in planted().items() if name not in EQUIVALENT]
    left.sort(key=lambda each: sha256(each.name.encode()).digest())
    chosen: list[Planted] = []
    while len(chosen) < SAMPLE:
        kind = KINDS[len(chosen) % len(KINDS)]
        rows = [each.site.row for each in chosen]
        chosen.append(min((each for each in left if each.kind == kind), key=lambda each: rows.count(each.site.row)))
        left.remove(chosen[-1])
    return chosen


def test_every_mistake_of_the_sample_is_noticed_and_the_right_rules_are_not() -> None:
    mistakes = [each.name for each in sample()]
    right = [site.name for site in sites() if site.name in ("matmul.x", "std.x")]
    noticed = dict(judged([*mistakes, *right]))
    assert [name for name in mistakes if noticed[name] is None] == []
    assert {name: noticed[name] for name in right} == {"matmul.x": None, "std.x": None}


def test_mistakes_are_made_in_every_rule_and_of_every_kind() -> None:
    in_rules = {site.function for site in sites()}
    rules = [rule for each in TABLE.values() for _, rule in parts_of(each)]
    assert in_rules.issuperset(rule for rule in rules if rule is not None)
    assert {each.site.name for each in planted().values()} == {site.name for site in sites()}
    assert {each.kind for each in planted().values()} == set(KINDS)


def test_what_is_listed_as_equivalent_is_still_there() -> None:
    gone = sorted(EQUIVALENT.keys() - planted().keys())
    assert gone == [], "after a change of a rule, run python -m tests.mutation and correct tests/mutation/equivalent.py"
