"""databento_decode.py records|array FILE

records: databento-dbn's own decoder, a Python object a record, in pieces of 1 MB.
array:   the databento client's DBNStore as one numpy array of records: no work is done per record.
"""

import sys
import time

from sample import report


def records(path: str) -> int:
    from databento_dbn import DBNDecoder, MBOMsg

    decoder = DBNDecoder()
    events = 0
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            decoder.write(piece)
            for record in decoder.decode():
                if isinstance(record, MBOMsg):
                    events += 1
    return events


def array(path: str) -> int:
    from databento import DBNStore

    return len(DBNStore.from_file(path).to_ndarray())


mode, path = sys.argv[1:]
start = time.perf_counter()
events = records(path) if mode == "records" else array(path)
report(events, time.perf_counter() - start)
