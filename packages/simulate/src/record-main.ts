/** `npm run record`: records the shipped story anew, after a change of the story, the rules or the engine. */

import { recordEvents } from './record.ts';
import { SHIPPED_RECORDING } from './replay.ts';
import { DEMO_SEED } from './traffic/story.ts';
import { loadWaf } from './waf.ts';

const load = await loadWaf();
if (load.ok) {
  const { engineVersion, requests } = await recordEvents(SHIPPED_RECORDING, load.waf, DEMO_SEED);
  console.log(`Recorded ${requests.length} requests with engine ${engineVersion}.`);
} else {
  console.error(`The WAF engine cannot be loaded: ${load.refusal.detail}`);
  process.exitCode = 1;
}
