"""A differential search: random programs of tensors, run line by line beside a second opinion, must agree.

    python -m tests.programs --count 20000 --judge torch          the same lines in PyTorch
    python -m tests.programs --count 20000 --judge recomputation  every number again, from the leaves, without a graph
    python -m tests.programs --seed 3 --only 1234                 one program: its lines, and what the judge says

A program is a list of lines of Python, each a statement of its own, so that it can be pasted and run: only the import
differs between this package and PyTorch. Programs make tensors, views and views of views, compute, change them in
place, switch recording, hang hooks, and walk back, several times and to second order. What the two say is compared
after each line: values, and whether the line is refused; at the end also gradients, flags, and who shares memory.

A disagreement is made small by leaving lines out, as long as it stays, and printed. Where the two differ on purpose, a
line of decisions.py says so with its reason. A short search of each judge runs in tests/autograd/test_programs.py and
tests/parity/test_programs_parity.py.
"""
