import { DeskStage } from '../desk-stage.ts';
import type { VirtualTime } from '../virtual-time.ts';
import { CONNECTION_SCENARIOS } from './connection-scenarios.ts';
import { DATA_SCENARIOS } from './data-scenarios.ts';
import { REFUSAL_SCENARIOS } from './refusal-scenarios.ts';
import { type Scenario, Scene, USUAL_RULES } from './scene.ts';
import { TELLING_SCENARIOS } from './telling-scenarios.ts';

/** Every named scenario, in the order in which they are listed. */
export const SCENARIOS: readonly Scenario[] = [
  ...CONNECTION_SCENARIOS,
  ...TELLING_SCENARIOS,
  ...REFUSAL_SCENARIOS,
  ...DATA_SCENARIOS,
];

const REST_MS = 7_000;

/** Plays one, lets all come to rest, and returns what did not hold; what holds of every history included. */
export async function playScenario(
  time: VirtualTime,
  scenario: Scenario,
  say: (line: string) => void = () => undefined,
): Promise<readonly string[]> {
  const stage = await DeskStage.open(time, scenario.rules ?? USUAL_RULES);
  stage.onNote = say;
  try {
    await time.pass(100);
    await scenario.play(new Scene(stage));
    stage.fault({ type: 'clear' });
    stage.gateway.quote(249.99, 250.01, 500, 500);
    await time.pass(REST_MS);
    stage.checkEnd();
    return [...stage.violations];
  } finally {
    await stage.close();
  }
}
