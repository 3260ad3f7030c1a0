"""Finding posts, and what the index has still to learn."""
