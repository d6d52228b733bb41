"""`python -m salvage_cli` is `salvage`."""

from salvage_cli.fast import main

main()
