"""The moderators' pages and forms; all of it works as plain forms."""
