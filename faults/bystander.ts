/**
 * A client of its own process that asks for the state of containers which no fault concerns, and tells its parent how long each answer took:
 * `node bystander.js HOME ID...`. The answers to `{"report":true}` hold the times since the last report.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '#src/rpc/client/index.js';

const [home = '', ...ids] = process.argv.slice(2);
const client = await connect({ home, backend: 'simulator', launch: false });
let times: number[] = [];
let wrong: string | undefined;
process.on('message', () => {
  process.send?.({ times, wrong });
  times = [];
});
process.on('disconnect', () => process.exit(0));
for (let i = 0; ; i++) {
  const id = ids[i % ids.length] ?? '';
  const began = performance.now();
  const { status } = await client.state(id);
  times.push(performance.now() - began);
  if (status !== 'running') wrong = `${id} is ${status}`;
  await sleep(10);
}
