import fc from 'fast-check';
import { expect, test } from 'vitest';
import { html } from './html.ts';

/** Any bytes, a character each, as HTTP hands them over. */
function latin1(maxLength: number): fc.Arbitrary<string> {
  return fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));
}

test('text is escaped, markup is not', () => {
  const inner = html`<b>${'a < b & "c"'}</b>`;
  expect(html`<p>${inner}${[inner, inner]}${7}</p>`.markup).toBe(
    `<p>${'<b>a &lt; b &amp; &quot;c&quot;</b>'.repeat(3)}7</p>`,
  );
});

test('no text can open a tag or leave an attribute', () => {
  fc.assert(
    fc.property(latin1(100), (text) => {
      const { markup } = html`${text}`;
      expect(markup).not.toMatch(/[<>"']/);
    }),
  );
});
