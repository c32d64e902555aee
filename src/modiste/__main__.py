"""`python -m modiste`."""

from modiste.cli import main

main()
