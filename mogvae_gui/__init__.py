"""The window: state, views, presenters and workers around `core`."""
