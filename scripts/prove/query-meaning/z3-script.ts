/**
 * Two queries as a question for z3. A place becomes as many variables as there are tests that may have to be
 * true of it, each there or not; patterns become regular expressions, numbers reals, addresses bit vectors.
 * Whole tags, searches over everything and mixed tests are not put to it.
 */

import { numberIn, wordSigns } from './naive-match.ts';
import { leavesOf, type Asked, type End, type Leaf, type Sign, type Tree } from './tree.ts';

/** SMT-LIB for `matched and not unmatched`; undefined where z3 cannot be asked. */
export function scriptFor(matched: Tree, unmatched: Tree, single: ReadonlySet<string>): string | undefined {
  const leaves = [...leavesOf(matched), ...leavesOf(unmatched)];
  const places = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    const name = placeOf(leaf);
    if (name === undefined) return undefined;
    places.set(name, [...(places.get(name) ?? []), leaf]);
  }
  if (places.has('@v') && places.has('@v.b')) return undefined;
  const wanted = new Set([...wantedIn(matched, true), ...wantedIn(unmatched, false)]);
  const truth = new Map<string, string>();
  const declared: string[] = [];
  let at = 0;
  for (const [name, own] of places) {
    const encoded = encodePlace(own, `p${at}`, single.has(name), wanted);
    if (encoded === undefined) return undefined;
    declared.push(encoded.declarations);
    for (const leaf of own) truth.set(JSON.stringify(leaf), encoded.truthOf(leaf.asked));
    at += 1;
  }
  return `${declared.join('')}(assert ${say(matched, truth)})(assert (not ${say(unmatched, truth)}))`;
}

/** As `readAttribute` names it. Whole tags, everything, and places that meet others are not encoded. */
function placeOf({ where }: Leaf): string | undefined {
  switch (where.kind) {
    case 'attribute':
      return `@${where.name}`;
    case 'tag':
    case 'reserved':
      return where.name;
    case 'message':
      return 'message';
    default:
      return undefined;
  }
}

/** Leaves that may have to be true: each needs a value of its own, and no more values are ever needed. */
function wantedIn(tree: Tree, isPositive: boolean): readonly string[] {
  switch (tree.kind) {
    case 'true':
      return [];
    case 'leaf':
      return isPositive ? [JSON.stringify(tree)] : [];
    case 'not':
      return wantedIn(tree.part, !isPositive);
    default:
      return tree.parts.flatMap((part) => wantedIn(part, isPositive));
  }
}

function say(tree: Tree, truth: ReadonlyMap<string, string>): string {
  switch (tree.kind) {
    case 'true':
      return 'true';
    case 'leaf':
      return truth.get(JSON.stringify(tree)) ?? 'false';
    case 'not':
      return `(not ${say(tree.part, truth)})`;
    default:
      return `(${tree.kind === 'all' ? 'and' : 'or'} ${tree.parts.map((part) => say(part, truth)).join(' ')})`;
  }
}

interface Encoded {
  readonly declarations: string;
  readonly truthOf: (asked: Asked) => string;
}

/** What one variable is made of, and what a test asks of it. */
interface Sort {
  readonly declare: (name: string) => string;
  readonly test: (asked: Asked, name: string) => string;
}

function encodePlace(
  leaves: readonly Leaf[],
  name: string,
  isSingle: boolean,
  wanted: ReadonlySet<string>,
): Encoded | undefined {
  if (leaves[0]?.where.kind === 'message') return encodeMessage(name);
  const asked = [...new Map(leaves.map((leaf) => [JSON.stringify(leaf.asked), leaf.asked])).values()];
  const sort = sortFor(asked);
  if (sort === undefined) return undefined;
  const count = new Set(leaves.map((leaf) => JSON.stringify(leaf)).filter((leaf) => wanted.has(leaf))).size;
  const names = Array.from({ length: isSingle ? Math.min(1, count) : count }, (_, at) => `${name}_${at}`);
  const there = (each: string): string => `${each}_there`;
  const declarations = names.map((each) => `(declare-const ${there(each)} Bool)${sort.declare(each)}`);
  // A value below the attribute, or the bare tag, makes it present too.
  const other = `${name}_other`;
  return {
    declarations: `${declarations.join('')}(declare-const ${other} Bool)`,
    truthOf: (one) => {
      const any = names.map((each) =>
        one.kind === 'exists' ? there(each) : `(and ${there(each)} ${sort.test(one, each)})`,
      );
      return `(or ${one.kind === 'exists' ? other : 'false'} ${any.join(' ')})`;
    },
  };
}

function sortFor(asked: readonly Asked[]): Sort | undefined {
  const kinds = new Set(
    asked.map((one) => (one.kind === 'between' ? typeof (one.low ?? one.high)?.value : one.kind)),
  );
  const areAll = (...allowed: string[]): boolean =>
    [...kinds].every((kind) => [...allowed, 'is', 'exists'].includes(kind));
  if (areAll('like', 'string')) return TEXTS;
  const texts = asked.flatMap((one) => (one.kind === 'is' ? [one.text] : []));
  if (areAll('number')) return numbersBeside(texts);
  return areAll('blocks') ? addressesBeside(texts) : undefined;
}

const TEXTS: Sort = {
  declare: (name) => `(declare-const ${name} String)`,
  test: (asked, name) => {
    if (asked.kind === 'is') return `(= ${name} ${literal(asked.text)})`;
    if (asked.kind === 'like') return `(str.in_re ${name} ${expression(asked.signs, 're.all')})`;
    if (asked.kind !== 'between') return 'false';
    return `(and ${orderTest(name, asked.low, 'above')} ${orderTest(name, asked.high, 'below')})`;
  },
};

function orderTest(name: string, end: End | undefined, side: 'above' | 'below'): string {
  if (end === undefined) return 'true';
  const bound = literal(String(end.value));
  const less = side === 'above' ? `(str.< ${bound} ${name})` : `(str.< ${name} ${bound})`;
  return end.inside ? `(or ${less} (= ${name} ${bound}))` : less;
}

function expression(signs: readonly Sign[], run: string): string {
  const parts = signs.map((sign) =>
    sign === 'run' ? run : sign === 'one' ? 're.allchar' : `(str.to_re ${literal(sign.char)})`,
  );
  return parts.length === 1 ? (parts[0] ?? '') : `(re.++ ${parts.join(' ')})`;
}

function literal(text: string): string {
  return `"${[...text].map((char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`).join('')}"`;
}

/** A number and which of the named texts spells it; 0 is another spelling, of which there is always one more. */
function numbersBeside(texts: readonly string[]): Sort {
  return {
    declare: (name) =>
      `(declare-const ${name} Real)(declare-const ${name}_is Bool)(declare-const ${name}_text Int)` +
      texts
        .map((text, at) => {
          const number = numberIn(text);
          const means =
            number === undefined ? `(not ${name}_is)` : `(and ${name}_is (= ${name} ${real(number)}))`;
          return `(assert (=> (= ${name}_text ${at + 1}) ${means}))`;
        })
        .join(''),
    test: (asked, name) => {
      if (asked.kind === 'is') return `(= ${name}_text ${texts.indexOf(asked.text) + 1})`;
      if (asked.kind !== 'between') return 'false';
      const low = asked.low && `(${asked.low.inside ? '>=' : '>'} ${name} ${real(Number(asked.low.value))})`;
      const high =
        asked.high && `(${asked.high.inside ? '<=' : '<'} ${name} ${real(Number(asked.high.value))})`;
      return `(and ${name}_is ${low ?? 'true'} ${high ?? 'true'})`;
    },
  };
}

function real(value: number): string {
  return value < 0 ? `(- ${(-value).toFixed(3)})` : value.toFixed(3);
}

/** IPv4 in the last 32 of 128 bits, behind 64 and 16 that no IPv6 address of these queries has. */
function addressesBeside(texts: readonly string[]): Sort | undefined {
  if (texts.some((text) => bitsOf(text) === undefined)) return undefined;
  return {
    declare: (name) =>
      `(declare-const ${name} (_ BitVec 128))(declare-const ${name}_is Bool)(declare-const ${name}_text Int)` +
      texts
        .map(
          (text, at) =>
            `(assert (=> (= ${name}_text ${at + 1}) (and ${name}_is (= ${name} #b${bitsOf(text) ?? ''}))))`,
        )
        .join(''),
    test: (asked, name) => {
      if (asked.kind === 'is') return `(= ${name}_text ${texts.indexOf(asked.text) + 1})`;
      if (asked.kind !== 'blocks') return 'false';
      return `(and ${name}_is (or false ${asked.blocks.map((block) => blockTest(name, block)).join(' ')}))`;
    },
  };
}

const MAPPED_BITS = '0'.repeat(80) + '1'.repeat(16);

function blockTest(name: string, block: string): string {
  const [network = '', length = '0'] = block.split('/');
  const isFour = !network.includes(':');
  const prefix = Number(length) + (isFour ? 96 : 0);
  const isMapped = `(= ((_ extract 127 32) ${name}) #b${MAPPED_BITS})`;
  const same =
    prefix === 0
      ? 'true'
      : `(= ((_ extract 127 ${128 - prefix}) ${name}) #b${(bitsOf(network) ?? '').slice(0, prefix)})`;
  return `(and ${isFour ? isMapped : `(not ${isMapped})`} ${same})`;
}

/** Addresses as these pairs write them: four numbers, or groups with `::` near the end. */
function bitsOf(text: string): string | undefined {
  const binary = (part: string, base: number, width: number): string =>
    Number.parseInt(part, base).toString(2).padStart(width, '0');
  if (/^\d+(\.\d+){3}$/.test(text))
    return (
      MAPPED_BITS +
      text
        .split('.')
        .map((part) => binary(part, 10, 8))
        .join('')
    );
  const [left = '', right = ''] = text.split('::');
  if (!text.includes('::')) return undefined;
  const groups = (half: string): readonly string[] => (half === '' ? [] : half.split(':'));
  const missing = 8 - groups(left).length - groups(right).length;
  const all = [...groups(left), ...Array.from({ length: missing }, () => '0'), ...groups(right)];
  return all.map((group) => binary(group, 16, 16)).join('');
}

/** One text in word form: a space at both ends, none beside another. */
function encodeMessage(name: string): Encoded {
  const letter = '(re.diff re.allchar (str.to_re " "))';
  const words = `(re.++ (str.to_re " ") (re.+ (re.++ (re.+ ${letter}) (str.to_re " "))))`;
  const form = `(re.union (str.to_re " ") ${words})`;
  return {
    declarations:
      `(declare-const ${name} String)(declare-const ${name}_said Bool)(assert (str.in_re ${name} ${form}))` +
      `(assert (or ${name}_said (= ${name} " ")))`,
    truthOf: (asked) => {
      if (asked.kind === 'exists') return `${name}_said`;
      const signs =
        asked.kind === 'is'
          ? [...asked.text].map((char) => ({ char }))
          : asked.kind === 'like'
            ? asked.signs
            : [];
      const form_ = wordSigns(signs);
      if (form_.length === 0) return 'false';
      const body = expression(form_, `(re.* ${letter})`);
      return `(str.in_re ${name} (re.++ re.all (str.to_re " ") ${body} (str.to_re " ") re.all))`;
    },
  };
}
