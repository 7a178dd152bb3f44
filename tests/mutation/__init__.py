"""Mutation: wrong derivatives are planted in the derivative table, one at a time, and the tests must notice each.

    python -m tests.mutation              all of them, and the table of kills
    python -m tests.mutation mul std      those of the operations named

The mistakes are made on the syntax trees of the rules, which are read from the table itself, so that a new
operation takes part without a line being added here. A mistake that changes nothing is listed, with the
reason, in equivalent.py. A sample of all of this runs in tests/ops/test_mutation.py.
"""
