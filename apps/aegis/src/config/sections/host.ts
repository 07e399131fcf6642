/** What every `host` key takes; none of them listens beyond this machine by itself. */
export const HOST: {
  readonly key: string;
  readonly initial: string;
  readonly pattern: RegExp;
  readonly expected: string;
} = Object.freeze({
  key: 'host',
  initial: '127.0.0.1',
  pattern: /^[A-Za-z0-9:._-]{1,253}$/,
  expected: 'an address or a host name without a port, such as 127.0.0.1, "::1" or localhost',
});
