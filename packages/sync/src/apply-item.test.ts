import { expect, test } from 'vitest';
import { announce, type ItemContext } from './apply-item.ts';
import { LeaseLost } from './lease.ts';

test('a lease that ended while the intent was put on record is noticed before the call', async () => {
  const steps: string[] = [];
  const hold = async (): Promise<void> => {
    steps.push('hold');
    if (steps.includes('intent')) throw new LeaseLost('somebody else has it');
  };
  const context = { hold } as unknown as ItemContext;
  const call = announce(context, async () => void steps.push('intent'));
  await expect(call.before()).rejects.toThrow(LeaseLost);
  expect(steps).toEqual(['hold', 'intent', 'hold']);
  expect(call.isUnsent({ kind: 'unknown', reason: 'not sent' })).toBe(true);
});
