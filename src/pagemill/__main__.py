"""`python -m pagemill` is the command `pagemill`."""

from pagemill.faces.cli.main import run

if __name__ == "__main__":
    run()
