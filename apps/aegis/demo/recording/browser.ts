import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { AegisError } from '@aegis/model';

/** One page of a Chromium that is told what to do over a pipe (Chrome DevTools Protocol). */
export interface Browser {
  /** Opens an address and waits until the page is there. */
  open(url: string, referrer?: string): Promise<void>;
  /** Runs a script in the page and tells its value. */
  evaluate(script: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface BrowserOptions {
  readonly userAgent: string;
  readonly width: number;
  readonly height: number;
  readonly language: string;
  readonly profile: string;
  /** Wraps the command line, to run it elsewhere. */
  readonly inside: (command: readonly string[]) => readonly string[];
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const REPLY_MS = 15_000;

function launch(options: BrowserOptions): ChildProcess {
  const [program = '', ...rest] = options.inside([
    'chromium',
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--mute-audio',
    '--remote-debugging-pipe',
    `--user-data-dir=${options.profile}`,
    `--user-agent=${options.userAgent}`,
    `--window-size=${options.width},${options.height}`,
    `--accept-lang=${options.language},en;q=0.7`,
    'about:blank',
  ]);
  return spawn(program, rest, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
}

export async function startBrowser(options: BrowserOptions): Promise<Browser> {
  const child = launch(options);
  const orders = child.stdio[3] as Writable;
  const replies = child.stdio[4] as Readable;
  const waiting = new Map<number, { resolve: (reply: Reply) => void; timer: NodeJS.Timeout }>();
  let lastId = 0;
  let rest = '';
  let session: string | undefined;
  let onLoaded = (): void => {};

  replies.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) {
      const reply = JSON.parse(text) as Reply;
      if (reply.method === 'Page.loadEventFired') onLoaded();
      const waiter = reply.id === undefined ? undefined : waiting.get(reply.id);
      if (waiter === undefined) continue;
      clearTimeout(waiter.timer);
      waiting.delete(reply.id as number);
      waiter.resolve(reply);
    }
  });
  orders.on('error', () => {});

  async function ask(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const id = ++lastId;
    const order = { id, method, params, ...(session !== undefined && { sessionId: session }) };
    const reply = await new Promise<Reply>((resolve, reject) => {
      const late = new AegisError('browser_silent', `the browser did not answer ${method}`);
      waiting.set(id, { resolve, timer: setTimeout(() => reject(late), REPLY_MS) });
      orders.write(`${JSON.stringify(order)}\0`);
    });
    if (reply.error !== undefined)
      throw new AegisError('browser_refused', `${method}: ${reply.error.message}`);
    return reply.result ?? {};
  }

  const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
  const attached = await ask('Target.attachToTarget', { targetId, flatten: true });
  session = attached.sessionId as string;
  await ask('Page.enable');

  return {
    async open(url, referrer) {
      const loaded = new Promise<void>((resolve) => {
        onLoaded = resolve;
        setTimeout(resolve, REPLY_MS).unref();
      });
      await ask('Page.navigate', { url, ...(referrer !== undefined && { referrer }) });
      await loaded;
    },
    async evaluate(expression) {
      const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true });
      return (result as { readonly value?: unknown } | undefined)?.value;
    },
    close() {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGKILL');
      return gone;
    },
  };
}
