/**
 * Attackers write the attributes. Each payload goes through each destination, and a parser that is not ours
 * says what it became: markdown-it for Markdown, parse5 for HTML, JSON.parse, URL; for Slack the documented
 * control sequences.
 */

import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { describe, expect, test } from 'vitest';

import { escapeFor } from './escape.ts';
import { inertMarkdown, inertMarkdownCode } from './inert-markdown.ts';
import { parseTemplate } from './parse.ts';
import { renderTemplate } from './render.ts';
import { spellOut } from './spell-out.ts';

/** Templates of many languages, each of which would show 49, or run code, if anything evaluated it again. */
const TEMPLATE_INJECTIONS = [
  '{{7*7}}',
  '{{{7*7}}}',
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '{%7*7%}',
  '*{7*7}',
  '@(7*7)',
  '[[7*7]]',
  '~{7*7}',
  '{{constructor.constructor("return process")()}}',
  '{{#with "s" as |string|}}{{/with}}',
  '{{lookup this "constructor"}}',
  "{{''.__class__.__mro__[1].__subclasses__()}}",
  '{{config.items()}}',
  '{{self}}',
  '{{range.constructor("x")()}}',
  '${T(java.lang.Runtime).getRuntime().exec("id")}',
  '{php}echo 1;{/php}',
  '{{> partial}}',
  '{{{{raw}}}}{{{{/raw}}}}',
  '{{rule_name}}',
  '{{@usr.id}}',
  '{{eval "1+1"}}',
  '{{#if x}}',
  '{{/if}}',
  '{{else}}',
  '{{!--',
  '--}}',
  '\\{{x}}',
];

const SCRIPTS = [
  '<script>alert(1)</script>',
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<details open ontoggle=alert(1)>',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  ' javascript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  '" onmouseover="alert(1)',
  "' onfocus='alert(1)' autofocus='",
  '` onerror=alert(1) `',
  '</title><script>alert(1)</script>',
  '</textarea><script>x</script>',
  '<math><mi xlink:href="javascript:alert(1)">',
  '<a href="&#106;avascript:alert(1)">x</a>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '&#60;script&#62;',
  '<!--><script>alert(1)</script>-->',
  '<scr<script>ipt>',
  '<base href=//evil.example>',
  '<meta http-equiv=refresh content=0;url=//evil.example>',
  '<form action=//evil.example><input name=p>',
  '<style>@import "//evil.example"</style>',
  '\u003cscript\u003e',
  '%3Cscript%3E',
  '<\u0000script>',
  '<x/onclick=alert(1)>',
  '<object data=javascript:alert(1)>',
  '<link rel=stylesheet href=//evil.example>',
  ']]><script>x</script>',
  '<?xml ?><script>x</script>',
];

const MARKUP = [
  '# heading',
  '## heading',
  '- item',
  '* item',
  '+ item',
  '1. item',
  '1) item',
  '> quote',
  '---',
  '***',
  '===',
  '```',
  '~~~',
  '    code',
  '\tcode',
  '| a | b |',
  '|---|',
  ':--',
  '*em*',
  '**strong**',
  '_em_',
  '__strong__',
  '~~del~~',
  '`code`',
  '``code``',
  '![img](https://evil.example/p.png)',
  '[link](https://evil.example)',
  '[x][y]',
  '[y]: https://evil.example',
  '[^1]',
  '[^1]: note',
  '<https://evil.example>',
  'https://evil.example/x',
  'HTTP://EVIL.EXAMPLE',
  'ftp://evil.example',
  'www.evil.example',
  'WWW.evil.example',
  'mail@evil.example',
  'mailto:mail@evil.example',
  '//evil.example',
  '@everyone',
  '@org/team',
  '@octocat',
  'org/repo#12',
  '#12',
  'GH-12',
  'gh-1',
  '&copy;',
  '&#x41;',
  '<!-- signalwright:report -->',
  '-->',
  '<!--',
  '<details><summary>x</summary>',
  '$$x$$',
  '$`x`$',
  '\\',
  '\\[',
  ']( ',
  '](javascript:alert(1))',
  '")',
  '!',
  '<b>bold</b>',
  '</td></tr></table>',
  ':smile:',
  'a\nb',
  'a\n\n# b',
  'a\r\nb',
  'a\u2028b',
  'a\u0085b',
  'trailing  ',
  ' leading',
  '     five',
  '',
];

const SLACK = [
  '<!channel>',
  '<!here>',
  '<!everyone>',
  '<!subteam^S1|x>',
  '<@U123>',
  '<#C123|x>',
  '<https://evil.example|bank.example>',
  '<mailto:a@b.example|x>',
  '@channel',
  '@here',
  '&lt;!channel&gt;',
  '<!date^1^{date}|x>',
  '*bold*',
  '_it_',
  '~del~',
  '`code`',
  '```block```',
  '>quote',
  '>>>quote',
  '*a* _b_',
];

const HIDDEN = [
  '\u202Egnp.exe',
  'a\u2066b\u2069',
  '\u200Badmin',
  'ad\u00ADmin',
  'a\uFEFFb',
  '\u{E0041}tag',
  'x\uFE0F',
  '\uD800',
  '\uDC00x',
  '\u001b[31mred',
  '\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007',
  '\u009b2J',
  '\b\b\b',
  '\u0000',
  '\u007f',
  '\u3164',
  '\u2800',
  '\u180e',
  'a\u061cb',
];

const CALCULATIONS = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(1)',
  '%0d%0aSet-Cookie:x',
  '\r\nBcc: a@evil.example',
  '::set-output name=x::y',
  '::add-mask::x',
  '##[error]x',
  '../../etc/passwd',
  '; rm -rf /',
  '$(id)',
  '| cat',
  '"',
  "'",
  '\\"',
  '\\u0022',
  '{"a":1}',
  '","b":"c',
  '],"x":[',
  '*/',
  '//',
  'null',
  '1e999',
];

const PAYLOADS = [...TEMPLATE_INJECTIONS, ...SCRIPTS, ...MARKUP, ...SLACK, ...HIDDEN, ...CALCULATIONS];

/** Pieces that mean something to one parser or another, glued at random. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PAYLOADS),
      fc.constantFrom(...'<>&"\'`=/\\[](){}!@#$%^*_-+|~:;.,? \n\r\t'),
      fc.constantFrom(
        'http',
        'www',
        'javascript',
        'a',
        '1',
        'é',
        '😀',
        '\u200b',
        '\ud83d',
        'x\ud83d',
        'gh',
        'GH',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

function render(
  source: string,
  value: string,
  destination: 'markdown' | 'html' | 'slack' | 'json' | 'url',
): string {
  const result = parseTemplate(source);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return renderTemplate(result.template, { variables: {}, attributes: { x: value } }, destination);
}

describe('Markdown', () => {
  const markdown = new MarkdownIt({ html: true, linkify: true });
  markdown.linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: true });

  /** The text that a page shows, with everything that is not plain text spelled as `<type>`. */
  function shown(source: string): string {
    return markdown
      .parse(source, {})
      .flatMap((token) => token.children ?? (token.type.startsWith('paragraph_') ? [] : [token]))
      .map((token) =>
        token.type === 'text' || token.type === 'text_special' ? token.content : `<${token.type}>`,
      )
      .join('');
  }

  function expectInert(text: string): void {
    const inert = inertMarkdown(text);
    expect(inert).not.toMatch(/[\n\r]/);
    // A page drops spaces at the ends of a paragraph; nothing else may differ.
    expect(shown(inert).replaceAll('\u200b', '').trim()).toBe(spellOut(text).trim());
    // What GitHub looks for in the page itself: mentions, references, www addresses.
    expect(shown(inert)).not.toMatch(/@[A-Za-z0-9]|#\d|\bgh-\d|www\.|:\/\//i);
  }

  test.each(PAYLOADS)('%j renders as itself', (payload) => {
    expectInert(payload);
  });

  test('any glued text renders as itself', () => {
    fc.assert(fc.property(hostileText, expectInert), { numRuns: 1_500 });
  });

  const PLACES = [
    '{{@x}}',
    '# {{@x}}',
    '- {{@x}}',
    '1{{@x}}',
    '> {{@x}}',
    'w{{@x}}',
    'a {{@x}} b',
    'http{{@x}}',
    '**{{@x}}**',
    '| a |\n|---|\n| {{@x}} |',
    'text\n{{@x}}',
    '{{@x}}\n===',
    '![{{@x}}](https://ours.example/i.png)',
    '`{{@x}}`',
    '<!-- {{@x}} -->',
    '```\n{{@x}}\n```',
  ];

  test.each(PLACES)('no value changes what the page is made of, in %j', (place) => {
    const shape = (value: string): readonly string[] => shapeOf(render(place, value, 'markdown'));
    const calm = shape('calm');
    for (const payload of PAYLOADS.filter((text) => text.trim() !== '')) {
      expect(shape(payload), `payload ${JSON.stringify(payload)}`).toEqual(calm);
    }
  });

  /** Every token, and the attributes of each, without the text. */
  function shapeOf(source: string): readonly string[] {
    return markdown
      .parse(source, {})
      .flatMap((token) => [token, ...(token.children ?? [])])
      .filter((token) => token.type !== 'text_special' && token.type !== 'text')
      .map(
        (token) =>
          `${token.type} ${token.tag} ${JSON.stringify(token.attrs?.filter(([name]) => name !== 'alt'))}`,
      );
  }

  test('two values side by side cannot make together what neither makes alone', () => {
    const result = parseTemplate('{{@a}}{{@b}}');
    if (!result.ok) throw new Error('unreachable');
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const text = renderTemplate(result.template, { variables: {}, attributes: { a, b } }, 'markdown');
        expect(shown(text).replaceAll('\u200b', '').trim()).toBe((spellOut(a) + spellOut(b)).trim());
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'JAVASCRIPT:x',
    ' javascript:x',
    'file:///etc/passwd',
  ])('a link whose address is only a value does not lead to %j', (payload) => {
    expect(render('[x]({{@x}})', payload, 'markdown')).toBe('[x]()');
    expect(render('[x](<{{@x}}>)', payload, 'markdown')).toBe('[x](<>)');
    expect(render('[x]: {{@x}}', payload, 'markdown')).toBe('[x]: ');
  });

  test('a code span shows the text and ends where it should', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const tokens = markdown.parseInline(`a ${inertMarkdownCode(text)} b`, {})[0]?.children ?? [];
        expect(tokens.map((token) => token.type)).toEqual(['text', 'code_inline', 'text']);
        expect(tokens[1]?.content).toBe(spellOut(text).trim() === '' ? tokens[1]?.content : spellOut(text));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('HTML', () => {
  type Node = DefaultTreeAdapterTypes.ChildNode;

  /** Every element with its attributes, and the text, in order. */
  function dump(nodes: readonly Node[]): readonly string[] {
    return nodes.flatMap((node): readonly string[] => {
      if (node.nodeName === '#text' && 'value' in node) return [`text:${node.value}`];
      const attributes = 'attrs' in node ? node.attrs.map(({ name, value }) => `${name}=${value}`) : [];
      return [
        `<${node.nodeName} ${attributes.join(' ')}>`,
        ...('childNodes' in node ? dump(node.childNodes) : []),
      ];
    });
  }

  /** parse5 reads NUL and line ends as the standard says. */
  const standardText = (text: string): string => text.replace(/\r\n?/g, '\n');

  test.each(PAYLOADS)('%j is one text', (payload) => {
    const html = `<p>${escapeFor('html', payload)}</p>`;
    const text = dump(parseFragment(html).childNodes).slice(1);
    expect(text.length).toBeLessThanOrEqual(1);
    expect(text[0] ?? 'text:').not.toContain('\u0000');
  });

  test('any glued text is one text, and reads as itself', () => {
    fc.assert(
      fc.property(hostileText, (payload) => {
        const html = `<p>${escapeFor('html', payload)}</p><i title="${escapeFor('html', payload)}" class='${escapeFor('html', payload)}'>`;
        const lines = standardText(payload)
          .split('\n')
          .map((line) => line.split('\t').map(spellOut).join('\t'))
          .join('\n');
        expect(dump(parseFragment(html).childNodes)).toEqual([
          '<p >',
          ...(lines === '' ? [] : [`text:${lines}`]),
          `<i title=${lines} class=${lines}>`,
        ]);
      }),
      { numRuns: 1_500 },
    );
  });

  const PLACES = [
    '<p>{{@x}}</p>',
    '<a href="{{@x}}">x</a>',
    "<a href='{{@x}}'>x</a>",
    '<a href={{@x}}>x</a>',
    '<a {{@x}}>x</a>',
    '<{{@x}}>',
    '<a href="https://ours.example/{{@x}}">x</a>',
    '<a title="{{@x}}" href="{{@x}}">x</a>',
    '<img src="{{@x}}">',
    '<div style="{{@x}}">x</div>',
    '<div onclick="f(\'{{@x}}\')">x</div>',
    '<script>var a = "{{@x}}"</script>',
    '<style>a{b:{{@x}} }</style>',
    '<!-- {{@x}} --><p>x</p>',
    '<textarea>{{@x}}</textarea>',
    '<title>{{@x}}</title>',
    '<iframe srcdoc="{{@x}}"></iframe>',
    '<a href="{{@x}}{{@x}}">x</a>',
    '<svg><a xlink:href="{{@x}}">x</a></svg>',
    '<p title = "{{@x}}">x</p>',
    'a < b {{@x}} <',
    '<input value={{@x}} name="a">',
    '<form action="{{@x}}"><button formaction="{{@x}}">x</button></form>',
  ];

  /** Elements, names of attributes, addresses, and the inside of scripts and styles: what a page is made of. */
  function skeleton(nodes: readonly Node[]): readonly string[] {
    return nodes.flatMap((node): readonly string[] => {
      const children = 'childNodes' in node ? node.childNodes : [];
      const inside = ['script', 'style'].includes(node.nodeName) ? dump(children) : skeleton(children);
      const names = 'attrs' in node ? node.attrs.map(({ name }) => name) : [];
      return node.nodeName === '#text' ? [] : [`${node.nodeName} ${names.join(' ')}`, ...inside];
    });
  }

  function addresses(nodes: readonly Node[]): readonly string[] {
    return nodes.flatMap((node) => [
      ...('attrs' in node ? node.attrs : [])
        .filter(({ name }) => ['href', 'src', 'action', 'formaction'].includes(name))
        .map(({ value }) => value),
      ...('childNodes' in node ? addresses(node.childNodes) : []),
    ]);
  }

  test.each(PLACES)('no value adds an element, an attribute or a script, in %j', (place) => {
    const calm = skeleton(parseFragment(render(place, 'calm', 'html')).childNodes);
    for (const payload of PAYLOADS) {
      const nodes = parseFragment(render(place, payload, 'html')).childNodes;
      expect(skeleton(nodes), `payload ${JSON.stringify(payload)}`).toEqual(calm);
      for (const address of addresses(nodes).filter((text) => URL.canParse(text, 'https://ours.example'))) {
        expect(new URL(address, 'https://ours.example').protocol).toMatch(/^(?:https?|mailto):$/);
      }
    }
  });
});

describe('JSON', () => {
  test.each(PAYLOADS)('%j is the same text after parsing, in quotes and out of them', (payload) => {
    expect(JSON.parse(`"${escapeFor('json', payload)}"`)).toBe(payload);
    expect(
      JSON.parse(render('{"a": "{{@x}}", "b": {{@x}}, "c\\"{{@x}}": [{{@x}}]}', payload, 'json')),
    ).toEqual({
      a: payload,
      b: payload,
      [`c"${payload}`]: [payload],
    });
    expect(escapeFor('json', payload)).not.toMatch(/[<>&\u2028\u2029]/);
  });

  test('any glued text too', () => {
    fc.assert(
      fc.property(hostileText, (payload) => {
        expect(JSON.parse(render('["{{@x}}", {{@x}}]', payload, 'json'))).toEqual([payload, payload]);
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('URLs', () => {
  test.each(PAYLOADS)('%j is one parameter and one segment', (payload) => {
    const url = new URL(render('https://ours.example/a/{{@x}}/b?q={{@x}}&r=1', payload, 'url'));
    expect(url.host).toBe('ours.example');
    const wellFormed = payload.replace(/\p{Surrogate}/gu, '\ufffd');
    expect(url.searchParams.get('q')).toBe(wellFormed);
    expect(url.searchParams.get('r')).toBe('1');
    expect(url.hash).toBe('');
    expect(url.pathname.split('/')).toHaveLength(4);
  });
});

describe('Slack', () => {
  test.each(PAYLOADS)('%j holds no control sequence, mention, link or format', (payload) => {
    const text = escapeFor('slack', payload);
    expect(text).not.toMatch(/[<>\n\r]/);
    expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
    expect(text).not.toMatch(/@[A-Za-z]|:\/\/|www\./i);
    expect(text).not.toMatch(/(?<![\u200bA-Za-z0-9])[*_~`]|[*_~`](?![\u200bA-Za-z0-9])/);
    expect(unescapeSlack(text)).toBe(spellOut(payload));
  });

  const unescapeSlack = (text: string): string =>
    text.replaceAll('\u200b', '').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
});

test('an encoded value is inert wherever it goes', () => {
  for (const payload of PAYLOADS) {
    for (const destination of ['markdown', 'slack', 'html', 'json', 'url'] as const) {
      const text = render('"{{urlencode "@x"}}"', payload, destination);
      expect(text, `payload ${JSON.stringify(payload)}`).toMatch(/^"[A-Za-z0-9%._~-]*"$/);
    }
  }
});
