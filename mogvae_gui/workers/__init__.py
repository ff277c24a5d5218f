"""Carry work of `core` in threads of their own and report by signals.

A worker touches neither Qt widgets nor VTK. Its signals are received by slots of objects that
live in the main thread.
"""
