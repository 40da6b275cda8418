import { expect, test } from 'vitest';
import { shopReview } from '../testing/shop-review.ts';
import { renderComment } from './render-comment.ts';

test('a pull request that narrows a rule and widens a suppression', async () => {
  const text = renderComment(
    shopReview({
      'rules/detection/login-failures.yaml': [['path:/login*', 'path:/login']],
      'rules/suppression/office-egress.yaml': [
        ["'@http.client_ip:192.0.2.7 env:staging'", "'@http.client_ip:192.0.2.7'"],
        ["env: prod, '@http.client_ip': 192.0.2.7", "env: prod, '@http.client_ip': 192.0.2.8"],
      ],
      'rules/detection/sqli-probe.yaml': [['[security:attack]', '[security:attack, technique:T1190]']],
    }),
  );
  await expect(text).toMatchFileSnapshot('golden/narrows.md');
});
