/** node venue.ts PLAN: the venue of a run of the crash proof, until it is killed. */
import { startVenue } from '../../../src/app/venue/start-venue.ts';
import { readPlan } from './crash-plan.ts';

const { plan } = readPlan(process.argv[2] ?? '');
await startVenue(plan, plan.venue ?? '');
process.stdout.write('listening\n');
