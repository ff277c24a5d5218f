"""Starts the window, or the command line when given a command."""

import sys

from mogvae_gui.app import main

if __name__ == "__main__":
    sys.exit(main())
