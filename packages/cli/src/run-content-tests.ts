/** The tests of a workspace's files: four kinds by the detector, workflows by the interpreter. */

import type { Workspace } from '@signalwright/content';
import type { ContentTestResult } from '@signalwright/detect';
import type { Address, AuthoredWorkflow } from '@signalwright/model';
import type { Reporter } from './reporter.ts';
import type { World } from './world.ts';

/** In the order of the workspace; an object without tests has an empty list. */
export async function runAllContentTests(
  workspace: Workspace,
  world: World,
  reporter: Reporter,
): Promise<readonly ContentTestResult[]> {
  const [{ runContentTests }, { BUILT_IN_MANIFEST, runWorkflowTests }] = await Promise.all([
    import('@signalwright/detect'),
    import('@signalwright/workflow'),
  ]);
  const results = new Map<Address, ContentTestResult>();
  const progress = reporter.progress('files tested');
  const options = { nowMs: world.nowMs, onProgress: progress.update };
  for (const result of runContentTests(workspace.objects, options)) results.set(result.address, result);
  progress.end();
  for (const workflow of workspace.objects.filter(
    (object): object is AuthoredWorkflow => object.kind === 'workflow',
  )) {
    const outcomes = await runWorkflowTests(workflow, BUILT_IN_MANIFEST);
    results.set(workflow.address, { address: workflow.address, outcomes });
  }
  return workspace.objects.flatMap((object) => results.get(object.address) ?? []);
}
