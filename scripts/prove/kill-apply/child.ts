/** The process that is killed: one apply of the shipped content, as the command line does it. Exits 0 when complete. */

import { loadWorkspace } from '@signalwright/content';
import {
  applyPlan,
  desiredState,
  isComplete,
  observe,
  openSyncJournal,
  planChanges,
  readHistory,
} from '@signalwright/sync';
import { createApiClient } from '@signalwright/wire';
import { FAST_CLOCK, TOOL_VERSION, targetOf } from './round.ts';

const [root = '', url = '', stack = '', journalPath = ''] = process.argv.slice(2);
const { KILL_APPLY_API_KEY: apiKey = '', KILL_APPLY_APPLICATION_KEY: applicationKey = '' } = process.env;

const { workspace } = await loadWorkspace(root);
if (workspace === undefined) throw new Error('The content cannot be read.');
const target = targetOf(url, stack);
const client = createApiClient({
  baseUrl: url,
  auth: { apiKey, applicationKey },
  fetch: (address, init) => fetch(address, init),
  clock: FAST_CLOCK,
  random: Math.random,
});
const journal = await openSyncJournal(journalPath, { clock: FAST_CLOCK.nowMs });
// The clock of the kill starts here: loading the program takes longer than the apply.
process.stdout.write('ready\n');

const { lastApplied } = readHistory(journal.entries(), target);
const observed = await observe(client, stack, lastApplied);
if (observed.kind !== 'done') throw new Error(JSON.stringify(observed));
const desired = desiredState(workspace, { stack });
const plan = planChanges({
  desired,
  observed: observed.value,
  lastApplied,
  target,
  toolVersion: TOOL_VERSION,
});
const result = await applyPlan(plan, client, journal, {
  clock: FAST_CLOCK,
  expect: { target, toolVersion: TOOL_VERSION, contentDigest: desired.digest },
});
await journal.close();
if (!isComplete(result)) throw new Error(JSON.stringify(result));
