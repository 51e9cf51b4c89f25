"""``python -m zoodsl``."""

from zoodsl.cli.main import main

if __name__ == "__main__":
    main()
