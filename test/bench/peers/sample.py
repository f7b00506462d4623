"""What every driver prints: one JSON line, as sample.ts describes it."""

import json
import resource
import sys


def report(events: int, seconds: float, **figures: float) -> None:
    """Prints the sample; figures are numbers by name."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # kilobytes on Linux, bytes on macOS
    megabytes = peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    sample = {
        "events": events,
        "seconds": seconds,
        "peakRssMb": megabytes,
        "gcLongestMs": 0,
        "figures": figures,
    }
    print(json.dumps(sample), flush=True)
