"""The command line: one module per noun; a command reads its arguments, calls one thing and prints what came of it."""
