/**
 * A plan as Markdown, for a pull request or the summary page of a job: address, sign, field, before and after, and the
 * line of the file that says so. What takes something away stands first, so that a cut never hides it.
 */

import { unreachable, type Address } from '@signalwright/model';
import {
  SHORT_DIGEST,
  attributionText,
  causeText,
  sideLines,
  sidesOf,
  type Attribution,
  type KeptField,
  type Place,
  type Plan,
  type PlanItem,
} from '@signalwright/sync';
import { countOf } from '../phrase.ts';
import { MAX_BODY_CHARS, fitSections, type Section } from './fit.ts';
import { CLOSE_DETAILS, code, fence, openDetails, prose } from './markdown.ts';
import { countPlan } from './plan-items.ts';

/** Fields of one object; a rule has fewer, what somebody made of a workflow may not. */
const MAX_FIELDS = 40;
const MAX_VALUE_CHARS = 300;
const RESERVE = 12_000;

type Attributions = ReadonlyMap<Address, Attribution>;

/** Markdown of at most `limit` characters, so that it fits a comment. The same plan gives the same text. */
export function renderPlanPage(plan: Plan, attributions: Attributions, limit = MAX_BODY_CHARS): string {
  const { target, items, blocked, digest } = plan;
  const removals = items.filter(isRemoval);
  const changes = items.filter((item) => !isRemoval(item) && item.change.kind !== 'link');
  return fitSections(
    [
      {
        open: `### Plan for ${code(target.name)}`,
        items: [`**${countPlan(plan)}**`, ...warningsOf(plan)],
        close: '',
        reserve: 1_000,
        cutNotice: () => '',
      },
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
      linksSection(items),
      {
        open: '---',
        items: [
          `${code(target.url)}, stack ${code(target.stack)}, plan ${code(digest.slice(0, SHORT_DIGEST))}`,
        ],
        close: '',
        reserve: 1_000,
        cutNotice: () => '',
      },
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
  return {
    open: '',
    items,
    close: '',
    reserve: items.length === 0 ? 0 : RESERVE,
    cutNotice: (omitted) =>
      `**Cut here: ${countOf(omitted, `more ${noun}`)} did not fit.** \`signalwright plan\` prints all of them.`,
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
      return head(change.kind === 'disable' ? 'x' : '\\-', code(name));
    case 'update': {
      const more = change.fields.length - MAX_FIELDS;
      const lines = change.fields
        .slice(0, MAX_FIELDS)
        .flatMap((field, at) => fieldLines(field, item.places[at]));
      return [
        head('~', code(name)),
        fence('diff', more > 0 ? [...lines, `@@ ${countOf(more, 'more field')} @@`] : lines),
        ...keptItems(kept),
      ].join('\n\n');
    }
    default:
      return unreachable(change);
  }
}

type Field = Parameters<typeof sidesOf>[0];

function fieldLines(field: Field, place: Place | undefined): readonly string[] {
  const { removed, added } = sidesOf(field);
  const where = place === undefined ? '' : ` ${place.file}:${place.line}:${place.col}`;
  return [
    `@@ ${field.path} @@${where}`,
    ...sideLines('-', removed, MAX_VALUE_CHARS),
    ...sideLines('+', added, MAX_VALUE_CHARS),
  ];
}

function keptItems(kept: readonly KeptField[]): readonly string[] {
  return kept
    .slice(0, MAX_FIELDS)
    .map(
      ({ path, until, reason }) =>
        `${code(path)} is left as it is at the target until ${code(until)}: ${prose(reason)}`,
    );
}

function placeOf({ file, line, col }: Place): string {
  return code(`${file}:${line}:${col}`);
}
