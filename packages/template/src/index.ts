/** Message templates with a closed grammar, escaping by destination, and the paths shared with workflows. */

export { lookupDotted, lookupPath, PATH_SEGMENTS_MAX, type Data } from './data-path.ts';
export { DESTINATIONS, escapeFor, type Destination } from './escape.ts';
export {
  evaluateExpression,
  EXPRESSION_MAX_CHARS,
  EXPRESSION_PATHS_MAX,
  expressionPaths,
  parseExpression,
  scopeOf,
  type Expression,
  type ExpressionResult,
  type ExpressionSegment,
} from './expression.ts';
export { inertMarkdown, inertMarkdownCode } from './inert-markdown.ts';
export { inertTerminal } from './inert-terminal.ts';
export { signalTimeText } from './local-time.ts';
export { hasLookAlikes, isLookAlike, spellLookAlikes } from './look-alikes.ts';
export { parseTemplate, type TemplateResult } from './parse.ts';
export { OUTPUT_MAX_BYTES, renderTemplate, type TemplateValues } from './render.ts';
export { findSecrets, maskSecrets, stars, type FoundSecret } from './secrets.ts';
export { showText } from './show-text.ts';
export { spellOut } from './spell-out.ts';
export {
  DEPTH_MAX,
  SOURCE_MAX_BYTES,
  TAGS_MAX,
  TEMPLATE_VARIABLES,
  templatePaths,
  type Template,
} from './template.ts';
export { type TemplateError, type TemplateErrorCode } from './template-error.ts';
export { type TemplatePath } from './template-path.ts';
