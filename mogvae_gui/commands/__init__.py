"""The command line: a small file a command, and what they share.

`line.run_command_line` finds the command and turns errors into exit statuses. Commands import what
computes only when they run, so that help and wrong usage answer at once. A command returns a
`Result`; whatever else is printed meanwhile goes to standard error.
"""
