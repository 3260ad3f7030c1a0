"""What people who run a forum type."""
