"""Entry of a worker process (docs/reference/python-worker-protocol.md)."""

import sys

if sys.version_info < (3, 10):
    sys.stderr.write("mxcp needs Python 3.10 or later, this is %s\n" % sys.version.split()[0])
    sys.exit(2)

if __name__ == "__main__":
    from mxcp._worker.main import main

    main(3, 4)
