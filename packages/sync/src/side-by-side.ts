/**
 * Runs tasks side by side: each when those before it on which it depends have ended, and in each lane no more at once
 * than it takes. Tasks of one lane begin in the order in which they are given.
 */

export interface Task<Lane extends string> {
  readonly name: string;
  readonly lane: Lane;
  /** Names of tasks; only those that stand before it count, so that a circle cannot stop everything. */
  readonly after: readonly string[];
  run(): Promise<void>;
}

export interface SideBySideLimits<Lane extends string> {
  /** Tasks at once. */
  readonly most: number;
  /** Tasks of a lane at once. */
  readonly lanes: Readonly<Record<Lane, number>>;
}

interface Node<Lane extends string> {
  readonly task: Task<Lane>;
  readonly next: Node<Lane>[];
  /** Tasks that must end before it. */
  left: number;
}

/** @throws what the first task that threw has thrown, once none runs any more; the others are not begun then */
export async function runSideBySide<Lane extends string>(
  tasks: readonly Task<Lane>[],
  limits: SideBySideLimits<Lane>,
): Promise<void> {
  const ready = new Map<Lane, Node<Lane>[]>();
  const atWork = new Map<Lane, number>();
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const begin = (node: Node<Lane>): void => {
    const { lane } = node.task;
    count(atWork, lane, 1);
    const end = node.task
      .run()
      .catch((error: unknown) => void failures.push(error))
      .then(() => {
        running.delete(end);
        count(atWork, lane, -1);
        for (const next of node.next) {
          next.left -= 1;
          if (next.left === 0) queue(ready, next);
        }
      });
    running.add(end);
  };

  for (const node of linkTasks(tasks)) if (node.left === 0) queue(ready, node);
  for (;;) {
    for (const [lane, nodes] of failures.length === 0 ? ready : []) {
      const free = Math.min(limits.lanes[lane] - (atWork.get(lane) ?? 0), limits.most - running.size);
      nodes.splice(0, Math.max(0, free)).forEach(begin);
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (failures.length > 0) throw failures[0];
}

function linkTasks<Lane extends string>(tasks: readonly Task<Lane>[]): readonly Node<Lane>[] {
  const before = new Map<string, Node<Lane>>();
  return tasks.map((task) => {
    const needed = new Set(task.after.flatMap((name) => before.get(name) ?? []));
    const node: Node<Lane> = { task, next: [], left: needed.size };
    for (const other of needed) other.next.push(node);
    before.set(task.name, node);
    return node;
  });
}

function queue<Lane extends string>(ready: Map<Lane, Node<Lane>[]>, node: Node<Lane>): void {
  const nodes = ready.get(node.task.lane);
  if (nodes === undefined) ready.set(node.task.lane, [node]);
  else nodes.push(node);
}

function count<Lane extends string>(counts: Map<Lane, number>, lane: Lane, by: number): void {
  counts.set(lane, (counts.get(lane) ?? 0) + by);
}
