/**
 * Critical assets on the wire: signals about them are more or less severe. Source: `…/configuration/critical_assets`,
 * SecurityMonitoringCriticalAssetCreateAttributes; recorded answers.
 */

import { CRITICAL_ASSET_SEVERITIES, type CriticalAsset, type Payload } from '@signalwright/model';
import { PayloadReader, decoded, type Decoded, type Problem } from './payload-reader.ts';

/** @param fields attributes of a create body, or of the stored asset with those of an update over them */
export function decodeCriticalAsset(fields: Payload): Decoded<CriticalAsset> {
  const problems: Problem[] = [];
  const reader = new PayloadReader(fields, '', problems);
  const asset: CriticalAsset = {
    isEnabled: reader.flag('enabled', true),
    query: reader.text('query'),
    ruleQuery: reader.text('rule_query'),
    severity: reader.oneOf('severity', CRITICAL_ASSET_SEVERITIES),
    tags: reader.texts('tags'),
  };
  reader.optionalText('description');
  reader.close();
  return decoded(problems, asset);
}
