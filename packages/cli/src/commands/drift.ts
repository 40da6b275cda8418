import { existsSync } from 'node:fs';
import {
  attributeDrift,
  findDrift,
  readHistory,
  renderDrift,
  type Drift,
  type DriftedObject,
} from '@signalwright/sync';
import { addressOf } from '@signalwright/model';
import { readJournal } from '@signalwright/store';
import { adoptDrift, type AdoptionInput } from '../adopt-drift.ts';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageFailure } from '../failure.ts';
import { readManifest } from '../load-content.ts';
import { lookAndPlan } from '../make-plan.ts';
import { readPlannedContent } from '../planned-content.ts';
import { findProject } from '../project.ts';
import { openTarget } from '../target.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';
import { oneLine } from '../text-width.ts';
import { writeImported } from '../write-imported.ts';

export interface DriftOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly exitCode?: boolean;
  readonly markdown?: boolean;
  readonly adopt?: readonly string[];
  readonly adoptAll?: boolean;
}

/** Reads the target and never changes it; the journal too is read without being held. */
export async function drift(options: DriftOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  if (options.adoptAll === true && options.adopt !== undefined)
    throw usageFailure('--adopt-all takes every drifted object, --adopt those it names: say one of them.');
  const root = findProject(world.cwd, options.dir);
  const content = await readPlannedContent(root, envOf(options), context);
  if (content === undefined) return EXIT.findings;
  const { workspace, provenance, sources } = content;
  const target = await openTarget({ root, config: workspace.config, ...envOf(options) }, world);
  const records = existsSync(target.journalPath) ? readJournal(target.journalPath).records : [];
  const history = readHistory(records, target.plan);
  if (history.openIntents.length > 0)
    reporter.warn('An earlier apply was cut off: what it did may show as drift until the next apply.');
  const look = await lookAndPlan(workspace, target, history, world, { provenance });
  const found = findDrift({ ...look, lastApplied: history.lastApplied });
  const { objects, attributions } = await attributeDrift(target.client, found.objects, world.nowMs());
  const compared: Drift = { ...found, objects };
  const wish = options.adoptAll === true ? {} : options.adopt && { addresses: options.adopt };
  if (wish !== undefined) return adopt({ objects, ...wish, workspace, sources }, root, context);
  const view = { attributions, choice: options.env === undefined ? '' : ` --env ${options.env}` };
  if (options.markdown === true) {
    const { renderDriftPage } = await import('@signalwright/review');
    reporter.say(renderDriftPage(compared, view));
  } else reporter.say(renderDrift(compared, { ...view, color: reporter.isColoured }).trimEnd());
  reporter.data({
    ok: objects.length === 0,
    target: compared.target,
    hasRecord: compared.hasRecord,
    objects: objects.map((object) => ({
      ...documentOf(object),
      attribution: attributions.get(object.address),
    })),
    accepted: compared.accepted,
    pending: compared.pending,
  });
  return options.exitCode === true && objects.length > 0 ? EXIT.changes : EXIT.ok;
}

/** The edited files are for a pull request: nothing is written at the target. */
async function adopt(
  input: Omit<AdoptionInput, 'options'>,
  root: string,
  { world, reporter }: WorkContext,
): Promise<ExitCode> {
  const { environment } = input.workspace;
  const options = { manifest: readManifest(), nowMs: world.nowMs(), environment };
  const adoption = await adoptDrift({ ...input, options });
  const written = writeImported(root, { objects: adoption.objects, refused: [], untuned: 0, deprecated: 0 });
  const refused = [
    ...adoption.refused,
    ...written.refused.map(({ where, reason }) => ({ address: where, reason })),
  ];
  const edited = written.objects.flatMap(({ kind, id, files }) =>
    files.flatMap(({ file, status }) =>
      status === 'unchanged' ? [] : { address: addressOf(kind, id), file },
    ),
  );
  for (const { address, file } of edited)
    reporter.say(`${reporter.colours.yellow('~')} ${file}  ${reporter.colours.dim(address)}`);
  for (const { address, reason } of refused)
    reporter.warnPainted(
      `${reporter.colours.red('x')} ${oneLine(address)} was not adopted: ${oneLine(reason)}`,
    );
  if (adoption.refused.length > 0) reporter.warn('Nothing was written.');
  else if (edited.length > 0)
    reporter.say('Content says what the target says. Next: signalwright check, and a pull request.');
  else reporter.say('There was nothing to adopt.');
  reporter.data({ ok: refused.length === 0, adopted: edited, refused });
  return refused.length === 0 ? EXIT.ok : EXIT.findings;
}

function documentOf({ evidence: _evidence, ...object }: DriftedObject): Omit<DriftedObject, 'evidence'> {
  return object;
}
