/** up in a folder that has no content yet, or content with errors; the org listens on any free port of this machine. */

import { afterEach, expect, test } from 'vitest';
import { goodContent, makeTestFolder, type TestFolder } from '../testing/terminal.ts';

const CONFIG = { 'signalwright.yaml': goodContent()['signalwright.yaml'] ?? '' };

let folder: TestFolder;
afterEach(() => folder.remove());

test('an org may be there before its content: it starts, and says how content comes in', async () => {
  folder = makeTestFolder(CONFIG);
  const { code, out, err } = await folder.run(['up', '--port', '0']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('The embedded org answers at http://127.0.0.1:');
  expect(out).toContain('There is no content here yet: `signalwright import --from local`');
  expect((await folder.run(['check'])).code).toBe(1);
});

test('content with an error is told, and nothing starts', async () => {
  folder = makeTestFolder({ ...CONFIG, 'rules/detection/a.yaml': 'kind: detection-rule\n' });
  const { code, out, err } = await folder.run(['up', '--port', '0']);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('rules/detection/a.yaml:1:1 error');
});

test('so is a configuration with an error, content or not', async () => {
  folder = makeTestFolder({ 'signalwright.yaml': `${CONFIG['signalwright.yaml']}nonsense: 1\n` });
  const { code, err } = await folder.run(['up', '--port', '0']);
  expect(code).toBe(1);
  expect(err).toContain('schema/unknown-key');
});
