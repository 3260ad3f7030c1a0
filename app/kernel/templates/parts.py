"""Parts stand where they are included."""

from __future__ import annotations

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

# What gives a name a meaning that must not reach beyond the part.
_NAMING: tuple[type[nodes.Node], ...] = (nodes.Assign, nodes.AssignBlock, nodes.Macro, nodes.Import, nodes.FromImport)

_FRAMING: tuple[type[nodes.Node], ...] = (nodes.Extends, nodes.Block)


def parse(environment: Environment, name: str) -> nodes.Template:
    """A template by name, with its parts in place."""
    assert environment.loader is not None
    source, path, _ = environment.loader.get_source(environment, name)
    tree = environment.parse(source, name, path)
    put_parts_in_place(environment, tree)
    return tree


def put_parts_in_place(environment: Environment, tree: nodes.Template) -> None:
    """Replace every `{% include "name" %}` by what it includes."""
    _Parts(environment).visit(tree)


class _Parts(NodeTransformer):
    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_Include(self, node: nodes.Include) -> nodes.Node | list[nodes.Node]:  # noqa: N802
        if not isinstance(node.template, nodes.Const) or node.ignore_missing or not node.with_context:
            return node
        part = parse(self._environment, node.template.value)
        if any(part.find_all(_FRAMING)):
            return node
        if any(part.find_all(_NAMING)):
            return nodes.Scope(part.body, lineno=node.lineno, environment=self._environment)
        return part.body
