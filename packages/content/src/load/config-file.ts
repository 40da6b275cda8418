/** Reads `signalwright.yaml`. */

import type { Diagnostic, Origin, ProjectConfig } from '@signalwright/model';
import { decodeProjectConfig } from '../decode/project-config.ts';
import { diagnostic } from '../diagnostic.ts';
import { checkVariables } from '../environment/environments.ts';
import { CONFIG_FILE } from '../folders.ts';
import { FORMAT_VERSION } from '../format/format-version.ts';
import { Report } from '../link/link-context.ts';
import { checkProjectConfig } from '../link/project-config.ts';
import { readYaml } from '../parse/read-yaml.ts';
import { validate } from '../schema/locate.ts';
import type { WrittenConfig } from '../schema/written.ts';
import { sourceText, startOfFile } from '../source-text.ts';

export interface ConfigFile {
  readonly diagnostics: readonly Diagnostic[];
  /** Written in a format that this program does not know: nothing else can be said of the content. */
  readonly isNewer?: boolean;
  /** What could be read; it may have errors beside it. */
  readonly read?: { readonly config: ProjectConfig; readonly origin: Origin };
}

/**
 * @param text undefined when there is no such file
 * @param readDiagnostics of the tree: a file that could not be read is not missing
 */
export function readConfigFile(text: string | undefined, readDiagnostics: readonly Diagnostic[]): ConfigFile {
  if (text === undefined) {
    const isUnreadable = readDiagnostics.some(
      (each) => each.range.file === CONFIG_FILE || each.range.file === '.',
    );
    if (isUnreadable) return { diagnostics: [] };
    const missing = diagnostic('file/no-config', startOfFile(CONFIG_FILE), `There is no ${CONFIG_FILE}.`, {
      hint: 'It stands beside rules/ and says at least `stack: <name>`.',
    });
    return { diagnostics: [missing] };
  }
  const source = sourceText(CONFIG_FILE, text);
  const parsed = readYaml(source);
  if (!parsed.ok) return { diagnostics: parsed.diagnostics };
  const { origin } = parsed;
  const newer = newerFormat(parsed.data['formatVersion'], origin);
  if (newer !== undefined) return { diagnostics: [newer], isNewer: true };
  const problems = validate('signalwright', parsed.data, origin);
  if (problems.length > 0) return { diagnostics: [...parsed.warnings, ...problems] };
  const written = parsed.data as unknown as WrittenConfig;
  const report = new Report(origin);
  checkProjectConfig(written, report);
  const config = decodeProjectConfig(written);
  return {
    diagnostics: [...parsed.warnings, ...report.diagnostics, ...checkVariables(config, origin)],
    read: { config, origin },
  };
}

function newerFormat(version: unknown, origin: Origin): Diagnostic | undefined {
  if (!Number.isInteger(version) || Number(version) <= FORMAT_VERSION) return undefined;
  const message = `This content is written in format ${Number(version)}, and this program knows formats up to ${FORMAT_VERSION}.`;
  return diagnostic('config/newer-format', origin.rangeOf(['formatVersion']), message, {
    hint: `Use a version of signalwright that knows format ${Number(version)}.`,
  });
}
