"""Neighbouring pieces of text are one piece."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.visitor import NodeTransformer


def join_outputs(tree: nodes.Template) -> None:
    """Make one of outputs that follow each other, so that the compiler joins their text."""
    _Joining().visit(tree)


class _Joining(NodeTransformer):
    def generic_visit(self, node: nodes.Node, *args: object, **kwargs: object) -> nodes.Node:
        super().generic_visit(node, *args, **kwargs)
        for _name, value in node.iter_fields():
            if isinstance(value, list) and any(isinstance(item, nodes.Output) for item in value):
                value[:] = _joined(value)
        return node


def _joined(body: list[nodes.Node]) -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for node in body:
        last = made[-1] if made else None
        if isinstance(node, nodes.Output) and isinstance(last, nodes.Output):
            last.nodes.extend(node.nodes)
        else:
            made.append(node)
    return made
