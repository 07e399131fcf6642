import { CATEGORIES } from '../content/products.ts';
import { file } from '../response.ts';
import type { Page } from '../visit.ts';

const CSS = `body{font:1rem/1.5 Georgia,serif;margin:0 auto;max-width:46rem;padding:1rem;color:#26331f;background:#fbfaf4}
header,footer{border-color:#b9c4a5;border-style:solid;border-width:0 0 1px}footer{border-width:1px 0 0;font-size:.85rem}
a{color:#2f6b2f}.brand{font-size:1.4rem;text-decoration:none}nav{margin:.5rem 0}h1{font-weight:400}
.error{color:#a02020}.archive{display:none}li span{color:#77806c}
`;

const SCRIPT = `document.addEventListener('DOMContentLoaded',function(){
var here=location.pathname;document.querySelectorAll('nav a').forEach(function(a){
if(a.getAttribute('href')===here)a.setAttribute('aria-current','page');});});
`;

const COLOURS: Readonly<Record<string, string>> = Object.freeze({
  vegetables: '#5d8a3a',
  herbs: '#3a8a6b',
  flowers: '#b0638f',
  tools: '#8a6b3a',
});

function picture(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 160"><rect width="240" height="160" fill="#efeee2"/><path d="M120 140V70m0 20c-30 0-40-20-40-40 25 0 40 15 40 40m0-20c0-25 15-40 40-40 0 25-10 40-40 40" fill="${colour}" stroke="${colour}" stroke-width="4"/></svg>\n`;
}

/** 16x16, one colour: an icon directory, a bitmap header, 256 BGRA pixels and an empty mask. */
function icon(): Uint8Array {
  const bitmap = 40 + 16 * 16 * 4 + 16 * 4;
  const bytes = Buffer.alloc(22 + bitmap);
  bytes.writeUInt16LE(1, 2);
  bytes.writeUInt16LE(1, 4);
  bytes.set([16, 16, 0, 0, 1, 0, 32, 0], 6);
  bytes.writeUInt32LE(bitmap, 14);
  bytes.writeUInt32LE(22, 18);
  bytes.writeUInt32LE(40, 22);
  bytes.writeInt32LE(16, 26);
  bytes.writeInt32LE(32, 30);
  bytes.writeUInt16LE(1, 34);
  bytes.writeUInt16LE(32, 36);
  bytes.fill(Buffer.from([0x3a, 0x8a, 0x5d, 0xff]), 62, 62 + 16 * 16 * 4);
  return bytes;
}

const ICON = icon();

/** The files of the site, by path. */
export const ASSETS: readonly (readonly [path: string, page: Page])[] = [
  ['/favicon.ico', ({ request }) => file(request, 'image/x-icon', ICON)],
  ['/assets/site.css', ({ request }) => file(request, 'text/css', CSS)],
  ['/assets/site.js', ({ request }) => file(request, 'text/javascript', SCRIPT)],
  ...CATEGORIES.map((category): readonly [string, Page] => {
    const svg = picture(COLOURS[category] ?? '');
    return [`/assets/img/${category}.svg`, ({ request }) => file(request, 'image/svg+xml', svg)];
  }),
];
