/**
 * Runs the tests that stand in a rule's own file, through the very detector that runs live.
 * Suppressions are left out: a rule's test must not change because somebody added one.
 */

import {
  type DetectedSignal,
  type ExpectedSignal,
  type RuleTest,
  type Severity,
  type TestDifference,
  type TestFields,
  type TestOutcome,
} from '@signalwright/model';
import type { Evaluation, SignalChange } from './change.ts';
import type { CompiledRule } from './compile-rule.ts';
import { createDetector } from './detector.ts';
import { runMatchTest } from './rule-match.ts';
import { BUDGET_TEXT, type IsOver } from './test-budget.ts';
import { MAX_TEST_EVENTS, TEST_START_MS, countTestEvents, expandTestEvents } from './test-events.ts';

export interface RuleTestOutcome extends TestOutcome {
  /** What happened, oldest first; seconds count from the start of the test. */
  readonly timeline?: readonly TimelineEntry[];
}

export interface TimelineEntry {
  /** Since the start of the test. */
  readonly atMs: number;
  readonly text: string;
}

/**
 * Runs one test of a rule. A rule that is not enabled is tested as if it were.
 *
 * @param isOver asked before each event; the test fails as soon as it says so
 */
export function runRuleTest(
  rule: CompiledRule,
  sample: TestFields,
  test: RuleTest,
  isOver: IsOver = () => false,
): RuleTestOutcome {
  if (test.kind === 'match') return runMatchTest(rule.rule, rule.queries, sample, test);
  const count = countTestEvents(test.events);
  if (count > MAX_TEST_EVENTS) {
    return outcome(test.name, [
      { path: 'events', expected: `at most ${MAX_TEST_EVENTS} events`, actual: `${count} events` },
    ]);
  }
  const run = play(rule, sample, test.events, isOver);
  if (run.events < count) {
    const actual = `${run.events} of ${count} events were played`;
    return outcome(test.name, [{ path: 'events', expected: BUDGET_TEXT, actual }]);
  }
  const differences = compareSignals(test.signals, run);
  return { ...outcome(test.name, differences), timeline: run.timeline };
}

/** A signal of a test with its history. */
interface PlayedSignal {
  readonly last: DetectedSignal;
  readonly firedAtMs: number;
  /** Severities before the last, oldest first. */
  readonly was: readonly Severity[];
}

interface Play {
  /** How many were played before the time was over. */
  readonly events: number;
  readonly signals: readonly PlayedSignal[];
  readonly timeline: readonly TimelineEntry[];
  readonly peaks: ReadonlyMap<string, Peak>;
}

interface Peak {
  readonly value: number;
  readonly atMs: number;
  readonly group: Readonly<Record<string, string>>;
}

function play(
  rule: CompiledRule,
  sample: TestFields,
  entries: Extract<RuleTest, { kind: 'stream' }>['events'],
  isOver: IsOver,
): Play {
  const peaks = new Map<string, Peak>();
  let seen: Evaluation | undefined;
  const observe = (evaluation: Evaluation): void => {
    seen = evaluation;
    for (const [label, value] of Object.entries(evaluation.values)) {
      if (value <= (peaks.get(label)?.value ?? 0)) continue;
      peaks.set(label, { value, atMs: evaluation.atMs, group: evaluation.group });
    }
  };
  const enabled = { ...rule, rule: { ...rule.rule, enabled: true } };
  const detector = createDetector({ rules: [enabled], suppressions: [], observe });
  const record = new PlayRecord();
  let nowMs = TEST_START_MS;
  let events = 0;
  for (const event of expandTestEvents(sample, entries, rule.dataSource)) {
    if (isOver()) break;
    events += 1;
    nowMs = Math.max(nowMs, event.tsMs);
    record.add(detector.advance(nowMs), nowMs, undefined);
    record.add(detector.ingest(event), nowMs, seen);
  }
  nowMs += rule.rule.keepAliveMs + rule.rule.maxSignalDurationMs + 1;
  record.add(detector.advance(nowMs), nowMs, undefined);
  return { events, signals: record.signals(), timeline: record.timeline, peaks };
}

class PlayRecord {
  readonly timeline: TimelineEntry[] = [];
  readonly #signals = new Map<string, PlayedSignal>();

  add(changes: readonly SignalChange[], nowMs: number, seen: Evaluation | undefined): void {
    for (const change of changes) {
      const text = this.#take(change, nowMs, seen);
      if (text === undefined) continue;
      const atMs = change.kind === 'closed' ? change.atMs : nowMs;
      this.timeline.push({ atMs: atMs - TEST_START_MS, text: `${seconds(atMs)} ${text}` });
    }
  }

  /** In order of first seen, then of opening. */
  signals(): readonly PlayedSignal[] {
    return [...this.#signals.values()].toSorted((a, b) => a.last.firstSeenMs - b.last.firstSeenMs);
  }

  #take(change: SignalChange, nowMs: number, seen: Evaluation | undefined): string | undefined {
    switch (change.kind) {
      case 'opened':
        this.#signals.set(change.signal.id, { last: change.signal, firedAtMs: nowMs, was: [] });
        return `opened ${nameOf(change.signal)}${valuesText(seen)}`;
      case 'raised':
        this.#update(change.signal, change.previousSeverity);
        return `raised from ${change.previousSeverity} to ${nameOf(change.signal)}${valuesText(seen)}`;
      case 'extended':
        this.#update(change.signal, undefined);
        return undefined;
      case 'closed': {
        const last = this.#signals.get(change.signalId)?.last;
        return last === undefined
          ? undefined
          : `ended ${nameOf(last)} with ${last.eventsMatched} events (${change.reason})`;
      }
      case 'suppressed':
        return `suppressed ${nameOf(change.signal)} by ${change.suppressionId}`;
    }
  }

  #update(signal: DetectedSignal, previous: Severity | undefined): void {
    const known = this.#signals.get(signal.id);
    if (known === undefined) return;
    const was = previous === undefined ? known.was : [...known.was, previous];
    this.#signals.set(signal.id, { ...known, last: signal, was });
  }
}

/** Chosen: signals of one test that are looked at one by one; one too many may mean a thousand. */
const MAX_COMPARED_SIGNALS = 100;

/** Expected and actual are paired in order; what is left over on either side is a difference of its own. */
function compareSignals(expected: readonly ExpectedSignal[], run: Play): readonly TestDifference[] {
  const differences: TestDifference[] = [];
  const count = Math.max(expected.length, run.signals.length);
  if (count > MAX_COMPARED_SIGNALS && expected.length !== run.signals.length) {
    const [wanted, played] = [`${expected.length} signals`, `${run.signals.length} signals`];
    differences.push({ path: 'signals', expected: wanted, actual: played });
  }
  for (let index = 0; index < Math.min(count, MAX_COMPARED_SIGNALS); index += 1) {
    const path = `signals[${index}]`;
    const wanted = expected[index];
    const played = run.signals[index];
    if (wanted === undefined && played !== undefined) {
      differences.push({ path, expected: 'no signal', actual: describe(played) });
    } else if (wanted !== undefined && played === undefined) {
      differences.push({ path, expected: wanted, actual: 'no signal', note: peaksText(run.peaks) });
    } else if (wanted !== undefined && played !== undefined) {
      differences.push(...compareSignal(path, wanted, played));
    }
  }
  return differences;
}

function compareSignal(
  path: string,
  wanted: ExpectedSignal,
  played: PlayedSignal,
): readonly TestDifference[] {
  const { last } = played;
  const differences: TestDifference[] = [];
  const compare = (name: string, expected: unknown, actual: unknown): void => {
    if (expected === undefined || JSON.stringify(expected) === JSON.stringify(actual)) return;
    differences.push({ path: `${path}.${name}`, expected, actual, note: `The signal: ${describe(played)}.` });
  };
  compare('case', wanted.case, last.caseName);
  compare('severity', wanted.severity, last.severity);
  compare('was', wanted.was, played.was);
  for (const [name, value] of Object.entries(wanted.group ?? {})) {
    compare(
      `group['${name}']`,
      String(value),
      Object.hasOwn(last.group, name) ? last.group[name] : 'not a group',
    );
  }
  compare('title', wanted.title, last.title);
  compare('eventsMatched', wanted.eventsMatched, last.eventsMatched);
  return differences;
}

function describe({ last, firedAtMs }: PlayedSignal): string {
  return `${nameOf(last)}, fired at ${seconds(firedAtMs)}, first seen ${seconds(last.firstSeenMs)}, last seen ${seconds(last.lastSeenMs)}, ${last.eventsMatched} events`;
}

function nameOf(signal: DetectedSignal): string {
  const name = signal.caseName === '' ? '' : ` "${signal.caseName}"`;
  return `${signal.severity}${name}${groupText(signal.group)}`;
}

function groupText(group: Readonly<Record<string, string>>): string {
  const entries = Object.entries(group);
  return entries.length === 0 ? '' : ` for ${entries.map(([path, value]) => `${path}=${value}`).join(', ')}`;
}

function valuesText(evaluation: Evaluation | undefined): string {
  if (evaluation === undefined) return '';
  const values = Object.entries(evaluation.values).map(([label, value]) => `${label} ${value}`);
  return ` (${values.join(', ')})`;
}

/** How near the rule came, for a signal that did not open. */
function peaksText(peaks: ReadonlyMap<string, Peak>): string {
  if (peaks.size === 0) return 'No event matched any query of the rule.';
  const parts = [...peaks].map(
    ([label, peak]) => `${label} reached ${peak.value} at ${seconds(peak.atMs)}${groupText(peak.group)}`,
  );
  return `Most in one group: ${parts.join('; ')}.`;
}

/** Time since the start of the test. */
function seconds(atMs: number): string {
  return `+${(atMs - TEST_START_MS) / 1_000}s`;
}

function outcome(name: string, differences: readonly TestDifference[]): TestOutcome {
  return { name, passed: differences.length === 0, differences };
}
