import { TradingCalendar } from '../domain/calendar.ts';
import type { SessionTime } from '../domain/time.ts';
import type { RunPlan } from './run-plan.ts';

/** The regular session of the run's day, or the part of it that was asked for; all of the data on a day without one. */
export function windowOf({ from, to, session: plan }: Pick<RunPlan, 'from' | 'to' | 'session'>): {
  from: SessionTime;
  to: SessionTime;
} {
  const { start, end, session } = new TradingCalendar(plan.calendar).dayOn(plan.day, plan.day);
  return { from: from ?? session?.open ?? start, to: to ?? session?.close ?? end };
}
