"""`python -m salvage_cli` is `salvage`."""

from salvage_cli.cli import main

main()
