/** One share of the simulated lives, in a process of its own. Arguments: seed, seeds, part, parts. Prints one line of JSON. */

import { liveAll } from './lives.ts';

const [seed = 0, seeds = 0, part = 0, parts = 1] = process.argv.slice(2).map(Number);
process.stdout.write(`${JSON.stringify(await liveAll(seed, seeds, { part, parts }))}\n`);
