"""`python -m pointsvc`."""

from pointsvc.cli.main import main

if __name__ == "__main__":
    main()
