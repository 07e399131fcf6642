import { expect, test } from 'vitest';
import { markedPieces } from './marked-pieces.ts';

const marked = (text: string, ...evidence: string[]): string =>
  markedPieces(text, evidence)
    .map((piece) => (piece.isMarked ? `[${piece.text}]` : piece.text))
    .join('');

test('evidence is marked wherever it stands, as it is or as a URL writes it', () => {
  expect(marked("/item?id=1' or 1=1--", "1' or 1=1--")).toBe("/item?id=[1' or 1=1--]");
  expect(marked('/item?q=%3Cscript%3E&x=<script>', '<script>')).toBe('/item?q=[%3Cscript%3E]&x=[<script>]');
  expect(marked('aaaa', 'aaa')).toBe('[aaa]a');
  expect(marked('/a/../../etc/passwd', '../../etc', 'etc/passwd')).toBe('/a/[../../etc/passwd]');
});

test('nothing is marked for evidence too short, or none', () => {
  expect(marked("a'b'c", "'")).toBe("a'b'c");
  expect(marked('/plain')).toBe('/plain');
  expect(markedPieces('', ['abc'])).toEqual([]);
});

test('half of a surrogate pair is no fault', () => {
  expect(marked('x\ud800yz', '\ud800yz')).toBe('x[\ud800yz]');
});
