/** Keys of another organisation: nothing of ours is there, so everything would be made anew in the wrong place. */

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOrgFolder, type OrgFolder } from '../testing/org-folder.ts';
import { goodContent, type Ran } from '../testing/terminal.ts';

const CONFIG = 'stack: acme\nenvironments:\n  prod: { target: datadog, site: datadoghq.eu }\n';
const COMMANDS: string[][] = [['plan'], ['apply', '--yes'], ['drift']];
let ours: OrgFolder;
let theirs: OrgFolder;

beforeEach(async () => {
  ours = await openOrgFolder({ ...goodContent(), 'signalwright.yaml': CONFIG });
  theirs = await openOrgFolder(goodContent());
});
afterEach(async () => {
  await ours.close();
  await theirs.close();
});

/** Runs in our folder with keys of the given org, which answers at the same address. */
function runAt(org: OrgFolder, ...args: readonly string[]): Promise<Ran> {
  const { apiKey, applicationKey } = org.org.ownerCredentials;
  return ours.run(args, {
    env: { DD_API_KEY: apiKey, DD_APP_KEY: applicationKey },
    fetch: (input, init) => {
      const request = new Request(input, init);
      org.requests.push(`${request.method} ${new URL(request.url).pathname}`);
      return Promise.resolve(org.org.fetch(request));
    },
  });
}

async function publicId({ org }: OrgFolder): Promise<string> {
  const { apiKey, applicationKey } = org.ownerCredentials;
  const answer = await org.fetch(
    new Request('http://127.0.0.1:8085/api/v2/current_user', {
      headers: { 'dd-api-key': apiKey, 'dd-application-key': applicationKey },
    }),
  );
  const { included } = (await answer.json()) as { included: { attributes: { public_id?: string } }[] };
  return included.find(({ attributes }) => attributes.public_id !== undefined)?.attributes.public_id ?? '';
}

test.each(COMMANDS)(
  '%s: an environment that was applied to one organisation is of no other',
  async (...args) => {
    expect(await runAt(ours, 'apply', '--yes')).toMatchObject({ code: 0 });
    const { code, err, out } = await runAt(theirs, ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(
      `The keys in DD_API_KEY and DD_APP_KEY are of the organisation ${await publicId(theirs)} ("signalwright"), and prod was applied to ${await publicId(ours)} before: nothing was done.`,
    );
    expect(err).toContain('Use the keys of prod. If it has moved there for good, move ');
    expect(theirs.requests).toEqual(['GET /api/v2/current_user']);
    expect(await runAt(ours, 'plan', '--exit-code')).toMatchObject({ code: 0 });
  },
);

test('a plan is of the organisation that it was made for', async () => {
  expect(await runAt(ours, 'plan', '--out', 'plan.json')).toMatchObject({ code: 0 });
  const { code, err } = await runAt(theirs, 'apply', '--plan', 'plan.json', '--yes');
  expect(code).toBe(1);
  expect(err).toContain(
    `The plan is for the organisation ${await publicId(ours)}, and these keys are of ${await publicId(theirs)}.`,
  );
  expect(theirs.requests.filter((each) => !each.startsWith('GET'))).toEqual([]);
});

test('org: in signalwright.yaml holds from the first plan on', async () => {
  ours.write(
    'signalwright.yaml',
    CONFIG.replace('datadoghq.eu', `datadoghq.eu, org: ${await publicId(ours)}`),
  );
  const { code, err } = await runAt(theirs, 'plan');
  expect(code).toBe(1);
  expect(err).toContain(`and signalwright.yaml says ${await publicId(ours)} for prod: nothing was done.`);
  expect(err).toContain('Use the keys of prod, or correct org: in signalwright.yaml.');
  expect(await runAt(ours, 'plan')).toMatchObject({ code: 0 });
});
