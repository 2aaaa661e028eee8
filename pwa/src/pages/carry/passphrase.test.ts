import { expect, it } from 'vitest';
import { strengthOf } from './passphrase';

it.each([
  ['1234567', 'short'],
  ['12345678', 'weak'],
  ['aaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['gao-shan-liu-shui', 'good'],
  ['高山流水清风明月', 'good'],
])('%s is %s', (passphrase, strength) => {
  expect(strengthOf(passphrase)).toBe(strength);
});
