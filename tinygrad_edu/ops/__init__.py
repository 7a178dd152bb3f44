"""The derivative table: every differentiable operation, its forward and its derivatives side by side.

A family is a file; table.py lists them all.
"""
