"""Templates, compiled once for each language.

What a template says stays plain Jinja. While it is compiled, its parts and macros are put where they are used, and the
words that are the same for every reader are translated. Making a page then means to join a few long pieces of text with
what really varies. A fault inside a part is reported at a line of the template that includes it.
"""

from app.kernel.templates.shelf import put_on_shelf

__all__ = ["put_on_shelf"]
