/** The built command brings our own content back from an org that another process serves. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMIT_MS, ROOT, killAll, run, shell, startOrg } from './command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sw-import-'));
});
afterEach(async () => {
  await killAll();
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

interface Compiled {
  readonly objects: readonly { readonly address: string; readonly payload: unknown }[];
}

/** Payloads by address, but for notification rules: their mark is a digest, so that they get an id of their own. */
async function payloads(cwd: string): Promise<ReadonlyMap<string, unknown>> {
  const { end, out } = await run(['compile', '--json'], { cwd });
  expect(end).toBe(0);
  const { objects } = JSON.parse(out) as Compiled;
  return new Map(
    objects
      .filter(({ address }) => !address.startsWith('notification-rule/'))
      .map(({ address, payload }) => [address, payload]),
  );
}

test(
  'an org is imported into an empty folder: the same payloads, no error, nothing to create twice',
  async () => {
    const [from, to] = [join(folder, 'from'), join(folder, 'to')];
    for (const name of ['signalwright.yaml', 'rules', 'views', 'workflows'])
      cpSync(join(ROOT, name), join(from, name), { recursive: true });
    mkdirSync(to);
    cpSync(join(ROOT, 'signalwright.yaml'), join(to, 'signalwright.yaml'));
    const { env } = await startOrg(from);
    expect(await run(['apply', '--yes'], { cwd: from, env })).toMatchObject({ end: 0 });
    cpSync(join(from, '.signalwright/credentials.json'), join(to, '.signalwright/credentials.json'), {
      recursive: true,
    });

    const imported = await run(['import', '--from', 'local'], { cwd: to, env });
    expect(imported).toMatchObject({ end: 0, err: '' });
    expect(imported.out).toMatch(/^\d+ objects created, 0 updated, 0 unchanged\b/m);
    expect(await payloads(to)).toEqual(await payloads(from));
    expect((await run(['check'], { cwd: to })).out).toMatch(/ 0 errors, /);
    expect(await run(['fmt', '--check'], { cwd: to })).toMatchObject({ end: 0 });

    const before = readFileSync(join(to, 'rules/detection/sqli-probe.yaml'), 'utf8');
    const again = await run(['import', '--from', 'local'], { cwd: to, env });
    expect(again.out).toMatch(/^0 objects created, 0 updated, \d+ unchanged\n$/);
    expect(readFileSync(join(to, 'rules/detection/sqli-probe.yaml'), 'utf8')).toBe(before);
    expect((await run(['plan'], { cwd: to, env })).out).toMatch(/^0 to create, 0 to update, /m);
  },
  LIMIT_MS,
);

test(
  'what compile prints is imported through a pipe',
  async () => {
    writeFileSync(join(folder, 'signalwright.yaml'), 'stack: acme\n');
    const line = `$SIGNALWRIGHT compile --dir '${ROOT}' --json | node -e '
      const { objects } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      console.log(JSON.stringify(objects.map(({ payload }) => payload)));
    ' | $SIGNALWRIGHT import -`;
    const { end, out, err } = await shell(line, { cwd: folder });
    expect({ end, err }).toEqual({ end: 0, err: '' });
    expect(out).toContain('+ workflows/block-attacker.yaml');
    expect((await run(['check'], { cwd: folder })).out).toMatch(/ 0 errors, /);
  },
  LIMIT_MS,
);
