/** Rehearses applies against a service in memory, with faults and kills on schedule. For proofs and tests alone. */

export {
  everyTrial,
  liveThrough,
  measureLife,
  randomTrial,
  type LifeSize,
  type Trial,
} from './fault-life.ts';
export { type Service } from './faulty-world.ts';
