"""`python -m chargedeck` is the command line."""

from chargedeck.cli import main

if __name__ == "__main__":
    main()
