import {
  CHANGE_BEFORE,
  CHANGE_LOST,
  CHANGE_SIZE,
  CHANGE_TAG,
  CHANGE_WORDS,
  LEVEL_CHANGE,
  W_CHANGES,
  W_CHANGES_MASK,
  W_CHANGES_PUSHED,
  W_RECORDS,
} from '../layout.ts';
import { RECORD_SHIFT, word } from './book-steps.ts';

/** As LevelChanges' `netSince`: an active level has hundreds of changes in its window. */
export function netSince(level: i32, since: f64): f64 {
  const ring = <usize>(word(W_CHANGES) << 2);
  const mask = word(W_CHANGES_MASK);
  const pushed = <u32>word(W_CHANGES_PUSHED);
  const oldest: u32 = pushed > <u32>mask + 1 ? pushed - mask - 1 : 0;
  const levelAt = <usize>(word(W_RECORDS) << 2) + (<usize>level << RECORD_SHIFT);
  let number = load<u32>(levelAt, LEVEL_CHANGE * 4);
  let sum: i64 = 0;
  while (number > oldest) {
    const change = ring + <usize>((number - 1) & mask) * (CHANGE_WORDS * 4);
    if (load<f64>(change) <= since) break;
    const size = <i64>load<u32>(change, CHANGE_SIZE * 4);
    sum += (load<i32>(change, CHANGE_TAG * 4) & CHANGE_LOST) == 0 ? size : -size;
    number = load<u32>(change, CHANGE_BEFORE * 4);
  }
  return <f64>sum;
}
