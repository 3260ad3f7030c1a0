"""How much one text may ask of the renderer. Beyond a limit the rest is shown as it was typed."""

from __future__ import annotations

MAX_SOURCE = 32_000  # characters
MAX_OUTPUT = 1_000_000  # bytes of HTML

MAX_DEPTH = 18  # block levels; a list takes two
QUOTE_DEPTH = 3
BLOCK_STEPS = 5_000  # lines looked at, once per level
INLINE_STEPS = 8_000  # runs of text and marks looked at

MAX_LINKS = 50
MAX_ADDRESS = 2_000  # characters of an address found in plain text
MAX_SPOILERS = 100  # inside paragraphs
MAX_CELLS = 3_000
