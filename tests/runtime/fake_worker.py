"""The worker without Spark: programs of the tests train nothing."""

import os
import sys

from zoodsl.runtime import worker

if __name__ == "__main__":
    os._exit(worker.main(sys.argv[1:], start=lambda *_: None, stop=lambda _: None))
