"""One set of compiled templates per language; every request gets the one it speaks."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from gettext import NullTranslations
from typing import Any

from jinja2 import BaseLoader, Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

from app.kernel.templates.macros import Library, put_macros_in_place
from app.kernel.templates.outputs import join_outputs
from app.kernel.templates.parts import parse, put_parts_in_place
from app.kernel.templates.wording import Wording, plural_form
from app.kernel.words import catalogue, language


def put_on_shelf(environment: Environment, *, fixed: Collection[str], plain: Collection[str]) -> None:
    """Let `environment` give out templates that are prepared for the language of the running request.

    `fixed` names functions that answer the same as long as the process lives: with fixed arguments they are called when
    a template is compiled. `plain` names functions that want nothing of Jinja's and are called directly.
    """
    assert environment.loader is not None
    environment.loader = _Shelf(environment.loader, fixed, plain)
    environment.cache = None  # the shelf keeps them


class _Shelf(BaseLoader):
    def __init__(self, files: BaseLoader, fixed: Collection[str], plain: Collection[str]) -> None:
        self._files, self._fixed, self._plain = files, fixed, plain
        self._sets: dict[str, Environment] = {}

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        return self._files.get_source(environment, template)

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  (named by Jinja)
    ) -> Template:
        spoken = language()
        if spoken not in self._sets:
            self._sets[spoken] = self._new_set(environment, catalogue())
        return self._sets[spoken].get_template(name, globals=globals)

    def _new_set(self, environment: Environment, words: NullTranslations) -> Environment:
        made = environment.overlay(loader=self._files, cache_size=-1)
        direct = {name: environment.globals[name] for name in self._plain}
        made.filters = {**environment.filters, **direct, "plural_form": plural_form(words)}
        made.extend(shown=shown)
        made.code_generator_class = _compiler(Wording(made, words, self._fixed, self._plain))
        return made


def shown(value: object) -> str:
    """The value as it stands in a page: Jinja's `escape` without a wrapping that nobody asks for again."""
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else escape(value)


def _compiler(wording: Wording) -> type[CodeGenerator]:
    """Jinja's compiler, working on templates that have been prepared."""

    class Compiler(CodeGenerator):
        def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
            put_parts_in_place(self.environment, node)
            wording.visit(node)
            put_macros_in_place(node, self._library)
            join_outputs(node)
            super().visit_Template(node, frame)

        def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
            """What a template asks of a value is there: a wrong name is a fault and not an empty text."""
            self.visit(node.node, frame)
            self.write(f".{node.attr}")

        def write_commons(self) -> None:
            super().write_commons()
            self.writeline("escape = environment.shown")

        def _library(self, name: str) -> Library:
            tree = parse(self.environment, name)
            wording.visit(tree)
            return {macro.name: macro for macro in tree.body if isinstance(macro, nodes.Macro)}

    return Compiler
