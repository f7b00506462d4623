import { expect, test } from 'vitest';
import type { AssumedResult, RunResult } from '../../src/domain/run.ts';
import { renderHtml } from '../../src/reports/render-html.ts';
import { renderJson } from '../../src/reports/render-json.ts';
import { renderMarkdown } from '../../src/reports/render-markdown.ts';
import { renderText } from '../../src/reports/render-text.ts';
import { toStats } from '../../src/reports/to-stats.ts';
import { roundTrip, runResult } from '../support/run-result.builder.ts';

function exampleRun(changes: Partial<RunResult> = {}): RunResult {
  const results = [38, -22, 12.5, -41, 60, 18, -7.25, 44];
  const trades = results.map((netPl, index) =>
    roundTrip({
      side: index % 3 === 0 ? 'short' : 'long',
      entryTs: `2025-10-15T13:${31 + index * 3}:05.000000000Z`,
      exitTs: `2025-10-15T13:${32 + index * 3}:10.500000000Z`,
      exitReason: netPl > 0 ? 'target' : 'stop',
      grossPl: netPl + 2,
      netPl,
    }),
  );
  let sum = 0;
  const equity = [
    { ts: '2025-10-15T13:30:00.000000000Z', equity: 0 },
    ...trades.map((trade) => {
      sum += trade.netPl;
      return { ts: trade.exitTs, equity: sum };
    }),
    { ts: '2025-10-15T14:30:00.000000000Z', equity: sum },
  ];
  return runResult({
    trades,
    equity,
    events: { count: 8_123_456, wallMs: 1040, perSecond: 7_811_015 },
    decisions: {
      asked: 18_000,
      byTool: { wait: 17_992, enter_long: 5, enter_short: 3 },
      denied: { SPREAD: 12, ALREADY_IN: 4 },
      costUsd: null,
      tokens: { input: 0, cached: 0, output: 0, reasoning: 0 },
    },
    orders: [
      {
        id: 'a',
        side: 'buy',
        type: 'limit',
        price: '250.00',
        quantity: 100,
        status: 'cancelled',
        filled: 40,
        fills: [
          { ts: '2025-10-15T13:31:05.000000001Z', price: '250.00', quantity: 40, sequence: 12 },
        ],
        reason: 'time-out',
      },
    ],
    account: {
      startEquity: 100_000,
      endEquity: 100_102.25,
      position: 0,
      grossPl: 118.25,
      commission: 16,
      slippage: 4,
      unrealizedPl: 0,
      netPl: 102.25,
    },
    assumptions: ASSUMPTIONS,
    ...changes,
  });
}

const ASSUMPTIONS: readonly AssumedResult[] = (
  [
    ['queue', 'as simulated: by place in the queue', 102.25, 8, 0],
    ['touch', 'a limit fills when its price trades', 1_234_141.5, 9, 0],
    ['pessimistic', 'only when traded through', -55, 6, -100],
    ['slippage-better', 'takers pay one tick less', 106.25, 8, 0],
    ['slippage-worse', 'takers pay one tick more', 98.25, 8, 0],
    ['latency-shorter', 'orders arrive after 0 ms, not 20', 102.25, 8, 0],
    ['latency-longer', 'orders arrive after 70 ms, not 20', 0, 0, 0],
  ] as const
).map(([name, meaning, netPl, trades, position]) => ({
  name,
  meaning,
  netPl,
  trades,
  position,
  changesSign: netPl <= 0,
}));

function renderWith(
  render: (result: RunResult, stats: ReturnType<typeof toStats>) => string,
  result = exampleRun(),
) {
  return render(result, toStats(result));
}

test('the text report is the one in the picture', async () => {
  await expect(renderWith(renderText)).toMatchFileSnapshot('__reports__/example.txt');
});

test('the text report with warnings and without trades is the one in the picture', async () => {
  const result = runResult({
    warnings: ['The risk gate was off (risk.enabled=false): every order was let through.'],
    halted: 'daily loss: -512.30 $ of 500 $',
  });
  await expect(renderWith(renderText, result)).toMatchFileSnapshot('__reports__/warned.txt');
});

test('the Markdown report is the one in the picture', async () => {
  await expect(renderWith(renderMarkdown)).toMatchFileSnapshot('__reports__/markdown.txt');
});

test('no line of the text report is wider than 80 columns, however large the figures', () => {
  const result = exampleRun({
    trades: Array.from({ length: 90 }, () =>
      roundTrip({
        netPl: -1_234_567.89,
        grossPl: -1_234_567.89,
        exitReason: 'session-end',
        quantity: 100_000,
      }),
    ),
    warnings: ['x'.repeat(200)],
    decisions: {
      ...exampleRun().decisions,
      denied: { A_CODE_THAT_IS_LONGER_THAN_ITS_COLUMN_ALLOWS: 123_456 },
    },
  });
  const lines = renderWith(renderText, result).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

test('the JSON report has the public keys in their order', () => {
  const json: Record<string, unknown> = JSON.parse(renderWith(renderJson)) as Record<
    string,
    unknown
  >;
  expect(Object.keys(json)).toEqual([
    'run',
    'events',
    'decisions',
    'orders',
    'trades',
    'stats',
    'account',
    'journalSha256',
    'halted',
    'warnings',
    'assumptions',
  ]);
  expect([json['run'], json['orders'], json['trades'], json['stats']]).toEqual([
    exampleRun().run,
    exampleRun().orders,
    exampleRun().trades,
    toStats(exampleRun()),
  ]);
});

test('the HTML report needs nothing from outside and runs no script', () => {
  const html = renderWith(renderHtml);
  expect(html).not.toMatch(/<script|<link|src=|@import|url\(|https?:/i);
});

test('the HTML report draws equity in steps and drawdown below it', () => {
  const html = renderWith(renderHtml);
  expect([
    html.match(/<path class="equity" d="M72\.0 [\d.]+H/g)?.length,
    html.match(/<path class="drawdown"/g)?.length,
  ]).toEqual([1, 1]);
});

test.for([
  ['HTML', renderHtml, '<b>&', '&#60;b&#62;&#38;'],
  ['Markdown', renderMarkdown, '<b>|', '\\<b\\>\\|'],
] as const)('text from outside stays text in %s', ([, render, text, expected]) => {
  const rendered = renderWith(render, exampleRun({ warnings: [text] }));
  expect([rendered.includes(text), rendered.includes(expected)]).toEqual([false, true]);
});

test.for([
  ['text', renderText],
  ['HTML', renderHtml],
  ['Markdown', renderMarkdown],
] as const)('warnings stand over the %s report', ([, render]) => {
  const rendered = renderWith(render, exampleRun({ warnings: ['RISK GATE OFF'] }));
  expect(rendered.indexOf('RISK GATE OFF')).toBeLessThan(rendered.indexOf('+102.25'));
});

test.for([
  ['text', renderText],
  ['HTML', renderHtml],
  ['Markdown', renderMarkdown],
] as const)('the %s report says which assumptions change the sign', ([, render]) => {
  const changed = renderWith(render);
  expect(changed).toContain('The sign of the result changes with: pessimistic, latency-longer.');
  const same = ASSUMPTIONS.filter(({ changesSign }) => !changesSign);
  expect(renderWith(render, exampleRun({ assumptions: same }))).toContain('None of them changes');
  expect(renderWith(render, runResult())).not.toContain('None of them changes');
});
