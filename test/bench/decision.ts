/**
 * node bin/with-node.mjs test/bench/decision.ts [--against CHECKOUT] [--rounds N] [--save]
 *
 * What a decision takes beside the model's own time: context, hashes, request, the way over the loopback interface and back, gate 1.
 * With `--against`, the same in another checkout of this repository (its node_modules in place), round by round in turns, as a
 * machine that others use knows no other fair comparison than that of the same minute. `--save` keeps the result in
 * test/bench/results/decision-DATE-MACHINE.json.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { OverheadFigures } from '../prove/brain/decision-overhead.ts';
import { thisCommit, thisMachine } from './machine.ts';
import { type Spread, spreadOf } from './statistics.ts';

const HERE = fileURLToPath(new URL('../..', import.meta.url));
const GOAL_MS = 1;
/** In a process of its own, so that no side finds the other's code compiled. */
const MEASURE =
  "import('./test/prove/brain/decision-overhead.ts').then(async ({ measureOverhead }) => console.log(JSON.stringify(await measureOverhead())))";

function measured(checkout: string): OverheadFigures {
  const told = execFileSync(process.execPath, ['-e', MEASURE], {
    cwd: checkout,
    encoding: 'utf8',
  });
  return JSON.parse(told) as OverheadFigures;
}

type Figure = 'p50Ms' | 'cpuP50Ms' | 'wireP50Ms';
type Side = Readonly<Record<Figure, Spread>>;

function sideOf(rounds: readonly OverheadFigures[]): Side {
  const of = (figure: Figure) => spreadOf(rounds.map((each) => each[figure]));
  return { p50Ms: of('p50Ms'), cpuP50Ms: of('cpuP50Ms'), wireP50Ms: of('wireP50Ms') };
}

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    save: { type: 'boolean', default: false },
  },
});
const other = values.against === undefined ? undefined : resolve(values.against);
const [mine, others]: [OverheadFigures[], OverheadFigures[]] = [[], []];
for (let round = 0; round < Number(values.rounds); round++) {
  mine.push(measured(HERE));
  if (other !== undefined) others.push(measured(other));
}
const ratios = mine.flatMap((each, i) => {
  const against = others[i];
  return against === undefined ? [] : [each.p50Ms / against.p50Ms];
});
const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: thisMachine(),
  commit: thisCommit(),
  goalP50Ms: GOAL_MS,
  rounds: mine.length,
  questions: mine[0]?.questions ?? 0,
  decision: sideOf(mine),
  against: others.length === 0 ? null : sideOf(others),
  ratioOfP50: ratios.length === 0 ? null : spreadOf(ratios),
};
const text = JSON.stringify(result, null, 2);
process.stdout.write(`${text}\n`);
if (values.save) {
  const name = `decision-${result.date}-${result.machine.id}.json`;
  writeFileSync(new URL(`results/${name}`, import.meta.url), `${text}\n`);
}
