"""`python -m shangfa.cli`."""

from shangfa.cli.main import main

main()
