/**
 * A plan as Markdown, for a pull request or the summary page of a job: address, sign, field, before and after, and the
 * line of the file that says so. What takes something away stands first, so that a cut never hides it.
 */

import { formatDuration, unreachable, type Address } from '@signalwright/model';
import {
  SHORT_DIGEST,
  GRACE_MS,
  attributionText,
  causeText,
  dateText,
  type Attribution,
  type Place,
  type Plan,
  type PlanItem,
} from '@signalwright/sync';
import { countOf } from '../phrase.ts';
import { MAX_BODY_CHARS, fitSections, type Section } from './fit.ts';
import { CLOSE_DETAILS, code, openDetails, prose } from './markdown.ts';
import { fieldsFence, frameSection, keptItems, objectsSection } from './object-parts.ts';
import { countPlan } from './plan-items.ts';

const GRACE = formatDuration(GRACE_MS);

type Attributions = ReadonlyMap<Address, Attribution>;

/** Markdown of at most `limit` characters, so that it fits a comment. The same plan gives the same text. */
export function renderPlanPage(plan: Plan, attributions: Attributions, limit = MAX_BODY_CHARS): string {
  const { target, items, blocked, digest } = plan;
  const removals = items.filter(isRemoval);
  const changes = items.filter((item) => !isRemoval(item) && item.change.kind !== 'link');
  return fitSections(
    [
      frameSection(`### Plan for ${code(target.name)}`, [`**${countPlan(plan)}**`, ...warningsOf(plan)]),
      sectionOf(
        blocked.map(
          ({ address, place, reason }) =>
            `**!** ${code(address)} is blocked: ${prose(reason)} · ${placeOf(place)}`,
        ),
        'blocked object',
      ),
      sectionOf(
        removals.map((item) => itemText(item, attributions)),
        'object that is taken away',
      ),
      sectionOf(
        changes.map((item) => itemText(item, attributions)).filter((text) => text !== ''),
        'changed object',
      ),
      staySection(plan),
      linksSection(items),
      frameSection('---', [
        `${code(target.url)}, stack ${code(target.stack)}, plan ${code(digest.slice(0, SHORT_DIGEST))}`,
      ]),
    ],
    limit,
  );
}

function isRemoval({ change }: PlanItem): boolean {
  return change.kind === 'disable' || change.kind === 'delete';
}

function warningsOf({ removal, orphans, waiting, digest }: Plan): readonly string[] {
  const { removed, managed, free } = removal;
  return [
    ...(removed > free
      ? [
          `⚠ It takes away ${removed} of ${managed} objects: an apply asks for \`--allow-destroy=${digest.slice(0, SHORT_DIGEST).replaceAll(/[^0-9a-f]/g, '')}\`.`,
        ]
      : []),
    ...(orphans.length > 0
      ? [`${countOf(orphans.length, 'object')} of ours at the target and not in content: left alone.`]
      : []),
    ...(waiting.length > 0
      ? [
          `${countOf(waiting.length, 'object')} switched off before, and deleted when the time of grace is over.`,
        ]
      : []),
  ];
}

function sectionOf(items: readonly string[], noun: string): Section {
  return objectsSection(items, noun, 'plan');
}

/** Ours, not in content, and still there after an apply of this plan: each with the reason. */
function staySection({ orphans, waiting }: Plan): Section {
  const items = [
    ...orphans.map(({ address, reason }) => `- ${code(address)} stays: ${prose(reason)}`),
    ...waiting.map(
      ({ address, deleteAfterMs }) =>
        `- ${code(address)} is switched off, and deleted by an apply after ${code(dateText(deleteAfterMs))}`,
    ),
  ];
  if (items.length === 0) return sectionOf([], '');
  return {
    ...sectionOf(items, 'object'),
    open: openDetails(`${countOf(items.length, 'object')} of ours, no longer in content`),
    close: CLOSE_DETAILS,
    isList: true,
    reserve: 0,
  };
}

function linksSection(items: readonly PlanItem[]): Section {
  const links = items.flatMap(({ address, change }) =>
    change.kind === 'link' ? [`- ${code(address)}: ${code(change.url)}`] : [],
  );
  if (links.length === 0) return sectionOf([], '');
  return {
    ...sectionOf(links, 'view'),
    open: openDetails(`${countOf(links.length, 'saved view')} to open`),
    close: CLOSE_DETAILS,
    isList: true,
    reserve: 0,
  };
}

function itemText(item: PlanItem, attributions: Attributions): string {
  const { address, name, change, kept = [] } = item;
  const attribution = attributions.get(address);
  const remarks = [
    ...(item.isShadow === true ? ['a shadow: tells nobody'] : []),
    causeText(item),
    ...(attribution === undefined ? [] : [attributionText(attribution)]),
  ].flatMap((text) => (text === undefined ? [] : [prose(text)]));
  const head = (sign: string, ...more: readonly string[]): string =>
    [`**${sign}** ${code(address)}`, ...more, ...remarks].join(' · ');
  switch (change.kind) {
    case 'link':
      return '';
    case 'noop':
      return kept.length === 0 ? '' : [head('='), ...keptItems(kept)].join('\n\n');
    case 'create':
      return head('\\+', code(name), ...item.places.slice(0, 1).map(placeOf));
    case 'disable':
    case 'delete':
      return change.kind === 'disable'
        ? head('x', code(name), `gone from content: switched off now, deleted by an apply after ${GRACE}`)
        : head('\\-', code(name), `gone from content and switched off: the time of grace is over`);
    case 'update':
      return [head('~', code(name)), fieldsFence(change.fields, item.places), ...keptItems(kept)].join(
        '\n\n',
      );
    default:
      return unreachable(change);
  }
}

function placeOf({ file, line, col }: Place): string {
  return code(`${file}:${line}:${col}`);
}
