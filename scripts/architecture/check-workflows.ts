/**
 * No workflow file gives a stranger our rights. Judges .github/workflows and the examples for users.
 * Source: threat T01 of docs/threats.md (fork pull requests, moved tags, injected titles).
 */

import type { Finding } from './finding.ts';
import { isObject } from './manifest.ts';
import { readWorkflowFiles, type WorkflowFile, type WorkflowJob } from './workflow-file.ts';

/**
 * The actions we use, each at one commit whose tag was looked up. A commit of a fork can be named in the
 * place of ours and still look right, so an unknown digest is refused like a tag.
 */
const ACTIONS: Readonly<Record<string, { readonly commit: string; readonly version: string }>> = {
  'actions/checkout': { commit: '08c6903cd8c0fde910a37f88322edcfb5dd907a8', version: 'v5.0.0' },
  'actions/setup-node': { commit: 'a0853c24544627f65ddf259abe73b1d18a591444', version: 'v5.0.0' },
  'actions/upload-artifact': { commit: 'ea165f8d65b6e75b540449e92b4886f43607fa02', version: 'v4.6.2' },
  'actions/download-artifact': { commit: '634f93cb2916e3fdff6788551b99b062d0335ce0', version: 'v5.0.0' },
};

/** Events that a stranger can cause while the job holds our rights. */
const REFUSED_TRIGGERS = new Set([
  'pull_request_target',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
  'pull_request_review',
  'pull_request_review_comment',
  'fork',
  'watch',
]);

/** What a job may write, and never in a workflow that a pull request starts. */
const WRITABLE = new Set(['pull-requests', 'checks', 'statuses', 'id-token']);
const RUNNERS = new Set(['ubuntu-24.04', 'ubuntu-latest']);
const MAX_TIMEOUT_MINUTES = 60;
const APPLY = /\bsignalwright"?\s+apply\b/;

export function checkWorkflowFiles(root: string): Finding[] {
  return readWorkflowFiles(root).flatMap(checkWorkflow);
}

type At = readonly (string | number)[];
type Report = (code: string, at: At, message: string, hint: string) => void;

/** Pure: one file in, its findings out. */
export function checkWorkflow(file: WorkflowFile): Finding[] {
  const findings: Finding[] = [];
  const report: Report = (code, at, message, hint) => {
    findings.push({ code: `ci/${code}`, file: file.path, line: file.lineOf(at), message, hint });
  };
  if (file.error !== undefined) {
    report('parse', [], `Not readable: ${file.error}`, 'Fix the YAML.');
    return findings;
  }
  checkTriggers(file, report);
  checkTopPermissions(file, report);
  // Anywhere in the file: on a step, on a job, for all jobs, or handed on whole.
  if (isOpenToStrangers(file) && /\$\{\{[^}]*\bsecrets\b|"secrets":/.test(JSON.stringify(file.root))) {
    report(
      'secret',
      ['jobs'],
      'A file that a pull request starts names a secret.',
      'Move what needs it to a workflow_run job.',
    );
  }
  if (file.jobs.length === 0)
    report('parse', ['jobs'], 'The file has no jobs.', 'Remove it, or give it jobs.');
  for (const job of file.jobs) {
    checkJob(file, job, report);
    job.steps.forEach((step, index) => checkStep(file, step, ['jobs', job.name, 'steps', index], report));
  }
  return findings;
}

function checkTriggers(file: WorkflowFile, report: Report): void {
  if (file.triggers.length === 0) report('trigger', ['on'], 'Nothing starts this file.', 'Name its events.');
  for (const trigger of file.triggers) {
    if (REFUSED_TRIGGERS.has(trigger)) {
      report(
        'trigger',
        ['on'],
        `A stranger can cause "${trigger}".`,
        'Use pull_request, and workflow_run for what needs rights.',
      );
    }
  }
  const on = file.root['on'];
  const push = isObject(on) ? on['push'] : undefined;
  if (file.triggers.includes('push') && !(isObject(push) && Array.isArray(push['branches']))) {
    report('push-branches', ['on'], '"push" names no branches.', 'Name the branches that are protected.');
  }
}

function checkTopPermissions(file: WorkflowFile, report: Report): void {
  const permissions = file.root['permissions'];
  if (isObject(permissions) && Object.keys(permissions).length === 0) return;
  report(
    'permissions',
    ['permissions'],
    'The file grants rights to all its jobs.',
    'Write `permissions: {}` at the top, and what each job needs in the job.',
  );
}

function checkJob(file: WorkflowFile, { name, job, steps }: WorkflowJob, report: Report): void {
  const at: At = ['jobs', name];
  checkPermissions(file, job['permissions'], at, report);
  const minutes = job['timeout-minutes'];
  if (typeof minutes !== 'number' || minutes > MAX_TIMEOUT_MINUTES) {
    report(
      'timeout',
      at,
      `Job "${name}" has no timeout of at most ${MAX_TIMEOUT_MINUTES} minutes.`,
      'Set timeout-minutes.',
    );
  }
  if (!RUNNERS.has(String(job['runs-on']))) {
    report(
      'runner',
      [...at, 'runs-on'],
      `Job "${name}" runs on "${String(job['runs-on'])}".`,
      'Use a hosted runner.',
    );
  }
  if (job['uses'] !== undefined || job['container'] !== undefined || job['services'] !== undefined) {
    report('borrowed', at, `Job "${name}" runs code of another place.`, 'Write the steps out.');
  }
  const applies = steps.map((step) => String(step['run'])).filter((run) => APPLY.test(run));
  if (applies.length > 0) checkApply(file, job, at, report);
  if (applies.some((run) => !/\s--plan\b/.test(run))) {
    report(
      'apply-plan',
      at,
      'What is applied is not what somebody approved.',
      'Make the plan in a job of its own, and apply it with --plan.',
    );
  }
}

function checkPermissions(file: WorkflowFile, permissions: unknown, at: At, report: Report): void {
  if (!isObject(permissions)) {
    report(
      'permissions',
      at,
      'The job names no permissions one by one.',
      'Write `permissions:` with `contents: read` and what else it needs.',
    );
    return;
  }
  for (const [scope, right] of Object.entries(permissions)) {
    if (right === 'read' || right === 'none') continue;
    if (!WRITABLE.has(scope) || isOpenToStrangers(file)) {
      report(
        'permissions',
        [...at, 'permissions', scope],
        `The job may write "${scope}".`,
        'Take it away, or move the work to a workflow_run job.',
      );
    }
  }
}

/** What changes the world: once at a time, never cut off, and only after somebody said yes. */
function checkApply(
  file: WorkflowFile,
  job: Readonly<Record<string, unknown>>,
  at: At,
  report: Report,
): void {
  const concurrency = job['concurrency'] ?? file.root['concurrency'];
  if (
    !isObject(concurrency) ||
    typeof concurrency['group'] !== 'string' ||
    concurrency['cancel-in-progress'] !== false
  ) {
    report(
      'apply-concurrency',
      at,
      'Two runs could apply at once, or one be cut off.',
      'Set concurrency with a group and cancel-in-progress: false.',
    );
  }
  if (job['environment'] === undefined) {
    report(
      'apply-environment',
      at,
      'Nobody has to approve this apply.',
      'Name an environment that has reviewers.',
    );
  }
  const wrong = file.triggers.filter((trigger) => trigger !== 'push' && trigger !== 'workflow_dispatch');
  if (wrong.length > 0) {
    report(
      'apply-trigger',
      ['on'],
      `Apply is started by ${wrong.join(', ')}.`,
      'Start it by a push to the protected branch, or by hand.',
    );
  }
}

function checkStep(
  file: WorkflowFile,
  step: Readonly<Record<string, unknown>>,
  at: At,
  report: Report,
): void {
  const run = step['run'];
  if (typeof run === 'string') checkRun(file, run, [...at, 'run'], report);
  const inputs = isObject(step['with']) ? step['with'] : {};
  if (typeof step['uses'] === 'string') checkUses(file, step['uses'], inputs, at, report);
}

function checkRun(file: WorkflowFile, run: string, at: At, report: Report): void {
  if (run.includes('${{')) {
    report(
      'expression',
      at,
      'An expression is pasted into a script.',
      'Hand it over in `env:` and quote the variable.',
    );
  }
  if (/GITHUB_(?:ENV|PATH)\b|::(?:set-env|add-path|set-output)\b/.test(run)) {
    report('env-file', at, 'A script changes what later steps see.', 'Set `env:` on the step that needs it.');
  }
  if (/\b(?:curl|wget)\b|\|\s*(?:ba)?sh\b|\beval\b/.test(run)) {
    report('download', at, 'A script fetches or makes up code.', 'Use what the lock file pins.');
  }
  if (file.path.startsWith('.github/workflows/') && !run.split('\n').every(isOwnCommand)) {
    report(
      'own-command',
      at,
      `"${run.trim().slice(0, 60)}" is no npm script.`,
      'Put it into package.json, so that it runs the same on a laptop.',
    );
  }
}

/** What our own CI may run: npm scripts, so that CI and a laptop do the same. */
function isOwnCommand(line: string): boolean {
  return (
    line.trim() === '' ||
    /^(?:npm ci|npm test|npm run [a-z:-]+(?: -- .*)?|npx signalwright .*)$/.test(line.trim())
  );
}

function checkUses(
  file: WorkflowFile,
  uses: string,
  inputs: Readonly<Record<string, unknown>>,
  at: At,
  report: Report,
): void {
  const [action = '', ref = ''] = uses.split('@');
  const known = ACTIONS[action];
  if (known === undefined) {
    report(
      'action',
      [...at, 'uses'],
      `"${action}" is not one of ours.`,
      `Allowed: ${Object.keys(ACTIONS).join(', ')}.`,
    );
  } else if (ref !== known.commit) {
    report(
      'action',
      [...at, 'uses'],
      `"${uses}" is not the commit that was looked up.`,
      `Pin ${known.commit} # ${known.version}.`,
    );
  } else if (!file.text.includes(`${uses} # ${known.version}\n`)) {
    report(
      'action',
      [...at, 'uses'],
      `"${action}" does not say its version.`,
      `Write "# ${known.version}" behind it.`,
    );
  }
  if (action === 'actions/checkout') checkCheckout(file, inputs, at, report);
  if (action === 'actions/setup-node') checkSetupNode(file, inputs, at, report);
  if (action === 'actions/download-artifact' && !String(inputs['path']).startsWith('${{ runner.temp }}/')) {
    report(
      'artifact-path',
      at,
      'The artefact lands among the files that are run.',
      'Set path to a folder below ${{ runner.temp }}.',
    );
  }
}

function checkCheckout(
  file: WorkflowFile,
  inputs: Readonly<Record<string, unknown>>,
  at: At,
  report: Report,
): void {
  if (inputs['persist-credentials'] !== false) {
    report('persist-credentials', at, 'The token stays in .git/config.', 'Set persist-credentials: false.');
  }
  if (
    file.triggers.includes('workflow_run') &&
    (inputs['ref'] !== undefined || inputs['repository'] !== undefined)
  ) {
    report(
      'checkout-ref',
      at,
      'A job with rights checks out what a stranger sent.',
      'Check out the default branch, and treat the artefact as data.',
    );
  }
  if (inputs['submodules'] !== undefined && inputs['submodules'] !== false) {
    report('submodules', at, 'Submodules bring code from elsewhere.', 'Leave them out.');
  }
}

function checkSetupNode(
  file: WorkflowFile,
  inputs: Readonly<Record<string, unknown>>,
  at: At,
  report: Report,
): void {
  if (inputs['node-version'] === undefined) {
    report('node-version', at, 'The checkout chooses the version of Node.', 'Write node-version here.');
  }
  if (inputs['cache'] !== undefined && !isOpenToStrangers(file)) {
    report(
      'cache',
      at,
      'A job with rights reads a cache that a pull request may have filled.',
      'Leave `cache` out here.',
    );
  }
}

function isOpenToStrangers(file: WorkflowFile): boolean {
  return file.triggers.includes('pull_request');
}
