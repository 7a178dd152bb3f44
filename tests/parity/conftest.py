"""Without PyTorch there is nothing to compare with: the table of comparisons isn't collected.

Nor is what only the table asks for, unless it is made.
"""

from __future__ import annotations

from importlib.util import find_spec

from support.evidence import LEDGER

collect_ignore = [] if find_spec("torch") else ["test_evidence.py"]
if not LEDGER.is_open:
    collect_ignore.append("test_layers_parity.py")
