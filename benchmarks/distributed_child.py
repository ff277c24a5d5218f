"""One of the processes that `distributed` starts: it trains a run that is there already.

torchrun … -m benchmarks.distributed_child RUN LIBRARY
"""

import sys
from pathlib import Path

from core.training.reports import TrainingRequest
from core.training.train import train

if __name__ == "__main__":
    for _ in train(TrainingRequest(Path(sys.argv[1]), Path(sys.argv[2]))):
        pass
