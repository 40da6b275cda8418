/** Attack and benign traffic through Datadog's real WAF engine in front of a small web application. */

export { activitiesOf, isBlockedEvent } from './aap-event.ts';
export { startSampleApp, type SampleApp, type SampleAppOptions } from './app/sample-app.ts';
export { SITES, type Site, type SiteName } from './app/sites.ts';
export { type RefusedEntry } from './denylist-data.ts';
export { recordEvents } from './record.ts';
export { type RecordedRequest, type Recording, type RecordingRead } from './recording.ts';
export { readRecording, replayEvents, SHIPPED_RECORDING, type ReplayOptions } from './replay.ts';
export { RULESET, type Ruleset } from './ruleset/ruleset.ts';
export { type WafRule } from './ruleset/waf-rule.ts';
export {
  AUTHORISED_SCANNER_IP,
  DEMO_ATTACKERS,
  OFFICE_GATEWAY_IP,
  TAKEN_OVER_LOGIN,
  TARGETED_LOGIN,
  UPTIME_PROBE_IP,
  type DemoAttacker,
} from './traffic/cast.ts';
export { playTraffic, type PlayOptions } from './traffic/play.ts';
export { PHASES, TRAFFIC_KINDS, type Phase, type TrafficKind } from './traffic/story-request.ts';
export { DEMO_SEED, PHASE_SPANS, STORY_MS } from './traffic/story.ts';
export { type TrafficProgress, type TrafficReport } from './traffic/traffic-report.ts';
export { loadWaf, type Waf, type WafLoad, type WafOptions, type WafRefusal, type WafRequest } from './waf.ts';
export { type Inspection, type SecurityActivity } from './waf-result.ts';
