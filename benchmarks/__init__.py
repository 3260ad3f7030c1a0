"""Measures a served forum against two yardsticks in the same run: `make bench`."""
