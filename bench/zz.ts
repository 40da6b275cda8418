import { readdirSync, readFileSync } from 'node:fs';
import { loadFromFiles } from '@signalwright/content';
import { load } from 'js-yaml';
const ROOT = new URL('..', import.meta.url).pathname;
const RULES = 'rules/detection';
const originals = readdirSync(`${ROOT}/${RULES}`).map((n) => readFileSync(`${ROOT}/${RULES}/${n}`, 'utf8'));
const config = readFileSync(`${ROOT}/signalwright.yaml`, 'utf8');
const make = (s: number, count: number) => {
  const f = new Map([['signalwright.yaml', config]]);
  for (let i = 0; i < count; i++) {
    const id = `rule-${s}-${i}`;
    f.set(`${RULES}/${id}.yaml`, (originals[i % originals.length] ?? '').replace(/^id: .*$/m, `id: ${id}`));
  }
  return f;
};
const cpu = (w: () => void) => {
  const b = process.cpuUsage();
  w();
  const u = process.cpuUsage(b);
  return (u.user + u.system) / 1000;
};
const N = 600;
for (let s = 0; s < 4; s++) {
  const f = make(s, N);
  const bare = cpu(() => {
    for (const t of f.values()) load(t);
  });
  const check = cpu(() => {
    loadFromFiles(f);
  });
  console.log(((bare * 1000) / N).toFixed(0), ((check * 1000) / N).toFixed(0), (check / bare).toFixed(1));
}
