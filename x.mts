import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { loadFromFiles } from '/tmp/wt/diagnostics/packages/content/src/index.ts';
const t = readFileSync('/tmp/wt/diagnostics/packages/content/src/load-mutations/workflows/full.yaml','utf8');
const d = parse(t) as any; d.inputs.word.default = { toString: 1, valueOf: 2 };
try { loadFromFiles(new Map([['signalwright.yaml','stack: a\n'],['workflows/full.yaml', stringify(d)]]), {}); } catch (e) { console.log((e as Error).stack); }
