/** A run at a gateway in a process of its own, to be killed: `broker-child.ts PORT LOGS SIDE PRICE [SETTING…]`. Says `ready` and its run's id, then what is held. */
import { bracketOf, startAt } from './broker-rig.ts';

const [port = '', logs = '', side = '', price = '', ...settings] = process.argv.slice(2);
const rig = await startAt(Number(port), { logs, settings });
await rig.ready();
if (side === 'buy' || side === 'sell') await rig.send(bracketOf(side, Number(price)));
process.stdout.write(`ready ${rig.handle.runId}\n`);
