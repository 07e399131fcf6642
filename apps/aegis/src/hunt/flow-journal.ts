import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { FLOW_FORMATS, type FlowFormat } from '@aegis/hunt';

/** Text of flows in one format, whole lines, with its header where the format has one. */
export interface FlowText {
  readonly format: FlowFormat;
  readonly text: string;
}

/** What a crash left: a state, and the texts that came after it, in their order. */
export interface FlowsKept {
  readonly snapshot?: Uint8Array;
  readonly texts: readonly FlowText[];
}

const FRAME_BYTES = 9;
const END = 0x0a;

/**
 * Keeps flows that were taken in until a snapshot of the hunt holds them. `flows-N.log` holds what came after
 * `hunt-N.snapshot`. Used by one thread alone; every write is on disk when a call comes back.
 */
export class FlowJournal {
  readonly #folder: string;
  #number: number;
  #file: number;
  /** Of whole frames. */
  #end = 0;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o750 });
    this.#folder = folder;
    this.#number = Math.max(0, ...numbersIn(folder));
    this.#file = openSync(this.#log(this.#number), 'a', 0o640);
  }

  /** Written since the last snapshot. */
  get bytes(): number {
    return this.#end;
  }

  read(): FlowsKept {
    const path = this.#snapshot(this.#number);
    const { texts, end } = framesOf(readFileSync(this.#log(this.#number)));
    this.#end = end;
    // What a crash cut off must not stand between what was before and what comes.
    ftruncateSync(this.#file, end);
    return existsSync(path) ? { snapshot: readFileSync(path), texts } : { texts };
  }

  append({ format, text }: FlowText): void {
    const body = Buffer.from(text);
    const head = Buffer.alloc(FRAME_BYTES);
    head.writeUInt32LE(body.length, 0);
    head.writeUInt32LE(~body.length >>> 0, 4);
    head.writeUInt8(FLOW_FORMATS.indexOf(format), 8);
    const frame = Buffer.concat([head, body, Buffer.of(END)]);
    try {
      writeWhole(this.#file, frame);
      fdatasyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, this.#end);
      throw error;
    }
    this.#end += frame.length;
  }

  /** The state that holds everything so far; what was kept before goes. */
  replace(snapshot: Uint8Array): void {
    const next = this.#number + 1;
    const path = this.#snapshot(next);
    const file = openSync(`${path}.next`, 'w', 0o640);
    try {
      writeWhole(file, snapshot);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const log = openSync(this.#log(next), 'a', 0o640);
    renameSync(`${path}.next`, path);
    closeSync(this.#file);
    this.#file = log;
    rmSync(this.#log(this.#number), { force: true });
    rmSync(this.#snapshot(this.#number), { force: true });
    this.#number = next;
    this.#end = 0;
  }

  close(): void {
    closeSync(this.#file);
  }

  #log(number: number): string {
    return join(this.#folder, `flows-${number}.log`);
  }

  #snapshot(number: number): string {
    return join(this.#folder, `hunt-${number}.snapshot`);
  }
}

/** Of the snapshots that are whole: a log without one belongs to a snapshot that was never finished. */
function numbersIn(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const match = /^hunt-(\d{1,15})\.snapshot$/.exec(name);
    return match === null ? [] : [Number(match[1])];
  });
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** A frame that a crash cut off was acknowledged to nobody. */
function framesOf(bytes: Buffer): { readonly texts: readonly FlowText[]; readonly end: number } {
  const texts: FlowText[] = [];
  let at = 0;
  while (at + FRAME_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + FRAME_BYTES + length;
    const format = FLOW_FORMATS[bytes.readUInt8(at + 8)];
    if (~length >>> 0 !== bytes.readUInt32LE(at + 4) || format === undefined) break;
    if (bytes[end] !== END) break;
    texts.push({ format, text: bytes.toString('utf8', at + FRAME_BYTES, end) });
    at = end + 1;
  }
  return { texts, end: at };
}
