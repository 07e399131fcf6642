import { get } from 'node:http';

const WAIT_MS = 2_000;
/** The index of our API is far shorter; a stranger may send without end. */
const MOST_BYTES = 65_536;

/** Whether the API of an Aegis node answers there: it says its name at `/`, to everyone. */
export async function answersAsAegis(host: string, port: number): Promise<boolean> {
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  try {
    const index = JSON.parse(await body(near, port)) as { readonly name?: unknown } | null;
    return index?.name === 'Aegis';
  } catch {
    return false;
  }
}

function body(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(WAIT_MS);
    const request = get({ host, port, path: '/', agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST_BYTES) request.destroy(new Error('too long'));
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
