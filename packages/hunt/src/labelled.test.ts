import { existsSync, readFileSync } from 'node:fs';
import { seededRandom } from '@aegis/model';
import { describe, expect, test } from 'vitest';
import { candidateAt, Hunter } from './hunter.ts';
import { createFlowReader } from './readers/flow-reader.ts';

const DATA = new URL('../../../../shared/data/flows/', import.meta.url);

describe.runIf(existsSync(DATA))(
  'captures with labels (../shared/data/flows; left out where that is absent)',
  () => {
    const report = (file: string) => {
      const hunter = new Hunter({ random: seededRandom(1) });
      const reader = createFlowReader('zeek');
      const faults: string[] = [];
      for (const line of readFileSync(new URL(file, DATA), 'utf8').split('\n')) {
        if (line === '') continue;
        const read = reader.read(line);
        if (!read.ok) faults.push(read.error.message);
        else if (read.value !== undefined) hunter.add(read.value);
      }
      return { ...hunter.report(), faults };
    };

    test('NjRAT: its server is first', () => {
      const found = report('njrat/labeled-conn.log');
      expect(found.faults).toEqual([]);
      expect(found.candidates[0]).toMatchObject({ address: '41.108.179.197', port: 1177 });
      expect(found.candidates[0]?.score).toBeGreaterThan(80);
      expect(candidateAt(found, '41.108.179.197')?.bots.map(({ address }) => address)).toEqual([
        '192.168.1.115',
      ]);
    });

    test('a desktop under attack from outside: nothing is sure enough to be blocked', () => {
      const found = report('mixed-008/conn.log.labeled');
      expect(found.faults).toEqual([]);
      expect(found.flows).toBeGreaterThan(5_000);
      expect(found.candidates.filter(({ address }) => address === '147.32.81.167')).toEqual([]);
      expect(found.candidates.filter(({ score, confidence }) => score >= 80 && confidence >= 60)).toEqual([]);
    });
  },
);
