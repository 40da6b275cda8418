import {
  encodeLogsView,
  encodeNotificationRule,
  encodeRule,
  encodeSuppression,
  encodeWorkflow,
  isLogsView,
} from '@signalwright/wire';
import type { Workspace } from '@signalwright/content';
import type { Address, ContentObject, Payload } from '@signalwright/model';
import { unreachable } from '@signalwright/model';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { loadCleanContent } from '../load-content.ts';
import { findProject } from '../project.ts';
import { planTargetOf } from '../target.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import type { World } from '../world.ts';

export interface CompileOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
}

export async function compile(
  options: CompileOptions,
  { world, reporter, args }: WorkContext,
): Promise<ExitCode> {
  const root = findProject(world.cwd, options.dir);
  const workspace = await loadCleanContent(root, { world, reporter }, envOf(options));
  if (workspace === undefined) return EXIT.findings;
  const { environment } = workspace;
  const { stack } = workspace.config;
  const objects = workspace.objects.filter(
    ({ address }) => args.length === 0 || args.some((part) => address.includes(part)),
  );
  if (objects.length === 0 && args.length > 0) {
    reporter.warn(`There is no object whose address holds ${args.join(' or ')}.`);
    reporter.data({ ok: false, stack, environment, objects: [], links: [] });
    return EXIT.findings;
  }
  const compiled = objects.flatMap((object) => {
    const payload = encode(object, stack);
    return payload === undefined ? [] : [{ address: object.address, payload }];
  });
  const links = await linkViews(objects, workspace, root, world);
  reporter.data({ ok: true, stack, environment, objects: compiled, links });
  if (reporter.isJson) return EXIT.ok;
  for (const { address, payload } of compiled) {
    reporter.say(reporter.colours.bold(`# ${address}`));
    reporter.say(JSON.stringify(payload, null, 2));
  }
  for (const { address, url } of links) {
    reporter.say(reporter.colours.bold(`# ${address}`));
    reporter.say(url);
  }
  return EXIT.ok;
}

interface ViewLink {
  readonly address: Address;
  readonly url: string;
}

/** The service has no public API for views: they compile to where they can be looked at. */
async function linkViews(
  objects: readonly ContentObject[],
  { config, environment }: Workspace,
  root: string,
  world: World,
): Promise<readonly ViewLink[]> {
  const views = objects.flatMap((each) => (each.kind === 'saved-view' ? [each] : []));
  if (views.length === 0) return [];
  const { viewLink } = await import('@signalwright/sync');
  const target = planTargetOf({ root, config, name: environment }, world);
  return views.map(({ address, object }) => ({ address, url: viewLink(target, object) }));
}

/** @returns undefined for a view of signals: only views of logs have a public form, that of integrations */
function encode(object: ContentObject, stack: string): Payload | undefined {
  switch (object.kind) {
    case 'detection-rule':
      return encodeRule(object.object, { stack, stage: object.stage });
    case 'suppression':
      return encodeSuppression(object.object, { stack });
    case 'notification-rule':
      return encodeNotificationRule(object.object, { stack });
    case 'workflow':
      return encodeWorkflow(object.object, { stack });
    case 'saved-view':
      return isLogsView(object.object) ? encodeLogsView(object.object) : undefined;
    default:
      return unreachable(object);
  }
}
