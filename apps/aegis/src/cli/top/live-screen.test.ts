import { stripVTControlCharacters } from 'node:util';
import { ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { memoryTerminal } from '../frame/memory-terminal.ts';
import { LiveScreen } from './live-screen.ts';
import type { TopFigures } from './top-figures.ts';

const figures: TopFigures = {
  node: {
    ...{ id: 'edge-1', region: 'eu', version: '1', uptime_seconds: 1, ready: true },
    backlog: { waiting: 0, pending: 0, buried: 0 },
  },
  troubles: {},
  checks: { per_second: 0, by_verdict: {} },
  sessions: { accepted_per_second: 0, analysed_per_second: 0 },
  decisions: { in_force: 0, made_per_second: 0, by_origin: {}, by_scope: {} },
  ...{ top_sources: [], top_techniques: {}, feeds: [], mesh_nodes: [] },
};

function screenOf(rows: number) {
  const terminal = memoryTerminal({ isTTY: true, columns: 80, rows });
  let press: (key: string) => void = () => undefined;
  let listening = false;
  const keyboard = {
    listen(onKey: (key: string) => void) {
      press = onKey;
      listening = true;
      return () => {
        listening = false;
      };
    },
  };
  const screen = new LiveScreen({
    context: { terminal, keyboard, clock: new ManualClock(0) },
    ...{ everyMs: 2_000, widest: 110 },
  });
  /** The lines of the page that was drawn last. */
  const page = (): readonly string[] =>
    stripVTControlCharacters(terminal.output().split('\u001b[H').at(-1) ?? '').split('\n');
  return { screen, terminal, page, press: (key: string) => press(key), isListening: () => listening };
}

test('a page fills the terminal and no more, the keys are told at its foot', () => {
  const { screen, page } = screenOf(12);
  screen.open();
  expect(page()).toHaveLength(12);
  screen.show(figures);
  expect(page()).toHaveLength(12);
  expect(page()[0]).toContain('edge-1');
  expect(page().at(-1)).toBe('1970-01-01 00:00:00Z  every 2.0 s   q quit  p pause  s sort');
});

test('s sorts, p pauses and goes on, other keys do nothing', () => {
  const { screen, page, press } = screenOf(40);
  screen.open();
  screen.show(figures);
  expect(page().join()).toContain('by sessions');
  press('s');
  expect(page().join()).toContain('by risk');
  press('p');
  expect(screen.isPaused).toBe(true);
  expect(page().at(-1)).toContain('paused');
  press('p');
  press('x');
  expect(screen.isPaused).toBe(false);
  expect(screen.ended.aborted).toBe(false);
});

test.each(['q', '\u0003'])('%j leaves, and the terminal is given back as it was', (key) => {
  const { screen, terminal, press, isListening } = screenOf(20);
  screen.open();
  expect(isListening()).toBe(true);
  press(key);
  expect(screen.ended.aborted).toBe(true);
  screen.close();
  expect(isListening()).toBe(false);
  expect(terminal.output().startsWith('\u001b[?1049h\u001b[?25l')).toBe(true);
  expect(terminal.output().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});

test('a node that is away is told, and what it said last stays', () => {
  const { screen, page } = screenOf(20);
  screen.open();
  screen.show(figures);
  screen.trouble('cannot reach http://127.0.0.1:8411: ECONNREFUSED');
  expect(page()[0]).toContain('cannot reach');
  expect(page()[1]).toContain('edge-1');
  screen.show(figures);
  expect(page()[0]).toContain('edge-1');
});
