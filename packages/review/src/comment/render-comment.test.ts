import { runContentTests } from '@signalwright/detect';
import { expect, test } from 'vitest';
import { compareWorkspaces } from '../meaning/compare-workspaces.ts';
import { say } from '../phrase.ts';
import type { Review } from '../review.ts';
import { shop, type Edits } from '../testing/shop-content.ts';
import { renderComment } from './render-comment.ts';

const LOGIN = 'rules/detection/login-failures.yaml';

function review(edits: Edits): Review {
  const head = shop(edits);
  return {
    compared: { base: '1a2b3c4', head: '5d6e7f8' },
    meaning: { kind: 'compared', report: compareWorkspaces(shop(), head), remarks: [] },
    diagnostics: [],
    tests: runContentTests(head.objects),
    plan: { kind: 'none', why: say`There are no credentials here` },
  };
}

test('a pull request that narrows a rule and widens a suppression', async () => {
  const text = renderComment(
    review({
      [LOGIN]: [['@http.url_details.path:/login*', '@http.url_details.path:/login']],
      'rules/suppression/office-egress.yaml': [
        ["'@http.client_ip:192.0.2.7 env:staging'", "'@http.client_ip:192.0.2.7'"],
        [`env: prod, '@http.client_ip': 192.0.2.7`, `env: prod, '@http.client_ip': 192.0.2.8`],
      ],
      'rules/detection/sqli-probe.yaml': [
        ['tags: [security:attack]', 'tags: [security:attack, technique:T1190]'],
      ],
    }),
  );
  await expect(text).toMatchFileSnapshot('golden/narrows.md');
});
