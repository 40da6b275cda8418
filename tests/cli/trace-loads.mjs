/** Loaded with --import: writes down each file that the process loads, one a line, to $TRACE_FILE. */

import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';

const HOOKS = `
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(process.env.TRACE_FILE, url + '\\n');
    return next(url, context);
  }
`;
register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
// What is required, native addons included, passes no hook and stands in the cache.
process.on('exit', () => {
  for (const file of Object.keys(createRequire(import.meta.url).cache)) {
    appendFileSync(process.env.TRACE_FILE, `file://${file}\n`);
  }
});
