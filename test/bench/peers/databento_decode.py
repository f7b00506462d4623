"""databento_decode.py records|array FILE

records: databento-dbn's own decoder, a Python object a record, in pieces of 1 MB.
array:   the databento client's DBNStore as one numpy array of records: no work is done per record.
"""

import sys
import time

from sample import report


def records(path: str) -> int:
    decoder = DBNDecoder()
    events = 0
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            decoder.write(piece)
            for record in decoder.decode():
                if isinstance(record, MBOMsg):
                    events += 1
    return events


mode, path = sys.argv[1:]
if mode == "records":
    from databento_dbn import DBNDecoder, MBOMsg

    start = time.perf_counter()
    events = records(path)
else:
    from databento import DBNStore

    start = time.perf_counter()
    events = len(DBNStore.from_file(path).to_ndarray())
report(events, time.perf_counter() - start)
