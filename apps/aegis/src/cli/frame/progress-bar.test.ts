import { ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { memoryTerminal } from './memory-terminal.ts';
import { ProgressBar } from './progress-bar.ts';

function barOn(isTTY: boolean, total: number | undefined, columns = 100) {
  const terminal = memoryTerminal({ isTTY, columns });
  const clock = new ManualClock();
  const bar = new ProgressBar({
    stream: terminal.stderr,
    clock,
    label: 'replaying',
    unit: 'sessions',
    ...(total === undefined ? {} : { total }),
  });
  return { terminal, clock, bar };
}

test('on a terminal one line is drawn anew, with rate and time left', () => {
  const { terminal, clock, bar } = barOn(true, 2000);
  clock.advance(1000);
  bar.update(500);
  clock.advance(50);
  bar.update(510);
  clock.advance(950);
  bar.update(1000);
  bar.finish();
  expect(terminal.errors().split('\r\u001b[2K')).toEqual([
    '',
    'replaying  ━━━━━━──────────────────   25%  500/2,000 sessions  500/s  3.0 s left',
    'replaying  ━━━━━━━━━━━━────────────   50%  1,000/2,000 sessions  500/s  2.0 s left',
    'replaying  1,000 sessions in 2.0 s (500/s)\n',
  ]);
  expect(terminal.output()).toBe('');
});

test('elsewhere there is a line every five seconds', () => {
  const { terminal, clock, bar } = barOn(false, 100);
  for (let second = 0; second < 12; second++) {
    clock.advance(1000);
    bar.update(second);
  }
  bar.finish();
  expect(terminal.errors()).toBe(
    'replaying    4%  4/100 sessions  0.8/s  2 min left\nreplaying    9%  9/100 sessions  0.9/s  1 min 41 s left\nreplaying  11 sessions in 12 s (0.9/s)\n',
  );
});

test('it fits a narrow terminal, and works without a total', () => {
  const narrow = barOn(true, 2000, 30);
  narrow.clock.advance(1000);
  narrow.bar.update(500);
  expect(narrow.terminal.errors()).toBe('\r\u001b[2Kreplaying   25%  500/2,000 s…');
  const open = barOn(true, undefined);
  open.clock.advance(1000);
  open.bar.update(1500);
  expect(open.terminal.errors()).toBe('\r\u001b[2Kreplaying  1,500 sessions  1,500/s');
});
