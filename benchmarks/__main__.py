"""`python -m benchmarks NAME [--json]`"""

import sys

from benchmarks.command import main

# Some benchmarks start processes, which read this file again.
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
