import { test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { loadWaf } from '../waf.ts';
import { startSampleApp } from './sample-app.ts';
import { playTraffic } from '../traffic/play.ts';
test('x', async () => {
  const l = await loadWaf();
  if (!l.ok) throw 1;
  const app = await startSampleApp({ waf: l.waf });
  const out: string[] = [];
  const t = performance.now();
  const r = await playTraffic({
    app,
    seed: 1,
    startMs: 1_700_000_000_000,
    onEvent: (e) => {
      out.push(JSON.stringify(e));
    },
  });
  console.log(performance.now() - t, r);
  writeFileSync('/tmp/ev.ndjson', out.join('\n'));
  await app.close();
});
