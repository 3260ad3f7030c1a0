"""Who may do what, as a table made by asking the policies."""
