"""What the user chose and what is running: observable dataclasses, no toolkit.

Only the main thread sets state. Arrays inside a state are never changed in place: a new value
replaces the old one, so that comparing identities tells whether anything changed.
"""
