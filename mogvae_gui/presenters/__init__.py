"""Join state to views and start workers: one presenter, one concern."""
