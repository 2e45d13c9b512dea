"""``python -m migragraph`` is the command line."""

from migragraph.cli import main

main()
