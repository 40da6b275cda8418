export {
  defineAction,
  outcomeOf,
  type Action,
  type ActionContext,
  type ActionOutcome,
  type AnyAction,
  type BlockedAddress,
  type OrgAnswer,
  type Replay,
  type SecurityOrg,
  type SignalState,
  type ThreatIntel,
} from './define-action.ts';
