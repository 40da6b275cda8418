import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hintFor } from './org-parts.ts';

const PARTS = { libsql: '^0.5.29' };
type Row = [where: string, root: string, parts: Record<string, string> | undefined, hint: string];

const rows: Row[] = [
  [
    'a project',
    join('home', 'detections', 'node_modules', 'signalwright'),
    PARTS,
    'Install beside signalwright what it needs: npm install "libsql@^0.5.29"',
  ],
  [
    'the cache of npx, where an install beside it would be lost',
    join('home', '.npm', '_npx', 'd3808e0a', 'node_modules', 'signalwright'),
    PARTS,
    'Run it with what it needs: npx -p signalwright -p "libsql@^0.5.29" signalwright demo',
  ],
  ['the repository', join('home', 'signalwright', 'packages', 'cli'), undefined, 'Install it with: npm ci'],
];

describe('what to install is said for where the command was installed', () => {
  test.each(rows)('%s', (_where, root, parts, hint) => {
    expect(hintFor(root, parts, 'demo')).toBe(hint);
  });
});
