/**
 * Holds every recorded conversation with the real service again, each with an embedded org of its own, whose clock
 * begins where the recording was made. Scenarios with an operation that the org does not serve, or with an object that
 * no answer shows, are named and not tried.
 */

import type { Proof, ProofResult } from '../harness/proof.ts';
import {
  operationOf,
  pathOfUnseen,
  readOperations,
  readScenarios,
  type Scenario,
} from './recordings/read-scenarios.ts';
import { openStage, replayScenario, type Stage } from './recordings/replay-scenario.ts';

export const proof: Proof = {
  name: 'recordings',
  claim: 'Whoever talks to the embedded org hears what the real service answered.',
  run: async ({ log }) => {
    const stage = await openStage();
    try {
      return await replayOn(stage, log);
    } finally {
      await stage.close();
    }
  },
};

async function replayOn(stage: Stage, log: (line: string) => void): Promise<ProofResult> {
  const { served } = stage;
  const scenarios = readScenarios();
  const operations = [...new Set([...readOperations(), ...served])];
  const missingOf = ({ interactions }: Scenario): readonly string[] =>
    [...new Set(interactions.map(({ request }) => operationOf(request, operations)))].filter(
      (operation) => !served.has(operation),
    );
  const failures: string[] = [];
  const passed: Record<string, number> = {};
  const isServed = scenarios.filter((scenario) => missingOf(scenario).length === 0);
  const unseen = isServed.filter((scenario) => pathOfUnseen(scenario, operations) !== undefined);
  const tried = isServed.filter((scenario) => !unseen.includes(scenario));
  for (const scenario of tried) {
    const differences = await replayScenario(stage, scenario);
    if (differences.length === 0) passed[scenario.area] = (passed[scenario.area] ?? 0) + 1;
    else failures.push(`${scenario.area}: ${scenario.scenario}: ${differences.join(' | ')}`);
  }
  const notServed = scenarios.filter((scenario) => missingOf(scenario).length > 0);
  log(
    `${scenarios.length} scenarios: ${tried.length} tried, ${failures.length} failed, ${notServed.length} not served yet, ${unseen.length} about what no answer shows.`,
  );
  return {
    tried: tried.length,
    failed: failures.length,
    detail: {
      passed,
      ...(failures.length > 0 && { failures }),
      notYetServed: namesByArea(notServed),
      aboutUnseen: namesByArea(unseen),
    },
  };
}

function namesByArea(scenarios: readonly Scenario[]): Readonly<Record<string, readonly string[]>> {
  const areas: Record<string, string[]> = {};
  for (const { area, scenario } of scenarios) (areas[area] ??= []).push(scenario);
  return areas;
}
