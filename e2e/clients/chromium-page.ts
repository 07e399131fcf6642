import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { eventually } from '../harness/eventually.ts';
import { plainEnvironment } from '../harness/run-program.ts';

/** A page of a real Chromium, driven over a pipe (Chrome DevTools Protocol). */
export interface ChromiumPage {
  /** What went wrong in the page: faults of scripts, and what its policy refused. */
  readonly complaints: readonly string[];
  open(url: string): Promise<void>;
  /** The value of an expression in the page, awaited. Throws where it does. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until the expression is truthy in the page; its value. */
  until<T>(expression: string): Promise<T>;
  /** Types into what has the focus, as a keyboard does. */
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

interface Remark {
  readonly source: string;
  readonly level: string;
  readonly text: string;
}

const WORDS: readonly string[] = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--remote-debugging-pipe',
];
/** For an answer of the browser, and for what the page is to show. */
const PATIENCE_MS = 10_000;

export async function openChromium(): Promise<ChromiumPage> {
  const profile = mkdtempSync(join(tmpdir(), 'aegis-chromium-'));
  const child = spawn('chromium', [...WORDS, `--user-data-dir=${profile}`, 'about:blank'], {
    env: plainEnvironment(),
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const complaints: string[] = [];
  const ask = conversation(child, complaints);
  try {
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    const tell = (method: string, params: object = {}) => ask(method, params, sessionId as string);
    for (const domain of ['Page', 'Runtime', 'Log']) await tell(`${domain}.enable`);

    async function evaluate<T>(expression: string): Promise<T> {
      const { result, exceptionDetails } = await tell('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined)
        throw new Error(`${expression}\n${JSON.stringify(exceptionDetails)}`);
      return (result as { readonly value: T }).value;
    }

    return {
      complaints,
      async open(url) {
        await tell('Page.navigate', { url });
      },
      evaluate,
      until: <T>(expression: string) =>
        eventually<T>(expression, async () => (await evaluate<T>(expression)) || undefined, PATIENCE_MS),
      async type(text) {
        await tell('Input.insertText', { text });
      },
      close: () => end(child, profile),
    };
  } catch (error) {
    await end(child, profile);
    throw error;
  }
}

type Ask = (method: string, params: object, sessionId?: string) => Promise<Readonly<Record<string, unknown>>>;

/** Messages are JSON texts that end with NUL. */
function conversation(child: ChildProcess, complaints: string[]): Ask {
  const orders = child.stdio[3] as Writable;
  const replies = child.stdio[4] as Readable;
  const waiting = new Map<number, (reply: Message) => void>();
  let lastId = 0;
  let rest = '';
  orders.on('error', () => {});
  child.on('error', () => {});
  replies.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0');
    rest = texts.pop() ?? '';
    for (const text of texts) {
      const message = JSON.parse(text) as Message;
      const complaint = complaintIn(message);
      if (complaint !== undefined) complaints.push(complaint);
      waiting.get(message.id ?? 0)?.(message);
    }
  });
  return async (method, params, sessionId) => {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    waiting.set(id, resolve);
    const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), PATIENCE_MS);
    orders.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    const { result = {}, error } = await promise.finally(() => {
      clearTimeout(timer);
      waiting.delete(id);
    });
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
}

/** The browser also remarks on every status from 400 on: not a fault, where a test asks for one. */
function complaintIn({ method, params }: Message): string | undefined {
  if (method === 'Runtime.exceptionThrown') return JSON.stringify(params);
  const remark = method === 'Log.entryAdded' ? (params?.entry as Remark) : undefined;
  return remark?.level === 'error' && remark.source !== 'network' ? remark.text : undefined;
}

/** The whole group: what is called `chromium` may be a script that started it. */
async function end(child: ChildProcess, profile: string): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null) {
    const gone = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
