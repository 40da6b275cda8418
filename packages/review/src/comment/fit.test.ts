import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitSections, type Section } from './fit.ts';

function section(name: string, items: readonly string[], reserve = 0): Section {
  return {
    open: `<${name}>`,
    items,
    close: `</${name}>`,
    reserve,
    cutNotice: (omitted) => `${omitted} more`,
  };
}

test('what fits is whole', () => {
  expect(fitSections([section('a', ['1', '2']), section('b', ['3'])], 1_000)).toBe(
    '<a>\n\n1\n\n2\n\n</a>\n\n<b>\n\n3\n\n</b>',
  );
});

test('what does not fit is cut between items, and the cut is said', () => {
  const text = fitSections([section('a', ['x'.repeat(40), 'y'.repeat(40), 'z'.repeat(40)])], 120);
  expect(text).toContain('x'.repeat(40));
  expect(text).not.toContain('z');
  expect(text).toContain('1 more');
  expect(text.endsWith('</a>')).toBe(true);
});

test('a later section keeps the room that it has reserved', () => {
  const long = Array.from({ length: 100 }, (_, at) => `item ${at}`);
  const text = fitSections([section('a', long), section('b', ['important'], 100)], 400);
  expect(text).toContain('important');
});

test('never longer than the limit, never an open frame', () => {
  const items = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 60 }), {
    maxLength: 20,
  });
  const sections = fc.array(fc.tuple(items, fc.integer({ min: 0, max: 200 })), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(sections, fc.integer({ min: 0, max: 1_500 }), (written, limit) => {
      const text = fitSections(
        written.map(([list, reserve], at) => section(`s${at}`, list, reserve)),
        limit,
      );
      expect(text.length).toBeLessThanOrEqual(limit);
      written.forEach((_, at) => expect(text.includes(`<s${at}>`)).toBe(text.includes(`</s${at}>`)));
    }),
  );
});
