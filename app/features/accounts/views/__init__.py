"""Joining, signing in and out, and settings over HTTP; all of it works as plain forms."""
