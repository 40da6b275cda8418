/**
 * Cloud and infrastructure configuration rules on the wire. Source: rules API (CloudConfigurationRuleCreatePayload)
 * and published rules, which have more fields than the specification names.
 */

import {
  present,
  type ComplianceFramework,
  type ComplianceRule,
  type ComplianceSignals,
  type Payload,
  type RegoRule,
} from '@signalwright/model';
import type { PayloadReader } from './payload-reader.ts';

export function encodeCompliance(compliance: ComplianceRule): Payload {
  const { resourceType, regoRule, complianceFrameworks, ...rest } = compliance;
  return {
    resourceType,
    ...(regoRule !== undefined && { regoRule: { ...regoRule } }),
    ...(complianceFrameworks !== undefined && {
      complianceFrameworks: complianceFrameworks.map(encodeFramework),
    }),
    ...present(rest),
  };
}

function encodeFramework({ isDefault, ...framework }: ComplianceFramework): Payload {
  return { ...framework, ...present({ is_default: isDefault }) };
}

/** Answers have all four fields and write null for what nobody set. */
export function encodeComplianceSignals(signals: ComplianceSignals): Payload {
  return {
    defaultActivationStatus: signals.defaultActivationStatus ?? null,
    defaultGroupByFields: signals.defaultGroupByFields ?? null,
    userActivationStatus: signals.userActivationStatus ?? null,
    userGroupByFields: signals.userGroupByFields ?? null,
  };
}

export function decodeCompliance(reader: PayloadReader): ComplianceRule {
  const compliance: ComplianceRule = {
    resourceType: reader.text('resourceType', ''),
    ...(reader.has('regoRule') && { regoRule: decodeRego(reader.child('regoRule')) }),
    ...(reader.has('complianceFrameworks') && {
      complianceFrameworks: reader.list('complianceFrameworks', (value, path) =>
        decodeFramework(reader.item(value, path)),
      ),
    }),
    ...present({
      complexRule: reader.optionalFlag('complexRule'),
      validationQuery: reader.optionalText('validationQuery'),
      filter: reader.optionalText('filter'),
      descriptionSummary: reader.optionalText('descriptionSummary'),
      remediationSummary: reader.optionalText('remediationSummary'),
      resourceAttributes: reader.optionalTexts('resourceAttributes'),
      defaultSecurityInbox: reader.optionalFlag('defaultSecurityInbox'),
    }),
  };
  reader.close();
  return compliance;
}

function decodeRego(reader: PayloadReader): RegoRule {
  const rego = { policy: reader.text('policy', ''), resourceTypes: reader.texts('resourceTypes') };
  reader.close();
  return rego;
}

function decodeFramework(reader: PayloadReader): ComplianceFramework {
  const framework: ComplianceFramework = {
    framework: reader.text('framework', ''),
    version: reader.text('version', ''),
    requirement: reader.text('requirement', ''),
    control: reader.text('control', ''),
    ...present({ message: reader.optionalText('message'), isDefault: reader.optionalFlag('is_default') }),
  };
  reader.close();
  return framework;
}

export function decodeComplianceSignals(reader: PayloadReader): ComplianceSignals {
  const signals: ComplianceSignals = present({
    defaultActivationStatus: reader.optionalFlag('defaultActivationStatus'),
    defaultGroupByFields: reader.optionalTexts('defaultGroupByFields'),
    userActivationStatus: reader.optionalFlag('userActivationStatus'),
    userGroupByFields: reader.optionalTexts('userGroupByFields'),
  });
  reader.close();
  return signals;
}
