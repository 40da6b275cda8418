/**
 * A field of the message that no signal of the rule has. A signal carries its group values and what its events agree
 * on; variables are those of the language, and tags. Said only where the rule's own sample and tests show what its
 * events look like.
 */

import type { AuthoredRule, TestFields } from '@signalwright/model';
import { queryPaths } from '@signalwright/query';
import { templatePaths, TEMPLATE_VARIABLES, type TemplatePath } from '@signalwright/template';
import { quoted } from '../../diagnostic.ts';
import type { LinkContext } from '../../link/link-context.ts';
import { didYouMean } from '../../nearest.ts';
import type { Lint } from '../lint-contract.ts';

/** What every signal has beside the variables of the language. */
const COMMON_TAGS = ['service', 'env', 'host', 'team', 'source', 'tags', 'message', 'title', 'status'];

export const unknownTemplateField: Lint = (object, report, context) => {
  if (object.kind !== 'detection-rule' || object.tests.length === 0) return;
  const known = knownFields(object, context);
  const texts = [[['name'], object.object.name] as const, [['message'], object.object.message] as const];
  for (const [path, text] of texts) {
    const parsed = report.texts.template(text);
    if (!parsed.ok) continue;
    for (const written of templatePaths(parsed.template)) {
      // A doubled @ is a mistake of its own.
      if (written.text.startsWith('@@') || isKnown(written, known)) continue;
      report.inText(
        path,
        written,
        'lint/unknown-template-field',
        `No signal of this rule has ${quoted(written.text)}.`,
        {
          hint: didYouMean(written.text, known) ?? 'Group by it, or show it in the sample or a test event.',
        },
      );
    }
  }
};

function knownFields({ object, sample, tests }: AuthoredRule, context: LinkContext): ReadonlySet<string> {
  const known = new Set<string>([...TEMPLATE_VARIABLES, ...COMMON_TAGS]);
  const add = (fields: TestFields): void => {
    for (const key of Object.keys(fields)) known.add(key);
  };
  add(sample);
  for (const test of tests) {
    if (test.kind === 'match') add(test.event);
    else for (const { fields } of test.events) add(fields);
  }
  for (const { query, groupBy, aggregation } of object.queries) {
    for (const field of groupBy) known.add(field);
    if (aggregation.kind === 'cardinality') for (const field of aggregation.fields) known.add(field);
    const parsed = context.query(query);
    if (parsed === undefined) continue;
    for (const { path, negated } of queryPaths(parsed)) if (!negated) known.add(path);
  }
  for (const tag of object.tags) known.add(tag.split(':', 1)[0] ?? tag);
  return known;
}

/** `service.name` is the tag `service`; `@usr` is known when `@usr.id` is, and the other way round. */
function isKnown({ kind, segments }: TemplatePath, known: ReadonlySet<string>): boolean {
  const root = kind === 'attribute' ? '@' : '';
  const full = `${root}${segments.join('.')}`;
  if (kind === 'variable') {
    const bare = segments.at(-1) === 'name' ? segments.slice(0, -1).join('.') : full;
    return known.has(segments[0] ?? '') || known.has(bare) || known.has(full);
  }
  if (segments.length === 1 && known.has(segments[0] ?? '')) return true;
  return [...known].some(
    (each) => each === full || each.startsWith(`${full}.`) || full.startsWith(`${each}.`),
  );
}
