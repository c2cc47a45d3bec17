"""`python -m ionq_runner`."""

from ionq_runner.cli.main import main

if __name__ == "__main__":
    main()
