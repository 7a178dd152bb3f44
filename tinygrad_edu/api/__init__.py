"""PyTorch's functions over the derivative table: arguments read and checked, types promoted, then one operation.

A family is a file, called as its rules in ops/, and its ``__all__`` has what the package's face hands on. It ends
with a class of what is a method of tensors too; `assignment` and `conversion` are methods only. The private files
are what functions share, and `numpy_protocol` hands NumPy's calls to them.
"""
