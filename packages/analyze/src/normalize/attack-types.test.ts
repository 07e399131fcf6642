import { ATTACK_TYPES } from '@aegis/model';
import { expect, test } from 'vitest';
import { attackTypeOf } from './attack-types.ts';
import { readLabels } from './labels.ts';

test.each([
  ['sqli', 'sql_injection'],
  ['xss', 'cross_site_scripting'],
  ['lfi', 'local_file_inclusion'],
  ['rfi', 'remote_file_inclusion'],
  ['cmd_exec', 'command_execution'],
  ['crlf', 'crlf_injection'],
  ['php_code_injection', 'php_code_injection'],
  ['php_object_injection', 'php_object_injection'],
  ['xxe_injection', 'xxe_injection'],
  ['template_injection', 'template_injection'],
  ['index', 'index'],
  ['wp-content', 'wp-content'],
  ['unknown', 'unknown'],
  [' SQL Injection ', 'sql_injection'],
  ['Cross-Site-Scripting', 'cross_site_scripting'],
  ['attack-rce', 'command_execution'],
  ['HTTP::URI_SQLI', 'sql_injection'],
  ['__proto__', 'unknown'],
  ['constructor', 'unknown'],
  ['made_up', 'unknown'],
  ['x'.repeat(100_000), 'unknown'],
])('%.40s is %s', (name, type) => {
  expect(attackTypeOf(name)).toBe(type);
});

test("the model's own names are themselves, and blank is no name", () => {
  for (const type of ATTACK_TYPES) expect(attackTypeOf(type)).toBe(type);
  expect(attackTypeOf('  ')).toBeUndefined();
});

test.each([
  ['a map of path to type', { '/login': 'sqli', '/x': 'xss' }, ['sql_injection', 'cross_site_scripting']],
  ['a map of path to types', { '/login': ['sqli', 'xss'] }, ['sql_injection', 'cross_site_scripting']],
  ['a map of type to count', { sqli: 3, index: 9 }, ['sql_injection', 'index']],
  ['a list', ['sqli', 'sqli', 'lfi', 7, null], ['sql_injection', 'local_file_inclusion']],
  ['a string', 'cmd_exec', ['command_execution']],
  ['several in a string', 'sqli, xss,', ['sql_injection', 'cross_site_scripting']],
  ['an empty map', {}, []],
  ['nothing', undefined, []],
  ['nonsense', 12, []],
])('labels from %s', (_, value, expected) => {
  expect([...readLabels(value).all]).toEqual(expected);
});

test('labels by path, a path of any name', () => {
  const { byPath } = readLabels(JSON.parse('{"/login":"sqli","__proto__":"xss","toString":["lfi"]}'));
  expect([...byPath]).toEqual([
    ['/login', 'sql_injection'],
    ['__proto__', 'cross_site_scripting'],
    ['toString', 'local_file_inclusion'],
  ]);
});
