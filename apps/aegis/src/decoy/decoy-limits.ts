/** What one decoy spends on its clients at most. Memory is about `maxConnections` x 100 KiB. */
export interface DecoyLimits {
  /** Connections above this are closed at once. */
  readonly maxConnections: number;
  /** Of one address, so that no client shuts out the others. */
  readonly maxConnectionsPerClient: number;
  readonly maxRequestsPerConnection: number;
  /** Request line and headers, bytes; beyond it 431. */
  readonly maxHeaderBytes: number;
  /** Bytes of a body that are kept for analysis. */
  readonly keptBodyBytes: number;
  /** Bytes of a body that are read at all; beyond it 413 and the connection is closed. */
  readonly maxBodyBytes: number;
  /** Time to send the headers; slower clients get 408. */
  readonly headersTimeoutMs: number;
  /** Time to send the whole request. */
  readonly requestTimeoutMs: number;
  /** Idle time between two requests of a connection. */
  readonly keepAliveMs: number;
  /** Silence on a connection, either way. */
  readonly silenceMs: number;
  /** The life of a connection, whatever happens on it. */
  readonly connectionMs: number;
}

export const DECOY_LIMITS: DecoyLimits = Object.freeze({
  maxConnections: 512,
  maxConnectionsPerClient: 64,
  maxRequestsPerConnection: 1000,
  maxHeaderBytes: 16_384,
  keptBodyBytes: 8192,
  maxBodyBytes: 262_144,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveMs: 5_000,
  silenceMs: 30_000,
  connectionMs: 120_000,
});
