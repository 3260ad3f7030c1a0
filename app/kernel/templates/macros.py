"""Macros stand where they are called."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

Library = Mapping[str, nodes.Macro]


def put_macros_in_place(tree: nodes.Template, library: Callable[[str], Library]) -> None:
    """Replace `{{ name(...) }}` by the body of the imported macro `name`; `library` finds the macros of a template.

    Left alone is a call inside a longer expression, and of a macro that wants `caller`, `varargs` or `kwargs`.
    """
    known: dict[str, _Known] = {}
    for wanted in tree.find_all(nodes.FromImport):
        if isinstance(wanted.template, nodes.Const):
            held = library(wanted.template.value)
            pairs = [name if isinstance(name, tuple) else (name, name) for name in wanted.names]
            known |= {alias: _Known(held[name], held) for name, alias in pairs if name in held}
    _Macros(known).visit(tree)
    _Unimport({name.name for name in tree.find_all(nodes.Name)}).visit(tree)


@dataclass(frozen=True)
class _Known:
    """A macro and those it may call."""

    macro: nodes.Macro
    beside: Library = field(repr=False)


class _Macros(NodeTransformer):
    def __init__(self, known: Mapping[str, _Known]) -> None:
        self._known = known

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:  # noqa: N802
        made: list[nodes.Node] = []
        for child in node.nodes:
            body = self._body_of(child)
            made.append(body or nodes.Output([child], lineno=node.lineno, environment=node.environment))
        return made

    def _body_of(self, call: nodes.Expr) -> nodes.With | None:
        if not isinstance(call, nodes.Call) or not isinstance(call.node, nodes.Name):
            return None
        found = self._known.get(call.node.name)
        if found is None:
            return None
        values = _arguments(found.macro, call)
        if values is None:
            return None
        # Nodes know their environment, which must stay the one it is.
        body = copy.deepcopy(found.macro.body, {id(call.environment): call.environment})
        targets = [nodes.Name(name, "store", lineno=call.lineno, environment=call.environment) for name in values]
        placed = nodes.With(targets, list(values.values()), body, lineno=call.lineno, environment=call.environment)
        inner = {name: _Known(macro, found.beside) for name, macro in found.beside.items() if macro is not found.macro}
        _Macros(inner).visit(placed)
        return placed


def _arguments(macro: nodes.Macro, call: nodes.Call) -> dict[str, nodes.Expr] | None:
    """What each parameter stands for in this call; None if that cannot be said beforehand."""
    names = [arg.name for arg in macro.args]
    if call.dyn_args or call.dyn_kwargs or len(call.args) > len(names):
        return None
    if any(name.name in {"caller", "varargs", "kwargs"} for name in macro.find_all(nodes.Name)):
        return None
    defaults = dict(zip(reversed(names), reversed(macro.defaults), strict=False))
    given = dict(zip(names, call.args, strict=False)) | {word.key: word.value for word in call.kwargs}
    if not given.keys() <= set(names) or not all(isinstance(default, nodes.Const) for default in defaults.values()):
        return None
    values = {name: given.get(name, defaults.get(name)) for name in names}
    return {name: value for name, value in values.items() if value is not None} if None not in values.values() else None


class _Unimport(NodeTransformer):
    """Takes away imports of names that are not used any more."""

    def __init__(self, used: set[str]) -> None:
        self._used = used

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node | None:  # noqa: N802
        aliases = {name[1] if isinstance(name, tuple) else name for name in node.names}
        return node if aliases & self._used else None
