"""Finding what was said: an index of posts and titles, and what people ask of it."""
