"""Races: tinygrad_edu against PyTorch, and against NumPy with the gradients written by hand.

``python -m benchmarks`` runs them all; README.md says how to read the table.

    targets.py     what tinygrad_edu is to reach
    workloads/     what is computed, a file each, by every contender
    contest.py     who runs when: processes, turns, rounds
    worker.py      the process that one contender runs in
    report.py      from seconds to ratios to a table
    ulps.py        no race, but how exact everything is: ``python -m benchmarks.ulps``

No race imports NumPy or a contender before its turn: each is imported in its own process only.
"""
