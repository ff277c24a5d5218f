"""Training: settings and presets, run folders, and the generator that trains.

Names are imported from the modules themselves: `core.training.settings`, `.presets`, `.run`,
`.reports` and `.train`.
"""
