/** The codes of gRPC (grpc.io/docs/guides/status-codes) that are answered here. */
export const GRPC_STATUS: Readonly<Record<GrpcStatusName, GrpcStatus>> = Object.freeze({
  ok: 0,
  invalidArgument: 3,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
});

type GrpcStatusName =
  | 'ok'
  | 'invalidArgument'
  | 'permissionDenied'
  | 'resourceExhausted'
  | 'unimplemented'
  | 'internal'
  | 'unavailable'
  | 'unauthenticated';

export type GrpcStatus = 0 | 3 | 7 | 8 | 12 | 13 | 14 | 16;

/** How a call ends other than well. */
export interface GrpcFailure {
  readonly status: GrpcStatus;
  readonly message: string;
}

const OF_HTTP: Readonly<Record<number, GrpcStatus>> = Object.freeze({
  401: GRPC_STATUS.unauthenticated,
  403: GRPC_STATUS.permissionDenied,
  429: GRPC_STATUS.resourceExhausted,
  503: GRPC_STATUS.unavailable,
});

/** The code that says what an HTTP status says. */
export function grpcStatusOf(httpStatus: number): GrpcStatus {
  return OF_HTTP[httpStatus] ?? GRPC_STATUS.internal;
}
