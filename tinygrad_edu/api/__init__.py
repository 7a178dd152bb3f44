"""PyTorch's functions over the derivative table: arguments read and checked, types promoted, then one operation.

A family is a file, and its ``__all__`` has what the package's face hands on. `conversion`, `inplace` and
`numpy_protocol` are methods only.
"""
