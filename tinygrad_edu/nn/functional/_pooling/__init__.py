"""Pooling (プーリング): what many values have in common, or the largest of them.

Source: https://docs.pytorch.org/docs/stable/nn.functional.html#pooling-functions
"""
