"""Without PyTorch there is nothing to compare with: the table of comparisons isn't collected."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("torch") else ["test_evidence.py"]
