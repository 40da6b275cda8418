import { encodeNotificationRule, encodeRule, encodeSuppression, encodeWorkflow } from '@signalwright/wire';
import type { ContentObject, Payload } from '@signalwright/model';
import { unreachable } from '@signalwright/model';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadCleanContent } from '../load-content.ts';
import { findProject } from '../project.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface CompileOptions extends OutputOptions {
  readonly dir?: string;
}

export async function compile(
  options: CompileOptions,
  { world, reporter, args }: WorkContext,
): Promise<ExitCode> {
  const workspace = await loadCleanContent(findProject(world.cwd, options.dir), { world, reporter });
  if (workspace === undefined) return EXIT.findings;
  const objects = workspace.objects.filter(
    ({ address }) => args.length === 0 || args.some((part) => address.includes(part)),
  );
  if (objects.length === 0 && args.length > 0) {
    reporter.warn(`There is no object whose address holds ${args.join(' or ')}.`);
    reporter.data({ ok: false, stack: workspace.config.stack, objects: [] });
    return EXIT.findings;
  }
  const compiled = objects.flatMap((object) => {
    const payload = encode(object, workspace.config.stack);
    return payload === undefined ? [] : [{ address: object.address, payload }];
  });
  if (reporter.isJson) {
    reporter.data({ ok: true, stack: workspace.config.stack, objects: compiled });
    return EXIT.ok;
  }
  for (const { address, payload } of compiled) {
    reporter.say(reporter.colours.bold(`# ${address}`));
    reporter.say(JSON.stringify(payload, null, 2));
  }
  if (compiled.length === 0)
    reporter.warn('Nothing to compile: saved views have no public API, they are linked.');
  return EXIT.ok;
}

/** @returns undefined for a saved view: the service has no public API for it */
function encode(object: ContentObject, stack: string): Payload | undefined {
  switch (object.kind) {
    case 'detection-rule':
      return encodeRule(object.object, { stack });
    case 'suppression':
      return encodeSuppression(object.object, { stack });
    case 'notification-rule':
      return encodeNotificationRule(object.object, { stack });
    case 'workflow':
      return encodeWorkflow(object.object, { stack });
    case 'saved-view':
      return undefined;
    default:
      return unreachable(object);
  }
}
