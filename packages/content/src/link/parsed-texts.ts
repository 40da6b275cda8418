/** Queries, conditions and templates, each parsed once a check however many checks and lints ask. */

import { parseCondition, parseQuery, type ConditionResult, type ParseResult } from '@signalwright/query';
import { parseTemplate, type TemplateResult } from '@signalwright/template';

export class ParsedTexts {
  readonly query: (text: string) => ParseResult = remembered(parseQuery);
  readonly condition: (text: string) => ConditionResult = remembered(parseCondition);
  readonly template: (text: string) => TemplateResult = remembered(parseTemplate);
}

function remembered<T>(parse: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = parse(text);
      known.set(text, result);
    }
    return result;
  };
}
