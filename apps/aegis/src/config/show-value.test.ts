import { expect, test } from 'vitest';
import { showValue } from './show-value.ts';

test('a value is shown on one line, bounded, and cannot steer a terminal', () => {
  expect(showValue('a"b')).toBe('"a\\"b"');
  expect(showValue('\u001b[2J\u009b\u202e\n')).toBe('"\\u001b[2J\\u009b\\u202e\\n"');
  expect(showValue('x'.repeat(1000))).toHaveLength(63);
  expect([null, 5, true, [], {}].map(showValue)).toEqual(['nothing', '5', 'true', 'a list', 'a section']);
});

test('the password of a URL is not shown, not even cut in two', () => {
  expect(showValue('mongodb://user:secret@host/x')).toBe('"mongodb://user:***@host/x"');
  expect(showValue(`mongodb://user:${'secret'.repeat(20)}@host`)).toBe('"mongodb://user:***@host"');
});
