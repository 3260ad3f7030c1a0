"""A plugin for pytest: what the gate wants to be read last, just before pytest's closing line."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the gate hand its notes over."""
    parser.addoption("--note", action="append", default=[], help="a line to print before the closing line")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print them."""
    notes = config.getoption("--note")
    if notes:
        terminalreporter.section("gate")
        for note in notes:
            terminalreporter.line(note, red=note.startswith("FAILED"), yellow=not note.startswith("FAILED"))
