/** Whoever is behind a handle is told in the form that they take. */

import { unreachable } from '@signalwright/model';

import type { DeliveryOutcome } from '../delivery.ts';
import type { EgressBroker } from '../egress.ts';
import { tellJira, type JiraConnector } from './jira.ts';
import type { SignalMessage } from './message.ts';
import { PAGERDUTY_EVENTS_URL, tellPagerDuty, type PagerDutyConnector } from './pagerduty.ts';
import { tellSlack, type SlackConnector } from './slack.ts';
import { tellTeams, type TeamsConnector } from './teams.ts';

/** Where people are told, with what it takes to be let in. */
export type PeopleConnector = SlackConnector | TeamsConnector | PagerDutyConnector | JiraConnector;

/**
 * Tells once; never throws for what the receiver does.
 *
 * @param nowMs the caller's clock, Unix time in milliseconds
 */
export function tellPeople(
  connector: PeopleConnector,
  message: SignalMessage,
  broker: EgressBroker,
  nowMs: number,
): Promise<DeliveryOutcome> {
  switch (connector.kind) {
    case 'slack':
      return tellSlack(connector, message, broker, nowMs);
    case 'teams':
      return tellTeams(connector, message, broker, nowMs);
    case 'pagerduty':
      return tellPagerDuty(connector, message, broker, nowMs);
    case 'jira':
      return tellJira(connector, message, broker, nowMs);
    default:
      return unreachable(connector);
  }
}

/** The one place that a connector leads to, for the list of allowed hosts. It is no secret, even where the rest of a URL is. */
export function originOf(connector: PeopleConnector): string {
  switch (connector.kind) {
    case 'slack':
    case 'teams':
      return new URL(connector.url.reveal()).origin;
    case 'pagerduty':
      return new URL(connector.url ?? PAGERDUTY_EVENTS_URL).origin;
    case 'jira':
      return new URL(connector.site).origin;
    default:
      return unreachable(connector);
  }
}
