import { toDollars } from '../domain/money.ts';
import { toPriceNumber } from '../domain/price.ts';
import type { SessionTime } from '../domain/time.ts';
import type { DeskListener } from '../execution/order-desk.ts';
import type { Portfolio } from '../execution/portfolio.ts';
import type { RunRecorder } from './run-recorder.ts';

/** What the engine does about what the desk tells. */
export interface DeskReactions {
  /** A fill was counted. */
  onTraded(ts: SessionTime): void;
  onViolation(rule: string): void;
}

/** Journals everything that the desk does, and passes on what a person wants to see. */
export function createDeskJournal(
  recorder: Pick<RunRecorder, 'write' | 'observer'>,
  clock: () => SessionTime,
  reactions: DeskReactions,
  portfolio: Portfolio,
): DeskListener {
  const { observer } = recorder;
  const write: RunRecorder['write'] = (ts, body, isFollowed) =>
    recorder.write(ts, body, isFollowed);
  const writePosition = (ts: SessionTime): void => {
    write(ts, {
      type: 'position-changed',
      quantity: portfolio.position,
      realizedMicros: portfolio.realizedMicros,
      commissionMicros: portfolio.commissionMicros,
    });
  };
  return {
    onVerdict(order, denial, touch, isNew) {
      const ts = clock();
      if (denial === undefined) {
        write(ts, { type: 'risk-verdict', orderId: order.id, approved: true });
        return;
      }
      write(ts, {
        type: 'risk-verdict',
        orderId: order.id,
        approved: false,
        code: denial.code,
        figures: denial.figures,
        ...(isNew ? { order, touch } : {}),
      });
      observer.onOrderEvent(
        order.id,
        'denied',
        `${denial.code} ${JSON.stringify(denial.figures)}`,
        ts,
      );
    },
    onSubmit(order, touch, exitOf, isFollowed) {
      const more = exitOf === undefined ? {} : { exitOf };
      return write(clock(), { type: 'order-submitted', order, touch, ...more }, isFollowed);
    },
    onFlatten(reason) {
      write(clock(), { type: 'flatten-requested', reason });
    },
    onVenue(venue, reason) {
      write(clock(), { type: 'venue-standing-changed', venue, reason });
    },
    onChange(change) {
      const ts = clock();
      const isKept = write(ts, { type: 'order-change-requested', change });
      const price = change.price ?? change.stopPrice;
      const detail =
        price === undefined ? `quantity ${change.quantity}` : `to ${toPriceNumber(price)}`;
      observer.onOrderEvent(change.id, 'change sent', detail, ts);
      return isKept;
    },
    onCancel(order, reason) {
      write(clock(), { type: 'order-cancel-requested', orderId: order.request.id, reason });
    },
    onReport(report, order) {
      const ts = clock();
      write(ts, { type: 'order-report', report });
      if (order === undefined) {
        observer.onAlarm('warning', `a report of an order that is not ours: ${report.orderId}`, ts);
      } else if (report.type === 'order-canceled' || report.type === 'order-rejected') {
        const what = report.type === 'order-canceled' ? 'canceled' : 'rejected';
        observer.onOrderEvent(report.orderId, `${order.request.role} ${what}`, report.reason, ts);
      } else if (report.type === 'order-triggered') {
        observer.onOrderEvent(report.orderId, `${order.request.role} triggered`, '', ts);
      } else if (report.type === 'execution-corrected') {
        writePosition(ts);
        const detail = `at ${toPriceNumber(report.price)}, commission ${toDollars(report.commissionMicros)}`;
        observer.onOrderEvent(report.orderId, 'execution corrected', detail, ts);
      }
    },
    onFill(fill, order) {
      const ts = clock();
      writePosition(ts);
      observer.onFill(fill, order, ts);
      reactions.onTraded(ts);
    },
    onBracket(bracket, from) {
      write(clock(), { type: 'bracket-changed', bracketId: bracket.id, from, to: bracket.state });
    },
    onTrip(trip) {
      observer.onTrip(trip, clock());
    },
    onAlarm(text) {
      observer.onAlarm('critical', text, clock());
    },
    onViolation(rule, detail) {
      const ts = clock();
      write(ts, { type: 'invariant-violated', rule, detail });
      observer.onAlarm('critical', `invariant violated: ${rule} (${detail})`, ts);
      reactions.onViolation(rule);
    },
  };
}
