"""nautilus.py load|book|engine FILE

load:   nautilus_trader's DatabentoDataLoader, all of the file as OrderBookDelta objects in memory.
book:   those objects, loaded beforehand, one by one through its OrderBook (L3_MBO).
engine: those objects, loaded beforehand, through a BacktestEngine with one L3 venue and no strategy: its data engine
        and the venue's matching engine, which keeps the book. No analyzers, no snapshots, no orders, no journal.

Trades are not among its deltas, so fewer objects come out than the file has records; `events` are the objects.
"""

import sys
import time
from decimal import Decimal

from nautilus_trader.adapters.databento import DatabentoDataLoader
from nautilus_trader.model.book import OrderBook
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.enums import AccountType, BookType, OmsType
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from sample import report

INSTRUMENT_ID = InstrumentId.from_str("TSLA.XNAS")


def best(book: OrderBook) -> dict[str, float]:
    bid, ask = book.best_bid_price(), book.best_ask_price()
    return {"bestBid": float(bid or 0), "bestAsk": float(ask or 0)}


def load(path: str) -> list:
    return DatabentoDataLoader().from_dbn_file(path, instrument_id=INSTRUMENT_ID, price_precision=2)


def play_book(deltas: list) -> None:
    book = OrderBook(INSTRUMENT_ID, BookType.L3_MBO)
    start = time.perf_counter()
    apply = book.apply_delta
    for delta in deltas:
        apply(delta)
    report(len(deltas), time.perf_counter() - start, **best(book))


def play_engine(deltas: list) -> None:
    from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
    from nautilus_trader.config import LoggingConfig

    engine = BacktestEngine(BacktestEngineConfig(logging=LoggingConfig(bypass_logging=True)))
    engine.add_venue(
        venue=Venue("XNAS"),
        oms_type=OmsType.NETTING,
        account_type=AccountType.MARGIN,
        base_currency=USD,
        starting_balances=[Money(100_000, USD)],
        default_leverage=Decimal(4),
        book_type=BookType.L3_MBO,
    )
    engine.add_instrument(
        Equity(
            instrument_id=INSTRUMENT_ID,
            raw_symbol=Symbol("TSLA"),
            currency=USD,
            price_precision=2,
            price_increment=Price.from_str("0.01"),
            lot_size=Quantity.from_int(1),
            ts_event=0,
            ts_init=0,
        )
    )
    engine.add_data(deltas)
    start = time.perf_counter()
    engine.run()
    report(len(deltas), time.perf_counter() - start)


mode, path = sys.argv[1:]
start = time.perf_counter()
deltas = load(path)
if mode == "load":
    report(len(deltas), time.perf_counter() - start)
elif mode == "book":
    play_book(deltas)
else:
    play_engine(deltas)
