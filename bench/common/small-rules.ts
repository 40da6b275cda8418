/** As many small rules as one likes, as files of content: for what does not depend on their size. */

/** Text by path, `signalwright.yaml` among it. */
export function smallRules(count: number, config: string): ReadonlyMap<string, string> {
  return new Map([
    ['signalwright.yaml', config],
    ...Array.from({ length: count }, (_, n) => [smallRuleFile(n), smallRule(n)] as const),
  ]);
}

export function smallRuleFile(n: number): string {
  return `rules/detection/rule-${n}.yaml`;
}

export function smallRule(n: number, message = 'Failed logins.'): string {
  return `kind: detection-rule
id: rule-${n}
name: Rule ${n}
type: log_detection
groupBy: [service]
queries:
  - name: failures
    query: '@evt.outcome:failure @usr.id:user-${n}'
cases:
  - condition: failures > ${5 + (n % 90)}
    severity: medium
message: ${message}
`;
}
