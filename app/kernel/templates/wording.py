"""Words that are the same for every reader of a language are written down when a template is compiled."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

_HOLE = re.compile(r"%\((\w+)\)[sd]|%(%)")


def plural_form(words: NullTranslations) -> Callable[..., Markup]:
    """The filter that picks the form of a message that fits a number, and fills in its values."""

    def pick(number: int, singular: str, plural: str, **values: Any) -> Markup:
        values = {"num": number, **values}
        safe = {name: value if isinstance(value, int) else escape(value) for name, value in values.items()}
        return Markup(words.ngettext(singular, plural, number) % safe)  # noqa: S704  (the values are escaped)

    return pick


class Wording(NodeTransformer):
    """Translates messages into the language of `words`, and asks fixed functions for their answers."""

    def __init__(
        self, environment: Environment, words: NullTranslations, fixed: Collection[str], plain: Collection[str]
    ) -> None:
        self._environment, self._words = environment, words
        self._fixed, self._plain = fixed, plain

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        pieces: list[nodes.Expr] = []
        for child in node.nodes:
            pieces.extend(child.nodes if isinstance(child, nodes.Concat) else [child])
        node.nodes = pieces
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        name, fixed = node.node.name, _constants(node.args)
        if name in {"_", "gettext"} and fixed is not None and len(fixed) == 1:
            return self._said(node, fixed[0])
        if name == "ngettext" and len(node.args) == 3:
            return self._filter(node, "plural_form", node.args[2], node.args[:2])
        if name in self._fixed and fixed is not None and not node.kwargs:
            return self._constant(node, self._environment.globals[name](*fixed))  # type: ignore[operator]
        if name in self._plain and node.args:
            return self._filter(node, name, node.args[0], node.args[1:])
        return node

    def _said(self, node: nodes.Call, message: str) -> nodes.Expr:
        """The translated message with its holes filled, as pieces in a row; the words themselves count as markup."""
        values = {word.key: word.value for word in node.kwargs}
        pieces: list[nodes.Expr] = []
        text = ""
        end = 0
        said = self._words.gettext(message)
        for hole in _HOLE.finditer(said):
            text += said[end : hole.start()] + (hole[2] or "")
            end = hole.end()
            if hole[1] is None:
                continue
            if hole[1] not in values:
                return node
            pieces += [self._text(node, text), values[hole[1]]]
            text = ""
        pieces.append(self._text(node, text + said[end:]))
        if len(pieces) == 1:
            return pieces[0]
        return nodes.Concat(pieces, lineno=node.lineno, environment=node.environment)

    def _text(self, node: nodes.Node, text: str) -> nodes.Expr:
        return nodes.TemplateData(text, lineno=node.lineno, environment=node.environment)

    def _constant(self, node: nodes.Node, value: Any) -> nodes.Expr:
        if isinstance(value, Markup):
            return self._text(node, str(value))
        return nodes.Const(value, lineno=node.lineno, environment=node.environment)

    def _filter(self, node: nodes.Call, name: str, value: nodes.Expr, args: list[nodes.Expr]) -> nodes.Expr:
        """A call as Jinja makes it to a filter: directly."""
        return nodes.Filter(
            value, name, args, node.kwargs, None, None, lineno=node.lineno, environment=node.environment
        )


def _constants(args: list[nodes.Expr]) -> list[Any] | None:
    """The values of fixed arguments; None if one of them varies."""
    values = [arg.value for arg in args if isinstance(arg, nodes.Const)]
    return values if len(values) == len(args) else None
