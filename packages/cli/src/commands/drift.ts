import { existsSync } from 'node:fs';
import {
  attributeDrift,
  findDrift,
  readHistory,
  renderDrift,
  renderDriftMarkdown,
  type Drift,
  type DriftedObject,
} from '@signalwright/sync';
import { readJournal } from '@signalwright/store';
import { envOf } from '../environment.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { lookAndPlan } from '../make-plan.ts';
import { readPlannedContent } from '../planned-content.ts';
import { findProject } from '../project.ts';
import { openTarget } from '../target.ts';
import type { WorkContext } from '../command.ts';
import type { OutputOptions } from '../reporter.ts';

export interface DriftOptions extends OutputOptions {
  readonly dir?: string;
  readonly env?: string;
  readonly exitCode?: boolean;
  readonly markdown?: boolean;
}

/** Reads and nothing else: the journal too is read without being held. */
export async function drift(options: DriftOptions, context: WorkContext): Promise<ExitCode> {
  const { world, reporter } = context;
  const root = findProject(world.cwd, options.dir);
  const content = await readPlannedContent(root, envOf(options), context);
  if (content === undefined) return EXIT.findings;
  const { workspace, provenance } = content;
  const target = await openTarget({ root, config: workspace.config, ...envOf(options) }, world);
  const records = existsSync(target.journalPath) ? readJournal(target.journalPath).records : [];
  const history = readHistory(records, target.plan);
  const look = await lookAndPlan(workspace, target, history, world, { provenance });
  const found = findDrift({ ...look, lastApplied: history.lastApplied });
  const { objects, attributions } = await attributeDrift(target.client, found.objects, world.nowMs());
  const compared: Drift = { ...found, objects };
  const view = { attributions, choice: options.env === undefined ? '' : ` --env ${options.env}` };
  reporter.say(
    options.markdown === true
      ? renderDriftMarkdown(compared, view).trimEnd()
      : renderDrift(compared, { ...view, color: reporter.isColoured }).trimEnd(),
  );
  reporter.data({
    ok: objects.length === 0,
    target: compared.target,
    hasRecord: compared.hasRecord,
    objects: objects.map((object) => ({
      ...documentOf(object),
      attribution: attributions.get(object.address),
    })),
    pending: compared.pending,
  });
  return options.exitCode === true && objects.length > 0 ? EXIT.changes : EXIT.ok;
}

function documentOf({ evidence: _evidence, ...object }: DriftedObject): Omit<DriftedObject, 'evidence'> {
  return object;
}
