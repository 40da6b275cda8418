/**
 * What package-lock.json may hold. Works offline: no advisory service is asked.
 * Source: threat T39 of docs/threats.md.
 */

import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { isObject, readJson } from './manifest.ts';

const LOCKFILE = 'package-lock.json';

/** Packages that ask to run a script at install time, and why that is harmless here. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  esbuild: 'only checks its own binary; refused by `allowScripts` in package.json, and works without',
};

/** Permissive licences, and MPL-2.0, which binds changes to its own files only. SPDX names. */
const LICENCES = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PSF-2.0',
  'Python-2.0',
  'Unlicense',
]);

/** Packages whose manifest names no SPDX licence; read by hand. */
const READ_LICENCES: Readonly<Record<string, string>> = { spawndamnit: 'MIT' };

const REGISTRY = 'https://registry.npmjs.org/';

/** Judges the lock file of the repository at `root`. */
export function checkLockfile(root: string): Finding[] {
  const lock = readJson(join(root, LOCKFILE));
  const allowScripts = readJson(join(root, 'package.json'))['allowScripts'];
  return judgeLockfile(lock, isObject(allowScripts) ? allowScripts : {});
}

/** Pure part: one finding a broken rule and package. */
export function judgeLockfile(
  lock: Readonly<Record<string, unknown>>,
  allowScripts: Readonly<Record<string, unknown>>,
): Finding[] {
  const packages = isObject(lock['packages']) ? lock['packages'] : {};
  const findings = Object.entries(packages).flatMap(([path, entry]) =>
    isObject(entry) && path.includes('node_modules/') && entry['link'] !== true
      ? judgeEntry(path, entry)
      : [],
  );
  if (lock['lockfileVersion'] !== 3 || Object.keys(packages).length === 0) {
    findings.push(finding('lockfile/version', LOCKFILE, 'The lock file is not of version 3.', 'Use npm 11.'));
  }
  for (const name of Object.keys(INSTALL_SCRIPTS)) {
    if (allowScripts[name] !== false) {
      findings.push(
        finding(
          'lockfile/allow-scripts',
          name,
          `"${name}" may run its script.`,
          'Set allowScripts to false for it.',
        ),
      );
    }
  }
  return findings;
}

function judgeEntry(path: string, entry: Readonly<Record<string, unknown>>): Finding[] {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const resolved = entry['resolved'];
  const findings: Finding[] = [];
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(String(entry['integrity']))) {
    findings.push(
      finding('lockfile/integrity', name, `"${path}" has no sha512 digest.`, 'Install it from the registry.'),
    );
  }
  if (resolved !== undefined && !String(resolved).startsWith(REGISTRY)) {
    findings.push(
      finding(
        'lockfile/source',
        name,
        `"${path}" comes from ${String(resolved)}.`,
        'Only the public registry.',
      ),
    );
  }
  if (entry['hasInstallScript'] === true && INSTALL_SCRIPTS[name] === undefined) {
    findings.push(
      finding(
        'lockfile/install-script',
        name,
        `"${path}" runs a script when installed.`,
        'Choose another package.',
      ),
    );
  }
  const licence = READ_LICENCES[name] ?? String(entry['license']);
  if (!isLicenceAllowed(licence)) {
    findings.push(
      finding('lockfile/licence', name, `"${path}" has licence ${licence}.`, 'Read it, then list it.'),
    );
  }
  return findings;
}

/** `A OR B` needs one that is allowed, `A AND B` both. */
function isLicenceAllowed(expression: string): boolean {
  const bare = expression.replaceAll(/[()]/g, '');
  return bare
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => LICENCES.has(part.trim())));
}

function finding(code: string, name: string, message: string, hint: string): Finding {
  return { code, file: LOCKFILE, line: 1, message: `${name}: ${message}`, hint };
}
