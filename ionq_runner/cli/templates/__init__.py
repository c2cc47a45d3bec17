"""The starters that `init` writes."""
