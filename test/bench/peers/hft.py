"""hft.py convert FILE | backtest CONVERTED RECORDS

convert:  hftbacktest's own converter from Databento MBO, once a file; writes FILE.npy.
backtest: its L3 backtest (FIFO queue, 20 ms latency both ways) of the converted day, loaded beforehand, in a compiled
          loop: one buy order rests far below the market, and every 200 ms of market time the best prices are read.
          No analyzers, no brain, no journal. Compiling the loop is left out of the time.

hftbacktest takes every cancel as the end of its order, and stops with an error at the next event of an order that Nasdaq
canceled in part only. So that the day can be played at all, such cancels are made into modifies to what is left, in the
converted data and outside the time. Book and queue are real; its depth holds totals by price in a vector from half to one and a half times the first price.
"""

import sys
import time

import numpy as np
from hftbacktest import (
    ADD_ORDER_EVENT,
    CANCEL_ORDER_EVENT,
    EXCH_EVENT,
    GTC,
    LIMIT,
    LOCAL_EVENT,
    MODIFY_ORDER_EVENT,
    BacktestAsset,
    ROIVectorMarketDepthBacktest,
)
from numba import njit, types
from numba.typed import Dict
from sample import report


END_OF_DATA = 1


@njit
def partial_cancels_to_modifies(data):
    """In place, for the exchange's and the local order of events alike; returns how many there were."""
    changed = 0
    for who in (EXCH_EVENT, LOCAL_EVENT):
        sizes = Dict.empty(types.uint64, types.float64)
        for row in data:
            if row["ev"] & who != who:
                continue
            kind = row["ev"] & 0xFF
            order = row["order_id"]
            if kind == ADD_ORDER_EVENT or kind == MODIFY_ORDER_EVENT:
                sizes[order] = row["qty"]
            elif kind == CANCEL_ORDER_EVENT and order in sizes:
                left = sizes[order] - row["qty"]
                if left > 0:
                    row["ev"] = row["ev"] - CANCEL_ORDER_EVENT + MODIFY_ORDER_EVENT
                    row["qty"] = left
                    sizes[order] = left
                    changed += 1
                else:
                    del sizes[order]
    return changed


@njit
def play(backtest):
    placed = False
    steps = 0
    while True:
        code = backtest.elapse(200_000_000)
        if code != 0:
            depth = backtest.depth(0)
            return code, steps, depth.best_bid, depth.best_ask
        depth = backtest.depth(0)
        middle = (depth.best_bid + depth.best_ask) / 2
        if not placed and depth.best_bid > 0 and middle < 1e12:
            price = round(middle * 0.8, 2)
            backtest.submit_buy_order(0, 1, price, 100, GTC, LIMIT, False)
            placed = True
        steps += 1


def backtest_of(data: np.ndarray):
    prices = data["px"][np.isfinite(data["px"]) & (data["px"] > 0)]
    first = float(prices[0])
    asset = (
        BacktestAsset()
        .data([data])
        .linear_asset(1.0)
        .constant_order_latency(20_000_000, 20_000_000)
        .l3_fifo_queue_model()
        .no_partial_fill_exchange()
        .trading_value_fee_model(0, 0)
        .tick_size(0.01)
        .lot_size(1)
        .roi_lb(first * 0.5)
        .roi_ub(first * 1.5)
    )
    return ROIVectorMarketDepthBacktest([asset])


if sys.argv[1] == "convert":
    from hftbacktest.data.utils import databento

    path = sys.argv[2]
    start = time.perf_counter()
    data = databento.convert(path, "TSLA")
    seconds = time.perf_counter() - start
    np.save(f"{path}.npy", data)
    report(len(data), seconds)
else:
    records = int(sys.argv[3])
    data = np.load(sys.argv[2])
    changed = partial_cancels_to_modifies(data)
    # compiles the loop; a backtest reads the array where it lies, so it must be kept
    some = data[:2000].copy()
    play(backtest_of(some))
    backtest = backtest_of(data)
    start = time.perf_counter()
    code, steps, bid, ask = play(backtest)
    seconds = time.perf_counter() - start
    if code != END_OF_DATA:
        sys.exit(f"the backtest ended with code {code} after {steps} steps, before the end of the data")
    report(records, seconds, partialCancels=changed, steps=steps, bestBid=bid, bestAsk=ask)
