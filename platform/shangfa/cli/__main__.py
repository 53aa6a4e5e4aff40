"""`python -m shangfa.cli`."""

from shangfa.cli.commands import main

main()
