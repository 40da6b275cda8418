/** What the rules API knows and the written form of this version does not. */

/** Fields of the rule schemas that authored rules never set; kept when somebody else set them. */
export const FOREIGN_RULE_FIELDS = [
  'filters',
  'groupSignalsBy',
  'referenceTables',
  'calculatedFields',
  'schedulingOptions',
  'thirdPartyCases',
  'complianceSignalOptions',
  'customName',
  'customMessage',
] as const;

/** Options of detection methods that authored rules do not have. */
export const FOREIGN_RULE_OPTIONS = [
  'newValueOptions',
  'anomalyDetectionOptions',
  'impossibleTravelOptions',
  'thirdPartyRuleOptions',
  'sequenceDetectionOptions',
  'hardcodedEvaluatorType',
  'complianceRuleOptions',
] as const;
