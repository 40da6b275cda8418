/** Rehearses applies against a service in memory, with faults and kills on schedule. For proofs and tests alone. */

export {
  liveChapter,
  liveThrough,
  measureLife,
  rehearse,
  type ChapterStart,
  type Habits,
  type LifeSize,
  type Trial,
} from './fault-life.ts';
export { FAULTS, type Fault } from './faults.ts';
export { type Kill, type Schedule, type Service } from './faulty-world.ts';
export { describeRefusal, everyRefusal, liveOnFullDisk } from './full-disk.ts';
export { MOST_CREATES, countDuplicates, type Duplicates } from './naive-client.ts';
export {
  describeKill,
  everyFault,
  everyKill,
  everyTrial,
  randomFaults,
  randomKill,
  randomTrial,
} from './schedules.ts';
