/** Checks of signalwright.yaml that its schema cannot express. */

import { CODES, isAdvice, isDiagnosticCode } from '@signalwright/model';
import { quoted } from '../diagnostic.ts';
import { didYouMean } from '../nearest.ts';
import { checkSearch } from './check-search.ts';
import type { WrittenConfig } from '../schema/written.ts';
import type { Report } from './link-context.ts';

export function checkProjectConfig(written: WrittenConfig, report: Report): void {
  for (const [name, { target, site }] of Object.entries(written.environments ?? {})) {
    if (target === 'datadog' && site === undefined) {
      const message = `The environment ${quoted(name)} does not say which Datadog site it is.`;
      report.at(['environments', name], 'config/missing-site', message, {
        hint: 'Add site: such as datadoghq.eu.',
      });
    }
    if (target === 'embedded' && site !== undefined) {
      const message = `The environment ${quoted(name)} is embedded and has a Datadog site.`;
      report.atKey(['environments', name, 'site'], 'config/site-without-datadog', message, {
        hint: 'Remove site:, or write target: datadog.',
      });
    }
  }
  checkLints(written.lints, report);
  const query = written.history?.events?.query;
  if (query !== undefined) checkSearch(report, ['history', 'events', 'query'], query, 'events');
  (written.neverBlock ?? []).forEach((text, index) => {
    if (isNetwork(text)) return;
    report.at(['neverBlock', index], 'config/not-a-network', `${quoted(text)} is no address or CIDR block.`, {
      hint: 'Such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32.',
    });
  });
}

/** Only advice has a severity that the project may choose. */
function checkLints(lints: WrittenConfig['lints'] = {}, report: Report): void {
  for (const code of Object.keys(lints)) {
    if (!isDiagnosticCode(code)) {
      report.atKey(['lints', code], 'config/unknown-lint', `There is no code ${quoted(code)}.`, {
        hint: didYouMean(code, Object.keys(CODES)) ?? 'A code is written as check prints it: lint/no-tests.',
      });
    } else if (!isAdvice(code)) {
      report.atKey(['lints', code], 'config/fixed-severity', `${quoted(code)} is always an error.`, {
        hint: 'Content with this finding cannot be understood or does not do what it says, so nothing can be applied.',
      });
    }
  }
}

/** An IPv4 or IPv6 address in ordinary writing, with or without a prefix length. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  const bits = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined;
  if (bits === undefined) return false;
  return prefix === undefined || (/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits);
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

const IPV6_GROUPS = 8;

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const hasIpv4 = last?.includes('.') === true;
  const hex = hasIpv4 ? groups.slice(0, -1) : groups;
  if (hasIpv4 && !isIpv4(last ?? '')) return false;
  const count = hex.length + (hasIpv4 ? 2 : 0);
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count < IPV6_GROUPS : count === IPV6_GROUPS;
}
