"""What a module is made of: its parameters, its buffers, and the modules inside it.

``self.weight = Parameter(...)`` in the ``__init__`` of a module does two things. It sets an ordinary attribute,
which ``forward`` reads as ``self.weight``. And the module notes that `weight` is one of its *members*: those of
its attributes that `parameters`, `state_dict`, `to` and the like must find, though nobody tells them the names.
A number or a text that is assigned in the same way is no member.

Members are of four kinds. What is assigned says which, but for buffers, which `register_buffer` makes:

    kind             what it is                                       an optimizer changes it   state_dict has it
    parameter        a `Parameter`: weights and biases                yes                       yes
    buffer           any other tensor that belongs to the state       no                        yes
    unsaved buffer   a tensor that can be worked out again            no                        no
    module           a layer, or a larger part of the network         what is in it             what is in it

A member may also be None: then the name is taken, but nothing is there (the bias of ``Linear(2, 3, bias=False)``).
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any

from tinygrad_edu._errors import describe, listed
from tinygrad_edu._signatures import check_argument
from tinygrad_edu.autograd.graph import TensorBase
from tinygrad_edu.nn.parameter import Parameter

__all__ = ["BUFFER", "MODULE", "PARAMETER", "UNSAVED_BUFFER", "Members"]

PARAMETER, BUFFER, UNSAVED_BUFFER, MODULE = "parameter", "buffer", "unsaved buffer", "module"

_BUFFERS = (BUFFER, UNSAVED_BUFFER)
_WANTED = {
    PARAMETER: "a Parameter or None; wrap the tensor in tinygrad_edu.nn.Parameter, or change the values in place",
    BUFFER: "a tensor or None",
    UNSAVED_BUFFER: "a tensor or None",
    MODULE: "a Module or None",
}


class _MadeByInit:
    """A stand-in, in the class, for an attribute that ``__init__`` gives each module: it asks for that call.

    No ``__getattr__`` does it, as that would slow down every other attribute (benchmark W3).
    """

    def __get__(self, module: Any, owner: type) -> Any:
        if module is None:
            return self
        raise AttributeError(f"{owner.__name__}: call super().__init__() first in {owner.__name__}.__init__")


class _Twins(list[Any]):
    """Weak references to the modules that have their members in common: one module, and its shallow copies.

    Of a deep copy, or what was pickled, the twins are those that were copied together with it.
    """

    def __deepcopy__(self, memo: Any) -> _Twins:
        return _Twins()

    def __reduce__(self) -> Any:
        return _Twins, ()


class MemberView(MutableMapping[str, Any]):
    """The members of some kinds of a module, by name: what is done to it is done to the module.

    >>> layer = tg.nn.Linear(2, 3)
    >>> list(layer._parameters)
    ['weight', 'bias']
    """

    def __init__(self, module: Members, *kinds: str) -> None:
        self.module, self.kinds = module, kinds

    def __getitem__(self, name: str) -> Any:
        return dict(self.module._of_kind(*self.kinds))[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.module._check_view(name, self.kinds[0], value)
        kind = self.module._members.get(name)
        self.module._enrol(name, value, kind if kind in self.kinds else self.kinds[0])

    def __delitem__(self, name: str) -> None:
        self[name]  # a KeyError, if it isn't there
        delattr(self.module, name)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self.module._of_kind(*self.kinds)])

    def __len__(self) -> int:
        return len(self.module._of_kind(*self.kinds))

    def __repr__(self) -> str:
        return repr(dict(self))


class Members:
    """An object that registers its members as they are assigned, and lists them; the base of `Module`."""

    _members: Any = _MadeByInit()  # the kind of each member by its name, in the order of registration
    _hooks: Any = _MadeByInit()
    training: Any = _MadeByInit()
    _twins: _Twins  # there from the first copy on

    def __init__(self) -> None:
        self.__dict__["_members"] = {}

    # Copying: a shallow copy has its own plain attributes, and all members and hooks in common with the original

    def __reduce_ex__(self, protocol: Any) -> Any:
        """What copies and pickles are made from; from here on the original knows that it may have twins."""
        if "_members" in vars(self) and "_twins" not in vars(self):
            vars(self)["_twins"] = _Twins()
            self._twins.append(weakref.ref(self))
        return super().__reduce_ex__(protocol)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become what `state` says."""
        vars(self).update(state)
        if "_twins" in state:
            self._twins[:] = [twin for twin in self._twins if twin() is not None]
            self._twins.append(weakref.ref(self))

    def _twin_attributes(self) -> list[dict[str, Any]]:
        """The attributes of this module, and of those that have their members in common with it."""
        twins = [twin() for twin in vars(self).get("_twins", ())]
        return [vars(self), *(vars(twin) for twin in twins if twin is not None and twin is not self)]

    def _set_for_all(self, name: str, value: Any) -> None:
        for attributes in self._twin_attributes():
            attributes[name] = value

    # The members of a kind, as PyTorch keeps them

    @property
    def _parameters(self) -> MemberView:
        """The parameters by name, to read and to change."""
        return MemberView(self, PARAMETER)

    @property
    def _buffers(self) -> MemberView:
        """The buffers by name, to read and to change."""
        return MemberView(self, BUFFER, UNSAVED_BUFFER)

    @property
    def _modules(self) -> MemberView:
        """The modules directly inside this one by name, to read and to change."""
        return MemberView(self, MODULE)

    def _check_view(self, name: Any, kind: str, value: Any) -> None:
        """Refuse what can't be a member of that kind."""
        wanted = {PARAMETER: Parameter, BUFFER: TensorBase, MODULE: Members}[kind]
        if not (value is None or isinstance(value, wanted)):
            raise TypeError(f"{type(self).__name__}: {name!r} must be {_WANTED[kind]}; got {describe(value)}")

    # Registering

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            self._enrol(name, value, PARAMETER)
        elif isinstance(value, Members):
            self._enrol(name, value, MODULE)
        else:
            kind = self.__dict__.get("_members", {}).get(name)
            if kind is not None and value is not None and not (kind in _BUFFERS and isinstance(value, TensorBase)):
                raise TypeError(
                    f"{type(self).__name__}: attribute {name!r} is a registered {kind}, so it can't become "
                    f"{describe(value)}; wanted {_WANTED[kind]}"
                )
            if kind is None:
                object.__setattr__(self, name, value)
            else:
                self._set_for_all(name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        if self._members.pop(name, None) is not None:
            for attributes in self._twin_attributes():
                attributes.pop(name, None)

    def __dir__(self) -> Iterable[str]:
        return [name for name in object.__dir__(self) if not name[:1].isdigit()]

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Make `param` the parameter called `name`; None takes the name and leaves it empty.

        Raises:
            KeyError: If the name is taken by something else, empty, or contains a dot.
            TypeError: If `param` isn't a Parameter, or the name isn't a string.
        """
        self._check_new(name, PARAMETER)
        if not (param is None or isinstance(param, Parameter)):
            raise TypeError(f"{type(self).__name__}: {name!r} must be {_WANTED[PARAMETER]}; got {describe(param)}")
        self._enrol(name, param, PARAMETER)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Make `tensor` a buffer: part of the module's state, but nothing that learns.

        Args:
            name: The name of the attribute.
            tensor: A tensor, or None to take the name and leave it empty.
            persistent: Whether it is saved with the `state_dict`.

        Raises:
            KeyError: If the name is taken by something else, empty, or contains a dot.
            TypeError: If `tensor` isn't a tensor, or the name isn't a string.

        >>> counter = tg.nn.Module()
        >>> counter.register_buffer("steps", tg.tensor(0))
        >>> dict(counter.state_dict())
        {'steps': tensor(0)}
        """
        self._check_new(name, BUFFER)
        if not (tensor is None or isinstance(tensor, TensorBase)):
            raise TypeError(f"{type(self).__name__}: {name!r} must be {_WANTED[BUFFER]}; got {describe(tensor)}")
        self._enrol(name, tensor, BUFFER if persistent else UNSAVED_BUFFER)

    def register_module(self, name: str, module: Any) -> None:
        """Make `module` the child called `name`; for names that aren't attributes, such as ``"0"``.

        Raises:
            KeyError: If the name is taken by something else, empty, or contains a dot.
            TypeError: If `module` isn't a Module, or the name isn't a string.
        """
        self._check_new(name, MODULE)
        self._check_module(name, module)
        self._enrol(name, module, MODULE)

    def _check_module(self, name: str, module: Any) -> None:
        if not (module is None or isinstance(module, Members)):
            hint = "; pass an object, with brackets: " + module.__name__ + "()" if isinstance(module, type) else ""
            raise TypeError(f"{type(self).__name__}: {name!r} must be {_WANTED[MODULE]}; got {describe(module)}{hint}")

    def add_module(self, name: str, module: Any) -> None:
        """Do what `register_module` does."""
        self.register_module(name, module)

    def _check_new(self, name: Any, kind: str) -> None:
        owner = type(self).__name__
        if not isinstance(name, str):
            raise TypeError(f"{owner}: the name of a {kind} must be a string, got {describe(name)}")
        known = self._members.get(name)
        if hasattr(self, name) and known != kind and not (known in _BUFFERS and kind == BUFFER):
            raise KeyError(f"{owner}: attribute {name!r} already exists; choose another name for the {kind}")

    def _enrol(self, name: str, value: Any, kind: str) -> None:
        """Set the attribute and note what it is; whatever had the name before is gone."""
        members = self.__dict__.get("_members")
        if members is None:
            owner = type(self).__name__
            raise AttributeError(
                f"{owner}: can't register {kind} {name!r} yet; call super().__init__() first in {owner}.__init__"
            )
        if not name or "." in name:
            raise KeyError(f"{type(self).__name__}: the name of a {kind} can't be empty or contain a dot, got {name!r}")
        if members.get(name) != kind:
            members.pop(name, None)
            members[name] = kind
        self._set_for_all(name, value)

    # Listing

    def _of_kind(self, *kinds: str) -> list[tuple[str, Any]]:
        """The names and values of this module's own members of some kinds, empty ones too."""
        attributes = self.__dict__
        return [(name, attributes[name]) for name, kind in self._members.items() if kind in kinds]

    def named_modules(
        self, memo: set[Any] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Iterate over this module and all modules inside it, each with its dotted path.

        Args:
            memo: The modules to leave out; those that were seen are added.
            prefix: What to put in front of the paths.
            remove_duplicate: Whether a module that occurs several times is given once only.

        >>> net = tg.nn.Sequential(tg.nn.Linear(2, 3), tg.nn.ReLU())
        >>> [path for path, module in net.named_modules()]
        ['', '0', '1']
        """
        check_argument(self, "memo", "set | None", memo)
        seen = set() if memo is None else memo
        if self in seen:
            return
        if remove_duplicate:
            seen.add(self)
        yield prefix, self
        for name, module in self._of_kind(MODULE):
            if module is not None:
                yield from module.named_modules(seen, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def modules(self, remove_duplicate: bool = True) -> Iterator[Any]:
        """Iterate over this module and all modules inside it, each once."""
        return (module for _, module in self.named_modules(remove_duplicate=remove_duplicate))

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """Iterate over the modules directly inside this one, each with its name."""
        seen = set()
        for name, module in self._of_kind(MODULE):
            if module is not None and module not in seen:
                seen.add(module)
                yield name, module

    def children(self) -> Iterator[Any]:
        """Iterate over the modules directly inside this one."""
        return (module for _, module in self.named_children())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Iterate over the parameters, each with its dotted path.

        Args:
            prefix: What to put in front of the paths.
            recurse: Whether to go into the modules inside this one.
            remove_duplicate: Whether a shared parameter is given once only.

        >>> for name, parameter in tg.nn.Linear(2, 3).named_parameters():
        ...     print(name, parameter.shape)
        weight tinygrad_edu.Size([3, 2])
        bias tinygrad_edu.Size([3])
        """
        return self._named_members((PARAMETER,), prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Iterate over the parameters, each once: what an optimizer takes."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Any]]:
        """Iterate over the buffers, each with its dotted path; the arguments are as in `named_parameters`."""
        return self._named_members(_BUFFERS, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Any]:
        """Iterate over the buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _named_members(
        self, kinds: tuple[str, ...], prefix: str, recurse: bool, remove_duplicate: bool
    ) -> Iterator[tuple[str, Any]]:
        paths: Iterable[tuple[str, Members]] = [(prefix, self)]
        if recurse:
            paths = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate)
        seen = set()
        for path, module in paths:
            for name, value in module._of_kind(*kinds):
                if value is None or (remove_duplicate and value in seen):
                    continue
                seen.add(value)
                yield f"{path}.{name}" if path else name, value

    # Finding one by its path

    def get_submodule(self, target: str) -> Any:
        """The module at a dotted path such as ``"layers.0"``; the module itself for ``""``.

        Raises:
            AttributeError: If there is none.
        """
        check_argument(self, "target", "str", target)
        module: Members = self
        for name in target.split(".") if target else ():
            module = module._member(name, (MODULE,), f"get_submodule({target!r})")
        return module

    def set_submodule(self, target: str, module: Any, strict: bool = False) -> None:
        """Put `module` at a dotted path such as ``"layers.0"``, in the place of what is there.

        Args:
            target: The path.
            module: The module.
            strict: Whether there must be a module already.

        Raises:
            ValueError: If the path is empty, or `module` is no Module.
            AttributeError: If the path leads nowhere; with `strict` also if nothing is there.

        >>> net = tg.nn.Sequential(tg.nn.Linear(2, 3), tg.nn.ReLU())
        >>> net.set_submodule("1", tg.nn.Tanh())
        >>> net[1]
        Tanh()
        """
        check_argument(self, "target", "str", target)
        if not target:
            raise ValueError(f"{type(self).__name__}: set_submodule wants a path such as 'layers.0', got ''")
        if not isinstance(module, Members):
            raise ValueError(f"{type(self).__name__}: module must be a Module, got {describe(module)}")
        path, _, name = target.rpartition(".")
        parent = self.get_submodule(path)
        if strict or hasattr(parent, name):
            parent._member(name, (MODULE,), f"set_submodule({target!r})")
        parent._enrol(name, module, MODULE)

    def get_parameter(self, target: str) -> Any:
        """The parameter at a dotted path such as ``"layers.0.weight"``.

        Raises:
            AttributeError: If there is none.
        """
        check_argument(self, "target", "str", target)
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._member(name, (PARAMETER,), f"get_parameter({target!r})")

    def get_buffer(self, target: str) -> Any:
        """The buffer at a dotted path.

        Raises:
            AttributeError: If there is none.
        """
        check_argument(self, "target", "str", target)
        path, _, name = target.rpartition(".")
        return self.get_submodule(path)._member(name, _BUFFERS, f"get_buffer({target!r})")

    def _member(self, name: str, kinds: tuple[str, ...], operation: str) -> Any:
        known = dict(self._of_kind(*kinds))
        if known.get(name) is None:
            there = listed(each for each, value in known.items() if value is not None) or "none"
            raise AttributeError(
                f"{operation}: {type(self).__name__} has no {kinds[0]} called {name!r}; it has {there}"
            )
        return known[name]
