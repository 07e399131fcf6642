import { expect, test } from 'vitest';
import { memoryTerminal } from './memory-terminal.ts';
import { outputFor } from './output.ts';

test('an answer is for a person or for a program, never both', () => {
  const person = memoryTerminal({ colour: true });
  outputFor(person, {}).answer({ a: 1 }, (style) => [style.good('one'), 'two']);
  expect(person.output()).toBe('\u001b[32mone\u001b[39m\ntwo\n');

  const program = memoryTerminal({ colour: true });
  const output = outputFor(program, { json: true });
  output.answer({ a: 1 }, () => ['never']);
  output.note('by the way');
  expect(program.output()).toBe('{"a":1}\n');
  expect(program.errors()).toBe('by the way\n');
  expect(output.style.bad('x')).toBe('x');
});
